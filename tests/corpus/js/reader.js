// What reads is put together first, and given the environment last.
//= env READER_X, READER_Y
import { getEnvironment } from "wasi:cli/environment@0.2.3";
const reader = (run) => ({ run, map: (f) => reader((e) => f(run(e))), chain: (f) => reader((e) => f(run(e)).run(e)) });
const ask = (name) => reader((env) => env[name]);
const program = ask("READER_X").chain((x) => ask("READER_Y").map((y) => x + y));
export const run = () => program.run(Object.fromEntries(getEnvironment()));
