// Verdicts on a worksheet's problems: their names, their colours, and what a corrected reading comes to.

export const VERDICTS = {
  correct: { name: 'Right', sign: '✓', colour: '#256b3f' },
  wrong: { name: 'Wrong', sign: '✗', colour: '#b3372f' },
  unanswered: { name: 'Unanswered', sign: '○', colour: '#5d6470' },
  unsure: { name: 'Unsure', sign: '?', colour: '#b26a00' },
};

/** The verdict on a reading that a person has corrected. */
export function verdictOn({ kind, holds }) {
  if ((kind === 'equation' || kind === 'inequality') && typeof holds === 'boolean') return holds ? 'correct' : 'wrong';
  return kind === 'incomplete' ? 'unanswered' : 'unsure';
}

/** {correct, wrong, unanswered, unsure, total} of problems. */
export function score(problems) {
  const counts = { correct: 0, wrong: 0, unanswered: 0, unsure: 0, total: problems.length };
  for (const { verdict } of problems) counts[verdict]++;
  return counts;
}
