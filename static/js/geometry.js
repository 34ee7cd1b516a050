// Boxes [x0, y0, x1, y1] (y down) and points [x, y, …]: the few pure functions everything else measures with.

export function boxOf(points) {
  let x0 = Infinity,
    y0 = Infinity,
    x1 = -Infinity,
    y1 = -Infinity;
  for (const [x, y] of points) {
    if (x < x0) x0 = x;
    if (y < y0) y0 = y;
    if (x > x1) x1 = x;
    if (y > y1) y1 = y;
  }
  return [x0, y0, x1, y1];
}

export function union(boxes) {
  return boxOf(
    boxes.flatMap(([x0, y0, x1, y1]) => [
      [x0, y0],
      [x1, y1],
    ]),
  );
}

export function grow([x0, y0, x1, y1], by) {
  return [x0 - by, y0 - by, x1 + by, y1 + by];
}

export const width = (box) => box[2] - box[0];
export const height = (box) => box[3] - box[1];
export const centre = (box) => [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];

/** A box on a page of some size after the page was turned clockwise by 0, 90, 180 or 270 degrees. */
export function turnedBox([x0, y0, x1, y1], { width, height }, degrees) {
  if (!degrees) return [x0, y0, x1, y1];
  return turnedBox([height - y1, x0, height - y0, x1], { width: height, height: width }, degrees - 90);
}

export function contains([x0, y0, x1, y1], [x, y]) {
  return x >= x0 && x <= x1 && y >= y0 && y <= y1;
}

/** How far two intervals stand apart; negative: by how much they overlap. */
export function gap(a0, a1, b0, b1) {
  return Math.max(a0, b0) - Math.min(a1, b1);
}

export const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Distance from a point to the segment a–b. */
function toSegment(p, a, b) {
  const dx = b[0] - a[0],
    dy = b[1] - a[1];
  const squared = dx * dx + dy * dy;
  const t = squared ? Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / squared)) : 0;
  return Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy);
}

/** Distance from a point to a polyline. */
export function toPolyline(p, points) {
  if (points.length === 1) return distance(p, points[0]);
  let best = Infinity;
  for (let i = 1; i < points.length; i++) best = Math.min(best, toSegment(p, points[i - 1], points[i]));
  return best;
}

/** Even-odd test. */
export function inPolygon([x, y], polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i],
      [xj, yj] = polygon[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length ? sorted[sorted.length >> 1] : 0;
}
