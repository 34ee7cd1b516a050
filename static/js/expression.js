// An expression tree from the server's LaTeX, for what the page itself works with: plots.
// It knows arithmetic, powers, roots and the usual functions; anything else is null, never a guess.
//
// Nodes: {type: 'number', text}, {type: 'letter', name}, {type: 'group', a}, {type: 'negative', a},
// {type: '+' | '-' | '*' | '/' | '^' | 'fraction', a, b}, {type: 'root', a, index}, {type: 'factorial', a},
// {type: 'absolute', a}, {type: 'function', name, a, base}.

import { tokens } from './variables.js';

const PRODUCTS = { '\\times': '*', '\\cdot': '*', '*': '*', '\\div': '/', '/': '/', ':': '/' };
const FUNCTIONS = new Set([
  '\\sin',
  '\\cos',
  '\\tan',
  '\\log',
  '\\ln',
  '\\lg',
  '\\exp',
  '\\sinh',
  '\\cosh',
  '\\tanh',
  '\\arcsin',
  '\\arccos',
  '\\arctan',
]);
const CLOSE = { '(': ')', '[': ']', '\\{': '\\}' };

/** The tree, or null when the LaTeX holds something else. */
export function parse(latex) {
  const parser = new Parser(tokens(latex).filter((token) => token.trim() && token !== '\\left' && token !== '\\right'));
  try {
    const tree = parser.sum();
    return parser.atEnd ? tree : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The names of the letters in a tree. */
export function lettersOf(tree) {
  if (tree === null || typeof tree !== 'object') return new Set();
  if (tree.type === 'letter') return new Set([tree.name]);
  return new Set([tree.a, tree.b, tree.index, tree.base].filter(Boolean).flatMap((each) => [...lettersOf(each)]));
}

class Parser {
  #tokens;
  #at = 0;
  #bars = 0; // open |

  constructor(list) {
    this.#tokens = list;
  }

  get atEnd() {
    return this.#at >= this.#tokens.length;
  }

  get #next() {
    return this.#tokens[this.#at];
  }

  #take(wanted) {
    if (wanted !== undefined && this.#next !== wanted) throw new SyntaxError(`${wanted} expected`);
    if (this.atEnd) throw new SyntaxError('the expression ends early');
    return this.#tokens[this.#at++];
  }

  sum() {
    let a = this.#product();
    while (this.#next === '+' || this.#next === '-') {
      const type = this.#take();
      a = { type, a, b: this.#product() };
    }
    return a;
  }

  #product() {
    let a = this.#signed();
    for (;;) {
      const sign = this.#next;
      if (sign in PRODUCTS) {
        this.#take();
        a = { type: PRODUCTS[sign], a, b: this.#signed() };
      } else if (this.#startsFactor()) {
        a = { type: '*', a, b: this.#power() };
      } else {
        return a;
      }
    }
  }

  #signed() {
    if (this.#next === '-') {
      this.#take();
      return { type: 'negative', a: this.#signed() };
    }
    if (this.#next === '+') this.#take();
    return this.#power();
  }

  #startsFactor() {
    const token = this.#next;
    if (token === undefined) return false;
    if (token === '|') return this.#bars === 0;
    return (
      /^[\dA-Za-z]$/.test(token) ||
      token in CLOSE ||
      FUNCTIONS.has(token) ||
      ['\\frac', '\\sqrt', '\\pi', '{'].includes(token)
    );
  }

  #power() {
    let a = this.#primary();
    for (;;) {
      if (this.#next === '^') {
        this.#take();
        a = { type: '^', a, b: this.#argument() };
      } else if (this.#next === '!') {
        this.#take();
        a = { type: 'factorial', a };
      } else {
        return a;
      }
    }
  }

  #primary() {
    const token = this.#take();
    if (/^[\d.]$/.test(token)) return this.#number(token);
    if (/^[A-Za-z]$/.test(token)) return { type: 'letter', name: token };
    if (token === '\\pi') return { type: 'number', text: 'π' };
    if (token in CLOSE) {
      const bars = this.#bars;
      this.#bars = 0;
      const a = this.sum();
      this.#bars = bars;
      this.#take(CLOSE[token]);
      return { type: 'group', a };
    }
    if (token === '{') {
      const a = this.sum();
      this.#take('}');
      return a;
    }
    if (token === '|') {
      this.#bars++;
      const a = this.sum();
      this.#bars--;
      this.#take('|');
      return { type: 'absolute', a };
    }
    if (token === '\\frac') return { type: 'fraction', a: this.#argument(), b: this.#argument() };
    if (token === '\\sqrt') {
      let index = null;
      if (this.#next === '[') {
        this.#take();
        index = this.sum();
        this.#take(']');
      }
      return { type: 'root', a: this.#argument(), index };
    }
    if (FUNCTIONS.has(token)) return this.#function(token.slice(1));
    throw new SyntaxError(`${token} is not known here`);
  }

  #number(first) {
    let text = first;
    while (this.#next !== undefined && /^[\d.]$/.test(this.#next)) text += this.#take();
    if (!/^(\d+\.?\d*|\.\d+)$/.test(text)) throw new SyntaxError(`${text} is no number`);
    return { type: 'number', text };
  }

  // One token, or a row in braces.
  #argument() {
    if (this.#next === '{') return this.#primary();
    const token = this.#take();
    if (/^\d$/.test(token)) return { type: 'number', text: token };
    if (/^[A-Za-z]$/.test(token)) return { type: 'letter', name: token };
    throw new SyntaxError(`${token} is not known here`);
  }

  // A function takes what follows without a sign between: sin 2x is sin(2x).
  #function(name) {
    let power = null,
      base = null;
    for (; this.#next === '^' || this.#next === '_';) {
      if (this.#take() === '^') power = this.#argument();
      else base = this.#argument();
    }
    let a = this.#power();
    while (a.type !== 'group' && this.#startsFactor() && !FUNCTIONS.has(this.#next))
      a = { type: '*', a, b: this.#power() };
    const call = { type: 'function', name, a, base };
    return power ? { type: '^', a: call, b: power } : call;
  }
}
