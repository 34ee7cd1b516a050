// A small menu beside a button: arrow keys walk it, escape closes it.

import { $, element, placeBeside } from './dom.js';

const menu = $('#line-menu');
let opener = null;

/** @param items [label, action] pairs; null is a rule. */
export function openMenu(button, items) {
  opener = button;
  menu.replaceChildren(
    ...items.map((item) =>
      item
        ? element(
            'button',
            {
              type: 'button',
              role: 'menuitem',
              onclick: () => {
                close();
                opener.focus();
                item[1]();
              },
            },
            item[0],
          )
        : element('hr', { role: 'separator' }),
    ),
  );
  menu.hidden = false;
  placeBeside(menu, button.getBoundingClientRect());
  $('button', menu).focus();
}

function close() {
  menu.hidden = true;
}

addEventListener(
  'pointerdown',
  (event) => {
    if (!menu.hidden && !menu.contains(event.target)) close();
  },
  { capture: true },
);

menu.addEventListener('keydown', (event) => {
  const items = [...menu.querySelectorAll('button')];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === 'Escape' || event.key === 'Tab') {
    close();
    opener.focus();
  } else if (to !== undefined) {
    items[(to + items.length) % items.length].focus();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
});
