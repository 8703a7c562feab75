// What a handler finds: what its block had come to where something may throw, and not what it would have been at the end.
//= env DURING_A, DURING_B, AT_START, MEMBER_A, MEMBER_B, FINALLY_A, FINALLY_B, PASSED_A, PASSED_B, ROUND_1, ROUND_2, OWN_A, OWN_CAUGHT
//= env RETURNED_A, RETURNED_B, LIST_X, LIST_Y, SOME_A, SOME_B, AFTER_A, AFTER_B, CALLED_A, CALLED_B, LEFT_A, KNOWN_OK, REFUSED
//= env AWAITED_A, AWAITED_B
//= config key
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { get } from 'wasi:config/store@0.2.0-rc.1';

const env = (name) => Object.fromEntries(getEnvironment())[name];
const risky = () => get('key');

function variables(chosen) {
  let name = 'DURING_NONE';
  try { name = 'DURING_A'; risky(); name = 'DURING_B'; risky(); name = 'DURING_END'; } catch { env(name); }
  let start = 'AT_START';
  try { risky(); start = 'AT_END'; } catch { env(start); return; }
  let round = 0;
  try { for (round = 1; round < 3; round++) risky(); } catch { env(`ROUND_${round}`); }
  let some = 'SOME_NONE';
  try { if (chosen) { some = 'SOME_A'; risky(); } some = 'SOME_B'; risky(); some = 'SOME_END'; } catch { env(some); }
  let after = 'AFTER_A';
  try { risky(); after = 'AFTER_B'; } catch {}
  env(after);
}

const state = { key: 'MEMBER_NONE' };
const set = (key) => { state.key = key; risky(); };
function members() {
  try { state.key = 'MEMBER_A'; risky(); state.key = 'MEMBER_B'; risky(); state.key = 'MEMBER_END'; } catch { env(state.key); }
  try { set('CALLED_A'); set('CALLED_B'); state.key = 'CALLED_END'; } catch { env(state.key); }
  const list = [];
  try { list.push('X'); risky(); list.push('Y'); risky(); list.push('Z'); } catch { for (const part of list) env(`LIST_${part}`); }
}

function finals() {
  let name = 'FINALLY_NONE', passed, returned;
  try { name = 'FINALLY_A'; risky(); name = 'FINALLY_B'; } finally { env(name); }
  try {
    try { passed = 'PASSED_A'; risky(); passed = 'PASSED_B'; risky(); passed = 'PASSED_END'; } finally { passed = `${passed}`; }
  } catch { env(passed); }
  try {
    returned = 'RETURNED_A'; risky(); returned = 'RETURNED_B';
    return returned;
  } catch { return env(returned); } finally { env(returned); }
}

// What the handler's own block throws, and ways that end.
function nested() {
  let own = 'OWN_NONE', left = 'LEFT_A', known = 'REFUSED';
  try { own = 'OWN_A'; risky(); own = 'OWN_END'; } catch {
    try { env(own); own = 'OWN_CAUGHT'; risky(); own = 'OWN_LATER'; } catch { env(own); }
  }
  try { risky(); left = 'LEFT_END'; } catch { env(left); }
  try { risky(); known = 'KNOWN'; } catch (error) { env(known); throw error; }
  env(`${known}_OK`);
}

async function awaited() {
  let name;
  try { name = 'AWAITED_A'; await risky(); name = 'AWAITED_B'; await risky(); name = 'AWAITED_END'; } catch { env(name); }
}

export async function run(options) {
  variables(options === 'x');
  members();
  finals();
  await awaited();
  nested();
}
