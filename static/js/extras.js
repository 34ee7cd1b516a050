// What a reading can show besides its value: the plot of a function, the steps of a calculation.

import { functionOf, plot } from './plot.js';
import { hasSteps, steps } from './steps.js';

/** {name, make()} for an expression and its evaluation, or null when there is nothing more to show. */
export function extraOf({ latex, text, notation }, evaluation) {
  const f = functionOf(latex);
  if (f) return { name: 'Plot', make: () => plot(f, text) };
  return hasSteps(latex, evaluation ?? {}) ? { name: 'Steps', make: () => steps(latex, notation) } : null;
}
