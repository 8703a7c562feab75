// Strings that look like keys, code that cannot be reached, and a process that this engine does not have.
//= env REAL_KEY
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const documentation = 'Set DECOY_ONE and DECOY_TWO; process.env.DECOY_THREE is not read.';
const DEBUG = false;
function dead() { return lookup('DECOY_FOUR'); }
function lookup(name) { return new Map(getEnvironment()).get(name); }
export function helper() { return lookup('DECOY_FIVE'); }
export function run() {
  if (DEBUG) lookup('DECOY_SIX');
  const node = typeof process !== 'undefined' && process.env.DECOY_SEVEN;
  console.log(documentation, node, { DECOY_EIGHT: 1 });
  const local = { DECOY_NINE: 'x' };
  return local.DECOY_NINE + lookup('REAL_KEY');
}
