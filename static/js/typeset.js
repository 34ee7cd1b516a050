// Typeset mathematics: the server's MathML, stripped to what mathematics needs, and the place of each
// symbol in it, so that a symbol can be touched where it is printed.

import { centre, distance } from './geometry.js';
import { shown, spoken } from './labels.js';
import { element } from './dom.js';

const ELEMENTS = new Set([
  'math',
  'mrow',
  'mi',
  'mn',
  'mo',
  'mtext',
  'mspace',
  'mfrac',
  'msqrt',
  'mroot',
  'msub',
  'msup',
  'msubsup',
  'munder',
  'mover',
  'munderover',
  'mtable',
  'mtr',
  'mtd',
  'mstyle',
  'mpadded',
  'menclose',
  'mphantom',
]);
const ATTRIBUTES = new Set([
  'mathvariant',
  'stretchy',
  'fence',
  'separator',
  'lspace',
  'rspace',
  'form',
  'largeop',
  'movablelimits',
  'displaystyle',
  'scriptlevel',
  'accent',
  'linethickness',
  'width',
  'notation',
  'display',
  'columnalign',
]);
const PRINTED = { '-': '−', '*': '∗' }; // as operators, not as text
const SAME = { '−': '-', '∗': '*', '⋅': '·', '·': '·', '×': '×', '∣': '|', '′': '′' };

/** A clean <math> element; null when there is none in the text. */
export function typeset(mathml) {
  const parsed = new DOMParser().parseFromString(mathml ?? '', 'text/html').querySelector('math');
  const math = parsed && clean(parsed);
  math?.setAttribute('display', 'block');
  return math;
}

const printed = ({ data, parentNode }) => (parentNode.localName === 'mo' && PRINTED[data.trim()]) || data;

function clean(node) {
  if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(printed(node));
  if (node.nodeType !== Node.ELEMENT_NODE || !ELEMENTS.has(node.localName)) return null;
  const copy = document.createElementNS('http://www.w3.org/1998/Math/MathML', node.localName);
  for (const { name, value } of node.attributes) if (ATTRIBUTES.has(name)) copy.setAttribute(name, value);
  copy.append(...[...node.childNodes].map(clean).filter(Boolean));
  return copy;
}

/**
 * Lays one button over each symbol of a typeset reading that can be found in it, and lists the others
 * (a fraction's bar, a root) after it, seen only with the keyboard or when in doubt.
 */
export function touchable(holder, reading, { doubtful, onSymbol, onHover }) {
  const math = holder.querySelector('math');
  holder.querySelectorAll('.glyph').forEach((old) => old.remove());
  const places = match(glyphs(math, reading.symbols), reading.symbols, reading.box, math.getBoundingClientRect());
  const frame = holder.getBoundingClientRect();
  for (const symbol of [...reading.symbols].sort((a, b) => a.box[0] - b.box[0])) {
    const rect = places.get(symbol);
    const doubt = doubtful(symbol);
    const sureness = symbol.corrected ? 'corrected by you' : `${percent(symbol.confidence)} sure`;
    const button = element(
      'button',
      {
        type: 'button',
        class: ['glyph', !rect && 'glyph-loose', doubt && 'is-doubtful'].filter(Boolean).join(' '),
        'aria-label': `${spoken(symbol.label)}, ${sureness}. Change`,
        'data-symbol': symbol.id,
        onclick: () => onSymbol(symbol, button.getBoundingClientRect()),
        onpointerenter: () => onHover(symbol),
        onpointerleave: () => onHover(null),
        onfocus: () => onHover(symbol),
        onblur: () => onHover(null),
      },
      rect ? '' : shown(symbol.label),
    );
    if (rect) {
      button.style.left = `${rect.left - frame.left + holder.scrollLeft - 2}px`;
      button.style.top = `${rect.top - frame.top + holder.scrollTop - 3}px`;
      button.style.width = `${rect.width + 4}px`;
      button.style.height = `${rect.height + 6}px`;
    }
    holder.append(button);
  }
}

export function percent(confidence) {
  if (confidence > 0.995 && confidence < 1) return '> 99 %';
  if (confidence > 0 && confidence < 0.005) return '< 1 %';
  return `${Math.round(confidence * 100)} %`;
}

// The characters of the typeset expression with their rectangles; a name such as "sin" is one.
function glyphs(math, symbols) {
  const names = new Set(symbols.map(({ label }) => shown(label)).filter((text) => text.length > 1));
  const found = [];
  const walker = document.createTreeWalker(math, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data;
    const parts = names.has(text.trim()) ? [[0, text.length]] : [...text].map((_, i) => [i, i + 1]);
    for (const [from, to] of parts) {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      const rect = range.getBoundingClientRect();
      if (text.slice(from, to).trim() && rect.width) found.push({ text: same(text.slice(from, to).trim()), rect });
    }
  }
  return found;
}

const same = (text) => SAME[text] ?? text;

// Symbols to rectangles: same character, and the nearest when both are laid into a unit square.
function match(found, symbols, box, frame) {
  const inInk = (symbol) => scaled(centre(symbol.box), box[0], box[1], box[2] - box[0], box[3] - box[1]);
  const inType = ({ rect }) =>
    scaled([rect.left + rect.width / 2, rect.top + rect.height / 2], frame.left, frame.top, frame.width, frame.height);
  const pairs = [];
  for (const symbol of symbols) {
    for (const glyph of found) {
      if (glyph.text !== same(shown(symbol.label))) continue;
      pairs.push({ symbol, glyph, apart: distance(inInk(symbol), inType(glyph)) });
    }
  }
  const places = new Map(),
    used = new Set();
  for (const { symbol, glyph } of pairs.sort((a, b) => a.apart - b.apart)) {
    if (places.has(symbol) || used.has(glyph)) continue;
    places.set(symbol, glyph.rect);
    used.add(glyph);
  }
  return places;
}

const scaled = ([x, y], x0, y0, w, h) => [(x - x0) / (w || 1), (y - y0) / (h || 1)];
