// The environment copied onto an instance, which has methods, a setter and a promise of itself.
//= env PORT, SECRET_NAME, REGION, THROUGH_THEN
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

class Environment {
  constructor() { getEnvironment().forEach(([key, value]) => { this[key] = value; }); }
  number(name) { return Number(this[name]); }
  get region() { return this.REGION; }
  set region(value) { this.chosen = value; }
  async ready() { return this; }
}
export async function run() {
  const env = new Environment();
  const port = env.number('PORT');
  env.region = env.region ?? 'none';
  const again = await env.ready().then((e) => e.THROUGH_THEN);
  const plain = await Promise.resolve(Object.fromEntries(getEnvironment())).then((e) => e.SECRET_NAME);
  return [port, env.region, again, plain, env.chosen].join();
}
