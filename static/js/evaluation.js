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

const solutionText = (solution) => (typeof solution === 'string' ? solution : (solution.exact ?? solution.decimal));

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
      return solutions.length ? solutions.map((each) => pretty(solutionText(each))).join(' or ') : 'no solution';
    case 'error':
      return message ?? '';
    default:
      return '';
  }
}

/** The evaluation as elements, null when there is nothing to show. */
export function verdict(evaluation) {
  const { kind, holds, exact, decimal, solutions = [], message } = evaluation ?? {};
  const value = (sign) =>
    element(
      'p',
      { class: 'value' },
      element('span', { class: 'value-sign' }, sign),
      exact ? exactly(exact) : pretty(decimal),
      isRounded({ exact, decimal }) && element('span', { class: 'value-decimal' }, `≈ ${pretty(decimal)}`),
    );
  switch (kind) {
    case 'value':
      return value('=');
    case 'incomplete':
      return exact ? value('→') : null;
    case 'equation':
    case 'inequality':
      if (typeof holds !== 'boolean') return null;
      return element('p', { class: `value value-${holds ? 'true' : 'false'}` }, holds ? '✓ true' : '✗ not true');
    case 'solutions': {
      const parts = solutions.flatMap((each, i) => [
        ...(i ? [element('span', { class: 'value-sign' }, 'or')] : []),
        exactly(solutionText(each)),
        isRounded(each) && element('span', { class: 'value-decimal' }, `≈ ${pretty(each.decimal)}`),
      ]);
      return element(
        'p',
        { class: 'value' },
        ...(solutions.length ? [element('span', { class: 'value-sign' }, '→'), ...parts] : ['no solution']),
      );
    }
    case 'error':
      return element('p', { class: 'value value-error' }, message ?? 'This cannot be computed.');
    default:
      return null;
  }
}
