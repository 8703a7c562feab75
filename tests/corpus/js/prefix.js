// All names with a prefix, cut off in front: what is asked afterwards is the whole name.
//= env DEMO_LIMIT, DEMO_RATE, CFG_SIZE
//~ env DEMO_*, CFG_*
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const PREFIX = 'DEMO_';
export function run() {
  const settings = {};
  for (const [key, value] of getEnvironment()) {
    if (!key.startsWith(PREFIX)) continue;
    settings[key.slice(PREFIX.length)] = value;
  }
  const other = new Map(getEnvironment().filter(([k]) => /^CFG_/.test(k)).map(([k, v]) => [k.replace(/^CFG_/, ''), v]));
  return `${settings.LIMIT} ${settings['RATE']} ${other.get('SIZE')}`;
}
