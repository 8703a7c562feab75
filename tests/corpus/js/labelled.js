// `continue` and `break` out of several loops: the rounds that they leave out, and what is done on the other ways.
//= env BOX_A, SKIPPED_1, BOX_B, SKIPPED_2, ROW_A, ROW_B, WHILE_A, WHILE_B, EACH_A, EACH_B, FOUND_1, FOUND_2, COUNT_00, COUNT_10, END
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = (name) => Object.fromEntries(getEnvironment())[name];
const boxes = [[['BOX_A', 'stop', 'NO_1']], [['BOX_B', 'stop', 'NO_2'], ['NO_3']]];

function three() {
  let count = 0;
  outer: for (const box of boxes) {
    count++;
    for (const row of box) {
      for (const name of row) {
        if (name === 'stop') {
          env(`SKIPPED_${count}`);
          continue outer;
        }
        env(name);
      }
    }
    env('NO_BEHIND');
  }
}

function counted() {
  all: for (let i = 0; i < 2; i++)
    for (let k = 0; k < 2; k++)
      for (;;) {
        if (k) continue all;
        env(`COUNT_${i}${k}`);
        break;
      }
}

function perhaps(more, list) {
  let prefix = 'WHILE_A';
  outer: for (let i = 0; i < 2; i++) {
    while (more()) continue outer;
    prefix = 'WHILE_B';
  }
  env(prefix);
  let each = 'EACH_A';
  all: for (const one of [1]) {
    for (const other of list) break all;
    each = 'EACH_B';
  }
  env(each);
  let row = 'ROW_A';
  rows: for (const one of [1]) {
    for (const other of list) for (const third of [other]) continue rows;
    row = 'ROW_B';
  }
  env(row);
}

function found() {
  found: {
    for (const name of ['FOUND_1', 'FOUND_2', 'NO_4']) {
      env(name);
      if (name === 'FOUND_2') break found;
    }
    env('NO_5');
  }
}

export function run(more, list) {
  three();
  counted();
  perhaps(more, list);
  found();
  return env('END');
}
