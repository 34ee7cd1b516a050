// The worksheet mode: a photo in, marks on it, a list beside it; every reading can be seen and corrected.

import { postPatiently } from './api.js';
import { toCsv, toPdf } from './documents.js';
import { $, announce, button, element, icon } from './dom.js';
import { download } from './exports.js';
import { turnedBox } from './geometry.js';
import { marked } from './marks.js';
import { jpegOf, preview, turned, upright } from './photo.js';
import { openProblem } from './problem.js';
import { typeset } from './typeset.js';
import { score, VERDICTS } from './verdicts.js';

const MISSING = 'This server cannot mark worksheets. Doodle and Practice work as they are.';

/** @param card the page's SymbolCard */
export function startWorksheet(section, card) {
  let photo = null; // as it is sent; once it is marked, with its writing upright
  let problems = [];
  let filter = 'all';
  let abort = null;

  welcome();
  return { read };

  function welcome(message = '', again = null) {
    const choose = (label, name, capture) => {
      const input = element('input', {
        type: 'file',
        accept: 'image/*',
        capture,
        hidden: true,
        onchange: (event) => {
          if (event.target.files[0]) read(event.target.files[0]);
        },
      });
      return [
        input,
        button([icon(name), label], () => input.click(), { class: `button${capture ? '' : ' button-main'}` }),
      ];
    };
    section.replaceChildren(
      element(
        'div',
        { class: 'welcome' },
        element('h2', {}, 'Mark a worksheet'),
        element(
          'p',
          {},
          'Photograph a page of problems, flat and in good light. Each answer is read as it is written; ' +
            'what is unclear is marked as unclear, not as wrong.',
        ),
        message && element('p', { class: 'message message-failed', role: 'alert' }, message),
        again && button('Try again', again),
        element(
          'div',
          { class: 'buttons' },
          ...choose('Choose a photo', 'picture', null),
          ...choose('Take a photo', 'camera', 'environment'),
        ),
        element(
          'p',
          { class: 'faint' },
          'Or drop a picture here, or paste one. The photo is read and forgotten: it is not stored.',
        ),
      ),
    );
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
    section.replaceChildren(
      element(
        'div',
        { class: 'welcome' },
        preview(photo),
        element('div', { class: 'progress', role: 'progressbar', 'aria-label': 'Reading the page' }, element('span')),
        words,
        element(
          'button',
          {
            type: 'button',
            class: 'button',
            onclick: () => {
              mine.abort();
              welcome();
            },
          },
          'Cancel',
        ),
      ),
    );
    const form = new FormData();
    form.append('file', await jpegOf(photo), 'worksheet.jpg');
    try {
      const reply = await postPatiently('/v1/worksheet', form, {
        signal: mine.signal,
        timeout: 120000,
        onSlow: () => {
          words.textContent = 'Still reading; a full page takes a few seconds.';
        },
        onWait: (error, seconds) => {
          words.textContent = `${error.message} The photo is still here; trying again in ${Math.ceil(seconds)} s.`;
        },
      });
      if (mine.signal.aborted) return;
      problems = uprightProblems(reply);
      filter = 'all';
      if (!problems.length) return welcome('No problems were found on this photo.', () => read(file));
      show();
      const { correct, total, unsure } = score(problems);
      announce(`${correct} of ${total} right${unsure ? `, ${unsure} unsure` : ''}.`);
    } catch (error) {
      if (!mine.signal.aborted) welcome(error.kind === 'missing' ? MISSING : error.message, () => read(file));
    }
  }

  /** The problems of a reply; if the page lay on a side or on its head, the photo and their boxes are turned. */
  function uprightProblems({ image: { rotation }, problems }) {
    if (!rotation) return problems;
    const page = photo;
    photo = turned(page, rotation);
    const standing = (thing) => ({ ...thing, box: turnedBox(thing.box, page, rotation) });
    return problems.map((problem) => ({ ...standing(problem), symbols: problem.symbols.map(standing) }));
  }

  function show() {
    const counts = score(problems);
    const canvas = marked(photo, problems);
    const sheet = element('div', { class: 'sheet' }, canvas);
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `The photo with marks at ${counts.total} problems`);
    for (const [i, problem] of problems.entries()) sheet.append(spot(problem, i));
    const chip = (key, label, count) =>
      element(
        'button',
        {
          type: 'button',
          class: `chip chip-${key}`,
          'aria-pressed': String(filter === key),
          onclick: () => {
            filter = key;
            show();
            focusChip(key);
          },
        },
        `${label} ${count}`,
      );
    const save = (label, make, name) =>
      element('button', { type: 'button', class: 'button', onclick: async () => download(await make(), name) }, label);
    section.replaceChildren(
      element(
        'div',
        { class: 'marked' },
        element('div', { class: 'sheet-holder', tabindex: '0', role: 'region', 'aria-label': 'Marked photo' }, sheet),
        element(
          'div',
          { class: 'findings' },
          element('p', { class: 'score' }, element('strong', {}, String(counts.correct)), ` of ${counts.total} right`),
          element(
            'div',
            { class: 'chips', role: 'group', 'aria-label': 'Show' },
            chip('all', 'All', counts.total),
            ...Object.entries(VERDICTS).map(([key, { name }]) => chip(key, name, counts[key])),
          ),
          element(
            'ul',
            { class: 'findings-list' },
            ...problems.flatMap((problem, i) =>
              filter === 'all' || filter === problem.verdict ? [row(problem, i)] : [],
            ),
          ),
          element(
            'div',
            { class: 'buttons' },
            save(
              'Picture',
              () =>
                new Promise((resolve) => {
                  marked(photo, problems).toBlob(resolve, 'image/png');
                }),
              'worksheet.png',
            ),
            save('PDF', () => toPdf(marked(photo, problems)), 'worksheet.pdf'),
            save('CSV', () => toCsv(problems), 'worksheet.csv'),
            button('Another photo', () => welcome()),
          ),
        ),
      ),
    );
  }

  function open(problem, i) {
    openProblem({ within: section, photo, problem, title: `Problem ${i + 1}`, card, onClose: show });
  }

  function focusChip(key) {
    $(`.chip-${key}`, section).focus();
  }

  function spot(problem, i) {
    const [x0, y0, x1, y1] = problem.box;
    const button = element('button', {
      type: 'button',
      class: 'spot',
      'aria-label': `Problem ${i + 1}: ${problem.text}, ${VERDICTS[problem.verdict].name}`,
      tabindex: '-1',
      onclick: () => open(problem, i),
    });
    button.style.left = `${(x0 / photo.width) * 100}%`;
    button.style.top = `${(y0 / photo.height) * 100}%`;
    button.style.width = `${((x1 - x0) / photo.width) * 100}%`;
    button.style.height = `${((y1 - y0) / photo.height) * 100}%`;
    return button;
  }

  function row(problem, i) {
    const { name, sign } = VERDICTS[problem.verdict];
    return element(
      'li',
      {},
      element(
        'button',
        { type: 'button', class: 'finding', onclick: () => open(problem, i) },
        element('span', { class: 'line-number' }, String(i + 1)),
        element('span', { class: 'finding-math' }, typeset(problem.mathml) ?? problem.text),
        ['wrong', 'unanswered'].includes(problem.verdict) &&
          problem.expected &&
          element('span', { class: 'faint' }, `should be ${problem.expected}`),
        element(
          'span',
          { class: `verdict verdict-${problem.verdict}` },
          element('span', { 'aria-hidden': 'true' }, sign),
          ` ${name}`,
        ),
      ),
    );
  }
}
