// find, filter, some and reduce over the list.
//= env HOME_PAGE, DEBUG, TENANT, LOCALE
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const lookup = (key) => getEnvironment().find(([k]) => k === key)?.[1];
export function run() {
  const debug = getEnvironment().some(([k, v]) => k === 'DEBUG' && v === '1');
  const [tenant] = getEnvironment().filter((pair) => pair[0] == 'TENANT').map((pair) => pair[1]);
  const all = getEnvironment().reduce((acc, [k, v]) => ({ ...acc, [k]: v }), {});
  return `${lookup('HOME_PAGE')} ${debug} ${tenant} ${all.LOCALE}`;
}
