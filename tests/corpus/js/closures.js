// Functions as values: a factory, a table of handlers, a callback, a bound function, memoization.
//= env CLOSURE_A, CLOSURE_B, HANDLER_GET, HANDLER_PUT, BOUND, ONCE
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const reader = (prefix) => (name) => new Map(getEnvironment()).get(`${prefix}_${name}`);
const handlers = {
  get() { return reader('HANDLER')('GET'); },
  put: () => reader('HANDLER')('PUT'),
};
function once(make) { let made; return () => (made ??= make()); }
const plain = once(() => new Map(getEnvironment()).get('ONCE'));
function lookup(source, name) { return source().get(name); }
const bound = lookup.bind(null, () => new Map(getEnvironment()));
export function run(input) {
  const closure = reader('CLOSURE');
  const parts = ['A', 'B'].map(closure);
  parts.push(handlers[input]?.(), bound('BOUND'), plain());
  return parts.join();
}
