// Settings cleaned by envalid.
//= env VALID_PORT, VALID_HOST, VALID_KEY, VALID_ADMIN, NODE_ENV
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { cleanEnv, str, port, bool, url } from 'envalid';

export function run() {
  const env = cleanEnv(Object.fromEntries(getEnvironment()), {
    VALID_PORT: port({ default: 8080 }),
    VALID_HOST: str({ desc: 'where to listen' }),
    VALID_KEY: str({ devDefault: 'none' }),
    VALID_ADMIN: bool({ default: false }),
  }, { reporter: () => {} });
  return `${env.VALID_HOST}:${env.VALID_PORT}`;
}
