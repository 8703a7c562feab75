// wasi:http called as it is: a request's authority is set by a method of a resource.
//= http-host backend.internal:9000, mirror.internal
import { OutgoingRequest, Fields } from 'wasi:http/types@0.2.3';
import { handle } from 'wasi:http/outgoing-handler@0.2.3';

function send(authority, path) {
  const request = new OutgoingRequest(new Fields());
  request.setScheme({ tag: 'HTTPS' });
  request.setAuthority(authority);
  request.setPathWithQuery(path);
  return handle(request, undefined);
}
export function run() {
  send('backend.internal:9000', '/');
  send('mirror.internal', '/status');
  return '';
}
