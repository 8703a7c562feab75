// Code that the program writes when it runs, as validators do: constants in it, and members of what it is given.
//= env WRITTEN_ONE, WRITTEN_TWO, WRITTEN_THREE
//~ env WRITTEN_*
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

class Writer {
  lines = [];
  write(text) { this.lines.push(...text.split('\n').filter((line) => line)); }
  compile(closed) {
    const make = new Function(...Object.keys(closed), `return function (input) {\n${this.lines.join('\n')}\n};`);
    return make(...Object.values(closed));
  }
}
const read = (name) => new Map(getEnvironment()).get(name);
export function run() {
  const writer = new Writer(), keys = ['WRITTEN_ONE', 'WRITTEN_TWO'];
  writer.write('const out = {};');
  for (const key of keys) writer.write(`out[${JSON.stringify(key)}] = input[${JSON.stringify(key)}];`);
  writer.write(`if (JSON.stringify('WRITTEN_FOUR') === 'WRITTEN_FOUR') read('WRITTEN_FOUR');\n  out.three = read("WRITTEN_THREE");`);
  writer.write('return out;');
  const unknown = new Function('read', 'suffix', 'return read("WRITTEN_" + suffix);');
  return JSON.stringify(writer.compile({ read })(Object.fromEntries(getEnvironment()))) + unknown(read, Math.random());
}
