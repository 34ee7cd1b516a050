// Practice: a problem, a paper for the answer, and a kind word. What was read is shown before it is judged,
// and an unsure reading is asked about instead.

import { isSure, readAnswer, valueOf } from './answer.js';
import { $, announce, element, icon } from './dom.js';
import { Ink } from './ink.js';
import { Paper } from './paper.js';
import { problem, isRight, RANGES, SKILLS, written } from './problems.js';
import { forgetProgress, missed, progress, solved } from './progress.js';
import { recall, remember } from './storage.js';
import { typeset } from './typeset.js';

const QUIET = 1200; // ms after the pen is lifted before an answer is judged
const NEXT = 1700; // ms that praise stays before the next problem
const PRAISE = ['Yes!', 'Right!', 'Well done!', 'Exactly!', 'Lovely!'];

export function startPractice(section) {
  const chosen = { skill: 'add', within: 20, ...recall('practice-choice', {}) };
  const parts = build(section, chosen);
  const ink = new Ink();
  const paper = new Paper(parts.paper, ink);
  let current = null; // the problem
  let tried = false; // whether a wrong answer was given
  let done = false;
  let reading = null; // of the ink as it is
  let abort = null;
  let timer = 0;

  function next() {
    clearTimeout(timer);
    current = problem(chosen.skill, chosen.within);
    tried = done = false;
    parts.problem.replaceChildren(...current.type.map(part));
    parts.problem.setAttribute('aria-label', current.say);
    ink.clear();
    ink.forget();
    say();
    announce(current.say);
    showProgress();
  }

  function say(...content) {
    parts.feedback.className = 'feedback';
    parts.feedback.replaceChildren(...content);
  }

  // What ends the writing may move the sheet, where it is too small for all.
  function tell(...content) {
    say(...content);
    parts.feedback.scrollIntoView({ block: 'nearest' });
  }

  async function read() {
    clearTimeout(timer);
    abort?.abort();
    reading = null;
    parts.undo.disabled = !ink.canUndo;
    parts.clear.disabled = parts.check.disabled = !ink.size;
    if (done) return;
    if (!ink.size) return say();
    const mine = (abort = new AbortController());
    try {
      const reply = await readAnswer(ink.strokes, {
        signal: mine.signal,
        onWait: (error) => say(element('p', {}, `${error.message} Your answer stays; I keep trying.`)),
        onSlow: () => say(element('p', {}, 'Still reading …')),
      });
      if (mine.signal.aborted) return;
      reading = reply;
      say(iRead(reply));
      timer = setTimeout(() => judge(false), QUIET);
    } catch (error) {
      if (!mine.signal.aborted)
        say(element('p', {}, error.code === 'no_ink' ? 'Write your answer here.' : error.message));
    }
  }

  // `asked`: the child said it is finished; else an answer that may still grow is left alone.
  function judge(asked) {
    clearTimeout(timer);
    if (done || !reading) return;
    const given = valueOf(reading.latex);
    const expected = written(current.answer);
    if (!asked && given !== null && expected !== reading.text && expected.startsWith(reading.text)) return;
    if (!isSure(reading)) return doubt();
    settle(given, reading.text);
  }

  function doubt() {
    const choice = (text, latex) =>
      element('button', { type: 'button', class: 'button', onclick: () => settle(valueOf(latex), text) }, text);
    tell(
      element('p', {}, 'I am not sure what this says. Is it …'),
      element(
        'div',
        { class: 'buttons' },
        choice(reading.text, reading.latex),
        ...reading.alternatives
          .filter(({ latex }) => valueOf(latex) !== null)
          .slice(0, 2)
          .map(({ text, latex }) => choice(text, latex)),
        element('button', { type: 'button', class: 'button', onclick: () => ink.clear() }, 'Neither: write again'),
      ),
    );
    announce(`I am not sure. Is it ${reading.text}?`);
  }

  function settle(given, text) {
    if (given === null) {
      tell(
        iReadText(text),
        element(
          'p',
          {},
          typeof current.answer === 'string' ? 'Write one sign: < or > or =.' : 'Write just the answer, as a number.',
        ),
      );
    } else if (isRight(current.answer, given)) {
      done = true;
      solved(!tried);
      const blank = $('.blank', parts.problem);
      if (blank) blank.textContent = text;
      blank?.classList.add('is-filled');
      tell(iReadText(text), element('p', { class: 'praise' }, PRAISE[Math.floor(Math.random() * PRAISE.length)]));
      parts.feedback.classList.add('is-right');
      announce(`I read ${text}. Right!`);
      timer = setTimeout(next, NEXT);
    } else {
      if (!tried) missed();
      tried = true;
      tell(
        iReadText(text),
        element('p', {}, 'Not yet. Have another go.'),
        element(
          'div',
          { class: 'buttons' },
          element('button', { type: 'button', class: 'button', onclick: () => ink.clear() }, 'Try again'),
          element('button', { type: 'button', class: 'button', onclick: reveal }, 'Show me'),
        ),
      );
      announce(`I read ${text}. Not yet. Have another go.`);
    }
    showProgress();
  }

  function reveal() {
    done = true;
    tell(
      element('p', {}, 'It is ', element('strong', {}, written(current.answer)), '.'),
      element('button', { type: 'button', class: 'button button-main', onclick: next }, 'Next'),
    );
    announce(`It is ${written(current.answer)}.`);
  }

  function showProgress() {
    const { streak, best, today } = progress();
    parts.progress.textContent = `In a row ${streak} · best ${best} · today ${today}`;
  }

  ink.addEventListener('change', read);
  parts.undo.addEventListener('click', () => ink.undo());
  parts.clear.addEventListener('click', () => ink.clear());
  parts.check.addEventListener('click', () => judge(true));
  parts.skip.addEventListener('click', next);
  parts.forget.addEventListener('click', () => {
    forgetProgress();
    showProgress();
  });
  parts.typed.addEventListener('submit', (event) => {
    event.preventDefault();
    const field = $('input', parts.typed);
    if (!done && field.value.trim()) settle(valueOf(field.value.replace('−', '-')), field.value.trim());
    field.value = '';
  });
  parts.choices.addEventListener('change', ({ target }) => {
    chosen[target.name] = target.name === 'within' ? Number(target.value) : target.value;
    remember('practice-choice', chosen);
    next();
  });
  next();
  return { paper };
}

