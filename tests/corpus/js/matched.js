// Names that an expression fits, whole or by their beginning.
//= env SMTP_HOST, SMTP_PORT
//~ env QUEUE_*
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
export function run() {
  const smtp = {}, queues = [];
  for (const [name, value] of getEnvironment()) {
    const m = /^QUEUE_(\w+)$/.exec(name);
    if (m) { queues.push([m[1].toLowerCase(), value]); continue; }
    if (/^SMTP_(HOST|PORT)$/.test(name)) smtp[name] = value;
  }
  return JSON.stringify({ smtp, queues });
}
