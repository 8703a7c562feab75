// Async functions as compilers lower them for old engines: generators that are driven, and state machines instead of generators.
//= env PLAIN_ONE, PLAIN_TWO, DRIVEN_FIRST, DRIVEN_RESCUE, DRIVEN_LAST, HOST, PORT, BACKUP_HOST, LEVEL_debug, LEVEL_info, ROUND_0, ROUND_1
//= env ROUND_2, AFTER_ROUNDS, KIND, REDIS_URL, PG_HOST, PG_PORT, MEMORY_SIZE, STEP_A, STEP_B, STEP_FAILED, STEP_DONE, MODE, MODE_FAST
//= env MODE_SLOW, OTHER_ROUND_a, OTHER_ROUND_b, OTHER_LAST, LISTED_X, LISTED_Y, STREAMED_P, STREAMED_Q
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = (name) => Object.fromEntries(getEnvironment())[name];
const later = (name) => Promise.resolve(env(name));
const refuse = async () => { throw new Error('refused'); };

// Drives a generator: gives it what its promises are kept with, and throws what they are not kept for.
function drive(self, made) {
  return new Promise((resolve, reject) => {
    const generator = made.apply(self);
    const goOn = (how, sent) => {
      try {
        const step = generator[how](sent);
        if (step.done) resolve(step.value);
        else Promise.resolve(step.value).then((v) => goOn('next', v), (e) => goOn('throw', e));
      } catch (error) { reject(error); }
    };
    goOn('next');
  });
}

// Makes an iterator of a body that is called with its state again and again, and tells by a pair what it wants.
function machine(self, body) {
  const state = { label: 0, trys: [], sent: () => value };
  let value, over = false;
  const failing = (error) => {
    for (; state.trys.length; state.trys.pop()) {
      const [from, caught, last] = state.trys[state.trys.length - 1];
      if (caught !== undefined && state.label >= from && state.label < caught) {
        state.label = caught;
        value = error;
        return;
      }
      if (last !== undefined && state.label < last) { state.label = last; return; }
    }
    over = true;
    throw error;
  };
  const jump = (to) => {  // out of a block by what it does finally
    const [, , last, end] = state.trys[state.trys.length - 1] || [];
    state.label = last !== undefined && state.label < last && to >= end ? last : to;
  };
  const run = () => {
    for (;;) {
      let told;
      try { told = body.call(self, state); } catch (error) { failing(error); continue; }
      if (told[0] === 4) { state.label++; return { value: told[1], done: false }; }
      if (told[0] === 3) { jump(told[1]); continue; }
      if (told[0] === 7) { state.trys.pop(); state.label++; continue; }
      over = true;
      return { value: told[1], done: true };
    }
  };
  const step = (how) => (v) => {
    if (over) return { value: undefined, done: true };
    if (how === 'throw') failing(v); else value = v;
    return run();
  };
  return { next: step('next'), throw: step('throw') };
}

const plain = () => drive(null, function* () {
  const one = yield later('PLAIN_ONE');
  return one || (yield later('PLAIN_TWO'));
});

const driven = () => drive(null, function* () {
  try {
    yield later('DRIVEN_FIRST');
    yield refuse();
    yield later('DRIVEN_DEAD');
  } catch (error) { yield later('DRIVEN_RESCUE'); }
  return later('DRIVEN_LAST');
});

// try { host = await …HOST } catch { host = await …BACKUP_HOST }; a ?: of two that wait.
function address(verbose) {
  return drive(this, function () {
    var host, port, level;
    return machine(this, function (s) {
      switch (s.label) {
        case 0:
          s.trys.push([0, 2, , 4]);
          return [4, later('HOST')];
        case 1:
          host = s.sent();
          return [3, 4];
        case 2:
          s.sent();
          return [4, later('BACKUP_HOST')];
        case 3:
          host = s.sent();
          return [3, 4];
        case 4: return [4, later('PORT')];
        case 5:
          port = s.sent();
          if (!verbose) return [3, 7];
          level = 'debug';
          return [4, null];
        case 6:
          s.sent();
          return [3, 8];
        case 7:
          level = 'info';
          s.label = 8;
        case 8: return [4, later('LEVEL_' + level)];
        case 9: return [2, host + port + s.sent()];
      }
    });
  });
}

function rounds() {
  return drive(this, function () {
    var i, v;
    return machine(this, function (s) {
      switch (s.label) {
        case 0: i = 0, s.label = 1;
        case 1: return i < 3 ? [4, later('ROUND_' + i)] : [3, 4];
        case 2: return (v = s.sent()) ? [4, null] : [3, 3];
        case 3: return i++, [3, 1];
        case 4: return [4, later('AFTER_ROUNDS')];
        case 5: return [2, s.sent()];
      }
    });
  });
}

