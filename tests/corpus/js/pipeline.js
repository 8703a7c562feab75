// Higher-order code: composition, currying, a builder, a cache in a WeakMap, symbols as keys.
//= env PIPE_A, PIPE_B, BUILT_X, BUILT_Y, WEAK_KEY
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const pipe = (...steps) => (input) => steps.reduce((value, step) => step(value), input);
const lookup = (env) => (name) => env.get(name);
const read = pipe((name) => `PIPE_${name}`, (name) => lookup(new Map(getEnvironment()))(name), String);

class Builder {
  #names = [];
  add(name) { this.#names.push(`BUILT_${name}`); return this; }
  build() { const env = Object.fromEntries(getEnvironment()); return this.#names.map((n) => env[n]); }
}
const cache = new WeakMap(), hidden = Symbol('hidden'), owner = {};
export function run() {
  if (!cache.has(owner)) cache.set(owner, { [hidden]: 'WEAK_KEY' });
  const weak = new Map(getEnvironment()).get(cache.get(owner)[hidden]);
  return [read('A'), read('B'), ...new Builder().add('X').add('Y').build(), weak].join();
}
