// A stroke's shape on paper: its smoothed centre line with a width that follows the pressure, as one
// Path2D, so that a page of ink is a few hundred fills.

import { distance } from './geometry.js';

export const PEN_WIDTH = 3.4; // paper units at pressure 0.5
const STEP = 2.5; // paper units between samples of the smoothed line
const CUSP = 0.35; // radians; sharper turns get a round joint

const cache = new WeakMap();

/** The path of a finished stroke, made once. */
export function strokePath(stroke) {
  let path = cache.get(stroke);
  if (!path) {
    path = outline(stroke.points);
    cache.set(stroke, path);
  }
  return path;
}

/** The outline of a list of points. Every piece runs the same way round, so the nonzero rule unites them. */
export function outline(points) {
  const path = new Path2D();
  const line = smooth(points);
  let heading = null;
  dot(path, line[0]);
  for (let i = 1; i < line.length; i++) {
    const a = line[i - 1],
      b = line[i];
    const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
    if (heading !== null && Math.abs(Math.sin((angle - heading) / 2)) > Math.sin(CUSP / 2)) dot(path, a);
    heading = angle;
    const nx = -Math.sin(angle),
      ny = Math.cos(angle);
    path.moveTo(a[0] - nx * a[2], a[1] - ny * a[2]);
    path.lineTo(b[0] - nx * b[2], b[1] - ny * b[2]);
    path.lineTo(b[0] + nx * b[2], b[1] + ny * b[2]);
    path.lineTo(a[0] + nx * a[2], a[1] + ny * a[2]);
    path.closePath();
  }
  if (line.length > 1) dot(path, line[line.length - 1]);
  return path;
}

function dot(path, [x, y, radius]) {
  path.moveTo(x + radius, y);
  path.arc(x, y, radius, 0, 2 * Math.PI);
}

const halfWidth = (pressure) => (PEN_WIDTH / 2) * (0.45 + 1.1 * pressure);

// Quadratic curves through the midpoints of the polyline, sampled evenly: [x, y, half width].
function smooth(points) {
  const ends = points.map(([x, y, , pressure = 0.5]) => [x, y, halfWidth(pressure)]);
  if (ends.length < 3) return ends;
  const line = [ends[0]];
  let from = ends[0];
  for (let i = 1; i < ends.length; i++) {
    const control = ends[i];
    const to = i === ends.length - 1 ? control : mix(control, ends[i + 1], 0.5);
    const steps = Math.max(1, Math.ceil((distance(from, control) + distance(control, to)) / STEP));
    for (let k = 1; k <= steps; k++) {
      const t = k / steps;
      line.push(mix(mix(from, control, t), mix(control, to, t), t));
    }
    from = to;
  }
  return line;
}

function mix(a, b, t) {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}
