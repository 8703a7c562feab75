// A program of several modules: re-exports, a default export, a cycle, a namespace.
//= env LIB_KEY, DEFAULT_KEY, SHARED_KEY, NESTED_KEY
import fallback, { lookup } from './modules/lib.js';
import * as names from './modules/names.js';

export function run() { return lookup(names.LIB) + fallback() + lookup(names.SHARED) + lookup(names['NESTED']); }
