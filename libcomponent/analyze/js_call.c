// Functions and classes: made, called, constructed, and given away.
//
// A call runs the function's body with what is known of its arguments. A promise is what it is kept with, so an async function is like any
// other; a generator is run at once and gives all that it yields. What code gets that is not known here (a library of the host, a value
// that came from outside) may call every function in it with anything: these calls are made at the end.
//
// Spec: ECMA-262, "ECMAScript Language: Functions and Classes".

#include "js_machine.h"

#include <stdarg.h>

enum { PROXIES_MOST = 32 };  // before each other

// --- making ---

struct js_value js_native_function(struct js_machine *m, const char *name, js_native native) {
  struct js_object *function = js_object(m, JS_C_FUNCTION);
  function->native = native;
  function->name = cm_str_of(name);
  return js_of(function);
}

struct js_value js_native_method(struct js_machine *m, const struct js_method *method) {
  struct js_value function = js_native_function(m, method->name, method->run);
  function.object->method_of = method->classes;
  return function;
}

struct js_value js_make_function(struct js_machine *m, struct js_scope *scope, const struct js_node *node) {
  struct js_object *function = js_object(m, JS_C_FUNCTION);
  function->node = node;
  function->scope = scope;
  function->home = m->frame ? m->frame->module : NULL;
  function->self = js_undefined();
  if (node->flags & JS_IS_ARROW && m->frame) {
    function->self = m->frame->self;
    function->parent = m->frame->function ? m->frame->function->parent : NULL;
  }
  if (node->kind == JS_FUNCTION && node->text.size && !(node->flags & (JS_IS_DECLARED | JS_IS_METHOD | JS_IS_ARROW))) {
    function->scope = js_scope(m, scope, false);  // its name within itself
    js_set_entry(m, &function->scope->table, node->text, js_of(function), 0);
  }
  return js_of(function);
}

struct js_object *js_prototype_of(struct js_machine *m, struct js_object *class) {
  struct js_entry *entry = js_find(m, &class->props, CM_STR("prototype"));
  if (entry && entry->value.type == JS_V_OBJECT) return entry->value.object;
  struct js_object *prototype = js_object(m, JS_C_PLAIN);
  if (class->native) js_open_with(m, prototype, js_unknown());  // the engine's own
  js_set_entry(m, &class->props, CM_STR("prototype"), js_of(prototype), 0);
  prototype->target = js_of(class);
  return prototype;
}

// What runs within a class's body runs as a method of it, or of its prototype: `super` is what that inherits from.
static struct js_object *make_home(struct js_machine *m, const struct js_object *class, struct js_object *of) {
  struct js_object *home = js_object(m, JS_C_FUNCTION);
  home->node = class->node;
  home->scope = class->scope;
  home->home = class->home;
  home->parent = of;
  return home;
}

struct js_value js_make_class(struct js_machine *m, struct js_scope *outer, const struct js_node *node) {
  struct js_scope *scope = js_scope(m, outer, false);
  struct js_value made = js_make_function(m, scope, node);
  struct js_object *class = made.object, *prototype = js_prototype_of(m, class);
  if (node->text.size) js_set_entry(m, &scope->table, node->text, made, 0);
  if (node->a) {
    struct js_value parent = js_eval(m, scope, node->a);
    if (js_is(parent, JS_C_FUNCTION)) {
      class->parent = class->proto = parent.object;
      prototype->proto = js_prototype_of(m, parent.object);
    } else {  // anything may be inherited
      prototype->open = class->open = true;
      prototype->rest = class->rest = js_unknown();
    }
  }
  struct js_value self = m->frame ? m->frame->self : js_undefined();
  const struct js_object *function = m->frame ? m->frame->function : NULL;
  if (m->frame) m->frame->self = made, m->frame->function = make_home(m, class, class);
  for (const struct js_node *at = node->list; at && !m->failed; at = at->next) {
    if (at->kind == JS_BLOCK) {
      js_run(m, scope, at);
      continue;
    }
    bool is_static = at->flags & JS_IS_STATIC;
    if (at->flags & JS_IS_FIELD && !is_static) continue;
    struct js_value key = at->a ? js_eval(m, scope, at->a) : js_text(at->text);
    struct js_value v = at->b ? js_eval(m, scope, at->b) : js_undefined();
    struct js_object *in = is_static ? class : prototype;
    if (js_is(v, JS_C_FUNCTION) && at->flags & JS_IS_METHOD) v.object->parent = in;
    js_define(m, in, key, v, at->flags);
  }
  if (m->frame) m->frame->self = self, m->frame->function = function;
  return made;
}

