// Functions that one helper wraps are not one function that calls itself.
//= env LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, LEVEL_5, LEVEL_6
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = (name) => Object.fromEntries(getEnvironment())[name];
const traced = (name, made) => (...given) => { env(name); return made(...given); };

const last = traced('LEVEL_6', () => 'done');
const fifth = traced('LEVEL_5', (options) => options.e && last(options));
const fourth = traced('LEVEL_4', (options) => options.d && fifth(options));
const third = traced('LEVEL_3', (options) => options.c && fourth(options));
const second = traced('LEVEL_2', (options) => options.b && third(options));
const first = traced('LEVEL_1', (options) => options.a && second(options));

export function run(options) { return first(options); }
