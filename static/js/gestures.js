// Pointers become strokes of the tool in hand, or move the paper: two fingers pan and pinch, the wheel
// pans, ctrl + wheel zooms, space + drag pans. Once a pen has been seen, fingers and palms no longer draw.

import { distance } from './geometry.js';

const SECOND_FINGER = 250; // ms in which a second finger turns a stroke into a pinch

export class Gestures {
  #fingers = new Map(); // pointerId → [clientX, clientY]
  #drawing = null; // {id, type, tool, start}
  #panning = null; // {id, at} of a mouse or a single finger
  #penSeen = false;
  #spaceHeld = false;

  constructor(canvas, toolFor) {
    this.canvas = canvas;
    this.toolFor = toolFor;
    const element = canvas.element;
    element.addEventListener('pointerdown', (event) => this.#down(event));
    element.addEventListener('pointermove', (event) => this.#move(event));
    element.addEventListener('pointerup', (event) => this.#up(event));
    element.addEventListener('pointercancel', (event) => this.#cancel(event));
    element.addEventListener('lostpointercapture', (event) => this.#cancel(event));
    element.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    element.addEventListener('contextmenu', (event) => event.preventDefault());
    element.addEventListener('keydown', (event) => this.#space(event, true));
    element.addEventListener('keyup', (event) => this.#space(event, false));
    element.addEventListener('blur', () => {
      this.#spaceHeld = false;
    });
    // Without this, iOS still scrolls and selects on a quick second touch.
    element.addEventListener('touchmove', (event) => event.preventDefault(), { passive: false });
  }

  #down(event) {
    const onPaper = event.target === this.canvas.element || event.target.tagName === 'CANVAS';
    if (!onPaper) return;
    try {
      this.canvas.element.setPointerCapture(event.pointerId);
    } catch {
      return; // the pointer is already gone
    }
    if (event.pointerType === 'touch') return this.#touchDown(event);
    if (event.button === 1 || (event.button === 0 && this.#spaceHeld)) {
      this.#panning = { id: event.pointerId, at: [event.clientX, event.clientY] };
      event.preventDefault();
      return;
    }
    if (event.pointerType === 'pen') {
      this.#penSeen = true;
      if (this.#drawing?.type === 'touch') this.#drop(); // it was the palm, a moment before the pen
    } else if (event.button !== 0) {
      return;
    }
    this.#begin(event);
  }

  #touchDown(event) {
    this.#fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (this.#fingers.size === 2) {
      const young = this.#drawing?.type === 'touch' && event.timeStamp - this.#drawing.start < SECOND_FINGER;
      if (young) this.#drop();
      if (!this.#drawing) this.#panning = null;
      return;
    }
    if (this.#fingers.size > 2 || this.#drawing) return;
    if (this.#penSeen) this.#panning = { id: event.pointerId, at: [event.clientX, event.clientY] };
    else this.#begin(event);
  }

  #begin(event) {
    if (this.#drawing) return;
    const tool = this.toolFor(event);
    this.#drawing = { id: event.pointerId, type: event.pointerType, tool, start: event.timeStamp };
    tool.down(this.#point(event));
  }

  #point(event) {
    const [x, y] = this.canvas.toPaper(event.clientX, event.clientY);
    const pressure = event.pointerType === 'pen' ? event.pressure : null;
    return { x, y, time: event.timeStamp, pressure, type: event.pointerType };
  }

  #move(event) {
    if (this.#drawing?.id === event.pointerId) {
      const coalesced = event.getCoalescedEvents?.() ?? [];
      const predicted = event.getPredictedEvents?.() ?? [];
      const points = (coalesced.length ? coalesced : [event]).map((each) => this.#point(each));
      this.#drawing.tool.move(
        points,
        predicted.map((each) => this.#point(each)),
      );
    } else if (this.#panning?.id === event.pointerId) {
      const [x, y] = this.#panning.at;
      this.#panning.at = [event.clientX, event.clientY];
      this.canvas.pan(event.clientX - x, event.clientY - y);
    } else if (this.#fingers.has(event.pointerId)) {
      this.#pinch(event);
    }
  }

  #pinch(event) {
    if (this.#fingers.size < 2 || this.#drawing) {
      this.#fingers.set(event.pointerId, [event.clientX, event.clientY]);
      return;
    }
    const before = [...this.#fingers.values()].slice(0, 2);
    this.#fingers.set(event.pointerId, [event.clientX, event.clientY]);
    const after = [...this.#fingers.values()].slice(0, 2);
    const middle = ([a, b]) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const [from, to] = [middle(before), middle(after)];
    const { left, top } = this.canvas.element.getBoundingClientRect();
    this.canvas.pan(to[0] - from[0], to[1] - from[1]);
    this.canvas.zoom(distance(...after) / Math.max(1, distance(...before)), to[0] - left, to[1] - top);
  }

  #up(event) {
    if (this.#drawing?.id === event.pointerId) {
      const { tool } = this.#drawing;
      this.#drawing = null;
      tool.up(this.#point(event));
    }
    this.#release(event);
  }

  #cancel(event) {
    if (this.#drawing?.id === event.pointerId) this.#drop();
    this.#release(event);
  }

  #drop() {
    const { tool } = this.#drawing;
    this.#drawing = null;
    tool.cancel();
  }

  #release(event) {
    this.#fingers.delete(event.pointerId);
    if (this.#panning?.id === event.pointerId) this.#panning = null;
  }

  #wheel(event) {
    event.preventDefault();
    const { left, top } = this.canvas.element.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) {
      this.canvas.zoom(Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
    } else if (event.shiftKey) {
      this.canvas.pan(-event.deltaY, 0);
    } else {
      this.canvas.pan(-event.deltaX, -event.deltaY);
    }
  }

  #space(event, held) {
    if (event.key !== ' ' || event.target !== this.canvas.element) return;
    this.#spaceHeld = held;
    event.preventDefault();
  }
}