function chosen() {
  return drive(this, function () {
    var kind, host;
    return machine(this, function (s) {
      switch (s.label) {
        case 0: return [4, later('KIND')];
        case 1:
          switch (kind = s.sent(), kind) {
            case 'redis': return [3, 2];
            case 'pg': return [3, 4];
            case 'memory': return [3, 7];
          }
          return [3, 8];
        case 2: return [4, later('REDIS_URL')];
        case 3: return [2, s.sent()];
        case 4: return [4, later('PG_HOST')];
        case 5:
          host = s.sent();
          return [4, later('PG_PORT')];
        case 6: return [2, host + s.sent()];
        case 7: return [3, 9];
        case 8: throw new Error('unknown kind ' + kind);
        case 9: return [4, later('MEMORY_SIZE')];
        case 10: return [2, s.sent()];
      }
    });
  });
}

// try … catch … finally, where the block always throws.
function steps() {
  return drive(this, function () {
    return machine(this, function (s) {
      switch (s.label) {
        case 0:
          s.trys.push([0, 3, 4, 5]);
          return [4, later('STEP_A')];
        case 1:
          later('STEP_B');
          return [4, refuse()];
        case 2:
          later('STEP_DEAD');
          return [3, 5];
        case 3:
          s.sent();
          later('STEP_FAILED');
          return [3, 5];
        case 4:
          later('STEP_DONE');
          return [7];
        case 5: return [2];
      }
    });
  });
}

// The other way: the state is told which case comes next.
const other = {
  wrap(body, of, self) {
    const state = {
      n: 0, v: undefined,
      a(code, v) { if (code === 3) { state.n = v; return other; } state.over = true; return v; },
      f(next) { state.n = next; return other; },
    };
    const step = (how) => (v) => {
      if (state.over) return { value: undefined, done: true };
      state.v = v;
      if (how === 'throw') { state.over = true; throw v; }
      let told;
      do told = body.call(self, state); while (told === other);
      return { value: told, done: !!state.over };
    };
    return { next: step('next'), throw: step('throw') };
  },
};

function moded() {
  return drive(this, function made() {
    var mode, name;
    return other.wrap(function (c) {
      for (;;) switch (c.p = c.n) {
        case 0: return c.n = 1, later('MODE');
        case 1:
          mode = c.v;
          c.n = mode === 'fast' ? 2 : mode === 'slow' ? 4 : 6;
          break;
        case 2: return c.n = 3, later('MODE_FAST');
        case 3: return c.a(2, c.v);
        case 4: return c.n = 5, later('MODE_SLOW');
        case 5: return c.a(2, c.v);
        case 6: throw name = mode, new Error(name);
      }
    }, made, this);
  });
}

function listed() {
  return drive(this, function made() {
    var names, i, name;
    return other.wrap(function (c) {
      for (;;) switch (c.p = c.n) {
        case 0: names = ['a', 'b'], i = 0;
        case 1:
          if (!(i < names.length)) { c.n = 5; break; }
          name = names[i];
          c.p = 2;
          c.n = 3;
          return later('OTHER_ROUND_' + name);
        case 3:
          c.n = 4;
          break;
        case 4:
          c.p = 4;
        case 6: i++, c.n = 1;
          break;
        case 5: return c.n = 7, later('OTHER_LAST');
        case 7: return c.a(2, c.v);
      }
    }, made, this);
  });
}

// An async generator: what it waits for is marked, and what it yields is not.
function Waited(v) { this.v = v; }
function stream(self, made) {
  const generator = made.apply(self);
  const goOn = (how, sent) => new Promise((resolve, reject) => {
    const step = generator[how](sent);
    if (step.value instanceof Waited) Promise.resolve(step.value.v).then((v) => resolve(goOn('next', v)), (e) => reject(e));
    else resolve(step);
  });
  return {
    next: (v) => goOn('next', v), throw: (e) => goOn('throw', e), return: (v) => goOn('return', v),
    [Symbol.asyncIterator]() { return this; },
  };
}

function streamed() {
  return stream(this, function* () {
    for (const name of ['P', 'Q']) {
      const known = yield new Waited(Promise.resolve(name));
      yield `STREAMED_${known}`;
    }
  });
}

// A machine that makes a list.
function names() {
  return machine(this, function (s) {
    switch (s.label) {
      case 0: return [4, 'X'];
      case 1: return s.sent(), [4, 'Y'];
      case 2: return s.sent(), [2];
    }
  });
}

export async function run(options) {
  await plain();
  await driven();
  await address(options === 'verbose');
  await rounds();
  await chosen();
  await steps();
  await moded();
  await listed();
  for await (const name of streamed()) env(name);
  for (let it = names(), one = it.next(); !one.done; one = it.next()) env(`LISTED_${one.value}`);
}
