// Which strokes of the page belong to one expression. Strokes are tied when they stand side by side on one
// row, or close above each other (an exponent, a fraction's bar and its parts); what hangs together is a line.

import { clamp, gap, height, median, union, width } from './geometry.js';

// All in units of the page's usual symbol size.
const BESIDE = 4; // widest space inside a line
const ABOVE = 0.32; // widest gap between a symbol and what stands above or below it
const AT_BAR = 0.6; // the same at a fraction's bar
const OVERLAP = 0.3; // share of the lower of two strokes that must overlap to be on one row

/** Groups of strokes, top to bottom; each group in writing order. */
export function groupLines(strokes) {
  const size = symbolSize(strokes);
  const group = strokes.map((_, i) => i);
  const root = (i) => {
    while (group[i] !== i) i = group[i] = group[group[i]];
    return i;
  };
  for (let i = 0; i < strokes.length; i++) {
    for (let j = 0; j < i; j++) {
      if (root(i) !== root(j) && tied(strokes[i].box, strokes[j].box, size)) group[root(i)] = root(j);
    }
  }
  const lines = new Map();
  strokes.forEach((stroke, i) => {
    if (!lines.has(root(i))) lines.set(root(i), []);
    lines.get(root(i)).push(stroke);
  });
  return [...lines.values()]
    .map((members) => ({ strokes: members, box: union(members.map(({ box }) => box)) }))
    .sort((a, b) => middle(a.box) - middle(b.box) || a.box[0] - b.box[0]);
}

/** The usual extent of a symbol on the page, in paper units. */
function symbolSize(strokes) {
  const extents = strokes.map(({ box }) => Math.max(width(box), height(box))).filter((extent) => extent > 8);
  return clamp(median(extents) || 40, 16, 160);
}

const middle = (box) => (box[1] + box[3]) / 2;

const isBar = (box, size) => width(box) > 0.8 * size && width(box) > 4 * height(box);

function tied(a, b, size) {
  const apart = gap(a[0], a[2], b[0], b[2]) / size;
  // A flat stroke still takes part in a row: give it a little height.
  const fat = (box) => Math.max(0, 0.2 * size - height(box)) / 2;
  const rows = gap(a[1] - fat(a), a[3] + fat(a), b[1] - fat(b), b[3] + fat(b));
  const lower = Math.max(0.2 * size, Math.min(height(a), height(b), size));
  if (-rows >= OVERLAP * lower) return apart <= BESIDE;
  const above = gap(a[1], a[3], b[1], b[3]) / size;
  if (apart <= 0 && (isBar(a, size) || isBar(b, size))) return above <= AT_BAR;
  return apart <= 0.6 && above <= ABOVE;
}
