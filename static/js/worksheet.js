// The worksheet mode: a photo in, marks on it, a list beside it; every reading can be seen and corrected.

import { post, postPatiently } from './api.js';
import { toCsv, toPdf } from './documents.js';
import { $, announce, element, icon, toast } from './dom.js';
import { doubtful } from './doubt.js';
import { download } from './exports.js';
import { drawMarks, marked } from './marks.js';
import { percent, touchable, typeset } from './typeset.js';
import { score, verdictOn, VERDICTS } from './verdicts.js';

const LARGEST = 2600; // pixels a side that are sent; more shows the reader nothing new

const MISSING = 'This server cannot mark worksheets. Doodle and Practice work as they are.';

/** @param card the page's SymbolCard */
export function startWorksheet(section, card) {
  let photo = null; // an ImageBitmap, upright
  let problems = [];
  let filter = 'all';
  let abort = null;

  welcome();
  return { read };

  function welcome(message = '', again = null) {
    const choose = (label, name, capture) => {
      const input = element('input', { type: 'file', accept: 'image/*', capture, hidden: true, onchange: (event) => {
        if (event.target.files[0]) read(event.target.files[0]);
      } });
      return [input, element('button', { type: 'button', class: `button${capture ? '' : ' button-main'}`, onclick: () => input.click() }, icon(name), label)];
    };
    section.replaceChildren(element('div', { class: 'welcome' },
      element('h2', {}, 'Mark a worksheet'),
      element('p', {}, 'Photograph a page of problems, flat and in good light. Each answer is read as it is written; what is unclear is marked as unclear, not as wrong.'),
      message && element('p', { class: 'message message-failed', role: 'alert' }, message),
      again && element('button', { type: 'button', class: 'button', onclick: again }, 'Try again'),
      element('div', { class: 'buttons' }, ...choose('Choose a photo', 'picture', null), ...choose('Take a photo', 'camera', 'environment')),
      element('p', { class: 'faint' }, 'Or drop a picture here, or paste one. The photo is read and forgotten: it is not stored.')));
  }

  async function read(file) {
    abort?.abort();
    const mine = (abort = new AbortController());
    try {
      photo = await upright(file);
    } catch {
      return welcome('This picture cannot be opened. A PNG, JPEG or WebP works.');
    }
    const words = element('p', { role: 'status' }, 'Reading the page …');
    section.replaceChildren(element('div', { class: 'welcome' }, preview(photo),
      element('div', { class: 'progress', role: 'progressbar', 'aria-label': 'Reading the page' }, element('span')), words,
      element('button', { type: 'button', class: 'button', onclick: () => { mine.abort(); welcome(); } }, 'Cancel')));
    const form = new FormData();
    form.append('file', await jpegOf(photo), 'worksheet.jpg');
    try {
      const reply = await postPatiently('/v1/worksheet', form, {
        signal: mine.signal, timeout: 120000,
        onSlow: () => { words.textContent = 'Still reading; a full page takes a few seconds.'; },
        onWait: (error, seconds) => { words.textContent = `${error.message} The photo is still here; trying again in ${Math.ceil(seconds)} s.`; },
      });
      if (mine.signal.aborted) return;
      problems = reply.problems;
      filter = 'all';
      if (!problems.length) return welcome('No problems were found on this photo.', () => read(file));
      show();
      const { correct, total, unsure } = score(problems);
      announce(`${correct} of ${total} right${unsure ? `, ${unsure} unsure` : ''}.`);
    } catch (error) {
      if (!mine.signal.aborted) welcome(error.kind === 'missing' ? MISSING : error.message, () => read(file));
    }
  }

  function show() {
    const counts = score(problems);
    const canvas = marked(photo, []);
    const sheet = element('div', { class: 'sheet' }, canvas);
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `The photo with marks at ${counts.total} problems`);
    drawMarks(canvas.getContext('2d'), problems);
    for (const [i, problem] of problems.entries()) sheet.append(spot(problem, i));
    const chip = (key, label, count) => element('button', {
      type: 'button', class: `chip chip-${key}`, 'aria-pressed': String(filter === key), onclick: () => { filter = key; show(); focusChip(key); },
    }, `${label} ${count}`);
    const save = (label, make, name) => element('button', { type: 'button', class: 'button', onclick: async () => download(await make(), name) }, label);
    section.replaceChildren(element('div', { class: 'marked' },
      element('div', { class: 'sheet-holder', tabindex: '0', role: 'region', 'aria-label': 'Marked photo' }, sheet),
      element('div', { class: 'findings' },
        element('p', { class: 'score' }, element('strong', {}, String(counts.correct)), ` of ${counts.total} right`),
        element('div', { class: 'chips', role: 'group', 'aria-label': 'Show' }, chip('all', 'All', counts.total),
          ...Object.entries(VERDICTS).map(([key, { name }]) => chip(key, name, counts[key]))),
        element('ul', { class: 'findings-list' }, ...problems.flatMap((problem, i) => (filter === 'all' || filter === problem.verdict ? [row(problem, i)] : []))),
        element('div', { class: 'buttons' },
          save('Picture', () => new Promise((resolve) => { marked(photo, problems).toBlob(resolve, 'image/png'); }), 'worksheet.png'),
          save('PDF', () => toPdf(marked(photo, problems)), 'worksheet.pdf'), save('CSV', () => toCsv(problems), 'worksheet.csv'),
          element('button', { type: 'button', class: 'button', onclick: () => welcome() }, 'Another photo')))));
  }

  const focusChip = (key) => $(`.chip-${key}`, section).focus();

  function spot(problem, i) {
    const [x0, y0, x1, y1] = problem.box;
    const button = element('button', {
      type: 'button', class: 'spot', 'aria-label': `Problem ${i + 1}: ${problem.text}, ${VERDICTS[problem.verdict].name}`, tabindex: '-1', onclick: () => open(problem, i),
    });
    button.style.left = `${(x0 / photo.width) * 100}%`;
    button.style.top = `${(y0 / photo.height) * 100}%`;
    button.style.width = `${((x1 - x0) / photo.width) * 100}%`;
    button.style.height = `${((y1 - y0) / photo.height) * 100}%`;
    return button;
  }

  function row(problem, i) {
    const { name, sign } = VERDICTS[problem.verdict];
    return element('li', {}, element('button', { type: 'button', class: 'finding', onclick: () => open(problem, i) },
      element('span', { class: 'line-number' }, String(i + 1)),
      element('span', { class: 'finding-math' }, typeset(problem.mathml) ?? problem.text),
      ['wrong', 'unanswered'].includes(problem.verdict) && problem.expected && element('span', { class: 'faint' }, `should be ${problem.expected}`),
      element('span', { class: `verdict verdict-${problem.verdict}` }, element('span', { 'aria-hidden': 'true' }, sign), ` ${name}`)));
  }

  // One problem in a dialog: its piece of the photo, what was read, and ways to put it right.
  function open(problem, i) {
    const dialog = element('dialog', { class: 'problem-dialog', 'aria-label': `Problem ${i + 1}`, onclose: () => {
      card.close();
      card.within($('main'));
      dialog.remove();
      show();
    } });
    section.append(dialog);
    fill();
    dialog.showModal();
    layOver();

    function fill() {
      const holder = element('div', { class: 'typeset' }, typeset(problem.mathml) ?? problem.text);
      const judge = (verdict) => element('button', {
        type: 'button', class: 'button', 'aria-pressed': String(problem.verdict === verdict),
        onclick: () => { problem.verdict = verdict; problem.byHand = true; fill(); layOver(); },
      }, `${VERDICTS[verdict].sign} ${VERDICTS[verdict].name}`);
      dialog.replaceChildren(
        element('div', { class: 'dialog-head' }, element('h2', {}, `Problem ${i + 1}`),
          element('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => dialog.close() }, icon('close'))),
        crop(photo, problem.box), element('p', { class: 'faint' }, `Read as, ${percent(problem.confidence)} sure. Tap a symbol to correct it.`),
        holder,
        element('p', {}, element('span', { class: `verdict verdict-${problem.verdict}` }, VERDICTS[problem.verdict].name),
          problem.byHand ? ' as you said' : '', problem.expected ? ` · the answer is ${problem.expected}` : ''),
        element('div', { class: 'buttons' }, ...Object.keys(VERDICTS).map(judge)));
    }

    // Buttons over the symbols can be placed only once the dialog is on screen.
    function layOver() {
      const holder = $('.typeset', dialog);
      if (!holder.querySelector('math')) return;
      touchable(holder, problem, {
        doubtful, onHover: () => {},
        onSymbol: (symbol, rect) => {
          card.within(dialog);
          card.open({ symbol, rect, readings: [], onLabel: (label) => correct(symbol, label) });
        },
      });
    }

    async function correct(symbol, label) {
      const symbols = problem.symbols.map(({ corrected, ...each }) => (each.id === symbol.id ? { ...each, label, confidence: 1 } : each));
      try {
        const reply = await post('/v1/correct', { symbols });
        reply.symbols.forEach((each, k) => {
          const before = problem.symbols[k];
          each.alternatives = before.alternatives;
          each.corrected = before.corrected || before.id === symbol.id;
        });
        const { text, latex, mathml, confidence, evaluation } = reply;
        Object.assign(problem, { text, latex, mathml, confidence, evaluation, symbols: reply.symbols, verdict: verdictOn(evaluation), byHand: false });
        fill();
        layOver();
        announce(`${text}, ${VERDICTS[problem.verdict].name}`);
      } catch (error) {
        toast(error.message);
      }
    }
  }
}

// The picture as a person holds it, no larger than is useful; what else the file says stays on the device.
async function upright(file) {
  const full = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, LARGEST / Math.max(full.width, full.height));
  if (scale === 1) return full;
  return createImageBitmap(full, { resizeWidth: Math.round(full.width * scale), resizeHeight: Math.round(full.height * scale), resizeQuality: 'high' });
}

const jpegOf = (photo) => new Promise((resolve) => { marked(photo, []).toBlob(resolve, 'image/jpeg', 0.92); });

function preview(photo) {
  const canvas = marked(photo, []);
  canvas.className = 'preview';
  canvas.setAttribute('aria-hidden', 'true');
  return canvas;
}

function crop(photo, [x0, y0, x1, y1]) {
  const pad = (y1 - y0) * 0.25;
  const canvas = element('canvas', { class: 'crop', role: 'img', 'aria-label': 'This problem on the photo' });
  canvas.width = x1 - x0 + 2 * pad;
  canvas.height = y1 - y0 + 2 * pad;
  canvas.getContext('2d').drawImage(photo, pad - x0, pad - y0);
  return canvas;
}
