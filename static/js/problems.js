// Problems to practise: what is asked, in type and in words, and the answer.
//
// A problem is {type, say, answer}: `type` a list of parts for the page (strings are typeset, {dots: n} is
// a picture to count, {above, below} a fraction, null the place for the answer), `say` the same for a screen
// reader, `answer` a fraction of rational.js or the label of a relation.

import { add, divide, equal, less, rational, subtract } from './rational.js';

export const SKILLS = [
  ['count', 'Count'],
  ['add', 'Add'],
  ['subtract', 'Subtract'],
  ['multiply', 'Multiply'],
  ['divide', 'Divide'],
  ['fractions', 'Fractions'],
  ['compare', 'Compare'],
];
export const RANGES = [10, 20, 100, 1000];

const MOST_DOTS = 50;

/** A problem of a skill whose numbers stay within a bound; `random` as Math.random. */
export function problem(skill, within, random = Math.random) {
  const pick = (low, high) => low + Math.floor(random() * (high - low + 1));
  return MAKERS[skill](pick, within);
}

const whole = (n) => rational(BigInt(n));

function row(a, sign, word, b, answer) {
  return { type: [String(a), sign, String(b), '=', null], say: `${a} ${word} ${b}`, answer };
}

const MAKERS = {
  count(pick, within) {
    const n = pick(1, Math.min(within, MOST_DOTS));
    return {
      type: [{ dots: n }],
      say: `How many dots are there? ${n > 10 ? 'They stand in rows of ten.' : ''}`,
      answer: whole(n),
    };
  },
  add(pick, within) {
    const sum = pick(2, within),
      a = pick(1, sum - 1);
    return row(a, '+', 'plus', sum - a, whole(sum));
  },
  subtract(pick, within) {
    const a = pick(2, within),
      b = pick(1, a);
    return row(a, '−', 'minus', b, whole(a - b));
  },
  multiply(pick, within) {
    const a = pick(1, Math.min(12, within / 2)),
      b = pick(1, Math.floor(within <= 100 ? Math.min(12, within / a) : within / a));
    return row(a, '×', 'times', b, whole(a * b));
  },
  divide(pick, within) {
    const b = pick(1, Math.min(12, within / 2)),
      a = b * pick(1, Math.floor(Math.min(within / b, 20)));
    return row(a, '÷', 'divided by', b, divide(whole(a), whole(b)));
  },
  fractions(pick, within) {
    const below = pick(2, Math.min(12, within));
    const other = within === 10 ? below : within === 20 ? below * pick(1, 2) : pick(2, 12);
    const [x, y] = [
      rational(BigInt(pick(1, below - 1)), BigInt(below)),
      rational(BigInt(pick(1, other - 1)), BigInt(other)),
    ];
    const minus = pick(0, 1) === 1;
    const [a, b] = minus && less(x, y) ? [y, x] : [x, y];
    const shown = ({ n, d }) => ({ above: String(n), below: String(d) });
    return {
      type: [shown(a), minus ? '−' : '+', shown(b), '=', null],
      say: `${a.n} over ${a.d} ${minus ? 'minus' : 'plus'} ${b.n} over ${b.d}`,
      answer: (minus ? subtract : add)(a, b),
    };
  },
  compare(pick, within) {
    const a = pick(1, within),
      b = pick(0, 4) === 0 ? a : pick(1, within);
    return {
      type: [String(a), null, String(b)],
      say: `${a}, which sign, ${b}?`,
      answer: a < b ? '\\lt' : a > b ? '\\gt' : '=',
    };
  },
};

/** The answer as a person would write it. */
export function written(answer) {
  if (typeof answer === 'string') return { '\\lt': '<', '\\gt': '>', '=': '=' }[answer];
  return answer.d === 1n ? String(answer.n) : `${answer.n}/${answer.d}`;
}

/** Whether an answer is the same value; 2/4 is as right as 1/2. */
export function isRight(answer, given) {
  if (typeof answer === 'string' || typeof given === 'string') return answer === given;
  return equal(answer, given);
}
