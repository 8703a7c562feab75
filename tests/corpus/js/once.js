// What is made when it is first asked for, on ways of which none is certain.
//= env ONCE_A, ONCE_B
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

let env;
const load = () => env || (env = new Map(getEnvironment()));
const module = (run, made) => () => (made || run((made = { exports: {} }).exports, made), made.exports);
const names = module((exports) => { exports.a = 'ONCE_A'; exports.b = 'ONCE_B'; });
export function run(which) {
  if (which) return load().get(names().a);
  if (which === 0) names();
  return load().get(names().b) + names().a.length;
}
