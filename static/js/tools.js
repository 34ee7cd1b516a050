// What the hand holds: pen, eraser or lasso. A tool gets down(point), move(points, predicted), up(point)
// and cancel() in paper coordinates.

import { boxOf, clamp, contains, distance, gap, grow, inPolygon, toPolyline, union } from './geometry.js';
import { scratchedOut } from './scratch.js';

const TAP = { time: 250, distance: 4 }; // ms, CSS pixels
const REACH = 9; // CSS pixels around the eraser's tip

export class Pen {
  #points = [];
  #travelled = 0;

  /** @param ask called with the place of a tap; true when the tap asked for something and is not ink. */
  constructor(canvas, ink, ask) {
    Object.assign(this, { canvas, ink, ask });
  }

  down(point) {
    this.#points = [[point.x, point.y, point.time, point.pressure ?? 0.5]];
    this.#travelled = 0;
    this.canvas.now({ points: this.#points });
  }

  move(points, predicted) {
    for (const point of points) this.#push(this.#points, point);
    const ahead = [...this.#points];
    for (const point of predicted) this.#push(ahead, point);
    this.canvas.now({ points: ahead });
  }

  up(point) {
    const points = this.#points;
    this.#points = [];
    this.canvas.now({});
    if (this.#travelled * this.canvas.view.scale < TAP.distance && point.time - points[0][2] < TAP.time) {
      if (this.ask([point.x, point.y], point.type)) return;
    }
    const gone = scratchedOut(points, this.ink.strokes);
    if (gone.length) this.ink.remove(gone);
    else this.ink.add(points.map(([x, y, time, pressure]) => [round(x), round(y), Math.round(time), round(pressure)]));
  }

  cancel() {
    this.#points = [];
    this.canvas.now({});
  }

  // Mouse and finger have no pressure: a slow hand presses, a quick one glides.
  #push(points, { x, y, time, pressure }) {
    const last = points[points.length - 1];
    const step = distance(last, [x, y]);
    if (step * this.canvas.view.scale < 0.7) return;
    if (points === this.#points) this.#travelled += step;
    if (pressure === null) {
      const speed = (step * this.canvas.view.scale) / Math.max(1, time - last[2]);
      pressure = last[3] + (clamp(0.72 - 0.22 * speed, 0.2, 0.72) - last[3]) * 0.3;
    }
    points.push([x, y, time, pressure]);
  }
}

const round = (value) => Math.round(value * 100) / 100;

export class Eraser {
  #hidden = null;
  #last = null;

  constructor(canvas, ink) {
    Object.assign(this, { canvas, ink });
  }

  down(point) {
    this.#hidden = new Set();
    this.#last = [point.x, point.y];
    this.move([point]);
  }

  move(points) {
    const reach = REACH / this.canvas.view.scale;
    let hidden = this.#hidden;
    for (const { x, y } of points) {
      const swept = [this.#last, [x, y]];
      for (const stroke of this.ink.strokes) {
        if (hidden.has(stroke.id) || !touches(stroke, swept, reach)) continue;
        hidden = new Set(hidden).add(stroke.id);
      }
      this.#last = [x, y];
    }
    this.#hidden = hidden;
    this.canvas.now({ hidden });
  }

  up() {
    const gone = this.#hidden;
    this.cancel();
    this.ink.remove(gone);
  }

  cancel() {
    this.#hidden = null;
    this.canvas.now({});
  }
}

function touches(stroke, swept, reach) {
  const [x0, y0, x1, y1] = boxOf(swept);
  if (gap(x0, x1, stroke.box[0], stroke.box[2]) > reach || gap(y0, y1, stroke.box[1], stroke.box[3]) > reach)
    return false;
  return (
    stroke.points.some((point) => toPolyline(point, swept) <= reach) ||
    swept.some((point) => toPolyline(point, stroke.points) <= reach)
  );
}

export class Lasso extends EventTarget {
  selected = new Set();
  #trail = null;
  #grabbed = null;

  constructor(canvas, ink) {
    super();
    Object.assign(this, { canvas, ink });
    ink.addEventListener('change', () => {
      if (this.selected.size) this.select([...this.selected].filter((id) => ink.stroke(id)));
    });
  }

  /** The box around the selected strokes, or null. */
  get box() {
    const boxes = [...this.selected].map((id) => this.ink.stroke(id)?.box).filter(Boolean);
    return boxes.length ? union(boxes) : null;
  }

  select(ids) {
    this.selected = new Set(ids);
    this.canvas.now({ selected: this.selected });
    this.dispatchEvent(new Event('select'));
  }

  moveBy(dx, dy) {
    this.ink.move(this.selected, dx, dy);
  }

  removeSelected() {
    this.ink.remove(this.selected);
  }

  down(point) {
    const place = [point.x, point.y];
    if (this.box && contains(grow(this.box, 12 / this.canvas.view.scale), place))
      this.#grabbed = { from: place, to: place };
    else this.#trail = [place];
  }

  move(points) {
    const { x, y } = points[points.length - 1];
    if (this.#grabbed) {
      this.#grabbed.to = [x, y];
      const { from } = this.#grabbed;
      this.canvas.now({ selected: this.selected, shift: [x - from[0], y - from[1]] });
    } else {
      this.#trail.push(...points.map((point) => [point.x, point.y]));
      this.canvas.now({ trail: this.#trail });
    }
  }

  up() {
    if (this.#grabbed) {
      const { from, to } = this.#grabbed;
      this.#grabbed = null;
      this.moveBy(to[0] - from[0], to[1] - from[1]);
      this.select(this.selected);
      return;
    }
    const trail = this.#trail;
    this.#trail = null;
    this.select(
      trail.length < 4
        ? this.#strokeAt(trail[0])
        : this.ink.strokes
            .filter(({ points }) => points.filter((each) => inPolygon(each, trail)).length > points.length / 2)
            .map(({ id }) => id),
    );
  }

  cancel() {
    this.#trail = this.#grabbed = null;
    this.select(this.selected);
  }

  #strokeAt(place) {
    const reach = REACH / this.canvas.view.scale;
    return this.ink.strokes.filter(({ points }) => toPolyline(place, points) <= reach).map(({ id }) => id);
  }
}
