// Tables of names: an array walked by a loop, an object of options, a set.
//= env DB_HOST, DB_PORT, DB_USER, CACHE_URL, QUEUE_URL, REGION, ZONE
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const names = ['HOST', 'PORT', 'USER'].map((n) => `DB_${n}`);
const options = { cache: { env: 'CACHE_URL', default: 'none' }, queue: { env: 'QUEUE_URL' } };
const places = new Set(['REGION', 'ZONE']);

export function run() {
  const env = new Map(getEnvironment());
  const out = {};
  for (const name of names) out[name.toLowerCase()] = env.get(name);
  for (const [key, option] of Object.entries(options)) out[key] = env.get(option.env) ?? option.default;
  places.forEach((place) => { out[place] = env.get(place); });
  return JSON.stringify(out);
}
