// The steps of an evaluation, as the service works them out: one operation a line. What the next operation
// is about is marked in each line.

import { postPatiently } from './api.js';
import { element } from './dom.js';
import { typeset } from './typeset.js';

const OPERATION = /[-+*/!^|]|\\(?:times|div|cdot|frac|sqrt|sum|sin|cos|tan|log|ln|exp)\b/;

/** Whether there is something between an expression and what it comes to. */
export function hasSteps(latex, { kind, holds, exact_latex: exact } = {}) {
  const plain = latex.replace(/\s|=\s*$/g, '');
  if (!OPERATION.test(plain)) return false;
  if (kind === 'value' || kind === 'incomplete') return Boolean(exact) && plain !== exact.replace(/\s/g, '');
  return (kind === 'equation' || kind === 'inequality') && typeof holds === 'boolean';
}

/** An element that fills itself with the steps. */
export function steps(latex, notation) {
  const holder = element('div', {}, element('p', { class: 'faint' }, 'Working it out …'));
  fill(holder, latex, notation);
  return holder;
}

async function fill(holder, latex, notation) {
  try {
    const reply = await postPatiently('/v1/evaluate', { latex, notation, steps: true });
    const lines = reply.steps.map((step) => typeset(step.mathml));
    lines.slice(1).forEach((next, i) => markChange(lines[i], next));
    const list = lines.map((line) => element('li', {}, line));
    holder.replaceChildren(
      lines.length > 1
        ? element('ol', { class: 'steps', 'aria-label': 'Steps', tabindex: '0' }, ...list)
        : element('p', { class: 'faint' }, 'There is no step in between.'),
    );
  } catch (error) {
    holder.replaceChildren(element('p', { class: 'message message-failed' }, error.message));
  }
}

// Two lines are alike but for one operation: what stands between their common start and end.
function markChange(line, next) {
  const [a, b] = [leaves(line), leaves(next)];
  const same = (i, j) => a[i]?.textContent === b[j]?.textContent;
  const shorter = Math.min(a.length, b.length);
  let start = 0,
    end = 0;
  while (start < shorter && same(start, start)) start++;
  while (end < shorter - start && same(a.length - 1 - end, b.length - 1 - end)) end++;
  for (const leaf of a.slice(start, a.length - end)) leaf.classList.add('next-step');
}

const leaves = (math) => [...math.querySelectorAll('mn, mi, mo, mtext')];
