// Classes as compilers lower them: members by descriptors, parents called by Reflect, instances that are what the parent returned.
//= env LOW_HOST, LOW_PORT
//= config low.first, low.second
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { get } from 'wasi:config/store@0.2.0-rc.1';

function define(target, members) {
  for (var i = 0; i < members.length; i++) {
    var member = members[i];
    member.enumerable = member.enumerable || !1, member.configurable = !0, 'value' in member && (member.writable = !0);
    Object.defineProperty(target, member.key, member);
  }
}
function makeClass(made, members, own) {
  return members && define(made.prototype, members), own && define(made, own),
    Object.defineProperty(made, 'prototype', { writable: !1 }), made;
}
function callParent(self, made, given) {
  var parent = Object.getPrototypeOf(made);
  return Reflect.construct(parent, given || [], Object.getPrototypeOf(self).constructor);
}
var Root = function () {
  function Root() { Object.defineProperty(this, 'prefix', { value: 'LOW_', writable: !0 }); }
  return makeClass(Root, [{ key: 'env', value: function (name) { return new Map(getEnvironment()).get(this.prefix + name); } }]);
}();
var Service = function (parent) {
  function Service() { return callParent(this, Service, arguments); }
  Service.prototype = Object.create(parent.prototype, { constructor: { value: Service } });
  Object.setPrototypeOf(Service, parent);
  return makeClass(Service, [{ key: 'toString', value: function () { return this.env('HOST') + ':' + this.env('PORT'); } }]);
}(Root);

// Methods that are bound when they are first taken, put on prototypes once.
const table = { first() { return get(`${this.scope}.first`); }, get scope() { return 'low'; }, second() { return get('low.second'); } };
const done = new WeakSet();
function install(target) {
  if (done.has(target)) return;
  done.add(target);
  for (const key in table) {
    const member = Object.getOwnPropertyDescriptor(table, key);
    if (member.get) Object.defineProperty(target, key, { ...member, enumerable: false });
    else Object.defineProperty(target, key, { configurable: true, get() { return (this[`#${key}`] ??= member.value.bind(this)); } });
  }
}
class Lazy { constructor() { install(Object.getPrototypeOf(this)); } }
export function run() { const lazy = new Lazy(); return ''.concat(new Service()) + lazy.first() + new Lazy().second(); }
