// Exact fractions {n, d} of BigInt, lowest terms, d > 0.

export function rational(n, d = 1n) {
  if (d === 0n) throw new RangeError('division by zero');
  const sign = d < 0n ? -1n : 1n;
  const common = gcd(n < 0n ? -n : n, d < 0n ? -d : d) || 1n;
  return { n: (sign * n) / common, d: (sign * d) / common };
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
export const divide = (a, b) => rational(a.n * b.d, a.d * b.n);
export const equal = (a, b) => a.n === b.n && a.d === b.d;
export const less = (a, b) => a.n * b.d < b.n * a.d;
