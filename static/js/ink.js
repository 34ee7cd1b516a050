// The ink: strokes in the order they were written, and every change to them, undoable.
//
// A stroke is {id, points: [[x, y, milliseconds, pressure 0..1], …], box}; strokes are never changed in
// place. One edit takes strokes out and puts strokes in, so undo is the same edit the other way round.

import { boxOf } from './geometry.js';

export class Ink extends EventTarget {
  #strokes = new Map();
  #done = [];
  #undone = [];
  #nextId = 1;

  /** All strokes in writing order. */
  get strokes() {
    return [...this.#strokes.values()].sort((a, b) => a.id - b.id);
  }

  get size() {
    return this.#strokes.size;
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /** The id the next stroke will have. */
  get nextId() {
    return this.#nextId;
  }

  stroke(id) {
    return this.#strokes.get(id);
  }

  add(points) {
    const stroke = { id: this.#nextId++, points, box: boxOf(points) };
    this.#edit([], [stroke]);
    return stroke;
  }

  remove(ids) {
    const gone = this.#existing(ids);
    if (gone.length) this.#edit(gone, []);
  }

  move(ids, dx, dy) {
    const before = this.#existing(ids);
    if (!before.length || (!dx && !dy)) return;
    const after = before.map((stroke) => {
      const points = stroke.points.map(([x, y, ...rest]) => [x + dx, y + dy, ...rest]);
      return { id: stroke.id, points, box: boxOf(points) };
    });
    this.#edit(before, after);
  }

  clear() {
    this.remove(this.#strokes.keys());
  }

  /** Puts other strokes (lists of points) in place of all; undo brings the old ones back. */
  replace(lists) {
    const strokes = lists.map((points) => ({ id: this.#nextId++, points, box: boxOf(points) }));
    this.#edit(this.strokes, strokes);
    return strokes;
  }

  /** Forgets the edits so far: nothing before this can be undone. */
  forget() {
    this.#done.length = this.#undone.length = 0;
  }

  undo() {
    const edit = this.#done.pop();
    if (!edit) return false;
    this.#undone.push(edit);
    this.#apply(edit.added, edit.removed);
    return true;
  }

  redo() {
    const edit = this.#undone.pop();
    if (!edit) return false;
    this.#done.push(edit);
    this.#apply(edit.removed, edit.added);
    return true;
  }

  #existing(ids) {
    return [...ids].map((id) => this.#strokes.get(id)).filter(Boolean);
  }

  #edit(removed, added) {
    if (!removed.length && !added.length) return;
    this.#done.push({ removed, added });
    this.#undone.length = 0;
    this.#apply(removed, added);
  }

  #apply(removed, added) {
    for (const stroke of removed) this.#strokes.delete(stroke.id);
    for (const stroke of added) this.#strokes.set(stroke.id, stroke);
    this.dispatchEvent(new CustomEvent('change', { detail: { removed, added } }));
  }
}
