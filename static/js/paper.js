// A sheet to write on: ink, canvas, gestures and the tools, wired together once for every mode.

import { Canvas } from './canvas.js';
import { Gestures } from './gestures.js';
import { Eraser, Lasso, Pen } from './tools.js';

const ERASER_BUTTON = 32; // the eraser end of a pen, as PointerEvent.buttons has it
const GRID = 32; // paper units between the dots

export class Paper extends EventTarget {
  /** @param ask called with (place, pointerType) of a tap; true when it was a question and not ink. */
  constructor(element, ink, ask = () => false) {
    super();
    this.element = element;
    this.ink = ink;
    this.canvas = new Canvas(element, ink);
    this.tools = {
      pen: new Pen(this.canvas, ink, ask),
      eraser: new Eraser(this.canvas, ink),
      lasso: new Lasso(this.canvas, ink),
    };
    new Gestures(this.canvas, (event) => this.tools[event.buttons & ERASER_BUTTON ? 'eraser' : this.tool]);
    this.canvas.addEventListener('view', () => this.#moveDots());
    this.take('pen');
  }

  take(tool) {
    this.tool = tool;
    this.element.dataset.tool = tool;
    this.tools.lasso.select([]);
    this.dispatchEvent(new Event('tool'));
  }

  #moveDots() {
    const { x, y, scale } = this.canvas.view;
    const step = GRID * scale * (scale < 0.5 ? 2 : 1);
    this.element.style.backgroundSize = `${step}px ${step}px`;
    this.element.style.backgroundPosition = `${x}px ${y}px`;
  }
}
