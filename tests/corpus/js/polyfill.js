// process.env made by the program itself, as bundlers' shims do.
//= env APP_MODE, SENTRY_DSN, npm_config_loglevel
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

Object.defineProperty(globalThis, 'process', {
  value: { get env() { return Object.fromEntries(getEnvironment()); }, argv: [] },
});
const isProduction = () => process.env.APP_MODE === 'production';
export function run() {
  const { SENTRY_DSN: dsn, ['npm_config_' + 'loglevel']: level } = process.env;
  return `${isProduction()} ${dsn} ${level}`;
}
