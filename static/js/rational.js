// Exact fractions {n, d} of BigInt, lowest terms, d > 0.

const LONGEST = 60; // digits beyond which a step is no help to anybody

export function rational(n, d = 1n) {
  if (d === 0n) throw new RangeError('division by zero');
  const sign = d < 0n ? -1n : 1n;
  const common = gcd(n < 0n ? -n : n, d < 0n ? -d : d) || 1n;
  const made = { n: (sign * n) / common, d: (sign * d) / common };
  if (made.n.toString().length + made.d.toString().length > LONGEST) throw new RangeError('too long');
  return made;
}

function gcd(a, b) {
  while (b) [a, b] = [b, a % b];
  return a;
}

/** From digits with an optional point, or n/d; null for anything else. */
export function fromText(text) {
  const match = /^([-−]?)(\d*)(?:\.(\d*))?(?:\/(\d+))?$/.exec(text.trim());
  if (!match || !(match[2] || match[3]) || /^0+$/.test(match[4] ?? '1')) return null;
  const [, sign, whole, part = '', below = '1'] = match;
  const n = BigInt(whole + part) * (sign ? -1n : 1n);
  return rational(n, 10n ** BigInt(part.length) * BigInt(below));
}

export const add = (a, b) => rational(a.n * b.d + b.n * a.d, a.d * b.d);
export const subtract = (a, b) => rational(a.n * b.d - b.n * a.d, a.d * b.d);
export const multiply = (a, b) => rational(a.n * b.n, a.d * b.d);
export const divide = (a, b) => rational(a.n * b.d, a.d * b.n);
export const equal = (a, b) => a.n === b.n && a.d === b.d;
export const less = (a, b) => a.n * b.d < b.n * a.d;

/** a to an integer power; throws RangeError where that is too large or not defined. */
export function power(a, b) {
  if (b.d !== 1n || b.n > 200n || b.n < -200n) throw new RangeError('not a small integer power');
  if (b.n >= 0n) return rational(a.n ** b.n, a.d ** b.n);
  return rational(a.d ** -b.n, a.n ** -b.n);
}

/** The square root of a square of fractions; null where there is none. */
export function squareRoot(a) {
  const root = (n) => {
    if (n < 0n) return null;
    let x = BigInt(Math.floor(Math.sqrt(Number(n))));
    while (x * x > n) x--;
    while ((x + 1n) * (x + 1n) <= n) x++;
    return x * x === n ? x : null;
  };
  const [n, d] = [root(a.n), root(a.d)];
  return n === null || d === null ? null : rational(n, d);
}

/** Digits with a point where the fraction ends, else n/d. */
export function toText({ n, d }, decimal = false) {
  if (d === 1n) return String(n);
  if (decimal) {
    for (let places = 1; places <= 12; places++) {
      const scale = 10n ** BigInt(places);
      if (scale % d) continue;
      const digits = String((n < 0n ? -n : n) * (scale / d)).padStart(places + 1, '0');
      return `${n < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
    }
  }
  return `${n}/${d}`;
}
