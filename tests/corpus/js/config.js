// Configuration keys, through an alias and a namespace, all of them, and one that is computed.
//= config mail.server, mail.from, mail.port, limits.size
//~ config feature.*
import { get as setting } from 'wasi:config/store@0.2.0-rc.1';
import * as store from 'wasi:config/store@0.2.0-rc.1';

class Mail {
  prefix = 'mail';
  get server() { return setting(`${this.prefix}.server`); }
  read(key) { return store.get([this.prefix, key].join('.')); }
}
export function run() {
  const mail = new Mail();
  const all = new Map(store.getAll());
  const feature = store.get('feature.' + Math.random());
  return [mail.server, mail.read('from'), mail.read('port'), all.get('limits.size'), feature].join();
}