// --- calling ---

// A recursion that nothing undecided lies between comes to its own end, and is followed; else a few calls of the function are, and a few more
// of others that a helper made of one text. *definite: it is done in any case, and only too deep.
static bool too_deep(const struct js_machine *m, const struct js_object *function, bool *definite) {
  unsigned undecided = 0, of_text = 0;
  uint32_t branch = m->branch;
  for (const struct js_frame *at = m->frame; at; at = at->up) {
    if (!at->function || at->function->node != function->node) continue;
    of_text += at->branch != branch;
    undecided += at->branch != branch && at->function->scope == function->scope;
    branch = at->branch;
  }
  *definite = undecided < JS_RECURSION && of_text < JS_RECURSION_OF_TEXT;
  return m->calls >= JS_CALLS || !*definite || m->depth > JS_DEPTH - 40;
}

static void bind_parameters(struct js_machine *m, struct js_scope *scope, const struct js_node *list,
                            const struct js_arguments *arguments) {
  uint32_t i = 0;
  for (const struct js_node *at = list; at && !m->failed; at = at->next, i++) {
    if (at->kind != JS_SPREAD) {
      js_bind(m, scope, at, js_argument(arguments, i), scope);
      continue;
    }
    struct js_object *rest = js_array(m);
    for (uint32_t k = i; k < arguments->count; k++) js_push(m, &rest->items, arguments->values[k]);
    js_bind(m, scope, at->a, js_of(rest), scope);
  }
}

static void make_arguments(struct js_machine *m, struct js_scope *scope, const struct js_arguments *arguments) {
  struct js_object *all = js_array(m);
  for (uint32_t i = 0; i < arguments->count; i++) js_push(m, &all->items, arguments->values[i]);
  js_set_entry(m, &scope->table, CM_STR("arguments"), js_of(all), 0);
}

