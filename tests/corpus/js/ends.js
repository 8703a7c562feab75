// What is done in any case sees what each way left that it comes from; JSON that a function revives; objects as names.
//= env RETURNED_1, RETURNED_2, RETURNED_3, CAUGHT_1, CAUGHT_2, CAUGHT_3, HANDLER_2, ROUND_1, ROUND_2, BEHIND_3, BEHIND_CAUGHT_2, BEHIND_CAUGHT_3
//= env REVIVED, LISTED_KEY, OBJECT_ONE, OBJECT_TWO
//~ env ANY_*
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = (name) => Object.fromEntries(getEnvironment())[name];

function returns(some) {
  let at = 1;
  try {
    if (some) return env('RETURNED_1');
    at = 2;
    if (!some) return at;
    at = 3;
  } finally { env(`RETURNED_${at}`); }
  env(`BEHIND_${at}`);
}

function caught(some) {
  let at = 1;
  try {
    if (some) return;
    at = 2;
    some();
    at = 3;
  } catch { env(`HANDLER_${at}`); } finally { env(`CAUGHT_${at}`); }
  env(`BEHIND_CAUGHT_${at}`);
}

function rounds(list) {
  let at = 1;
  for (const one of list) {
    try {
      if (one) continue;
      at = 2;
    } finally { env(`ROUND_${at}`); }
  }
}

class Name {
  constructor(last) { this.last = last; }
  toString() { return 'OBJECT_' + this.last; }
}
const two = { [Symbol.toPrimitive]: () => 'OBJECT_TWO' };

function revives(text) {
  const revived = JSON.parse('{"a": {"name": "REVIVED"}, "b": ["LISTED"]}', (key, v) => (key === 'name' ? env(v) : key === '0' ? { v } : v));
  env(revived.b[0].v + '_KEY');
  JSON.parse(text, (key, v) => env(`ANY_${key}`) ?? v);
}

export function run(some, list, text) {
  returns(some);
  caught(some);
  rounds(list);
  revives(text);
  const all = Object.fromEntries(getEnvironment());
  return all[new Name('ONE')] + all[two];
}
