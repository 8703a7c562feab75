// The whole list goes out: nothing can be said of its keys.

import { getEnvironment } from 'wasi:cli/environment@0.2.3';

export function run() { return JSON.stringify(Object.fromEntries(getEnvironment())); }
