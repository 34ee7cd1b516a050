// Taking a drawing elsewhere: the clipboard, files, and a link that carries the ink itself.

import { fromText, pack, squeeze, toText, unpack, unsqueeze } from './codec.js';
import { openDialog } from './dialogs.js';
import { element, toast } from './dom.js';
import { download, toInkml, toPng, toSvg } from './exports.js';

const FRAGMENT = '#ink=';

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied`);
  } catch {
    toast('The browser did not allow copying.');
  }
}

/** The strokes a link carries, null when it carries none. Throws when it is damaged. */
export async function fromLink(hash) {
  if (!hash.startsWith(FRAGMENT)) return null;
  return unpack(await unsqueeze(fromText(hash.slice(FRAGMENT.length))));
}

export async function toLink(strokes) {
  const bytes = await squeeze(pack(strokes.map(({ points }) => points)));
  return `${location.origin}${location.pathname}${FRAGMENT}${toText(bytes)}`;
}

export function openShare(ink, reader) {
  const { strokes } = ink;
  if (!strokes.length) return toast('There is nothing on the paper yet.');
  const readings = reader.lines.map(({ reading }) => reading).filter(Boolean);
  const act = (label, action) => element('button', { type: 'button', class: 'button', onclick: action }, label);
  const together = (field) => readings.map((reading) => reading[field]).join('\n');
  return openDialog(
    'share',
    'Share and save',
    element('p', { class: 'faint' }, 'The link holds the drawing itself. Nothing is kept on a server.'),
    element(
      'div',
      { class: 'buttons' },
      act('Copy link', async () => copy(await toLink(strokes), 'Link')),
      act('Copy picture', () => copyPicture(strokes)),
    ),
    readings.length > 0 && element('h3', { class: 'dialog-section' }, 'What was read'),
    readings.length > 0 &&
      element(
        'div',
        { class: 'buttons' },
        act('Copy LaTeX', () => copy(together('latex'), 'LaTeX')),
        act('Copy MathML', () => copy(together('mathml'), 'MathML')),
        act('Copy text', () => copy(together('text'), 'Text')),
      ),
    element('h3', { class: 'dialog-section' }, 'Files'),
    element(
      'div',
      { class: 'buttons' },
      act('PNG', async () => download(await toPng(strokes), 'doodle.png')),
      act('SVG', () => download(toSvg(strokes), 'doodle.svg')),
      act('InkML', () => download(toInkml(strokes), 'doodle.inkml')),
    ),
  );
}

async function copyPicture(strokes) {
  try {
    // Safari wants the promise itself, not its result.
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': toPng(strokes) })]);
    toast('Picture copied');
  } catch {
    toast('The browser did not allow copying a picture.');
  }
}
