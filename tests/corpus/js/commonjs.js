// CommonJS modules as esbuild and rollup wrap them.
//= env CJS_KEY, CJS_OTHER
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

var __getOwnPropNames = Object.getOwnPropertyNames;
var __commonJS = (cb, mod) => function __require() {
  return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
};
var require_names = __commonJS({ 'names.js'(exports, module) { module.exports = { key: 'CJS_KEY' }; exports.lost = 'LOST'; } });
var require_config = __commonJS({
  'config.js'(exports) {
    'use strict';
    Object.defineProperty(exports, '__esModule', { value: true });
    exports.read = void 0;
    var names = require_names();
    exports.read = function (env) { return env.get(names.key) || env.get('CJS_OTHER'); };
  },
});
var import_config = require_config();
export function run() { return (0, import_config.read)(new Map(getEnvironment())); }
