// Scratch-out: a zigzag over strokes means "take these away".

import { boxOf, contains, grow, height, width } from './geometry.js';

const TURNS = 4;
const LEG = 0.35; // share of the zigzag's extent that each leg must cover
const COVERED = 0.6; // share of a stroke's points that must lie under the zigzag

/** The ids of the strokes that a gesture scratches out; empty for ordinary writing. */
export function scratchedOut(points, strokes) {
  const box = boxOf(points);
  const turns = Math.max(reversals(points, 0, width(box) * LEG), reversals(points, 1, height(box) * LEG));
  if (turns < TURNS) return [];
  const under = grow(box, 4);
  return strokes
    .filter(({ points: ink }) => ink.filter((point) => contains(under, point)).length >= COVERED * ink.length)
    .map(({ id }) => id);
}

// Changes of direction along one axis after moving at least `leg` the other way.
function reversals(points, axis, leg) {
  let turns = 0,
    direction = 0,
    extreme = points[0][axis];
  for (const point of points) {
    const moved = point[axis] - extreme;
    if (direction === 0) {
      if (Math.abs(moved) >= leg) {
        direction = Math.sign(moved);
        extreme = point[axis];
      }
    } else if (moved * direction > 0) {
      extreme = point[axis];
    } else if (Math.abs(moved) >= leg) {
      turns++;
      direction = -direction;
      extreme = point[axis];
    }
  }
  return turns;
}
