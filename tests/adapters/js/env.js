// The environment as a JavaScript program sees it: each name that is an argument.
import { getArguments, getEnvironment } from 'wasi:cli/environment@0.2.3';

export const run = {
  run() {
    const environment = new Map(getEnvironment());
    for (const name of getArguments().slice(1)) {
      console.log(environment.has(name) ? `${name}=${environment.get(name)}` : `${name} is not there`);
    }
  },
};
