// A proxy in front of the environment, and a getter defined in a loop.
//= env PROXIED, ALSO_PROXIED, LAZY_A, LAZY_B
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = new Proxy({}, { get: (_, name) => getEnvironment().find(([k]) => k === name)?.[1] });
const lazy = {};
for (const name of ['LAZY_A', 'LAZY_B'])
  Object.defineProperty(lazy, name, { get: () => new Map(getEnvironment()).get(name), enumerable: true });
export function run() {
  const { ALSO_PROXIED } = env;
  return env.PROXIED + ALSO_PROXIED + lazy.LAZY_A + lazy.LAZY_B;
}
