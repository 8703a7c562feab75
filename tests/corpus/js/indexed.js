// The list walked by index, by an iterator, and through Object.entries.
//= env BY_INDEX, BY_ITERATOR, BY_ENTRIES, BY_KEYS
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

export function run() {
  const list = getEnvironment();
  let out = '';
  for (let i = 0; i < list.length; i++) if (list[i][0] === 'BY_INDEX') out += list[i][1];
  const map = new Map(list);
  for (const pair of map.entries()) { const [key] = pair; if (key == 'BY_ITERATOR') { out += pair[1]; break; } }
  Object.entries(Object.fromEntries(list)).forEach(([name, value]) => { if ('BY_ENTRIES' === name) out += value; });
  for (const key of [...map.keys()]) if (key === 'BY_KEYS') out += map.get(key);
  return out;
}
