// What a person prefers, kept on the device.

import { recall, remember } from './storage.js';

const KEY = 'settings';
const DEFAULTS = { notation: 'auto', symbols: 'auto', theme: 'auto', lefty: false };

export class Settings extends EventTarget {
  #values = { ...DEFAULTS, ...recall(KEY, {}) };

  constructor() {
    super();
    for (const name of Object.keys(DEFAULTS)) {
      Object.defineProperty(this, name, { get: () => this.#values[name], set: (value) => this.#set(name, value) });
    }
  }

  #set(name, value) {
    if (this.#values[name] === value) return;
    this.#values[name] = value;
    remember(KEY, this.#values);
    this.dispatchEvent(new CustomEvent('change', { detail: name }));
  }
}
