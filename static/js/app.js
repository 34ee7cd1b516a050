// Wires the page: modes, settings, dialogs. Each mode starts when it is first shown.

import { watchConnection } from './connection.js';
import { openHelp, openSettings } from './dialogs.js';
import { $, $$, announce } from './dom.js';
import { startDoodle } from './doodle.js';
import { SymbolCard } from './doubt.js';
import { Settings } from './settings.js';

const settings = new Settings();
const root = document.documentElement;

function dress() {
  root.classList.toggle('lefty', settings.lefty);
  if (settings.theme === 'auto') delete root.dataset.theme;
  else root.dataset.theme = settings.theme;
  // Canvases hold their colours as pixels and must be drawn again.
  dispatchEvent(new Event('themechange'));
}
settings.addEventListener('change', dress);
dress();

watchConnection();
const card = new SymbolCard();
const doodle = startDoodle(settings, card);

$('#open-settings').addEventListener('click', () => openSettings(settings));
$('#open-help').addEventListener('click', openHelp);

const starters = {
  practice: async () => (await import('./practice.js')).startPractice($('#practice')),
  worksheet: async () => (await import('./worksheet.js')).startWorksheet($('#worksheet'), card),
};
const started = { doodle };

async function show(mode) {
  for (const section of $$('.mode')) section.hidden = section.id !== mode;
  for (const button of $$('.modes button')) {
    if (button.dataset.mode === mode) button.setAttribute('aria-current', 'page');
    else button.removeAttribute('aria-current');
  }
  document.body.dataset.mode = mode;
  started[mode] ??= await starters[mode]();
  announce($(`#${mode}`).getAttribute('aria-label'));
}
for (const button of $$('.modes button')) button.addEventListener('click', () => show(button.dataset.mode));

// A picture dropped or pasted anywhere goes to the mode on screen.
function take(files) {
  const mode = started[document.body.dataset.mode];
  for (const file of files) if (file.type.startsWith('image/')) mode.read?.(file);
}
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  take(event.dataTransfer.files);
});
addEventListener('paste', (event) => take(event.clipboardData.files));
