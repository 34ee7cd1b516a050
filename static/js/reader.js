// Live reading: keeps one Line for each expression on the page, reads what changed, drops stale requests,
// and holds on to the corrections a person made.

import { post, postPatiently } from './api.js';
import { correctedReading } from './corrections.js';
import { groupLines } from './lines.js';
import { assignment, letters, substitute } from './variables.js';

let nextLine = 1;

/** One expression on the page. `status`: reading, read or failed; `reading` may be older than the ink. */
class Line {
  id = nextLine++;
  status = 'reading';
  reading = null;
  evaluation = null; // of the reading, with the letters of earlier lines filled in
  filled = null; // {name → latex} that were filled in
  computed = null; // {latex, text, notation} that was evaluated: the reading, or what filling in made of it
  message = '';
  abort = null;

  take({ strokes, box }) {
    Object.assign(this, { strokes, box });
  }
}

export class Reader extends EventTarget {
  lines = [];
  /** Corrected labels by the strokes they belong to. */
  corrections = new Map();
  #evaluated = new Map(); // LaTeX → evaluation

  constructor(ink, settings) {
    super();
    Object.assign(this, { ink, settings });
    ink.addEventListener('change', () => this.#regroup());
    settings.addEventListener('change', ({ detail }) => {
      if (['notation', 'symbols'].includes(detail)) this.lines.forEach((line) => this.#read(line));
    });
  }

  /** Says what a symbol really is; the line is laid out and evaluated again. */
  correct(line, symbol, label) {
    this.corrections.set(keyOf(symbol.strokeIds), label);
    return this.#read(line, line.reading);
  }

  /** Takes another reading of the whole line; it lasts until the line's ink changes. */
  async choose(line, alternative) {
    try {
      const reply = await post('/v1/evaluate', { latex: alternative.latex, notation: this.settings.notation });
      line.reading = {
        ...line.reading,
        ...alternative,
        mathml: reply.mathml,
        latex: reply.latex ?? alternative.latex,
        evaluation: reply,
        symbols: [],
        alternatives: [],
        chosen: true,
      };
      line.status = 'read';
      this.#evaluate();
    } catch (error) {
      this.#fail(line, error);
    }
    this.#changed(line);
  }

  retry(line) {
    return this.#read(line);
  }

  #regroup() {
    const old = new Set(this.lines);
    this.lines = groupLines(this.ink.strokes).map((group) => {
      const heir = [...old].find((line) => sameStrokes(line.strokes, group.strokes)) ?? closest(old, group.strokes);
      old.delete(heir);
      const line = heir ?? new Line();
      const same = heir && sameStrokes(heir.strokes, group.strokes);
      line.take(group);
      if (!same) this.#read(line);
      return line;
    });
    for (const line of old) line.abort?.abort();
    this.#evaluate();
    this.#changed();
  }

  // Reads the line's ink, or, given the reading at hand, only applies the corrections to it.
  async #read(line, known = null) {
    line.abort?.abort();
    const abort = (line.abort = new AbortController());
    const { strokes } = line;
    const options = {
      signal: abort.signal,
      onSlow: () => this.#tell(line, 'Still reading …'),
      onWait: (error, seconds) =>
        this.#tell(line, `${error.message} Your ink is safe; trying again in ${Math.max(1, Math.round(seconds))} s.`),
    };
    line.status = 'reading';
    line.message = '';
    this.#changed(line);
    try {
      const reading = known ?? named(await postPatiently('/v1/read', this.#request(strokes), options), strokes);
      const corrected = await this.#corrected(reading, options);
      if (abort.signal.aborted) return;
      line.reading = corrected;
      line.status = 'read';
      line.message = '';
      this.#evaluate();
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#fail(line, error);
    }
    this.#changed(line);
  }

  #request(strokes) {
    const start = strokes[0].points[0][2];
    return {
      strokes: strokes.map(({ points }) => points.map(([x, y, time]) => [x, y, time - start])),
      notation: this.settings.notation,
      symbols: this.settings.symbols,
      alternatives: 5,
    };
  }

  async #corrected(reading, options) {
    const labelOf = ({ strokeIds }) => this.corrections.get(keyOf(strokeIds));
    if (!reading.symbols.some((symbol) => labelOf(symbol) !== undefined)) return reading;
    return correctedReading(reading, labelOf, this.settings.notation, options);
  }

  // Fills letters given by earlier lines into later ones.
  #evaluate() {
    const values = new Map();
    for (const line of this.lines) {
      if (!line.reading) continue;
      const { latex } = line.reading;
      const given = assignment(latex);
      const filled = given ? null : substitute(latex, values);
      line.given = given;
      line.filled = filled && new Map([...values].filter(([name]) => letters(latex).has(name)));
      line.computed = filled ? { ...line.reading, latex: filled, notation: 'infix' } : line.reading;
      line.evaluation = filled ? (this.#evaluated.get(filled) ?? null) : line.reading.evaluation;
      if (filled && !this.#evaluated.has(filled)) this.#ask(filled);
      if (given) values.set(given.name, given.latex);
    }
  }

  async #ask(latex) {
    this.#evaluated.set(latex, null);
    try {
      const reply = await postPatiently('/v1/evaluate', { latex, notation: 'infix' });
      this.#evaluated.set(latex, reply);
    } catch (error) {
      this.#evaluated.set(latex, { kind: 'error', message: error.message, solutions: [] });
    }
    this.#evaluate();
    this.#changed();
  }

  #fail(line, error) {
    line.status = 'failed';
    line.message = error.message;
    if (error.code === 'no_ink') line.reading = null;
  }

  #tell(line, message) {
    line.message = message;
    this.#changed(line);
  }

  #changed(line = null) {
    this.dispatchEvent(new CustomEvent('change', { detail: line }));
  }
}

const keyOf = (ids) => [...ids].sort((a, b) => a - b).join(',');

// A reply counts strokes from 0; the page knows them by id.
function named(reading, strokes) {
  for (const symbol of reading.symbols) symbol.strokeIds = (symbol.strokes ?? []).map((i) => strokes[i].id);
  return reading;
}

const sameStrokes = (a, b) => a.length === b.length && a.every((stroke, i) => stroke === b[i]);

// The line that shares most strokes: it keeps its place and shows its last reading meanwhile.
function closest(lines, strokes) {
  const ids = new Set(strokes.map(({ id }) => id));
  let best = null,
    most = 0;
  for (const line of lines) {
    const shared = line.strokes.filter(({ id }) => ids.has(id)).length;
    if (shared > most) [best, most] = [line, shared];
  }
  return best;
}
