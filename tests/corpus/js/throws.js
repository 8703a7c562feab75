// What always throws: nothing behind it is asked, and its handlers are.
//= env ALIVE, RESCUED, AT_LAST, AFTER_REJECTED, KEPT, ON_SOME_WAYS, AFTER_CALLBACK
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const get = (name) => new Map(getEnvironment()).get(name);
const fail = (message) => { throw new RangeError(message); };
function unsupported(what) { throw new Error(`unsupported: ${what}`); }
function never(kind) { unsupported(`kind ${kind}`); }
function invariant(holds, message) { if (!holds) throw new Error(message); }

class Store { open() { unsupported('open'); } }
class Disk extends Store { open() { const opened = super.open(); return get('BEHIND_SUPER') + opened; } }
class Closed { constructor() { fail('closed'); } }

async function rejected() { fail('later'); }
async function waits() { await rejected(); return get('BEHIND_AWAIT'); }

function pick(kind) {
  switch (kind) {
    case 'a': return get('ALIVE');
    default: never(kind); return get('BEHIND_DEFAULT');
  }
}

// Thrown on one way only: the other goes on.
function some(value) {
  const checked = value ? value : fail('no value');
  return checked && get('ON_SOME_WAYS');
}

function tries() {
  try { never('b'); get('BEHIND_CALL'); } catch { get('RESCUED'); } finally { get('AT_LAST'); }
  try { new Disk().open(); get('BEHIND_METHOD'); } catch {}
  try { new Closed(); get('BEHIND_NEW'); } catch {}
  try { return [fail('x'), get('BEHIND_ELEMENT')]; } catch {}
  try { invariant(false, 'never'); get('BEHIND_INVARIANT'); } catch {}
  try { [].forEach(fail); get('AFTER_CALLBACK'); } catch {}
}

export async function run(value) {
  tries();
  some(value);
  rejected().then(() => get('BEHIND_THEN')).catch(() => get('AFTER_REJECTED'));
  await waits().catch(() => {});
  await Promise.resolve().then(() => get('KEPT'));
  return pick('a');
}
