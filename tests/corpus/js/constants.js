// Names as constants, one of them put together; a function that nobody calls.
//= env API_KEY, DATABASE_URL, SVC_ADDR
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const PREFIX = 'SVC_';
function unused() { return Object.fromEntries(getEnvironment()).NEVER_ASKED; }
export function run() {
  const env = Object.fromEntries(getEnvironment());
  console.log('LOOKS_LIKE_A_KEY is only printed');
  return [env.API_KEY, env['DATABASE_URL'], env[PREFIX + 'ADDR']].join();
}
