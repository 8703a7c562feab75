// The list walked by hand: names compared with ===, by switch, by includes; a prefix.
//= env TOKEN, MODE, COLOR, SHAPE
//~ env APP_*
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

export function run() {
  let token = '', mode = '', more = '';
  for (const [name, value] of getEnvironment()) {
    if (name === 'TOKEN') token = value;
    switch (name) {
      case 'MODE': mode = value; break;
      default: if (['COLOR', 'SHAPE'].includes(name)) more += value;
    }
    if (name.startsWith('APP_')) more += value;
  }
  return token + mode + more;
}
