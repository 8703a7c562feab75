// Names made of other spellings: camelCase to SNAKE_CASE, dashes to underscores.
//= env MAX_CONNECTIONS, REQUEST_TIMEOUT, X_API_KEY, DATA_CENTER
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const snake = (name) => name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
const fromHeader = (header) => header.split('-').map((part) => part.toUpperCase()).join('_');
export function run() {
  const env = Object.fromEntries(getEnvironment());
  const settings = { maxConnections: 10, requestTimeout: 5 };
  for (const name in settings) settings[name] = env[snake(name)] ?? settings[name];
  return JSON.stringify(settings) + env[fromHeader('x-api-key')] + env['data center'.replace(/\s+/, '_').toUpperCase()];
}
