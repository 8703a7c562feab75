// A helper with a default, called from several places; one name comes from outside.
//= env TIMEOUT_MS, RETRIES, LOG_LEVEL
//~ env FEATURE_*
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

let cache;
function env(name, fallback = '') {
  cache ??= new Map(getEnvironment());
  return cache.has(name) ? cache.get(name) : fallback;
}
const number = (name, fallback) => Number(env(name, String(fallback)));
export function run() {
  const timeout = number('TIMEOUT_MS', 1000), retries = number('RETRIES', 3);
  const feature = env(`FEATURE_${new Date().getDay()}`);
  return `${timeout} ${retries} ${env('LOG_LEVEL', 'info')} ${feature}`;
}
