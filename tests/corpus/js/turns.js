// What is done later: promises' functions, what stands behind `await`, and lists that grow while they are gone through.
//= env TURN_NOW, TURN_LATER, TURN_READY, TURN_ALL_A, TURN_ALL_B, QUEUE_A, QUEUE_B, QUEUE_C, MODE_dev, MODE_prod, LEFT_B, LEFT_C, TIMED
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = (name) => Object.fromEntries(getEnvironment())[name];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class Client {
  key = 'TURN_NEVER';
  constructor() { this.ready = this.init(); }
  async init() { await sleep(1); this.key = 'TURN_READY'; }
  async read() { await this.ready; return env(this.key); }
}

async function turns() {
  let name = 'TURN_NOW';
  const later = Promise.resolve('TURN_LATER').then((next) => { name = next; });
  env(name);
  await later;
  env(name);
}

async function all() {
  const names = [], add = async (name) => { await sleep(1); names.push(name); };
  await Promise.all([add('TURN_ALL_A'), add('TURN_ALL_B')]);
  names.forEach(env);
}

async function timed() {
  let name = 'TIMED_NEVER';
  await new Promise((resolve) => setTimeout(() => { name = 'TIMED'; resolve(); }, 1));
  env(name);
}

function queue() {
  const behind = { QUEUE_A: ['QUEUE_B'], QUEUE_B: ['QUEUE_C'], QUEUE_C: [] }, seen = new Set(['QUEUE_A']);
  for (const name of seen) {
    env(name);
    behind[name].forEach((next) => seen.add(next));
  }
  const list = ['NEVER'], each = list[Symbol.iterator]();
  list.push('QUEUE_A');
  each.next();
  env(each.next().value);
}

function mode(given) {
  if (!['dev', 'prod'].includes(given)) throw new Error(given);
  env(`MODE_${given}`);
}

function left(some) {
  const { LEFT_A, ...rest } = some ? { LEFT_A: 1, LEFT_B: 1 } : { LEFT_A: 1, LEFT_C: 1 };
  for (let names = Object.keys(rest), i = 0; i < names.length; i++) env(names[i]);
}

export async function run(given) {
  await turns();
  await new Client().read();
  await all();
  await timed();
  queue();
  left(given);
  mode(given);
}
