// An HTTP handler: routes in a table, the listener given to the engine.
//= env GREETING, ADMIN_TOKEN
//= config motd
//= http-host upstream.example.com
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { get } from 'wasi:config/store@0.2.0-rc.1';

const routes = new Map([
  ['/', () => new Response(new Map(getEnvironment()).get('GREETING'))],
  ['/motd', () => new Response(get('motd') ?? '')],
  ['/admin', (request) => (request.headers.get('authorization') === Object.fromEntries(getEnvironment()).ADMIN_TOKEN
    ? fetch('https://upstream.example.com/admin') : new Response('', { status: 401 }))],
]);
addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  const handler = routes.get(url.pathname) ?? (() => new Response('', { status: 404 }));
  event.respondWith(handler(event.request));
});
export function run() { return ''; }
