// The JavaScript of old: var, prototypes, immediately called functions, declarations behind their use.
//= env OLD_ONE, OLD_TWO, OLD_THREE, OLD_FOUR
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

var App = (function () {
  function Config(source) { this.source = source; }
  Config.prototype.get = function (name, otherwise) {
    value = this.source[name];
    return value !== undefined ? value : otherwise;
    var value;
  };
  return { Config: Config };
})();
function load() {
  var all = {}, list = getEnvironment(), i = 0;
  while (i < list.length) {
    all[list[i][0]] = list[i][1];
    i += 1;
  }
  return all;
}
export function run() {
  var config = new App.Config(load()), out = [], names = ['OLD_ONE', 'OLD_TWO'], key;
  for (var i = 0; i < names.length; i++) out.push(config.get(names[i], ''));
  for (key in { OLD_THREE: 1 }) out.push(config.get(key));
  out.push(config.get.call(config, 'OLD_FOUR'));
  return out.join(',');
}
