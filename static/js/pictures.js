// Pictures of an expression, and typed ones: each gets a card below the lines of the paper.

import { post, postPatiently } from './api.js';
import { correctedReading } from './corrections.js';
import { $, announce, element, icon, toast } from './dom.js';
import { doubtful } from './doubt.js';
import { summary, verdict } from './evaluation.js';
import { extraOf } from './extras.js';
import { spoken } from './labels.js';
import { percent, touchable, typeset } from './typeset.js';

const list = $('#pictures');

/** Reads a picture file into a card. `onSymbol(symbol, rect, correct)` opens the symbol card. */
export async function readPicture(file, settings, onSymbol) {
  const picture = element('img', { alt: `Picture ${file.name}`, src: URL.createObjectURL(file) });
  const body = element('div', {}, element('p', { class: 'faint' }, 'Reading the picture …'));
  const frame = element('div', { class: 'picture-frame' }, picture);
  const card = addCard(file.name, frame, body);
  const say = (words) => body.replaceChildren(element('p', { class: 'message' }, words));
  const form = new FormData();
  form.append('file', file);
  form.append('notation', settings.notation);
  form.append('symbols', settings.symbols);
  form.append('alternatives', '5');
  try {
    const reading = await postPatiently('/v1/read', form, {
      timeout: 60000,
      onWait: (error) => say(`${error.message} Trying again.`),
    });
    await picture.decode().catch(() => {});
    show(reading);
  } catch (error) {
    body.replaceChildren(element('p', { class: 'message message-failed' }, error.message));
    announce(error.message);
  }

  function show(reading) {
    const ask = (symbol, rect) =>
      onSymbol(symbol, rect, async (label) => {
        try {
          const notation = notationAfter(reading, symbol, label, settings.notation);
          show(await correctedReading(reading, (each) => (each === symbol ? label : undefined), notation));
        } catch (error) {
          toast(error.message);
        }
      });
    frame.querySelectorAll('.picture-box').forEach((old) => old.remove());
    // A TIFF is read by the service and shown by few browsers.
    const seen = picture.naturalWidth ? reading.symbols : [];
    const boxes = new Map(seen.map((symbol) => [symbol, boxOver(picture, symbol, ask)]));
    frame.append(...boxes.values());
    const holder = element(
      'div',
      { class: 'typeset', 'data-latex': reading.latex },
      typeset(reading.mathml) ?? reading.text,
    );
    body.replaceChildren(holder, ...outcome(reading, reading.evaluation));
    touchable(holder, reading, {
      doubtful,
      onSymbol: ask,
      onHover: (symbol) => boxes.forEach((box, each) => box.classList.toggle('is-hovered', each === symbol)),
    });
    card.scrollIntoView({ block: 'nearest' });
    announce(`Picture: ${reading.text}. ${summary(reading.evaluation)}`);
  }
}

// Another digit for a digit, or sign for a sign, leaves what the places of the symbols said of the notation.
function notationAfter(reading, symbol, label, chosen) {
  const digit = /^\d$/;
  const alike = digit.test(symbol.label) === digit.test(label);
  return chosen === 'auto' && reading.notation !== 'infix' && alike ? reading.notation : chosen;
}

// A picture is fitted into its frame: boxes follow by percentages of the frame.
function boxOver(picture, symbol, ask) {
  const { naturalWidth: w, naturalHeight: h, clientWidth, clientHeight } = picture;
  const scale = Math.min(clientWidth / w, clientHeight / h);
  const left = (clientWidth - w * scale) / 2,
    top = (clientHeight - h * scale) / 2;
  const [x0, y0, x1, y1] = symbol.box;
  const box = element('button', {
    type: 'button',
    class: `picture-box${doubtful(symbol) ? ' is-doubtful' : ''}`,
    tabindex: '-1',
    'aria-label': `${spoken(symbol.label)}, ${percent(symbol.confidence)} sure. Change`,
    onclick: () => ask(symbol, box.getBoundingClientRect()),
  });
  box.style.left = `${((left + x0 * scale) / clientWidth) * 100}%`;
  box.style.top = `${((top + y0 * scale) / clientHeight) * 100}%`;
  box.style.width = `${(((x1 - x0) * scale) / clientWidth) * 100}%`;
  box.style.height = `${(((y1 - y0) * scale) / clientHeight) * 100}%`;
  return box;
}

/** Evaluates typed mathematics into a card; throws what the call throws. */
export async function evaluateTyped(text, settings) {
  const reply = await post('/v1/evaluate', { text, notation: settings.notation });
  const holder = element('div', { class: 'typeset', 'data-latex': reply.latex, tabindex: '0' }, typeset(reply.mathml) ?? text);
  addCard('typed', holder, ...outcome({ ...reply, text }, reply));
  announce(`${text} ${summary(reply)}`);
}

// The value, and what there is to see besides.
function outcome(reading, evaluation) {
  const extra = extraOf(reading, evaluation);
  return [
    verdict(evaluation),
    ['prefix', 'postfix'].includes(reading.notation) && element('p', { class: 'faint' }, `in ${reading.notation} notation`),
    extra && more(extra),
  ].filter(Boolean);
}

// Made when it is first looked at.
function more({ name, make }) {
  const details = element('details', { class: 'extra' }, element('summary', {}, name));
  details.addEventListener('toggle', () => details.append(make()), { once: true });
  return details;
}

function addCard(title, ...content) {
  const card = element(
    'li',
    { class: 'card' },
    element(
      'div',
      { class: 'card-head' },
      element('span', { class: 'faint card-name' }, title),
      element('span', { class: 'card-space' }),
      element(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          'aria-label': `Remove ${title}`,
          onclick: () => {
            URL.revokeObjectURL(card.querySelector('img')?.src);
            card.remove();
          },
        },
        icon('close'),
      ),
    ),
    ...content,
  );
  list.prepend(card);
  return card;
}
