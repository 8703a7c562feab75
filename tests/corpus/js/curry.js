// Currying by the number of parameters, composition from the right.
//= config db/user, db/pass, cache/url
//= env FALLBACK_DB_USER, FALLBACK_DB_PASS, FALLBACK_CACHE_URL
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { get } from 'wasi:config/store@0.2.0-rc.1';
const curry = (fn) => function curried(...args) { return args.length >= fn.length ? fn.apply(this, args) : (...more) => curried.apply(this, [...args, ...more]); };
const compose = (...fns) => (x) => fns.reduceRight((acc, fn) => fn(acc), x);
const join = curry((sep, a, b) => a + sep + b);
const scoped = join('/');
const upper = (s) => s.replace(/[^a-z0-9]+/gi, '_').toUpperCase();
const envName = compose((s) => `FALLBACK_${s}`, upper);
const read = (key) => get(key) ?? new Map(getEnvironment()).get(envName(key));
export const run = () => [scoped('db')('user'), scoped('db', 'pass'), join('/', 'cache', 'url')].map(read).join();
