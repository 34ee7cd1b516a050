// Ink on screen: a canvas for finished strokes, redrawn only where it must be, and one above it for what
// the hand is doing now. The view maps paper units to CSS pixels: screen = paper × scale + offset.

import { clamp } from './geometry.js';
import { outline, strokePath } from './outline.js';

const SCALES = [0.25, 5];

export class Canvas extends EventTarget {
  view = { x: 0, y: 0, scale: 1 };
  /** What the tool in hand shows: {points, trail, selected, shift, hidden}. */
  #now = {};
  #base;
  #live;
  #frame = 0;
  #redrawBase = true;
  #size = [0, 0];

  constructor(element, ink) {
    super();
    this.element = element;
    this.ink = ink;
    this.#base = this.#layer('canvas-base');
    this.#live = this.#layer('canvas-live');
    new ResizeObserver(() => this.#resize()).observe(element);
    ink.addEventListener('change', (event) => this.#inkChanged(event.detail));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.redraw());
    addEventListener('themechange', () => this.redraw());
    this.#resize();
  }

  #layer(className) {
    const canvas = document.createElement('canvas');
    canvas.className = className;
    canvas.setAttribute('aria-hidden', 'true');
    this.element.insertBefore(canvas, this.element.querySelector('.marks'));
    return canvas.getContext('2d');
  }

  #resize() {
    const { width, height } = this.element.getBoundingClientRect();
    if (!width || !height) return;
    this.#size = [width, height];
    for (const context of [this.#base, this.#live]) {
      context.canvas.width = Math.round(width * devicePixelRatio);
      context.canvas.height = Math.round(height * devicePixelRatio);
    }
    this.#drawBase();
    this.#drawLive();
    this.dispatchEvent(new Event('view'));
  }

  get size() {
    return this.#size;
  }

  toPaper(clientX, clientY) {
    const { left, top } = this.element.getBoundingClientRect();
    return [(clientX - left - this.view.x) / this.view.scale, (clientY - top - this.view.y) / this.view.scale];
  }

  /** A paper box in CSS pixels of the element. */
  toScreen([x0, y0, x1, y1]) {
    const { x, y, scale } = this.view;
    return [x0 * scale + x, y0 * scale + y, x1 * scale + x, y1 * scale + y];
  }

  pan(dx, dy) {
    this.view.x += dx;
    this.view.y += dy;
    this.redraw();
    this.dispatchEvent(new Event('view'));
  }

  /** Zooms by a factor, keeping the point (CSS pixels of the element) where it is. */
  zoom(factor, px = this.#size[0] / 2, py = this.#size[1] / 2) {
    const scale = clamp(this.view.scale * factor, ...SCALES);
    const ratio = scale / this.view.scale;
    this.view.x = px - (px - this.view.x) * ratio;
    this.view.y = py - (py - this.view.y) * ratio;
    this.view.scale = scale;
    this.redraw();
    this.dispatchEvent(new Event('view'));
  }

  home() {
    this.view = { x: 0, y: 0, scale: 1 };
    this.redraw();
    this.dispatchEvent(new Event('view'));
  }

  /** Brings a paper box into view, zooming out where it does not fit. */
  show(box, margin = 40) {
    const [width, height] = this.#size;
    const scale = Math.min(1, width / (box[2] - box[0] + 2 * margin), height / (box[3] - box[1] + 2 * margin));
    this.view.scale = clamp(scale, ...SCALES);
    this.view.x = width / 2 - ((box[0] + box[2]) / 2) * this.view.scale;
    this.view.y = height / 2 - ((box[1] + box[3]) / 2) * this.view.scale;
    this.redraw();
    this.dispatchEvent(new Event('view'));
  }

  /** Shows the tool's state; finished ink is drawn again only when hidden or selected strokes change. */
  now(state) {
    const before = this.#now;
    this.#now = state;
    if (before.hidden !== state.hidden || before.selected !== state.selected) this.#redrawBase = true;
    this.#schedule();
  }

  redraw() {
    this.#redrawBase = true;
    this.#schedule();
  }

  #inkChanged({ removed, added }) {
    if (removed.length || this.#redrawBase) return this.redraw();
    this.#prepare(this.#base);
    this.#base.fillStyle = this.#colour('--ink');
    for (const stroke of added) this.#base.fill(strokePath(stroke));
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#redrawBase) this.#drawBase();
      this.#drawLive();
    });
  }

  #colour(name) {
    return getComputedStyle(this.element).getPropertyValue(name);
  }

  #prepare(context, shift = [0, 0]) {
    const { x, y, scale } = this.view;
    const s = scale * devicePixelRatio;
    context.setTransform(
      s,
      0,
      0,
      s,
      (x + shift[0] * scale) * devicePixelRatio,
      (y + shift[1] * scale) * devicePixelRatio,
    );
  }

  #wipe(context) {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  }

  #drawBase() {
    this.#redrawBase = false;
    const { hidden, selected } = this.#now;
    this.#wipe(this.#base);
    this.#prepare(this.#base);
    this.#base.fillStyle = this.#colour('--ink');
    for (const stroke of this.ink.strokes) {
      if (!hidden?.has(stroke.id) && !selected?.has(stroke.id)) this.#base.fill(strokePath(stroke));
    }
  }

  #drawLive() {
    const { points, trail, selected, shift } = this.#now;
    const live = this.#live;
    this.#wipe(live);
    if (selected?.size) {
      this.#prepare(live, shift);
      live.fillStyle = this.#colour('--accent');
      for (const id of selected) {
        const stroke = this.ink.stroke(id);
        if (stroke) live.fill(strokePath(stroke));
      }
    }
    this.#prepare(live);
    if (points?.length) {
      live.fillStyle = this.#colour('--ink');
      live.fill(outline(points));
    }
    if (trail?.length > 1) {
      live.strokeStyle = this.#colour('--accent');
      live.lineWidth = 1.5 / this.view.scale;
      live.setLineDash([6 / this.view.scale, 5 / this.view.scale]);
      live.beginPath();
      for (const [x, y] of trail) live.lineTo(x, y);
      live.stroke();
      live.setLineDash([]);
    }
  }
}
