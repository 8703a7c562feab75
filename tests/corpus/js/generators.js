// Generators, async functions, iterators, promises, tagged templates.
//= env GEN_ONE, GEN_TWO, ASYNC_KEY, TAGGED_KEY, ALL_A, ALL_B, THEN_KEY
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

function* names() { yield 'GEN_ONE'; yield* ['GEN_TWO']; }
const get = async (name) => new Map(getEnvironment()).get(name);
const key = (strings, ...values) => strings.reduce((all, s, i) => all + s + (values[i] ?? ''), '');
export async function run() {
  let out = '';
  for (const name of names()) out += await get(name);
  out += await get('ASYNC_KEY');
  out += await get(key`TAGGED_${'KEY'}`);
  const [a, b] = await Promise.all(['ALL_A', 'ALL_B'].map(get));
  await Promise.resolve('THEN_KEY').then(get).catch(() => {});
  return out + a + b;
}
