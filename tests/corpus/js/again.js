// What a callback leaves behind is found by the next call.
//= env AGAIN_FIRST, AGAIN_SECOND
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

let names = ['AGAIN_FIRST'], warm = false;
const read = (name) => new Map(getEnvironment()).get(name);
const unused = () => read('AGAIN_NEVER');
export function run() {
  if (warm) return read('AGAIN_SECOND');
  queueMicrotask(() => { warm = names.length > 0; });
  return names.map(read).join();
}
