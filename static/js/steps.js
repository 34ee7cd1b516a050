// The steps of an evaluation in the order of operations, one operation a step, in exact fractions.

import { element } from './dom.js';
import { parse } from './expression.js';
import * as q from './rational.js';

const MOST = 40;
const RANK = { factorial: 5, root: 4, '^': 4, '*': 3, '/': 3, fraction: 3, negative: 2, '+': 1, '-': 1, absolute: 4 };
const SIGNS = { '\\times': '×', '\\cdot': '·', '\\div': '÷', '*': '∗', '-': '−' };

/**
 * The steps as a list element: each line shows an expression with the operation marked that comes next.
 * Null when the expression is not plain arithmetic, is finished already, or ends elsewhere than at `exact`.
 */
export function steps(latex, exact) {
  let tree = parse(latex.replace(/=\s*$/, ''));
  if (!tree || !(tree = valued(tree))) return null;
  const lines = [];
  try {
    while (!isValue(tree) && lines.length < MOST) {
      const next = find(tree);
      if (!next) return null;
      lines.push(line(tree, next.node));
      tree = replace(tree, next.node, compute(next.node));
    }
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  const end = q.fromText(exact ?? '');
  if (!isValue(tree) || !end || !q.equal(tree.value, end) || !lines.length) return null;
  lines.push(line(tree, null));
  return element('ol', { class: 'steps', 'aria-label': 'Steps' }, ...lines);
}

const isValue = (node) => node.type === 'value';

// Numbers become values; a fraction of whole numbers in lowest terms is one already. Null: not arithmetic.
function valued(node) {
  if (node.type === 'number') {
    const value = q.fromText(node.text);
    return value && { type: 'value', value, decimal: node.text.includes('.') };
  }
  if (node.type === 'letter' || node.type === 'function' || node.index) return null;
  const a = valued(node.a);
  const b = node.b && valued(node.b);
  if (!a || (node.b && !b)) return null;
  if (node.type === 'negative' && isValue(a) && !a.negated)
    return { ...a, value: { n: -a.value.n, d: a.value.d }, negated: true };
  if (
    node.type === 'fraction' &&
    isWhole(a) &&
    isWhole(b) &&
    b.value.n > 1n &&
    q.rational(a.value.n, b.value.n).d === b.value.n
  ) {
    return { type: 'value', value: q.rational(a.value.n, b.value.n), decimal: false };
  }
  return { ...node, a, ...(b && { b }) };
}

const isWhole = (node) => isValue(node) && node.value.d === 1n && !node.decimal;

// The operation to do next: innermost parentheses first, then by rank, then from the left.
function find(tree) {
  let best = null;
  (function visit(node, depth) {
    if (isValue(node)) return;
    const inner = depth + (['group', 'fraction', 'root', 'absolute'].includes(node.type) ? 1 : 0);
    visit(node.a, inner);
    if (node.b) visit(node.b, inner + (node.type === '^' ? 1 : 0));
    const ready = isValue(node.a) && (!node.b || isValue(node.b));
    const rank = node.type === 'group' ? 9 : RANK[node.type];
    if (ready && rank && (!best || depth > best.depth || (depth === best.depth && rank > best.rank)))
      best = { node, depth, rank };
  })(tree, 0);
  return best;
}

function compute({ type, a, b }) {
  const decimal = Boolean(a.decimal || b?.decimal);
  const value = (made) => ({ type: 'value', value: made, decimal });
  switch (type) {
    case 'group':
      return a;
    case 'negative':
      return value(q.multiply(a.value, q.rational(-1n)));
    case '+':
      return value(q.add(a.value, b.value));
    case '-':
      return value(q.subtract(a.value, b.value));
    case '*':
      return value(q.multiply(a.value, b.value));
    case '/':
    case 'fraction':
      return value(q.divide(a.value, b.value));
    case '^':
      return value(q.power(a.value, b.value));
    case 'absolute':
      return value(a.value.n < 0n ? q.multiply(a.value, q.rational(-1n)) : a.value);
    case 'root': {
      const root = q.squareRoot(a.value);
      if (!root) throw new RangeError('not a square');
      return value(root);
    }
    case 'factorial':
      return value(factorial(a.value));
    default:
      throw new RangeError(type);
  }
}

function factorial({ n, d }) {
  if (d !== 1n || n < 0n || n > 30n) throw new RangeError('too large');
  let product = 1n;
  for (let i = 2n; i <= n; i++) product *= i;
  return q.rational(product);
}

// Parentheses around a value that is not negative say nothing any more.
function replace(tree, old, made) {
  if (tree === old) return made;
  if (isValue(tree)) return tree;
  const a = replace(tree.a, old, made);
  if (tree.type === 'group' && isValue(a) && a.value.n >= 0n) return a;
  return { ...tree, a, ...(tree.b && { b: replace(tree.b, old, made) }) };
}

function line(tree, marked) {
  return element('li', {}, tag('math', lay(tree, marked)));
}

function tag(name, ...children) {
  const made = document.createElementNS('http://www.w3.org/1998/Math/MathML', name);
  made.append(...children);
  return made;
}

const sign = (text) => tag('mo', SIGNS[text] ?? text);

function lay(node, marked) {
  const made = pieces(node, marked);
  if (node === marked) made.setAttribute('class', 'next-step');
  return made;
}

function pieces(node, marked) {
  const [a, b] = [node.a && lay(node.a, marked), node.b && lay(node.b, marked)];
  switch (node.type) {
    case 'value':
      return number(node);
    case 'group':
      return tag('mrow', sign('('), a, sign(')'));
    case 'negative':
      return tag('mrow', sign('-'), a);
    case 'fraction':
      return tag('mfrac', a, b);
    case '^':
      return tag('msup', a, b);
    case 'root':
      return tag('msqrt', a);
    case 'absolute':
      return tag('mrow', sign('|'), a, sign('|'));
    case 'factorial':
      return tag('mrow', a, sign('!'));
    default:
      return tag('mrow', a, ...(node.sign || isValue(node.b) ? [sign(node.sign || '\\times')] : []), b);
  }
}

function number({ value, decimal }) {
  const text = q.toText(value, decimal);
  const [above, below] = text.replace('-', '').split('/');
  const digits = below ? tag('mfrac', tag('mn', above), tag('mn', below)) : tag('mn', above);
  return value.n < 0n ? tag('mrow', sign('-'), digits) : digits;
}
