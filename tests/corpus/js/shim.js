// What stands in for process.env, installed where there is no process.
//= env DATABASE_URL, PORT, APP_MODE
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
globalThis.process ??= {};
Object.defineProperty(globalThis.process, 'env', { configurable: true, get() { return Object.fromEntries(getEnvironment()); } });
export function run() {
  const { DATABASE_URL, PORT = '3000' } = process.env;
  if (process.env.APP_MODE !== 'production') console.log('dev');
  return DATABASE_URL + PORT;
}
