// A name chosen by branches, and passed on through several functions.
//= env PRIMARY_URL, REPLICA_URL, STAGING_URL, LOG_PROD, LOG_DEV
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = () => Object.fromEntries(getEnvironment());
function choose(write, stage) {
  if (stage) return 'STAGING_URL';
  let name = 'PRIMARY_URL';
  if (!write) name = 'REPLICA_URL';
  return name;
}
const through = (name, read) => read(name);
function log(level) {
  let key;
  switch (level) {
    case 0: key = 'LOG_PROD'; break;
    case 1: key = 'LOG_DEV'; break;
  }
  return env()[key];
}
export function run(write, stage, level) {
  return through(choose(write, stage), (name) => env()[name]) + log(level);
}
