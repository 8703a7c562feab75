// Ways that are left: what is behind is not done on them, and the rounds behind are.
//= env FIRST_A, FIRST_B, FIRST_C, FALLBACK, NONE_FOUND, SOME_FOUND, COUNT_0, COUNT_1, STOPPED, NOT_STOPPED, LABEL_X, LABEL_Y
//= env NOT_READY, READY, LATE_MODE, EARLY_MODE, KEYED_LEFT, KEYED_RIGHT, REST_ONE, REST_TWO, QUEUE_FIRST, QUEUE_NEXT, REJECTED
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = () => Object.fromEntries(getEnvironment());

function firstOf(names) {
  for (const name of names) {
    const value = env()[name];
    if (!value) continue;
    return value;
  }
  return env().FALLBACK;
}

function counted(options) {
  let count = 0, stopped = false;
  const found = [];
  for (const option of ['a']) {
    if (!options[option]) continue;
    if (options.stop) { stopped = true; break; }
    count++;
    found.push(option);
  }
  env()[found.length ? 'SOME_FOUND' : 'NONE_FOUND'];
  env()[stopped ? 'STOPPED' : 'NOT_STOPPED'];
  return env()[`COUNT_${count}`];
}

const state = { ready: false, mode: 'EARLY' };
function prepare(options) {
  if (!options.prepare) return;
  state.ready = true;
  state.mode = 'LATE';
}

function labelled(options) {
  outer: for (const name of ['X', 'Y']) {
    for (const part of options.parts) {
      if (part === name) continue outer;
      if (!part) break outer;
    }
    env()[`LABEL_${name}`];
  }
}

function chosen(options) {
  const keyed = {}, { used, ...rest } = options.one ? { used: 1, REST_ONE: 1 } : { used: 2, REST_TWO: 2 };
  keyed[options.left ? 'KEYED_LEFT' : 'KEYED_RIGHT'] = used;
  env()[Object.keys(keyed)[0]];
  env()[Object.keys(rest)[0]];
  const queue = ['QUEUE_FIRST', 'QUEUE_NEXT'];
  if (options.skip) queue.shift();
  env()[queue[0]];
}

async function asked(options) { if (options.fail) throw new Error('failed'); return 'ok'; }

export function run(options) {
  firstOf(['FIRST_A', 'FIRST_B', 'FIRST_C']);
  counted(options);
  prepare(options);
  env()[state.ready ? 'READY' : 'NOT_READY'];
  env()[`${state.mode}_MODE`];
  labelled(options);
  chosen(options);
  return asked(options).then((ok) => ok, () => env().REJECTED);
}
