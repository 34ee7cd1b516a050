// A teacher's marks on a photographed page, drawn on a canvas in the photo's own pixels.

import { height, width } from './geometry.js';
import { VERDICTS } from './verdicts.js';

function drawMark(context, { box, verdict, expected }) {
  const [x0, y0, x1, y1] = box;
  const size = Math.max(18, Math.min(height(box), width(box) / 2, 90));
  const pad = size * 0.14;
  context.strokeStyle = context.fillStyle = VERDICTS[verdict].colour;
  context.lineWidth = Math.max(2, size * 0.075);
  context.setLineDash({ unanswered: [size * 0.2, size * 0.16], unsure: [1, size * 0.2] }[verdict] ?? []);
  if (verdict !== 'correct') {
    context.beginPath();
    context.roundRect(x0 - pad, y0 - pad, x1 - x0 + 2 * pad, y1 - y0 + 2 * pad, size * 0.22);
    context.stroke();
  }
  context.setLineDash([]);
  const x = x1 + size * 0.3,
    y = (y0 + y1) / 2;
  if (verdict === 'correct') {
    context.lineWidth *= 1.4;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + size * 0.22, y + size * 0.26);
    context.lineTo(x + size * 0.72, y - size * 0.4);
    context.stroke();
    return;
  }
  context.font = `600 ${size * 0.62}px Georgia, "DejaVu Serif", serif`;
  context.textBaseline = 'middle';
  const words = verdict === 'unsure' ? '?' : verdict === 'wrong' && expected ? `${expected}` : '';
  context.fillText(words, x, y);
}

/** The photo with its marks as a canvas. */
export function marked(photo, problems) {
  const canvas = document.createElement('canvas');
  canvas.width = photo.width;
  canvas.height = photo.height;
  const context = canvas.getContext('2d');
  context.drawImage(photo, 0, 0);
  context.lineCap = context.lineJoin = 'round';
  for (const problem of problems) drawMark(context, problem);
  return canvas;
}
