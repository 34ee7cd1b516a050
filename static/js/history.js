// Drawings kept on this device only: the one on the paper, saved as it grows, and earlier ones.

import { fromText, pack, toText, unpack } from './codec.js';
import { recall, remember } from './storage.js';

const KEPT = 40;

const lists = (ink) => ink.strokes.map(({ points }) => points);

/** What is needed to have the drawing back: ink, corrections by stroke number, and a title. */
export function snapshot(ink, reader) {
  const numbers = new Map(ink.strokes.map(({ id }, i) => [id, i]));
  const corrections = [...reader.corrections]
    .map(([key, label]) => [key.split(',').map((id) => numbers.get(Number(id))), label])
    .filter(([strokes]) => strokes.every((number) => number !== undefined));
  const title = reader.lines
    .map(({ reading }) => reading?.text)
    .filter(Boolean)
    .join(' · ');
  return { ink: toText(pack(lists(ink))), corrections, title };
}

/** Puts a snapshot on the paper; undo brings the drawing before it back. Throws when it is damaged. */
export function restore(saved, ink, reader) {
  const drawing = unpack(fromText(saved.ink));
  const first = ink.nextId;
  for (const [strokes, label] of saved.corrections ?? []) {
    reader.corrections.set(strokes.map((number) => first + number).join(','), label);
  }
  ink.replace(drawing);
}

export const loadDraft = () => recall('draft', null);
export const saveDraft = (saved) => remember('draft', saved);

export const drawings = () => recall('drawings', []);

/** Keeps a drawing; the oldest go when there are too many or the device is full. */
export function keep(saved) {
  const all = [{ ...saved, time: Date.now() }, ...drawings().filter(({ ink }) => ink !== saved.ink)].slice(0, KEPT);
  while (all.length && !remember('drawings', all)) all.pop();
}

export function forget(time) {
  remember(
    'drawings',
    drawings().filter((each) => each.time !== time),
  );
}

export function forgetAll() {
  remember('drawings', []);
}