static struct js_value call_code(struct js_machine *m, struct js_object *function, struct js_value self,
                                 const struct js_arguments *arguments) {
  const struct js_node *node = function->node;
  bool definite;
  if (too_deep(m, function, &definite)) {
    m->exhausted = m->cut_short = true;
    if (definite) js_unrun_call(m, js_of(function), self, arguments);
    return js_unknown();
  }
  if (m->frame) m->frame->at = arguments->at;
  bool arrow = node->flags & JS_IS_ARROW, is_async = node->flags & JS_IS_ASYNC;
  enum js_drive driven = node->flags & JS_IS_GENERATOR && !is_async ? js_drives(m) : JS_NOT_DRIVEN;
  struct js_frame frame = {.up = m->frame,
                           .function = function,
                           .module = function->home,
                           .self = arrow ? function->self : self,
                           .yields = node->flags & JS_IS_GENERATOR ? js_array(m) : NULL,
                           .driven = driven,
                           .id = ++m->frames,
                           .branch = m->branch};
  struct js_try promise = {.up = m->trying, .keeps = true};
  if (is_async || driven) m->trying = &promise;
  uint64_t kept = js_fuel_kept(m);
  m->fuel -= kept;
  m->frame = &frame;
  m->calls++;
  bool lazy = frame.yields && !driven;
  struct js_turn before = {0};
  if (lazy) before = js_late_begin(m);
  struct js_scope *scope = js_scope(m, function->scope, true);
  if (!arrow) make_arguments(m, scope, arguments);
  bind_parameters(m, scope, node->list, arguments);
  struct js_value v;
  bool throws = false;
  if (node->b && node->b->kind == JS_BLOCK) {
    js_hoist_variables(m, scope, node->b->list);
    js_hoist(m, scope, node->b->list);
    enum js_flow flow = js_run_list(m, scope, node->b->list);
    v = frame.result;
    throws = flow == JS_THROWS && v.type == JS_V_ABSENT;
    if (flow == JS_GOES_ON) v = v.type == JS_V_ABSENT ? js_undefined() : js_join(m, v, js_undefined());
    if (v.type == JS_V_ABSENT) v = js_undefined();
  } else {
    v = js_eval(m, scope, node->b);
  }
  m->trying = promise.up;
  v = driven && (js_caught(m) || throws) ? js_rejected(m) : js_ended(m, node, throws, v);
  if (frame.is_late) v = js_late_end(m, frame.before, v, 0);
  if (lazy) js_late_yields(m, before, frame.yields);
  if (frame.streams.type == JS_V_OBJECT) v = frame.streams;
  m->calls--;
  if (m->cut_short && !frame.up && !m->building) {
    js_ask_anything(m, node->at);
    m->cut_short = false;
  }
  m->frame = frame.up;
  m->fuel += kept;
  if (!frame.yields) return v;
  js_set_entry(m, &frame.yields->props, CM_STR("@@return"), v, 0);
  if (driven == JS_IS_STREAMED && m->frame) m->frame->streams = js_of(frame.yields);
  if (is_async || driven == JS_IS_STREAMED) {
    const struct js_method *iterator = js_method_of(js_of(frame.yields), CM_STR("@@iterator"));
    js_set_entry(m, &frame.yields->props, CM_STR("@@asyncIterator"), js_native_method(m, iterator), 0);
  }
  return js_of(frame.yields);
}

static void escape_arguments(struct js_machine *m, const struct js_arguments *arguments) {
  for (uint32_t i = 0; i < arguments->count; i++) js_escape(m, arguments->values[i], arguments->at);
}

// A method of the language, of each that `self` may be and that has it. Of anything at all Object.prototype.toString tells what it is.
static struct js_value call_method(struct js_machine *m, const struct js_object *method, struct js_value self,
                                   const struct js_arguments *arguments) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&self, &list);
  struct js_value all = {.type = JS_V_ABSENT};
  bool of_all = cm_str_is(method->name, "toString") && method->method_of == JS_C_PLAIN;
  for (uint32_t i = 0; i < count; i++) {
    bool text = list[i].type == JS_V_TEXT || list[i].type == JS_V_KEY;
    unsigned class = text ? JS_OF_TEXTS : list[i].type == JS_V_OBJECT ? list[i].object->class : 0;
    struct js_value one = js_unknown();
    // Numbers have that one method of a text's that tells no difference.
    bool number = (list[i].type == JS_V_NUMBER || list[i].type == JS_V_BOOL) && !arguments->count;
    if (of_all || class & method->method_of)
      one = method->native(m, list[i], arguments);
    else if (number && method->method_of == JS_OF_TEXTS && cm_str_is(method->name, "toString"))
      one = js_text(js_to_text(m, list[i]));
    else
      escape_arguments(m, arguments);
    if (count > 1) js_caught(m);
    all = i ? js_join(m, all, one) : one;
  }
  return all;
}

