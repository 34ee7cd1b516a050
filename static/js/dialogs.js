// The dialogs over the page: filled when opened, closed by their button, escape, or a click beside them.

import { $, element, icon } from './dom.js';

/** Opens `#<name>-dialog` with a title and content; answers the dialog. */
export function openDialog(name, title, ...content) {
  const dialog = $(`#${name}-dialog`);
  dialog.replaceChildren(
    element(
      'div',
      { class: 'dialog-head' },
      element('h2', { id: `${name}-title` }, title),
      element(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => dialog.close() },
        icon('close'),
      ),
    ),
    ...content.filter(Boolean),
  );
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close();
  };
  if (!dialog.open) dialog.showModal();
  return dialog;
}

const SHORTCUTS = [
  ['P, E, L', 'pen, eraser, lasso'],
  ['Ctrl Z, Ctrl Y', 'undo, redo'],
  ['Ctrl A', 'select all ink'],
  ['Arrow keys', 'move the selection, or the paper'],
  ['Delete', 'remove the selection'],
  ['Shift Delete', 'clear the paper'],
  ['+, −, 0', 'zoom in, out, show all'],
  ['?', 'this help'],
];

export function openHelp() {
  return openDialog(
    'help',
    'How it works',
    element(
      'ul',
      { class: 'help-list' },
      ...[
        'Write anywhere. Each line is read as you lift the pen.',
        'Dots under a symbol mean doubt. Tap any symbol to see what else it may be, and correct it.',
        'Write = and the answer appears beside it. Write x = 5, and x is 5 on the lines below.',
        'Scratch over something in a zigzag to remove it. Two fingers pan and zoom.',
      ].map((text) => element('li', {}, text)),
    ),
    element('h3', { class: 'dialog-section' }, 'Keys, while the paper has the focus'),
    element(
      'dl',
      { class: 'keys' },
      ...SHORTCUTS.flatMap(([keys, what]) => [element('dt', {}, keys), element('dd', {}, what)]),
    ),
  );
}

const CHOICES = [
  [
    'notation',
    'Notation',
    [
      ['auto', 'Find out'],
      ['infix', 'Infix: 1 + 2'],
      ['prefix', 'Prefix: + 1 2'],
      ['postfix', 'Postfix: 1 2 +'],
    ],
  ],
  [
    'symbols',
    'Symbols',
    [
      ['auto', 'Find out'],
      ['arithmetic', 'Arithmetic only'],
      ['all', 'All'],
    ],
  ],
  [
    'theme',
    'Colours',
    [
      ['auto', 'As the device'],
      ['light', 'Light'],
      ['dark', 'Dark'],
    ],
  ],
];

export function openSettings(settings) {
  const rows = CHOICES.map(([name, label, options]) =>
    element(
      'label',
      { class: 'setting' },
      element('span', {}, label),
      element(
        'select',
        {
          class: 'button',
          onchange: (event) => {
            settings[name] = event.target.value;
          },
        },
        ...options.map(([value, text]) => element('option', { value, selected: settings[name] === value }, text)),
      ),
    ),
  );
  const lefty = element('input', {
    type: 'checkbox',
    checked: settings.lefty,
    onchange: (event) => {
      settings.lefty = event.target.checked;
    },
  });
  return openDialog(
    'settings',
    'Settings',
    ...rows,
    element('label', { class: 'setting' }, element('span', {}, 'Left-handed'), lefty),
  );
}

/** @param earlier {time, title}, newest first; `onOpen(drawing)`, `onForget(drawing)`, `onForgetAll()` */
export function openHistory(earlier, { onOpen, onForget, onForgetAll }) {
  const dialog = openDialog(
    'history',
    'Earlier drawings',
    element('p', { class: 'faint' }, 'Kept on this device only. A drawing is kept when the paper is cleared.'),
    earlier.length === 0 && element('p', { class: 'empty' }, 'None yet.'),
    element(
      'ul',
      { class: 'drawings' },
      ...earlier.map((drawing) =>
        element(
          'li',
          { class: 'drawing' },
          element(
            'button',
            {
              type: 'button',
              class: 'drawing-open',
              onclick: () => {
                dialog.close();
                onOpen(drawing);
              },
            },
            element('span', { class: 'drawing-title' }, drawing.title || 'A drawing'),
            element(
              'span',
              { class: 'faint' },
              new Date(drawing.time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }),
            ),
          ),
          element(
            'button',
            {
              type: 'button',
              class: 'icon-button',
              'aria-label': `Delete ${drawing.title || 'this drawing'}`,
              onclick: () => onForget(drawing),
            },
            icon('clear'),
          ),
        ),
      ),
    ),
    earlier.length > 0 &&
      element('button', { type: 'button', class: 'text-button', onclick: onForgetAll }, 'Delete all'),
  );
  return dialog;
}
