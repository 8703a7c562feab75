// Lines `NAME=value` made of the entries: looked for, cut, joined and searched by expressions.
//= env PORT, HOST, TOKEN, MODE, DB_URL, DEBUG, CACHE_URL
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const lines = () => getEnvironment().map(([k, v]) => k + '=' + v);
const value = (name) => {
  const prefix = name + '=';
  const line = lines().find((l) => l.startsWith(prefix));
  return line && line.slice(prefix.length);
};
// As dotenv reads a file.
const LINE = /(?:^|^)\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|[^#\r\n]+)?\s*(?:#.*)?(?:$|$)/mg;
function parse(text) {
  const all = {};
  for (let match; (match = LINE.exec(text)) != null;) all[match[1]] = (match[2] || '').trim();
  return all;
}
export function run() {
  const text = lines().join('\n');
  const host = /^HOST=(.*)$/m.exec(text)?.[1];
  const cut = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) cut[line.slice(0, at)] = line.slice(at + 1);
  }
  const { DB_URL } = Object.fromEntries(lines().map((l) => l.split('=')));
  return [value('PORT'), host, cut.TOKEN, parse(text).MODE, DB_URL, lines().includes('DEBUG=1'), text.indexOf('\nCACHE_URL=')].join();
}
