// How practice goes, kept on the device only: the streak, the best one, and each day's right answers.

import { recall, remember } from './storage.js';

const KEY = 'practice';
const DAYS = 60;

const today = () => new Date().toLocaleDateString('sv'); // yyyy-mm-dd

const load = () => ({ streak: 0, best: 0, days: {}, ...recall(KEY, {}) });

export function progress() {
  const { streak, best, days } = load();
  return { streak, best, today: days[today()] ?? 0 };
}

/** Counts a problem that was solved; `first`: at the first try. */
export function solved(first) {
  const all = load();
  all.streak = first ? all.streak + 1 : 0;
  all.best = Math.max(all.best, all.streak);
  all.days[today()] = (all.days[today()] ?? 0) + 1;
  all.days = Object.fromEntries(Object.entries(all.days).sort().slice(-DAYS));
  remember(KEY, all);
}

export function missed() {
  remember(KEY, { ...load(), streak: 0 });
}

export function forgetProgress() {
  remember(KEY, {});
}
