// A written answer: reads all the ink of a small paper as one number or sign, and says how sure that is.

import { postPatiently } from './api.js';
import { doubtful } from './doubt.js';
import { fromText } from './rational.js';

const SURE = 0.8;
const NUMBER = /^=?\s*(-?\d+(?:\.\d+)?(?:\/\d+)?)$/;
const FRACTION = /\\frac\{(\d+)\}\{(\d+)\}/;
const RELATIONS = new Set(['\\lt', '\\gt', '=']);

/** Reads strokes; `onWait(error)` hears of pauses. Throws what the call throws. */
export function readAnswer(strokes, { signal, onWait, onSlow }) {
  const start = strokes[0].points[0][2];
  return postPatiently(
    '/v1/read',
    {
      strokes: strokes.map(({ points }) => points.map(([x, y, time]) => [x, y, time - start])),
      symbols: 'arithmetic',
      notation: 'infix',
      alternatives: 3,
    },
    { signal, onWait, onSlow },
  );
}

/** The number or relation that a reading's LaTeX is, null when it is neither. */
export function valueOf(latex) {
  const plain = latex.trim();
  if (RELATIONS.has(plain)) return plain;
  if (plain === '<' || plain === '>') return plain === '<' ? '\\lt' : '\\gt';
  const match = NUMBER.exec(plain.replace(FRACTION, '$1/$2'));
  return match && fromText(match[1]);
}

export const isSure = (reading) => reading.confidence >= SURE && !reading.symbols.some(doubtful);
