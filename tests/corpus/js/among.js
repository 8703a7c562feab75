// Names of one of several objects, and places of elements: what is left out is told by its name or its place.
//= env KEPT_A, KEPT_B, ALL_a, ALL_b, ALL_skip, NO_X, HAS_X, FIRST_A, PICK_k, PICK_l, NONE, LAST
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = (name) => Object.fromEntries(getEnvironment())[name];
const one = { a: 'KEPT_A', skip: 'DROPPED_A' }, two = { b: 'KEPT_B', skip: 'DROPPED_B' };

const without = (source, left) => {
  var kept = {};
  for (var name in source) if (Object.prototype.hasOwnProperty.call(source, name) && left.indexOf(name) < 0) kept[name] = source[name];
  return kept;
};

function listed(some) {
  const list = ['a'];
  if (some) list.push('x');
  env(list.includes('x') ? 'HAS_X' : 'NO_X');
  env(list.indexOf('a') === 0 ? 'FIRST_A' : 'NEVER_A');
  env(['q', 'r', 'q'].lastIndexOf('q') === 2 ? 'LAST' : 'NEVER_LAST');
  const at = ['k', 'l'].indexOf(some);
  if (at < 0) return env('NONE');
  return env('PICK_' + ['k', 'l'][at]);
}

export function run(some) {
  const source = some ? one : two;
  for (const name in source) env(`ALL_${name}`);
  for (const name of Object.values(without(source, ['skip']))) name && env(name);
  return listed(some);
}
