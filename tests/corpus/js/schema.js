// A schema of options, validated by a small library of the program's own.
//= env SERVER_PORT, SERVER_HOST, SERVER_TLS, LOG_FORMAT
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const string = (env, fallback) => ({ env, fallback, parse: (v) => v });
const number = (env, fallback) => ({ ...string(env, fallback), parse: Number });
const boolean = (env) => Object.assign(string(env, false), { parse: (v) => v === 'true' });
const schema = {
  server: { port: number('SERVER_PORT', 80), host: string('SERVER_HOST', '::'), tls: boolean('SERVER_TLS') },
  log: { format: string('LOG_FORMAT', 'json') },
};
function load(part, env) {
  const out = {};
  for (const [name, option] of Object.entries(part)) {
    if (!('parse' in option)) { out[name] = load(option, env); continue; }
    const raw = env[option.env];
    out[name] = raw === undefined ? option.fallback : option.parse(raw);
  }
  return Object.freeze(out);
}
export function run() { return JSON.stringify(load(schema, Object.fromEntries(getEnvironment()))); }
