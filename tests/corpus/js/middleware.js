// What one handler adds to the request another one finds there.
//= env GREETING, ROUTE_TOKEN
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const stack = [];
const app = { use(handler) { stack.push(handler); return app; } };

async function serve(request) {
  for (const handler of stack) {
    const response = await handler(request);
    if (response) return response;
  }
  return new Response('nothing', { status: 404 });
}

app
  .use((request) => { request.settings = Object.fromEntries(getEnvironment()); request.settingsPrefix = 'ROUTE_'; })
  .use((request) => request.url.endsWith('/hello') && new Response(request.settings.GREETING ?? 'Hello'))
  .use(({ settings, settingsPrefix }) => settings[`${settingsPrefix}TOKEN`] && new Response('known'));

addEventListener('fetch', (event) => event.respondWith(serve(event.request)));
export function run() { return ''; }
