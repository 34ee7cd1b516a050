// The symbols a reading can hold, as the server's vocabulary names them, and how each is shown.

const SHOWN = {
  '\\{': '{',
  '\\}': '}',
  '\\Delta': 'Δ',
  '\\alpha': 'α',
  '\\beta': 'β',
  '\\gamma': 'γ',
  '\\theta': 'θ',
  '\\lambda': 'λ',
  '\\mu': 'μ',
  '\\phi': 'ϕ',
  '\\sigma': 'σ',
  '\\pi': 'π',
  '\\infty': '∞',
  '\\cos': 'cos',
  '\\lim': 'lim',
  '\\log': 'log',
  '\\sin': 'sin',
  '\\tan': 'tan',
  '\\div': '÷',
  '\\times': '×',
  '\\pm': '±',
  '\\geq': '≥',
  '\\gt': '>',
  '\\leq': '≤',
  '\\lt': '<',
  '\\neq': '≠',
  '\\in': '∈',
  '\\rightarrow': '→',
  '\\exists': '∃',
  '\\forall': '∀',
  '\\ldots': '…',
  '\\prime': '′',
  '\\int': '∫',
  '\\sum': '∑',
  '\\sqrt': '√',
  '\\cdot': '·',
  '\\approx': '≈',
  '\\square': '□',
  '\\circ': '°',
};

const PLAIN = [
  ...'0123456789',
  ...'+-',
  '\\times',
  '\\div',
  '\\cdot',
  ...'*/:=',
  '\\neq',
  '\\approx',
  '\\lt',
  '\\gt',
  '\\leq',
  '\\geq',
  ...'.,()[]',
  '\\{',
  '\\}',
  ...'|!%?',
  '\\sqrt',
  '\\pi',
  '\\infty',
  '\\pm',
  '\\circ',
  '\\prime',
];
const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCEFGHILMNPRSTVXY'];

/** Every label, the common ones first. */
export const LABELS = [...new Set([...PLAIN, ...LETTERS, ...Object.keys(SHOWN)])];

export const shown = (label) => (label === '-' ? '−' : (SHOWN[label] ?? label));

const SPOKEN = {
  '-': 'minus',
  '+': 'plus',
  '=': 'equals',
  '\\times': 'times',
  '\\div': 'divided by',
  '\\sqrt': 'root',
  '(': 'open parenthesis',
  ')': 'close parenthesis',
  '.': 'point',
  ',': 'comma',
  '/': 'slash',
  '|': 'bar',
};

/** The label in words, for a screen reader. */
export const spoken = (label) => SPOKEN[label] ?? shown(label);
