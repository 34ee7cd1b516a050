// The drawing in other people's formats: PNG, SVG, InkML.

import { grow, height, union, width } from './geometry.js';
import { PEN_WIDTH, strokePath } from './outline.js';

const MARGIN = 24;
const INK = '#1c2b4a';
const PAPER = '#ffffff';
const LARGEST = 4000; // pixels a side

const frame = (strokes) => grow(union(strokes.map(({ box }) => box)), MARGIN);
const short = (value) => String(Math.round(value * 100) / 100);

/** A PNG on white paper, two pixels a unit. */
export function toPng(strokes) {
  const box = frame(strokes);
  const scale = Math.min(2, LARGEST / Math.max(width(box), height(box)));
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width(box) * scale);
  canvas.height = Math.ceil(height(box) * scale);
  const context = canvas.getContext('2d');
  context.fillStyle = PAPER;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, -box[0] * scale, -box[1] * scale);
  context.fillStyle = INK;
  for (const stroke of strokes) context.fill(strokePath(stroke));
  return new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
}

export function toSvg(strokes) {
  const box = frame(strokes);
  const paths = strokes.map(({ points }) => {
    const line = points.map(([x, y]) => `${short(x)} ${short(y)}`);
    return `<path d="M${line.length > 1 ? line.join('L') : `${line[0]}l0 0`}"/>`;
  });
  const view = [box[0], box[1], width(box), height(box)];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view.map(short).join(' ')}">` +
    `<g fill="none" stroke="${INK}" stroke-width="${PEN_WIDTH}" stroke-linecap="round" stroke-linejoin="round">` +
    `${paths.join('')}</g></svg>\n`;
  return new Blob([svg], { type: 'image/svg+xml' });
}

export function toInkml(strokes) {
  const start = strokes[0].points[0][2];
  const sample = ([x, y, time]) => `${short(x)} ${short(y)} ${Math.round(time - start)}`;
  const traces = strokes.map(({ points }, i) => `  <trace id="${i}">${points.map(sample).join(', ')}</trace>`);
  const inkml = `<?xml version="1.0" encoding="UTF-8"?>
<ink xmlns="http://www.w3.org/2003/InkML">
  <traceFormat>
    <channel name="X" type="decimal"/>
    <channel name="Y" type="decimal"/>
    <channel name="T" type="integer" units="ms"/>
  </traceFormat>
${traces.join('\n')}
</ink>
`;
  return new Blob([inkml], { type: 'application/inkml+xml' });
}

/** Hands a file to the browser's downloads. */
export function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
