// Secrets: a constant, a parameter, one of two.
//= secret db-password, api-token, api-token-test
//= env STAGE
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { get } from 'wasmcloud:secrets/store@1.1.0';
import { reveal } from 'wasmcloud:secrets/reveal@1.1.0';

const open = (name) => reveal(get(name)).val;
export function run() {
  const stage = new Map(getEnvironment()).get('STAGE');
  return open('db-password') + open(stage === 'prod' ? 'api-token' : 'api-token-test');
}
