// Iterators driven by hand, generators with results, and lists that are taken apart.
//= config one, two, three, four, five, last.name
import { get } from 'wasi:config/store@0.2.0-rc.1';

const source = { *[Symbol.iterator]() { yield 'one'; yield* ['two']; return 'not-yielded'; } };
function* numbered() { yield 'three'; return 'four'; }
function first() {
  const names = Array.prototype.slice.call(arguments, Math.max(0, arguments.length - 1));
  return names.pop();
}
export function run() {
  const out = [], steps = source[Symbol.iterator](), generator = numbered();
  for (let step; !(step = steps.next()).done;) out.push(get(step.value));
  out.push(get(generator.next().value), get(generator.next().value));
  const path = 'not.the.last.name'.split('.'), name = path.pop(), names = ['seven', 'five'];
  out.push(get(`${path.pop()}.${name}`), get(first('six', names.sort().shift())));
  return out.join();
}