static struct js_value call_proxy(struct js_machine *m, const struct js_object *proxy, struct js_value self,
                                  const struct js_arguments *arguments) {
  struct js_value trap = js_get_named(m, proxy->rest, CM_STR("apply"), arguments->at);
  if (m->depth > JS_DEPTH - 40) {
    js_unrun_call(m, js_is(trap, JS_C_FUNCTION) ? trap : proxy->target, self, arguments);
    return js_unknown();
  }
  if (!js_is(trap, JS_C_FUNCTION)) return js_call(m, proxy->target, self, arguments);
  struct js_object *list = js_array(m);
  for (uint32_t i = 0; i < arguments->count; i++) js_push(m, &list->items, arguments->values[i]);
  return js_call_with(m, trap, proxy->rest, arguments->at, 3, proxy->target, self, js_of(list));
}

static struct js_value call_one(struct js_machine *m, struct js_value function, struct js_value self,
                                const struct js_arguments *arguments) {
  if (js_is(function, JS_C_PROXY)) return call_proxy(m, function.object, self, arguments);
  if (!js_is(function, JS_C_FUNCTION | JS_C_RESOURCE)) {
    js_may_throw(m);
    escape_arguments(m, arguments);
    return js_unknown();
  }
  struct js_object *called = function.object;
  bool is_host = called->sink_count || called->class == JS_C_RESOURCE;
  if (is_host && js_host_may_fail(called)) js_may_throw(m);
  if (is_host) return js_call_host(m, called, arguments);
  if (called->method_of) return call_method(m, called, self, arguments);
  if (called->native) return called->native(m, called->self.type == JS_V_ABSENT ? self : called->self, arguments);
  if (called->node && called->node->kind == JS_FUNCTION) return call_code(m, called, self, arguments);
  escape_arguments(m, arguments);
  return js_unknown();
}

// A bound function: its own arguments stand before those of the call.
static struct js_value call_bound(struct js_machine *m, struct js_object *bound, const struct js_arguments *arguments) {
  struct js_object *all = js_array(m);
  for (size_t i = 0; i < bound->items.count; i++) js_push(m, &all->items, bound->items.entries[i].value);
  for (uint32_t i = 0; i < arguments->count; i++) js_push(m, &all->items, arguments->values[i]);
  return js_call_list(m, bound->target, bound->self, all, arguments->at);
}

struct js_value js_call(struct js_machine *m, struct js_value function, struct js_value self,
                        const struct js_arguments *arguments) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&function, &list);
  struct js_value all = js_unknown();
  if (m->failed || m->thrown) return all;
  if (!m->fuel || m->depth > JS_DEPTH) {
    js_unrun_call(m, function, self, arguments);
    return all;
  }
  m->depth++;  // bound functions and proxies may stand before each other
  for (uint32_t i = 0; i < count; i++) {
    bool bound = js_is(list[i], JS_C_FUNCTION) && list[i].object->target.type != JS_V_ABSENT;
    if (count > 1 && !js_is(list[i], JS_C_FUNCTION | JS_C_PROXY)) {  // it would throw
      js_may_throw(m);
      continue;
    }
    struct js_branch branch;
    if (count > 1) js_branch_begin(m, &branch);
    struct js_value one = bound ? call_bound(m, list[i].object, arguments) : call_one(m, list[i], self, arguments);
    if (count > 1) {
      js_branch_other(m, &branch);
      js_branch_end(m, &branch, JS_STAYS, JS_STAYS);
    }
    all = i ? js_join(m, all, one) : one;
  }
  m->depth--;
  return all;
}

struct js_arguments js_arguments_of(struct js_machine *m, const struct js_object *list, uint32_t at) {
  uint32_t count = list ? (uint32_t)list->items.count : 0;
  struct js_value *values = cm_alloc_array(m->arena, (size_t)count + 1, sizeof *values);
  if (!values) {
    m->failed = true;
    return (struct js_arguments){.at = at};
  }
  for (uint32_t i = 0; i < count; i++) values[i] = list->items.entries[i].value;
  return (struct js_arguments){values, count, at};
}

