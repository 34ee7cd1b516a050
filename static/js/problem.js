// One problem of a worksheet in a dialog: its piece of the photo, what was read, and ways to put it right.

import { correctedReading } from './corrections.js';
import { $, announce, button, element, icon, toast } from './dom.js';
import { doubtful } from './doubt.js';
import { crop } from './photo.js';
import { percent, touchable, typeset } from './typeset.js';
import { verdictOn, VERDICTS } from './verdicts.js';

/**
 * Opens the dialog of a problem of a worksheet. A correction changes the problem in place.
 * @param within the element that holds the dialog
 * @param photo the page, an ImageBitmap or a canvas
 * @param card the page's SymbolCard
 * @param onClose called when the dialog is gone
 */
export function openProblem({ within, photo, problem, title, card, onClose }) {
  const dialog = element('dialog', {
    class: 'problem-dialog',
    'aria-label': title,
    onclose: () => {
      card.close();
      card.within($('main'));
      dialog.remove();
      onClose();
    },
  });
  within.append(dialog);
  fill();
  dialog.showModal();
  layOver();

  function fill() {
    const holder = element('div', { class: 'typeset' }, typeset(problem.mathml) ?? problem.text);
    const judge = (verdict) =>
      button(
        `${VERDICTS[verdict].sign} ${VERDICTS[verdict].name}`,
        () => {
          Object.assign(problem, { verdict, byHand: true });
          fill();
          layOver();
        },
        { 'aria-pressed': String(problem.verdict === verdict) },
      );
    dialog.replaceChildren(
      element(
        'div',
        { class: 'dialog-head' },
        element('h2', {}, title),
        button(icon('close'), () => dialog.close(), { class: 'icon-button', 'aria-label': 'Close' }),
      ),
      crop(photo, problem.box),
      element('p', { class: 'faint' }, `Read as, ${percent(problem.confidence)} sure. Tap a symbol to correct it.`),
      holder,
      element(
        'p',
        {},
        element('span', { class: `verdict verdict-${problem.verdict}` }, VERDICTS[problem.verdict].name),
        problem.byHand ? ' as you said' : '',
        problem.expected ? ` · the answer is ${problem.expected}` : '',
      ),
      element('div', { class: 'buttons' }, ...Object.keys(VERDICTS).map(judge)),
    );
  }

  // Buttons over the symbols can be placed only once the dialog is on screen.
  function layOver() {
    const holder = $('.typeset', dialog);
    if (!holder.querySelector('math')) return;
    touchable(holder, problem, {
      doubtful,
      onHover: () => {},
      onSymbol: (symbol, rect) => {
        card.within(dialog);
        card.open({ symbol, rect, readings: [], onLabel: (label) => correct(symbol, label) });
      },
    });
  }

  async function correct(symbol, label) {
    try {
      const reading = await correctedReading(problem, (each) => (each === symbol ? label : undefined), 'auto');
      Object.assign(problem, reading, { verdict: verdictOn(reading.evaluation), byHand: false });
      fill();
      layOver();
      announce(`${problem.text}, ${VERDICTS[problem.verdict].name}`);
    } catch (error) {
      toast(error.message);
    }
  }
}