function iRead({ mathml, text }) {
  const math = typeset(mathml);
  return math ? element('p', { class: 'i-read' }, 'I read ', math) : iReadText(text);
}

const iReadText = (text) => element('p', { class: 'i-read' }, 'I read ', element('strong', {}, text));

// One part of a problem.
function part(each) {
  if (each === null) return element('span', { class: 'blank' }, '?');
  if (typeof each === 'string') return element('span', {}, each);
  if (each.dots) return dots(each.dots);
  return element('span', { class: 'stacked' }, element('span', {}, each.above), element('span', {}, each.below));
}

function dots(n) {
  return element('span', { class: 'dots' }, ...Array.from({ length: n }, () => element('i')));
}

function build(section, chosen) {
  const select = (name, label, options) =>
    element(
      'label',
      {},
      element('span', { class: 'unseen' }, label),
      element(
        'select',
        { name, class: 'button' },
        ...options.map(([value, text]) =>
          element('option', { value, selected: String(chosen[name]) === String(value) }, text),
        ),
      ),
    );
  const tool = (name, label) =>
    element('button', { type: 'button', class: 'tool', 'aria-label': label, title: label, disabled: true }, icon(name));
  const parts = {
    choices: element(
      'div',
      { class: 'practice-choices' },
      select('skill', 'What to practise', SKILLS),
      select(
        'within',
        'How far',
        RANGES.map((n) => [n, `within ${n}`]),
      ),
    ),
    progress: element('p', { class: 'faint practice-progress' }),
    forget: element('button', { type: 'button', class: 'text-button' }, 'Forget progress'),
    problem: element('p', { class: 'problem', role: 'img' }),
    paper: element(
      'div',
      { class: 'paper', tabindex: '0', role: 'application', 'aria-label': 'Paper for the answer' },
      element('div', { class: 'marks', 'aria-hidden': 'true' }),
    ),
    feedback: element('div', { class: 'feedback' }),
    undo: tool('undo', 'Undo'),
    clear: tool('clear', 'Clear the answer'),
    check: element('button', { type: 'button', class: 'button button-main', disabled: true }, 'Check'),
    skip: element('button', { type: 'button', class: 'button' }, 'Skip'),
    typed: element(
      'form',
      { class: 'type-form practice-typed' },
      element('input', {
        type: 'text',
        'aria-label': 'Type the answer',
        placeholder: 'or type it',
        autocomplete: 'off',
        inputmode: 'text',
      }),
    ),
  };
  section.replaceChildren(
    element(
      'div',
      { class: 'practice-sheet' },
      element('div', { class: 'practice-head' }, parts.choices, parts.progress, parts.forget),
      parts.problem,
      element('div', { class: 'practice-desk' }, parts.paper, parts.feedback),
      element('div', { class: 'practice-foot' }, parts.undo, parts.clear, parts.typed, parts.skip, parts.check),
    ),
  );
  return parts;
}
