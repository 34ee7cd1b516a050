// Keys of the paper. They act only while the paper has the focus, so that single letters stay free elsewhere.

const STEP = 8,
  LEAP = 40; // paper units; with shift
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param actions {clear, showAll, help} */
export function listen(paper, { clear, showAll, help }) {
  const { canvas, ink } = paper;
  const { lasso } = paper.tools;
  const plain = {
    p: () => paper.take('pen'),
    e: () => paper.take('eraser'),
    l: () => paper.take('lasso'),
    '+': () => canvas.zoom(1.2),
    '=': () => canvas.zoom(1.2),
    '-': () => canvas.zoom(1 / 1.2),
    0: showAll,
    '?': help,
    Escape: () => lasso.select([]),
  };
  const withControl = {
    z: (event) => (event.shiftKey ? ink.redo() : ink.undo()),
    y: () => ink.redo(),
    a: () => {
      paper.take('lasso');
      lasso.select(ink.strokes.map(({ id }) => id));
    },
  };
  const remove = (event) => (event.shiftKey ? clear() : lasso.removeSelected());

  paper.element.addEventListener('keydown', (event) => {
    if (event.altKey || event.target !== paper.element) return;
    const control = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = control ? withControl[key] : plain[key];
    if (act) {
      act(event);
    } else if (key === 'Delete' || key === 'Backspace') {
      remove(event);
    } else if (ARROWS[key] && !control) {
      const [dx, dy] = ARROWS[key].map((each) => each * (event.shiftKey ? LEAP : STEP));
      if (lasso.selected.size) lasso.moveBy(dx, dy);
      else canvas.pan(-dx * 4, -dy * 4);
    } else {
      return;
    }
    event.preventDefault();
  });
}
