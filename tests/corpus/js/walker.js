// Keys made by a walk through a tree of defaults.
//= config server.port, server.tls.cert, log.level
//= env APP_SERVER_PORT, APP_SERVER_TLS_CERT, APP_LOG_LEVEL
import { get } from 'wasi:config/store@0.2.0-rc.1';
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const defaults = { server: { port: 80, tls: { cert: '' } }, log: { level: 'info' } };
function fill(tree, path = []) {
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => {
      const at = [...path, name];
      if (typeof value === 'object') return [name, fill(value, at)];
      const fromEnv = new Map(getEnvironment()).get('APP_' + at.join('_').toUpperCase());
      return [name, fromEnv ?? get(at.join('.')) ?? value];
    }),
  );
}
export function run() { return JSON.stringify(fill(defaults)); }
