// Classes that extend what they are given, and become texts.
//= env MIX_HOST, MIX_PORT, MIX_BASE
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
const WithEnv = (Base) => class extends Base { env(name) { return Object.fromEntries(getEnvironment())[this.prefix + name]; } };
const WithHost = (Base) => class extends Base { host() { return `${this.env('HOST')}:${this.env('PORT')}`; } };
class Root { prefix = 'MIX_'; base() { return this.env('BASE'); } }
class Service extends WithHost(WithEnv(Root)) { toString() { return this.host() + this.base(); } }
export const run = () => `${new Service()}`;
