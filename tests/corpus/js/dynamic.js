// Modules imported at run time, members by computed names, functions kept in objects.
//= env DYN_A, DYN_B
//= config dyn.key, dyn.other
import * as env from 'wasi:cli/environment@0.2.3';

const api = { environment: env['get' + 'Environment'] };
export async function run(which) {
  const store = await import('wasi:config/store@0.2.0-rc.1');
  const { get: read } = store;
  const all = Object.fromEntries(api.environment());
  const table = { a: 'DYN_A', b: 'DYN_B' };
  return read('dyn.key') + store[['g', 'e', 't'].join('')]('dyn.other') + all[table[which]];
}
