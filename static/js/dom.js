// Making elements without writing HTML into strings.

/** element('button', {class: 'x', onclick: f, 'aria-label': '…'}, 'text', child, …) */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** A button with a label, or several children. */
export function button(label, onclick, attributes = {}) {
  return element('button', { type: 'button', class: 'button', onclick, ...attributes }, ...[label].flat());
}

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

const SVG = 'http://www.w3.org/2000/svg';

/** An icon of the sheet in index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

let announcing = 0;

/** Says something to a screen reader once things have been quiet for a moment. */
export function announce(text) {
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    $('#announcer').textContent = text;
  }, 500);
}

let toasting = 0;

/** Shows a short message, and says it. */
export function toast(text) {
  const shown = $('#toast');
  shown.textContent = text;
  // Shown anew each time, to stand above a dialog that opened meanwhile.
  shown.hidePopover();
  shown.showPopover();
  clearTimeout(toasting);
  toasting = setTimeout(() => shown.hidePopover(), 3200);
  announce(text);
}

/** Puts a fixed element beside a rectangle of the window, inside the window. */
export function placeBeside(floating, rect) {
  const { offsetWidth: w, offsetHeight: h } = floating;
  const margin = 8;
  const x = Math.min(Math.max(margin, rect.left + rect.width / 2 - w / 2), innerWidth - w - margin);
  const below = rect.bottom + margin;
  const y = below + h <= innerHeight - margin ? below : Math.max(margin, rect.top - h - margin);
  floating.style.left = `${x}px`;
  floating.style.top = `${y}px`;
}
