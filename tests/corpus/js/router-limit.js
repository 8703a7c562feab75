// A router: handlers in a chain, of the route that fits.
//= env APP_NAME, JWT_SECRET, CORS_ORIGIN
//= config motd
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { get } from 'wasi:config/store@0.2.0-rc.1';
class Context { constructor(req, env) { this.req = req; this.env = env; this.vars = new Map(); } set(k, v) { this.vars.set(k, v); } get(k) { return this.vars.get(k); } text(t, s = 200) { return new Response(t, { status: s }); } json(o) { return this.text(JSON.stringify(o)); } }
class App {
  #routes = []; #middleware = [];
  use(fn) { this.#middleware.push(fn); return this; }
  get(path, ...handlers) { return this.on('GET', path, ...handlers); }
  post(path, ...handlers) { return this.on('POST', path, ...handlers); }
  on(method, path, ...handlers) { this.#routes.push({ method, pattern: new RegExp('^' + path.replace(/:(\w+)/g, '(?<$1>[^/]+)') + '$'), handlers }); return this; }
  async fetch(request) {
    const url = new URL(request.url);
    const c = new Context(request, Object.fromEntries(getEnvironment()));
    const route = this.#routes.find((r) => r.method === request.method && r.pattern.test(url.pathname));
    const chain = [...this.#middleware, ...(route?.handlers ?? [(c) => c.text('404', 404)])];
    const dispatch = async (i) => chain[i]?.(c, () => dispatch(i + 1));
    return dispatch(0);
  }
}
const app = new App();
app.use(async (c, next) => { c.set('origin', c.env.CORS_ORIGIN); const r = await next(); return r; });
app.get('/', (c) => c.text(c.env.APP_NAME));
app.get('/motd', (c) => c.text(get('motd') ?? ''));
app.post('/login', async (c) => { const { user } = await c.req.json(); return c.json({ token: sign(user, c.env.JWT_SECRET) }); });
function sign(user, secret) { return user + secret; }
addEventListener('fetch', (event) => event.respondWith(app.fetch(event.request)));
