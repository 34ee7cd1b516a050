// What one line says about a letter is used on the lines below: after `x = 5`, `x + 3` is 8.
// The letter is replaced in the LaTeX, and the server evaluates the result; nothing is computed here.

const ASSIGNMENT = /^\s*([A-Za-z])\s*=(.+)$/;

export const tokens = (latex) => latex.match(/\\[A-Za-z]+|\\.|\s+|./gu) ?? [];

const isLetter = (token) => /^[A-Za-z]$/.test(token);

/** The letters that stand for something in an expression. */
export const letters = (latex) => new Set(tokens(latex).filter(isLetter));

/** {name, latex} when the line gives a letter a value free of other letters, else null. */
export function assignment(latex) {
  const match = ASSIGNMENT.exec(latex);
  if (!match || match[2].includes('=') || letters(match[2]).size || !/\d|\\pi/.test(match[2])) return null;
  return { name: match[1], latex: match[2].trim() };
}

/** The expression with known letters replaced, or null when it holds none of them. */
export function substitute(latex, values) {
  let found = false;
  const replaced = tokens(latex).map((token) => {
    if (!isLetter(token) || !values.has(token)) return token;
    found = true;
    return `(${values.get(token)})`;
  });
  return found ? replaced.join('') : null;
}
