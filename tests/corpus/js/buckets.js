// A bucket and a subject; the key within the bucket is no need.
//= keyvalue-bucket sessions, default
//= messaging-subject orders.created
import { open } from 'wasi:keyvalue/store@0.2.0-draft';
import { publish } from 'wasmcloud:messaging/consumer@0.2.0';

export function run() {
  const bucket = open('sessions');
  bucket.set('not-a-bucket', new Uint8Array());
  for (const name of ['default']) open(name);
  publish({ subject: 'orders.' + 'created', body: new Uint8Array(), replyTo: undefined });
  return 'done';
}