struct js_value js_call_list(struct js_machine *m, struct js_value function, struct js_value self, const struct js_object *list,
                             uint32_t at) {
  struct js_arguments arguments = js_arguments_of(m, list, at);
  return js_call(m, function, self, &arguments);
}

struct js_value js_call_with(struct js_machine *m, struct js_value function, struct js_value self, uint32_t at, uint32_t count,
                             ...) {
  struct js_value values[4];
  va_list list;
  va_start(list, count);
  for (uint32_t i = 0; i < count && i < 4; i++) values[i] = va_arg(list, struct js_value);
  va_end(list);
  struct js_arguments arguments = {values, count, at};
  struct js_value v = js_call(m, function, self, &arguments);
  js_caught(m);
  return v;
}

static struct js_value call_member_of(struct js_machine *m, struct js_value self, struct js_value key,
                                      const struct js_arguments *arguments) {
  bool named = key.type == JS_V_TEXT && !js_has_gap(key.text);
  struct js_value v, function;
  struct js_object *holder = self.type == JS_V_OBJECT ? self.object : NULL;
  bool own = named && js_find_member(m, &holder, key.text);
  bool is_proxy = self.type == JS_V_OBJECT && self.object->class & (JS_C_PROXY | JS_C_MODULE | JS_C_INTERFACE | JS_C_RESOURCE);
  if (named && !own && !is_proxy && js_call_promise(m, self, key.text, arguments, &v)) return v;
  if (named && self.type == JS_V_UNKNOWN && js_call_duck(m, key.text, arguments, &v)) return v;
  if (named && !own && self.type == JS_V_OBJECT && !is_proxy) {
    const struct js_method *method = js_method_of(self, key.text);
    if (method) return method->run(m, self, arguments);
  }
  function = js_get(m, self, key, arguments->at);
  return js_call(m, function, self, arguments);
}

struct js_value js_call_member(struct js_machine *m, struct js_value object, struct js_value key,
                               const struct js_arguments *arguments) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&object, &list);
  struct js_value all = js_unknown();
  bool any = false;
  for (uint32_t i = 0; i < count && !m->failed && !m->thrown; i++) {
    if (!m->fuel) {
      js_unrun_method(m, list[i], key, arguments);
      continue;
    }
    if (count > 1 && (list[i].type == JS_V_UNDEFINED || list[i].type == JS_V_NULL)) {  // it would throw
      js_may_throw(m);
      continue;
    }
    struct js_branch branch;
    if (count > 1) js_branch_begin(m, &branch);
    struct js_value one = call_member_of(m, list[i], key, arguments);
    if (count > 1) {
      js_branch_other(m, &branch);
      js_branch_end(m, &branch, JS_STAYS, JS_STAYS);
    }
    all = any ? js_join(m, all, one) : one;
    any = true;
  }
  return all;
}

// --- constructing ---

// Runs the initializers of a class's own fields.
static void make_fields(struct js_machine *m, struct js_object *class, struct js_value self) {
  struct js_frame frame = {.up = m->frame,
                           .function = make_home(m, class, js_prototype_of(m, class)),
                           .module = class->home,
                           .self = self,
                           .id = ++m->frames};
  m->frame = &frame;
  for (const struct js_node *at = class->node->list; at && !m->failed; at = at->next) {
    if (at->kind != JS_PROPERTY || !(at->flags & JS_IS_FIELD) || at->flags & JS_IS_STATIC) continue;
    struct js_value key = at->a ? js_eval(m, class->scope, at->a) : js_text(at->text);
    js_define(m, self.object, key, at->b ? js_eval(m, class->scope, at->b) : js_undefined(), 0);
  }
  m->frame = frame.up;
}

