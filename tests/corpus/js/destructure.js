// Destructuring with renames and defaults, of parameters too.
//= env PORT, HOST, USER_NAME, PASSWORD
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

function connect({ USER_NAME: user = 'nobody', PASSWORD: password }) { return `${user}:${password}`; }
export function run() {
  const env = Object.fromEntries(getEnvironment());
  const { PORT: port = '8080', HOST } = env;
  return `${connect(env)}@${HOST ?? 'localhost'}:${port}`;
}
