// Proxies that are called, whose members are made of their path, and that tell what they have.
//= env DEEP_A_B, DEEP_A_C, TOLD_ONE, TOLD_TWO
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const read = (name) => new Map(getEnvironment()).get(name);
const deep = (path) => new Proxy(() => {}, {
  get: (_, name) => deep([...path, name]),
  apply: () => read(path.join('_').toUpperCase()),
});
const told = new Proxy({}, {
  get: (_, name) => read(`TOLD_${name.toUpperCase()}`),
  has: (_, name) => ['one', 'two'].includes(name),
  ownKeys: () => ['one', 'two'],
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
});
export function run() {
  const config = deep(['deep']);
  return config.a.b() + config.a.c() + JSON.stringify({ ...told }) + ('three' in told ? read('NOT_TOLD') : '');
}