static void construct_into(struct js_machine *m, struct js_object *class, struct js_value self,
                           const struct js_arguments *arguments, unsigned depth) {
  if (depth > 16 || !class->node) {
    if (class->native) self.object->open = true, self.object->rest = js_unknown();
    return;
  }
  if (class->node->kind != JS_CLASS) {
    struct js_value made = call_code(m, class, self, arguments);
    if (made.type == JS_V_OBJECT && made.object != self.object) js_copy_all_members(m, self.object, made, arguments->at);
    return;
  }
  const struct js_entry *constructor = js_find(m, &js_prototype_of(m, class)->props, CM_STR("constructor"));
  bool own = constructor && js_is(constructor->value, JS_C_FUNCTION);
  if (!own && class->parent) construct_into(m, class->parent, self, arguments, depth + 1);
  if (!own || !class->parent) make_fields(m, class, self);
  if (own) call_code(m, constructor->value.object, self, arguments);
}

static struct js_value construct_one(struct js_machine *m, struct js_value class, struct js_object *target,
                                     const struct js_arguments *arguments) {
  if (js_is(class, JS_C_RESOURCE)) return js_call_host(m, class.object, arguments);
  for (unsigned i = 0; i < PROXIES_MOST && js_is(class, JS_C_PROXY); i++) class = class.object->target;
  if (!js_is(class, JS_C_FUNCTION) || (!class.object->node && !class.object->native)) {
    js_may_throw(m);
    escape_arguments(m, arguments);
    return js_unknown();
  }
  if (class.object->native) return class.object->native(m, js_undefined(), arguments);
  struct js_object *made = js_object(m, JS_C_PLAIN);
  made->proto = js_prototype_of(m, target ? target : class.object);
  construct_into(m, class.object, js_of(made), arguments, 0);
  return js_of(made);
}

struct js_value js_construct(struct js_machine *m, struct js_value class, const struct js_arguments *arguments) {
  return js_construct_for(m, class, NULL, arguments);
}

struct js_value js_construct_for(struct js_machine *m, struct js_value class, struct js_object *target,
                                 const struct js_arguments *arguments) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&class, &list);
  struct js_value all = js_unknown();
  if (m->thrown) return all;
  if (!m->fuel) js_unrun_call(m, class, js_undefined(), arguments);
  for (uint32_t i = 0; i < count && !m->failed && m->fuel; i++) {
    struct js_value one = construct_one(m, list[i], target, arguments);
    if (count > 1) js_caught(m);
    all = i ? js_join(m, all, one) : one;
  }
  return all;
}

// The prototype or class behind the one that the running method stands in.
static struct js_object *super_of(const struct js_machine *m) {
  const struct js_object *in = m->frame && m->frame->function ? m->frame->function->parent : NULL;
  return in ? in->proto : NULL;
}

struct js_value js_super_member(struct js_machine *m, struct js_value key) {
  struct js_object *super = super_of(m);
  return super ? js_get(m, js_of(super), key, 0) : js_unknown();
}

// super(…): the constructor stands in the class's prototype, and the class that was extended has the prototype behind it.
struct js_value js_super_call(struct js_machine *m, const struct js_arguments *arguments) {
  struct js_object *super = super_of(m);
  struct js_value self = m->frame ? m->frame->self : js_undefined();
  if (!super || self.type != JS_V_OBJECT) {
    escape_arguments(m, arguments);
    return js_undefined();
  }
  struct js_object *own = m->frame->function->parent;
  struct js_value parent = super->target, class = own->target;
  if (js_is(parent, JS_C_FUNCTION)) construct_into(m, parent.object, self, arguments, 0);
  if (js_is(class, JS_C_FUNCTION) && class.object->node && class.object->node->kind == JS_CLASS) make_fields(m, class.object, self);
  return js_undefined();
}

// --- what is given away ---

static void escape_table(struct js_machine *m, struct js_table *table, struct js_object *owner, uint32_t at) {
  for (size_t i = 0; i < table->count && !m->failed; i++) {
    struct js_value v = table->entries[i].value;
    if (table->entries[i].key.size && table->entries[i].key.at[0] == '#') continue;  // private
    if (js_is(v, JS_C_FUNCTION) && v.object->node && v.object->self.type == JS_V_UNDEFINED && owner) v.object->self = js_of(owner);
    js_escape(m, v, at);
  }
}

