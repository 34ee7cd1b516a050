// An evaluation in words and in type.

import { element } from './dom.js';

const FRACTION = /^(-?)(\d+)\/(\d+)$/;

/** An exact value, a fraction stacked. */
export function exactly(exact) {
  const match = FRACTION.exec(exact);
  if (!match) return element('span', { class: 'number' }, pretty(exact));
  const make = (name, ...children) => {
    const made = document.createElementNS('http://www.w3.org/1998/Math/MathML', name);
    made.append(...children);
    return made;
  };
  const fraction = make('mfrac', make('mn', match[2]), make('mn', match[3]));
  return make('math', make('mrow', ...(match[1] ? [make('mo', '−')] : []), fraction));
}

/** A value as plain text people read: − for -, √ and π for their names. */
export function pretty(exact) {
  return String(exact)
    .replace(/\*\*/g, '^')
    .replace(/\*/g, '·')
    .replace(/sqrt\((\w+)\)/g, '√$1')
    .replace(/\bsqrt\b/g, '√')
    .replace(/\bpi\b/g, 'π')
    .replace(/\boo\b/g, '∞')
    .replace(/-/g, '−');
}

const isRounded = ({ exact, decimal }) => decimal && exact && !/^-?\d+$/.test(exact) && decimal !== exact;

/** The evaluation in one line of text, '' when there is nothing to say. */
export function summary(evaluation) {
  const { kind, holds, exact, decimal, solutions, message } = evaluation ?? {};
  switch (kind) {
    case 'value':
      return `= ${pretty(exact ?? decimal)}`;
    case 'incomplete':
      return exact ? `${pretty(exact)} belongs here` : '';
    case 'equation':
    case 'inequality':
      return holds === true ? 'true' : holds === false ? 'not true' : '';
    case 'solutions':
      return solutions.length
        ? solutions.map((each) => pretty(each.exact ?? each.decimal)).join(' or ')
        : 'no solution';
    case 'error':
      return message ?? '';
    default:
      return '';
  }
}

/** The evaluation as elements, null when there is nothing to show. */
export function verdict(evaluation) {
  const { kind, holds, exact, decimal, solutions = [], message } = evaluation ?? {};
  switch (kind) {
    case 'value':
      return result(sign('='), ...number({ exact, decimal }));
    case 'incomplete':
      return exact ? result(sign('→'), ...number({ exact, decimal })) : null;
    case 'equation':
    case 'inequality':
      if (typeof holds !== 'boolean') return null;
      return element('p', { class: `value value-${holds}` }, holds ? '✓ true' : '✗ not true');
    case 'solutions':
      return solutions.length ? result(...solved(solutions)) : result('no solution');
    case 'error':
      return element('p', { class: 'value value-error' }, message ?? 'This cannot be computed.');
    default:
      return null;
  }
}

const result = (...parts) => element('p', { class: 'value' }, ...parts);
const sign = (text) => element('span', { class: 'value-sign' }, text);

function number({ exact, decimal }) {
  const shown = exact ? exactly(exact) : pretty(decimal);
  return isRounded({ exact, decimal })
    ? [shown, element('span', { class: 'value-decimal' }, `≈ ${pretty(rounded(decimal))}`)]
    : [shown];
}

// One solution a row; one without a decimal is a condition and names its letter itself.
function solved(solutions) {
  return solutions.map((solution) =>
    element(
      'span',
      { class: 'solution' },
      solution.decimal === null ? '' : sign(`${solution.variable} =`),
      ...number(solution),
    ),
  );
}

// Six digits are enough to look at.
const rounded = (decimal) => (decimal.length > 9 ? String(Number(Number(decimal).toPrecision(6))) : decimal);
