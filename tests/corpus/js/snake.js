// Names made of those of a table, cut where a capital letter stands.
//= env ORDER_SERVICE_URL, MAX_POOL_SIZE, ENABLE_HTTP2
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
const defaults = { orderServiceUrl: 'x', maxPoolSize: 4, enableHttp2: true };
const snake = (s) => s.split(/(?=[A-Z])/).join('_').toUpperCase();
export function run() { const env = Object.fromEntries(getEnvironment()); return Object.keys(defaults).map((k) => env[snake(k)] ?? defaults[k]).join(); }