void js_escape(struct js_machine *m, struct js_value v, uint32_t at) {
  const struct js_value *list;
  uint32_t count = js_alternatives(&v, &list);
  if (m->failed || m->depth > JS_DEPTH) return;
  m->depth++;
  for (uint32_t i = 0; i < count; i++) {
    if (list[i].type == JS_V_KEY && !js_is_place(list[i])) js_ask_all(m, list[i].key, at);
    if (list[i].type != JS_V_OBJECT || list[i].object->escaped) continue;
    struct js_object *object = list[i].object;
    object->escaped = true;
    if (object->listing) js_ask_all(m, object->listing, at);
    if (object->open) js_escape(m, object->rest, at);
    if (object->class & JS_C_FUNCTION && object->node && m->escaped_count < JS_ESCAPED) {
      if (cm_grow(m->arena, &m->escaped, &m->escaped_room, m->escaped_count, sizeof *m->escaped))
        m->escaped[m->escaped_count++] = object;
      else
        m->failed = true;
    }
    if (object->target.type != JS_V_ABSENT && object->class & (JS_C_PROXY | JS_C_FUNCTION)) js_escape(m, object->target, at);
    escape_table(m, &object->props, object->class & JS_C_FUNCTION ? NULL : object, at);
    escape_table(m, &object->items, NULL, at);
    if (object->proto && object->class == JS_C_PLAIN) escape_table(m, &object->proto->props, object, at);
  }
  m->depth--;
}

// Anything that is not known.
struct js_arguments js_anything(void) {
  static const struct js_value unknown[] = {{.type = JS_V_UNKNOWN}, {.type = JS_V_UNKNOWN}, {.type = JS_V_UNKNOWN},
                                            {.type = JS_V_UNKNOWN}, {.type = JS_V_UNKNOWN}, {.type = JS_V_UNKNOWN}};
  return (struct js_arguments){unknown, sizeof unknown / sizeof *unknown, 0};
}

// As something that may happen or not; the only function there is happens, time after time. Does it leave more than there was?
static bool call_escaped(struct js_machine *m, size_t i, unsigned round) {
  struct js_object *function = m->escaped[i];
  struct js_branch branch;
  bool alone = m->escaped_count == 1 && round < JS_AGAIN_KNOWN;
  uint64_t left = m->fuel / 2;  // for all that come behind it
  m->fuel -= left;
  js_branch_begin(m, &branch);
  if (round) m->again = branch.number;
  js_call_anyhow(m, function, function->self.type == JS_V_UNDEFINED ? js_unknown() : function->self);
  m->again = 0;
  js_branch_other(m, &branch);
  bool more = js_branch_widen(m, &branch, round >= JS_AGAIN_KNOWN);
  js_branch_end(m, &branch, JS_STAYS, alone ? JS_IS_NONE : JS_STAYS);
  m->fuel += left;
  return more;
}

// From `first` on, then those before it, and then what came up on the way. Who calls them may do it in any order, and again: until they leave no more
// than there was.
void js_call_escaped(struct js_machine *m, size_t first) {
  uint32_t seen[JS_ESCAPED], state = 1;
  size_t late = m->escaped_count;
  memset(seen, 0, sizeof seen);
  bool more = true;
  for (unsigned round = 0; more && round < JS_AGAIN_MOST; round++) {
    more = false;
    for (size_t i = 0; i < m->escaped_count && !m->failed && m->fuel; i++) {
      size_t at = i >= late ? i : i + first < late ? i + first : i + first - late;
      if (seen[at] == state) continue;
      seen[at] = state;
      if (call_escaped(m, at, round)) state++, more = true;
    }
  }
  m->exhausted |= more || !m->fuel;
}
