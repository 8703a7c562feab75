// Ways that a label sends out of blocks, loops and switches: they go on behind its statement.
//= env BLOCK_A, BLOCK_B, RETURN_A, THROW_A, TWO_A, TWO_B, TWO_C, INNER_A, INNER_RETURNS, ROUND_x, ROUND_y, LOOP_A, LOOP_B, SWITCH_A, SWITCH_B
//= env LISTED_a, LISTED_b
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = (name) => Object.fromEntries(getEnvironment())[name];

function blocks(options) {
  let name = 'BLOCK_A';
  only: { if (options.x) break only; name = 'BLOCK_B'; }
  env(name);
  let two = 'TWO_A';
  outer: {
    inner: { if (options.x) break outer; if (options.y) break inner; two = 'TWO_B'; break outer; }
    two = 'TWO_C';
  }
  env(two);
}

function returns(options) { only: { if (options.x) break only; return; } env('RETURN_A'); }
function throws(options) { only: { if (options.x) break only; throw new Error('no x'); } env('THROW_A'); }
function within(options) { outer: { inner: { if (options.x) break outer; return env('INNER_RETURNS'); } } env('INNER_A'); }

function rounds(options) {
  outer: for (const name of ['x', 'y']) {
    for (const part of options.parts) {
      if (part === name) continue outer;
      if (!part) break outer;
    }
    env(`ROUND_${name}`);
  }
  let name = 'LOOP_A';
  all: for (const one of [1]) { for (const other of [one]) { if (options.x) break all; name = 'LOOP_B'; } }
  env(name);
  const listed = [];
  next: for (const each of ['a', 'b']) { for (const one of [1]) { if (options[each]) continue next; } listed.push(each); }
  for (const each of listed) env(`LISTED_${each}`);
}

function switches(options) {
  let name = 'SWITCH_A';
  chosen: switch (options.kind) {
    case 1:
      for (const one of [1]) { if (options.x) break chosen; }
      name = 'SWITCH_B';
      break;
    default: name = 'SWITCH_B';
  }
  env(name);
}

export function run(options) {
  blocks(options);
  returns(options);
  within(options);
  rounds(options);
  switches(options);
  throws(options);
}
