// The readings beside the paper: one card a line, what was read first, then what it comes to.

import { $, announce, element, icon } from './dom.js';
import { doubtful } from './doubt.js';
import { extraOf } from './extras.js';
import { pretty, summary, verdict } from './evaluation.js';
import { percent, touchable, typeset } from './typeset.js';

export class Results {
  #list = $('#lines');
  #empty = $('#empty');
  #cards = new Map(); // line id → {card, shown}

  /** @param actions {onSymbol(line, symbol, rect), onHover(line, symbol), onMenu(line, button), onRetry(line)} */
  constructor(reader, actions) {
    Object.assign(this, { reader, actions });
    reader.addEventListener('change', () => this.#draw());
    new ResizeObserver(() => this.#overlayAll()).observe(this.#list);
  }

  #draw() {
    const { lines } = this.reader;
    this.#empty.hidden = lines.length > 0;
    const wanted = new Set(lines.map(({ id }) => id));
    for (const [id, { card }] of this.#cards) {
      if (wanted.has(id)) continue;
      card.remove();
      this.#cards.delete(id);
    }
    lines.forEach((line, i) => {
      if (!this.#cards.has(line.id))
        this.#cards.set(line.id, { card: element('li', { class: 'card', 'data-line': line.id }) });
      const { card } = this.#cards.get(line.id);
      if (this.#list.children[i] !== card) this.#list.insertBefore(card, this.#list.children[i] ?? null);
      this.#fill(line, i + 1);
    });
  }

  #fill(line, number) {
    const entry = this.#cards.get(line.id);
    const { card } = entry;
    const state = [line.status, line.message, number, line.reading, line.evaluation, line.filled, line.open];
    if (entry.state?.every((each, i) => each === state[i])) return;
    const news = line.status === 'read' && (entry.state?.[3] !== line.reading || entry.state?.[4] !== line.evaluation);
    const sameReading = entry.state && entry.state[3] === line.reading && line.reading;
    entry.state = state;
    card.classList.toggle('is-stale', line.status === 'reading' && Boolean(line.reading));
    card.setAttribute('aria-busy', String(line.status === 'reading'));
    card.setAttribute('aria-label', `Line ${number}`);
    const extra = line.reading && line.status === 'read' && extraOf(line.computed, line.evaluation);
    const holder = sameReading ? $('.typeset', card) : this.#typeset(line);
    card.replaceChildren(
      ...[
        element(
          'div',
          { class: 'card-head' },
          element('span', { class: 'line-number', 'aria-hidden': 'true' }, String(number)),
          line.reading && this.#sureness(line.reading),
          element('span', { class: 'card-space' }),
          extra &&
            element(
              'button',
              {
                type: 'button',
                class: 'text-button',
                'aria-expanded': String(Boolean(line.open)),
                onclick: () => this.#toggle(line),
              },
              extra.name,
            ),
          line.reading &&
            element(
              'button',
              {
                type: 'button',
                class: 'icon-button',
                'aria-label': `More for line ${number}`,
                'aria-haspopup': 'menu',
                onclick: (event) => this.actions.onMenu(line, event.currentTarget),
              },
              icon('more'),
            ),
        ),
        holder,
        line.filled &&
          element(
            'p',
            { class: 'filled' },
            `with ${[...line.filled].map(([name, latex]) => `${name} = ${plain(latex)}`).join(', ')}`,
          ),
        line.reading && !isSaid(line) && verdict(line.evaluation),
        line.status === 'reading' && !line.reading && !line.message && element('p', { class: 'faint' }, 'Reading …'),
        line.message && element('p', { class: `message message-${line.status}` }, line.message),
        line.status === 'failed' &&
          element(
            'button',
            { type: 'button', class: 'text-button', onclick: () => this.actions.onRetry(line) },
            'Read again',
          ),
        extra && line.open && extra.make(),
      ].filter(Boolean),
    );
    if (holder && !sameReading) this.#overlay(line, holder);
    if (news) {
      announce(`Line ${number}: ${line.reading.text}. ${summary(line.evaluation)}`);
      card.scrollIntoView({ block: 'nearest' });
    }
  }

  #toggle(line) {
    line.open = !line.open;
    this.#fill(line, this.#cards.get(line.id).state[2]);
    $('.text-button', this.#cards.get(line.id).card).focus();
  }

  #typeset(line) {
    if (!line.reading) return null;
    return element(
      'div',
      // What may have to be scrolled can be reached by keyboard, by its symbols or by itself.
      { class: 'typeset', 'data-latex': line.reading.latex, tabindex: line.reading.symbols.length ? null : '0' },
      typeset(line.reading.mathml) ?? element('span', { class: 'plain-reading' }, line.reading.text),
    );
  }

  #sureness({ confidence, symbols, chosen }) {
    const doubts = symbols.some(doubtful);
    if (chosen || (!doubts && symbols.some(({ corrected }) => corrected))) {
      return element('span', { class: 'sureness is-sure' }, 'as you said');
    }
    const level = confidence >= 0.9 && !doubts ? 'sure' : confidence >= 0.6 ? 'fair' : 'unsure';
    return element('span', { class: `sureness is-${level}` }, `${percent(confidence)} sure`);
  }

  #overlay(line, holder) {
    if (!holder.querySelector('math') || !line.reading.symbols.length) return;
    touchable(holder, line.reading, {
      doubtful,
      onSymbol: (symbol, rect) => this.actions.onSymbol(line, symbol, rect),
      onHover: (symbol) => this.actions.onHover(line, symbol),
    });
  }

  #overlayAll() {
    for (const line of this.reader.lines) {
      const holder = this.#cards.get(line.id) && $('.typeset', this.#cards.get(line.id).card);
      if (holder && line.reading) this.#overlay(line, holder);
    }
  }
}

// A line such as x = 5 says its own solution.
const isSaid = ({ given, evaluation }) => given && evaluation?.solutions?.[0]?.exact === given.latex;

const plain = (latex) =>
  pretty(
    latex
      .replace(/\\frac\{(\d+)\}\{(\d+)\}/g, '$1/$2')
      .replace(/\\pi/g, 'π')
      .replace(/[{}\\]/g, ''),
  );
