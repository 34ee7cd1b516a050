// What a reading can show besides its value: the plot of a function, the steps of a calculation.

import { functionOf, plot } from './plot.js';
import { steps } from './steps.js';

/** {name, make()} for a reading and its evaluation, or null when there is nothing more to show. */
export function extraOf({ latex, text }, evaluation) {
  const f = functionOf(latex);
  if (f) return { name: 'Plot', make: () => plot(f, text) };
  const list = steps(latex, evaluation?.exact);
  return list && { name: 'Steps', make: () => list };
}
