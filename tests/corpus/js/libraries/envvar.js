// Settings by env-var.
//= env EV_PORT, EV_NAME, EV_LIST, EV_FLAG, NODE_ENV
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import envVar from 'env-var';

export function run() {
  const env = envVar.from(Object.fromEntries(getEnvironment()));
  const port = env.get('EV_PORT').default('80').asPortNumber();
  const name = env.get('EV_NAME').required().asString();
  const list = env.get('EV_LIST').asArray(',');
  return [port, name, list, env.get('EV_FLAG').asBool()].join();
}
