// What tells the kind of an object is no key; nor are private members and symbols, nor what an unreachable handler asks.
//= env KIND_A, KIND_B
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const brand = Symbol('brand');
class Names { #hidden = 1; [brand] = 1; KIND_B = 1; }
const tag = (value) => Object.prototype.toString.call(value);
const isList = (value) => tag(value) === '[object Array]' || (value != null && typeof value.length === 'number');
const isPromise = (value) => value instanceof Promise || typeof value?.then === 'function';
function copy(from) {
  const to = {};
  for (const name of Object.keys(from)) if (name !== '__proto__' && name !== 'constructor') to[name] = from[name];
  return to;
}
function read(env, name) {
  if (isList(env) || isPromise(env)) return undefined;
  if (env instanceof Map) return env.get('KIND_MAP');
  if (tag(name) === '[object Array]') return env.KIND_LIST;
  return Object.hasOwn(env, name) ? env[name] : undefined;
}
export function run() {
  const env = copy(Object.fromEntries(getEnvironment()));
  let name = 'KIND_A';
  try { name = ['KIND', 'A'].join('_'); } catch { name = 'KIND_CAUGHT'; }
  return read(env, name) + Object.keys(new Names()).map((key) => env[key]).join();
}
