// What is gathered on some ways only: whether there is any decides how it goes on, and both are possible.
//= env HOST, PORT, PATH_A, PATH_B, USER, TOKEN, EMPTY_MAP, FULL_MAP, EMPTY_SET, NONE_MISSING, FIRST_0, LEVEL_INFO, LEVEL_WARN
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = () => Object.fromEntries(getEnvironment());
var Level;
(function (Level) { Level[Level['INFO'] = 0] = 'INFO'; Level[Level['WARN'] = 1] = 'WARN'; })(Level || (Level = {}));

function validated(e) {
  const errors = [];
  if (!e.HOST) errors.push('HOST is missing');
  if (isNaN(parseInt(e.PORT ?? '80', 10))) errors.push('PORT is no number');
  if (errors.length) throw new Error(errors.join('; '));
  return e.PATH_A;
}

function named(e) {
  const problems = {};
  if (!e.USER) problems.user = 'USER';
  if (Object.keys(problems).length > 0) return problems;
  return e.TOKEN;
}

function gathered(e, flag) {
  const seen = new Map(), names = new Set(), list = [];
  if (flag) { seen.set('a', 1); names.add('a'); list.push('x'); } else { e['FIRST_' + list.length]; }
  if (seen.size) e.FULL_MAP; else e.EMPTY_MAP;
  if (names.size === 0) e.EMPTY_SET;
  const missing = ['PATH_B'].filter((name) => !(name in e));
  if (!missing.length) return e.NONE_MISSING;
  return list;
}

export function run(flag) {
  const e = env();
  for (const level in Level) if (isNaN(Number(level))) e['LEVEL_'.concat(level)];
  try { validated(e); } catch (error) { console.error(error.message); }
  return [named(e), gathered(e, flag)];
}
