// Settings as a class: inheritance, private fields, static tables, accessors.
//= env SHOP_NAME, SHOP_CURRENCY, SHOP_LOCALE, ADMIN_EMAIL
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

class Settings {
  #env;
  static #prefix = '';
  constructor(prefix) { this.#env = Object.fromEntries(getEnvironment()); this.prefix = prefix; }
  text(name, fallback) { return this.#env[this.prefix + Settings.#prefix + name] ?? fallback; }
}
class ShopSettings extends Settings {
  static keys = ['CURRENCY', 'LOCALE'];
  constructor() { super('SHOP_'); }
  get name() { return this.text('NAME', 'shop'); }
  all() { return ShopSettings.keys.map((key) => this.text(key)); }
}
class AdminSettings extends Settings {
  constructor() { super('ADMIN_'); }
  text(name) { return super.text(name, 'nobody'); }
}
export function run() {
  const shop = new ShopSettings();
  return [shop.name, ...shop.all(), new AdminSettings().text('EMAIL')].join();
}
