// Doubt, shown and settled: which symbols get a soft mark, and the card that offers what else one may be.

import { $, announce, element, placeBeside } from './dom.js';
import { LABELS, shown, spoken } from './labels.js';
import { percent } from './typeset.js';

const SURE = 0.85;

export const doubtful = (symbol) => !symbol.corrected && symbol.confidence < SURE;

/** The card of one symbol. `open` shows it, `onLabel` and `onReading` hear the choice. */
export class SymbolCard {
  #card = $('#symbol-card');
  #opener = null;
  /** Whether the latest press only put the card away. */
  closedByPress = false;

  constructor() {
    addEventListener(
      'pointerdown',
      (event) => {
        this.closedByPress = this.isOpen && !this.#card.contains(event.target);
        if (this.closedByPress) this.close();
      },
      { capture: true },
    );
    this.#card.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        event.preventDefault(); // else a dialog below closes too
        this.close(true);
      } else {
        walk(
          event,
          [...this.#card.querySelectorAll('button, summary')].filter((each) => each.checkVisibility()),
        );
      }
    });
  }

  /** Puts the card inside an open dialog, where alone it can be reached; the page is its usual place. */
  within(holder) {
    holder.append(this.#card);
  }

  get isOpen() {
    return !this.#card.hidden;
  }

  /**
   * @param symbol of a reading; `symbol.alternatives` are offered first
   * @param readings other readings of the whole expression
   * @param rect where in the window the symbol is
   */
  open({ symbol, readings, rect, onLabel, onReading }) {
    this.#opener = document.activeElement;
    const offer = (label, confidence, chosen) =>
      element(
        'button',
        {
          type: 'button',
          class: 'offer',
          'aria-pressed': String(chosen),
          'aria-label': `${spoken(label)}${confidence === null ? '' : `, ${percent(confidence)}`}`,
          onclick: () => {
            this.close(true);
            if (!chosen || !symbol.corrected) onLabel(label);
          },
        },
        element('span', { class: 'offer-symbol' }, shown(label)),
        confidence !== null && bar(confidence),
      );
    const others = (symbol.alternatives ?? []).filter(({ label }) => label !== symbol.label).slice(0, 5);
    this.#card.replaceChildren(
      element('h2', { class: 'card-title' }, symbol.corrected ? 'You said' : 'I read'),
      element(
        'div',
        { class: 'offers' },
        offer(symbol.label, symbol.corrected ? null : symbol.confidence, true),
        ...others.map(({ label, confidence }) => offer(label, confidence, false)),
      ),
      element(
        'details',
        { class: 'all-symbols' },
        element('summary', {}, 'Another symbol'),
        element(
          'div',
          { class: 'symbol-grid' },
          ...LABELS.map((label) =>
            element(
              'button',
              {
                type: 'button',
                class: 'small-offer',
                'aria-label': spoken(label),
                onclick: () => {
                  this.close(true);
                  onLabel(label);
                },
              },
              shown(label),
            ),
          ),
        ),
      ),
      ...(readings.length
        ? [
            element('h3', { class: 'card-title' }, 'Or the whole line'),
            element(
              'div',
              { class: 'readings' },
              ...readings.map((reading) =>
                element(
                  'button',
                  {
                    type: 'button',
                    class: 'reading-offer',
                    onclick: () => {
                      this.close(true);
                      onReading(reading);
                    },
                  },
                  element('span', {}, reading.text),
                  element('span', { class: 'faint' }, percent(reading.confidence)),
                ),
              ),
            ),
          ]
        : []),
    );
    this.#card.hidden = false;
    placeBeside(this.#card, rect);
    $('details', this.#card).addEventListener('toggle', () => placeBeside(this.#card, rect));
    $('.offer', this.#card).focus({ preventScroll: true });
    announce(`${spoken(symbol.label)}. ${others.length} other possibilities.`);
  }

  close(giveBackFocus = false) {
    this.#card.hidden = true;
    if (giveBackFocus && this.#opener?.isConnected) this.#opener.focus({ preventScroll: true });
  }
}

function bar(confidence) {
  const fill = element('span', { class: 'bar-fill' });
  fill.style.width = `${Math.round(confidence * 100)}%`;
  return element(
    'span',
    { class: 'offer-share' },
    element('span', { class: 'bar-track' }, fill),
    element('span', { class: 'faint' }, percent(confidence)),
  );
}

function walk(event, stops) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step || !stops.length) return;
  event.preventDefault();
  const at = stops.indexOf(document.activeElement);
  stops[(at + step + stops.length) % stops.length].focus();
}
