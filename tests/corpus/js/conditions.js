// Conditions of which one part is known: what they decide is known then.
//= env WALKED, OTHER, KNOWN_SIDE, EITHER
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = (name) => Object.fromEntries(getEnvironment())[name];

// As loops over iterators are lowered: an iterator of the engine has nothing to be told when it is left.
function walked(list, name) {
  let walk, step, back;
  try {
    for (walk = list[Symbol.iterator](), step = walk.next(); !step.done; step = walk.next()) {
      if (step.value[0] === name) return step.value[1];
    }
  } finally { if (step && !step.done && (back = walk.return)) back.call(walk); }
}

export function run(options) {
  walked(getEnvironment(), 'WALKED');
  walked(getEnvironment(), 'OTHER');
  const debug = false, always = true;
  env(options.x && debug ? 'DEAD_AND' : 'KNOWN_SIDE');
  if (!(options.x || always)) env('DEAD_OR');
  while (options.next() && debug) env('DEAD_LOOP');
  if (!(options.x && debug) && (options.y || always)) env('EITHER');
}
