// A plot of y = f(x) as SVG, drawn from the expression tree; the range can be moved and zoomed.

import { element } from './dom.js';
import { lettersOf, parse } from './expression.js';

const WIDTH = 320,
  HEIGHT = 220;
const SAMPLES = 400;
const SVG = 'http://www.w3.org/2000/svg';

/** {variable, f} for LaTeX such as y=2x+1, or null when it is no function of one letter. */
export function functionOf(latex) {
  const match = /^\s*y\s*=(.+)$/.exec(latex);
  const tree = match && parse(match[1]);
  if (!tree) return null;
  const letters = [...lettersOf(tree)].filter((name) => name !== 'e');
  if (letters.length !== 1 || letters[0] === 'y') return null;
  return { variable: letters[0], f: compile(tree) };
}

const MATHS = {
  ln: Math.log,
  lg: Math.log10,
  log: Math.log10,
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  exp: Math.exp,
};

// A tree to a function of one number.
function compile(tree) {
  const [a, b] = [tree.a && compile(tree.a), tree.b && compile(tree.b)];
  switch (tree.type) {
    case 'number': {
      const value = tree.text === 'π' ? Math.PI : Number(tree.text);
      return () => value;
    }
    case 'letter':
      return tree.name === 'e' ? () => Math.E : (x) => x;
    case 'group':
      return a;
    case 'negative':
      return (x) => -a(x);
    case '+':
      return (x) => a(x) + b(x);
    case '-':
      return (x) => a(x) - b(x);
    case '*':
      return (x) => a(x) * b(x);
    case '/':
    case 'fraction':
      return (x) => a(x) / b(x);
    case '^':
      return (x) => a(x) ** b(x);
    case 'absolute':
      return (x) => Math.abs(a(x));
    case 'factorial':
      return (x) => factorial(a(x));
    case 'root': {
      const index = tree.index && compile(tree.index);
      return index ? (x) => realRoot(a(x), index(x)) : (x) => Math.sqrt(a(x));
    }
    case 'function': {
      const base = tree.base && compile(tree.base);
      return base ? (x) => Math.log(a(x)) / Math.log(base(x)) : (x) => MATHS[tree.name](a(x));
    }
    default:
      throw new TypeError(tree.type);
  }
}

const realRoot = (value, index) => (value < 0 && index % 2 === 1 ? -((-value) ** (1 / index)) : value ** (1 / index));

function factorial(n) {
  if (!Number.isInteger(n) || n < 0 || n > 170) return NaN;
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

/** The plot with its buttons. */
export function plot({ variable, f }, label) {
  let middle = 0,
    reach = 6;
  const svg = make('svg', {
    class: 'plot',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': `Plot of ${label}`,
  });
  const draw = () => svg.replaceChildren(...picture(f, variable, middle - reach, middle + reach));
  const button = (words, text, act) =>
    element(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        'aria-label': words,
        onclick: () => {
          act();
          draw();
        },
      },
      text,
    );
  draw();
  return element(
    'div',
    {},
    svg,
    element(
      'div',
      { class: 'plot-buttons' },
      button('Move left', '←', () => {
        middle -= reach / 2;
      }),
      button('Move right', '→', () => {
        middle += reach / 2;
      }),
      button('Zoom in', '+', () => {
        reach = Math.max(0.1, reach / 2);
      }),
      button('Zoom out', '−', () => {
        reach = Math.min(1000, reach * 2);
      }),
    ),
  );
}

function picture(f, variable, x0, x1) {
  const points = Array.from({ length: SAMPLES + 1 }, (_, i) => {
    const x = x0 + ((x1 - x0) * i) / SAMPLES;
    return [x, f(x)];
  });
  const [y0, y1] = range(points.map(([, y]) => y).filter(Number.isFinite));
  const px = (x) => ((x - x0) / (x1 - x0)) * WIDTH;
  const py = (y) => HEIGHT - ((y - y0) / (y1 - y0)) * HEIGHT;
  return [
    ...ticks(x0, x1).flatMap((x) => tick(px(x), null, x, 0 >= y0 && 0 <= y1 ? py(0) : HEIGHT)),
    ...ticks(y0, y1).flatMap((y) => tick(null, py(y), y, 0 >= x0 && 0 <= x1 ? px(0) : 0)),
    line('plot-axis', 0, py(0), WIDTH, py(0)),
    line('plot-axis', px(0), 0, px(0), HEIGHT),
    make('path', { class: 'plot-curve', d: curve(points, px, py, y1 - y0) }),
    text(WIDTH - 12, Math.min(HEIGHT - 6, Math.max(14, py(0) - 6)), variable),
    text(Math.min(WIDTH - 14, Math.max(6, px(0) + 6)), 13, 'y'),
  ];
}

// The range that holds the middle nine tenths of the values, so that a pole does not flatten the rest.
function range(values) {
  if (!values.length) return [-1, 1];
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.05)],
    high = sorted[Math.ceil(sorted.length * 0.95) - 1];
  const room = (high - low) * 0.15 || 1;
  return [low - room, high + room];
}

// Gaps where the function has no value or jumps across the whole picture.
function curve(points, px, py, span) {
  let path = '',
    pen = false;
  points.forEach(([x, y], i) => {
    const jump = i && Math.abs(y - points[i - 1][1]) > span * 1.5;
    if (!Number.isFinite(y)) {
      pen = false;
      return;
    }
    path += `${pen && !jump ? 'L' : 'M'}${px(x).toFixed(1)} ${Math.max(-1e4, Math.min(1e4, py(y))).toFixed(1)}`;
    pen = true;
  });
  return path;
}

function ticks(low, high) {
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const found = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) if (i) found.push(i * step);
  return found;
}

function tick(x, y, value, axis) {
  const written = String(Number(value.toPrecision(6))).replace('-', '−');
  if (x !== null)
    return [line('plot-grid', x, 0, x, HEIGHT), text(x + 2, Math.min(HEIGHT - 4, Math.max(10, axis + 11)), written)];
  return [line('plot-grid', 0, y, WIDTH, y), text(Math.min(WIDTH - 28, Math.max(2, axis + 3)), y - 2, written)];
}

const line = (className, x1, y1, x2, y2) => make('line', { class: className, x1, y1, x2, y2 });

function text(x, y, words) {
  const made = make('text', { class: 'plot-text', x, y });
  made.textContent = words;
  return made;
}

function make(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
