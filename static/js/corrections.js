// Correcting a reading: the service lays out and evaluates again with other labels, and what the page knows
// of each symbol (its strokes, what else it may be, that a person corrected it) is carried over.

import { postPatiently } from './api.js';

/**
 * The reading again with other labels.
 * @param reading as the service gave it, or as this function did
 * @param labelOf the label a person gave to a symbol, undefined for the others
 */
export async function correctedReading(reading, labelOf, notation, options) {
  const symbols = reading.symbols.map(({ strokeIds, corrected, ...symbol }, i) => {
    const label = labelOf(reading.symbols[i]);
    return label === undefined ? symbol : { ...symbol, label, confidence: 1 };
  });
  const reply = await postPatiently('/v1/correct', { symbols, notation }, options);
  reply.symbols.forEach((symbol, i) =>
    carryOver(reading.symbols[i], symbol, labelOf(reading.symbols[i]) !== undefined),
  );
  return { ...reading, ...reply };
}

function carryOver(before, symbol, corrected) {
  symbol.strokeIds = before.strokeIds;
  symbol.corrected = Boolean(before.corrected || corrected);
  symbol.alternatives = before.alternatives;
  // What was read at first stays on offer.
  if (!before.corrected && before.label !== symbol.label) {
    symbol.alternatives = [{ label: before.label, confidence: before.confidence }, ...before.alternatives];
  }
}
