// What lies over the ink: soft marks under doubtful symbols, the box of the symbol under the pointer, the
// selection, and the answer in the ink's own row.

import { exactly } from './evaluation.js';
import { $, element } from './dom.js';
import { contains, grow, height, toPolyline, union, width } from './geometry.js';
import { doubtful } from './doubt.js';
import { shown } from './labels.js';

const REACH = { mouse: 7, pen: 7, touch: 14 }; // CSS pixels around the ink that belong to a symbol

export class Overlay {
  #holder;
  #hovered = null; // {line, symbol}
  #answered = new WeakSet(); // evaluations whose answer has appeared

  constructor(canvas, ink, reader, lasso) {
    Object.assign(this, { canvas, ink, reader, lasso });
    this.#holder = $('.marks', canvas.element);
    for (const [source, name] of [
      [canvas, 'view'],
      [reader, 'change'],
      [lasso, 'select'],
    ]) {
      source.addEventListener(name, () => this.draw());
    }
    canvas.element.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'touch' || event.buttons) return;
      const hit = this.symbolAt(canvas.toPaper(event.clientX, event.clientY), event.pointerType);
      this.hover(hit?.line ?? null, hit?.symbol ?? null);
    });
    canvas.element.addEventListener('pointerleave', () => this.hover(null, null));
  }

  hover(line, symbol) {
    if (this.#hovered?.symbol === symbol) return;
    this.#hovered = symbol && { line, symbol };
    this.draw();
  }

  /** The symbol at a place of the paper: whose ink is near, or the smallest whose box holds the place. */
  symbolAt(place, pointerType) {
    const reach = REACH[pointerType] / this.canvas.view.scale;
    let best = null;
    for (const line of this.reader.lines) {
      for (const symbol of line.reading?.symbols ?? []) {
        const strokes = this.#strokesOf(symbol);
        if (!strokes.length) continue;
        const near = Math.min(...strokes.map(({ points }) => toPolyline(place, points)));
        // The inside of a root belongs to what stands under it.
        const inside = symbol.label !== '\\sqrt' && contains(union(strokes.map(({ box }) => box)), place);
        if (near > reach && !inside) continue;
        if (!best || near < best.near) best = { line, symbol, near };
      }
    }
    return best;
  }

  /** The symbol's rectangle in the window. */
  rectOf(symbol) {
    const box = this.#boxOf(symbol);
    if (!box) return this.canvas.element.getBoundingClientRect();
    const { left, top } = this.canvas.element.getBoundingClientRect();
    const [x0, y0, x1, y1] = this.canvas.toScreen(box);
    return new DOMRect(left + x0, top + y0, x1 - x0, y1 - y0);
  }

  #strokesOf(symbol) {
    return symbol.strokeIds.map((id) => this.ink.stroke(id)).filter(Boolean);
  }

  // From the strokes rather than from the reply: they may have been moved since.
  #boxOf(symbol) {
    const strokes = this.#strokesOf(symbol);
    return strokes.length ? union(strokes.map(({ box }) => box)) : null;
  }

  draw() {
    const marks = [];
    for (const line of this.reader.lines) {
      for (const symbol of line.reading?.symbols ?? []) {
        const box = doubtful(symbol) && this.#boxOf(symbol);
        if (box) marks.push(this.#mark('doubt-mark', [box[0], box[3] + 3, box[2], box[3] + 9]));
      }
      const answer = line.status === 'read' && this.#answer(line);
      if (answer) marks.push(answer);
    }
    const hovered = this.#hovered && this.#boxOf(this.#hovered.symbol);
    if (hovered) {
      const mark = this.#mark('symbol-box', grow(hovered, 5));
      mark.append(element('span', { class: 'symbol-name' }, shown(this.#hovered.symbol.label)));
      marks.push(mark);
    }
    if (this.lasso.box) marks.push(this.#mark('selection-box', grow(this.lasso.box, 8)));
    this.#holder.replaceChildren(...marks);
  }

  #mark(className, box) {
    const mark = element('div', { class: className });
    const [x0, y0, x1, y1] = this.canvas.toScreen(box);
    mark.style.left = `${x0}px`;
    mark.style.top = `${y0}px`;
    mark.style.width = `${x1 - x0}px`;
    mark.style.height = `${y1 - y0}px`;
    return mark;
  }

  // What belongs after the sign, beside the sign.
  #answer(line) {
    const { evaluation, reading } = line;
    if (evaluation?.kind !== 'incomplete' || !evaluation.exact) return null;
    const sign = reading.symbols
      .filter(({ label }) => label === '=')
      .map((symbol) => this.#boxOf(symbol))
      .filter(Boolean);
    if (!sign.length) return null;
    const box = sign.reduce((a, b) => (b[2] > a[2] ? b : a));
    const isNew = !this.#answered.has(evaluation);
    this.#answered.add(evaluation);
    const answer = element('div', { class: `ink-answer${isNew ? ' is-new' : ''}` }, exactly(evaluation.exact));
    const size = Math.max(24, height(line.box) > 3 * width(box) ? width(box) * 1.6 : height(line.box));
    const [x, y] = this.canvas.toScreen([box[2] + size * 0.35, (box[1] + box[3]) / 2, 0, 0]);
    answer.style.left = `${x}px`;
    answer.style.top = `${y}px`;
    answer.style.fontSize = `${size * this.canvas.view.scale}px`;
    return answer;
  }
}
