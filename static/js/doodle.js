// The doodle mode: paper, live readings, doubt, pictures and what is kept, wired together.

import { openHelp, openHistory } from './dialogs.js';
import { $, $$, toast } from './dom.js';
import { union } from './geometry.js';
import { drawings, forget, forgetAll, keep, loadDraft, restore, saveDraft, snapshot } from './history.js';
import { Ink } from './ink.js';
import { openMenu } from './menu.js';
import { Overlay } from './overlay.js';
import { Paper } from './paper.js';
import { evaluateTyped, readPicture } from './pictures.js';
import { Reader } from './reader.js';
import { Results } from './result.js';
import { rove } from './roving.js';
import { copy, fromLink, openShare } from './share.js';
import { listen } from './shortcuts.js';

const REST = 900; // ms after a stroke in which a tap is the dot of an i, not a question
const SAVE = 400; // ms of quiet before the drawing is saved

/** @param card the page's SymbolCard */
export function startDoodle(settings, card) {
  const ink = new Ink();
  const reader = new Reader(ink, settings);
  const paper = new Paper($('#paper'), ink, tapped);
  const overlay = new Overlay(paper.canvas, ink, reader, paper.tools.lasso);
  let lastStroke = -Infinity;

  const results = new Results(reader, {
    onSymbol: ask,
    onHover: (line, symbol) => overlay.hover(line, symbol),
    onRetry: (line) => reader.retry(line),
    onMenu: (line, button) =>
      openMenu(button, [
        ['Copy LaTeX', () => copy(line.reading.latex, 'LaTeX')],
        ['Copy MathML', () => copy(line.reading.mathml, 'MathML')],
        ['Copy text', () => copy(line.reading.text, 'Text')],
        null,
        ['Select its ink', () => select(line)],
        ['Remove this line', () => ink.remove(line.strokes.map(({ id }) => id))],
      ]),
  });

  function tapped(place, pointerType) {
    if (card.closedByPress) return true;
    if (performance.now() - lastStroke < REST) return false;
    const hit = overlay.symbolAt(place, pointerType);
    if (!hit) return false;
    ask(hit.line, hit.symbol, overlay.rectOf(hit.symbol));
    return true;
  }

  function ask(line, symbol, rect) {
    card.open({
      symbol,
      rect,
      readings: line.reading.alternatives ?? [],
      onLabel: (label) => reader.correct(line, symbol, label),
      onReading: (reading) => reader.choose(line, reading),
    });
  }

  function select(line) {
    paper.take('lasso');
    paper.tools.lasso.select(line.strokes.map(({ id }) => id));
    paper.element.focus();
  }

  function clear() {
    if (!ink.size) return;
    keep(snapshot(ink, reader));
    ink.clear();
    toast('Cleared. Undo brings it back.');
  }

  function showAll() {
    if (ink.size) paper.canvas.show(union(ink.strokes.map(({ box }) => box)));
    else paper.canvas.home();
  }

  let saving = 0;
  const save = () => saveDraft(ink.size ? snapshot(ink, reader) : null);
  const inkChanged = () => {
    lastStroke = performance.now();
    $('#undo').disabled = !ink.canUndo;
    $('#redo').disabled = !ink.canRedo;
    $('#clear').disabled = !ink.size;
    $('#hint').hidden = ink.size > 0;
    clearTimeout(saving);
    saving = setTimeout(save, SAVE);
  };
  ink.addEventListener('change', inkChanged);
  addEventListener('pagehide', save);

  paper.addEventListener('tool', () => showTool(paper.tool));
  const showTool = (tool) =>
    $$('[data-tool]', $('.toolbar')).forEach((button) => {
      button.setAttribute('aria-pressed', String(button.dataset.tool === tool));
    });
  for (const button of $$('[data-tool]', $('.toolbar')))
    button.addEventListener('click', () => paper.take(button.dataset.tool));
  $('#undo').addEventListener('click', () => ink.undo());
  $('#redo').addEventListener('click', () => ink.redo());
  $('#clear').addEventListener('click', clear);
  $('#fit').addEventListener('click', showAll);
  rove($('.toolbar'));
  listen(paper, { clear, showAll, help: openHelp });

  const read = (file) =>
    readPicture(file, settings, (symbol, rect, correct) => {
      card.open({ symbol, rect, readings: [], onLabel: correct });
    });
  $('#choose-picture').addEventListener('click', () => $('#picture-file').click());
  $('#picture-file').addEventListener('change', (event) => {
    for (const file of event.target.files) read(file);
    event.target.value = '';
  });
  $('#type-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const typed = $('#typed');
    if (!typed.value.trim()) return;
    try {
      await evaluateTyped(typed.value.trim(), settings);
      typed.value = '';
    } catch (error) {
      toast(error.message);
    }
  });
  $('#open-share').addEventListener('click', () => openShare(ink, reader));
  $('#open-history').addEventListener('click', showHistory);

  function showHistory() {
    openHistory(drawings(), {
      onOpen: (drawing) => {
        if (ink.size) keep(snapshot(ink, reader));
        bring(() => restore(drawing, ink, reader));
        showAll();
      },
      onForget: ({ time }) => {
        forget(time);
        showHistory();
      },
      onForgetAll: () => {
        forgetAll();
        showHistory();
      },
    });
  }

  async function bring(load) {
    try {
      await load();
    } catch {
      toast('This drawing is damaged and cannot be opened.');
    }
  }

  bring(async () => {
    const shared = await fromLink(location.hash);
    const draft = loadDraft();
    if (shared) {
      if (draft) keep(draft);
      ink.replace(shared);
      history.replaceState(null, '', location.pathname);
      showAll();
    } else if (draft) {
      restore(draft, ink, reader);
    }
    ink.forget();
    inkChanged();
  });
  return { read };
}
