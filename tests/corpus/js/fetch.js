// Hosts of requests: constants, a base URL, a URL object; one whose host is known in part.
//= http-host api.example.com, auth.example.com:8443, cdn.example.net, hooks.example.org
//~ http-host *.example.io
import { get } from 'wasi:config/store@0.2.0-rc.1';
//= config tenant

const BASE = 'https://api.example.com/v1';
async function call(path, init = {}) {
  const response = await fetch(`${BASE}${path}`, init);
  return response.json();
}
export async function run() {
  const user = await call('/user');
  await fetch(new Request('https://auth.example.com:8443/token', { method: 'POST' }));
  await fetch(new URL('/lib.js', 'https://cdn.example.net'));
  await fetch(`https://${get('tenant')}.example.io/`);
  return fetch('https://hooks.example.org/x?u=https://not-a-host.example').then((r) => r.text()).then((t) => t + user.id);
}
