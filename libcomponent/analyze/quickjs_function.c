// Functions and classes of a program that QuickJS runs, made those of the evaluation.
//
// A function is its text, parsed where it stands, in a scope of the variables that its code names: each is shared with all closures that have
// it. A class is a function whose text is the class; what its members are is seen from the objects, and its text is needed for the
// constructor and the fields that an instance gets.

#include "quickjs_values.h"

// --- text ---

// One tree for all closures of a text.
static struct js_node *parse(struct qjs_values *c, const struct js_file *file, uint32_t at, uint32_t size) {
  uint64_t hash = index_mix(index_mix(c->by_text.seed, (uintptr_t)file->text.at), (uint64_t)at << 32 | size);
  uint32_t item;
  for (size_t cursor = 0; index_next(&c->by_text, hash, &cursor, &item);) {
    const struct qjs_text_node *node = &c->nodes[item];
    if (node->text == file->text.at && node->at == at && node->size == size) return node->node;
  }
  unsigned errors = 0;
  struct js_node *node = NULL;
  if (size <= c->parsed_left) {
    c->parsed_left -= size;
    node = js_parse_function_text(c->arena, file->text, at, at + size, &errors);
  }
  if (!node || errors) c->whole = false;
  if (!cm_grow(c->arena, &c->nodes, &c->node_room, c->node_count, sizeof *c->nodes) ||
      !index_add(&c->by_text, c->arena, hash, (uint32_t)c->node_count)) {
    c->m->failed = true;
    return node;
  }
  c->nodes[c->node_count++] = (struct qjs_text_node){file->text.at, at, size, node};
  return node;
}

// A text that stands nowhere is a file of its own.
static struct js_module *make_stray(struct qjs_values *c, const struct qjs_code *code) {
  struct js_file *file = cm_alloc(c->arena, sizeof *file);
  struct js_module *module = cm_alloc(c->arena, sizeof *module);
  if (!file || !module) {
    c->m->failed = true;
    return NULL;
  }
  if (!qjs_atom_text(&c->program->heap, c->arena, code->file, &file->name)) file->name = CM_STR("");
  file->text = (struct cm_str){(const char *)c->program->heap.bytes + code->source, code->source_size};
  file->address = code->source;
  *module = (struct js_module){.file = file, .scope = &c->m->globals, .begun = true};
  return module;
}

static struct js_node *node_of(struct qjs_values *c, const struct qjs_code *code, struct js_module **module) {
  size_t number;
  uint32_t at;
  if (!code->source_size) return NULL;
  if (qjs_find_text(c->program, code, &number, &at)) {
    *module = &c->m->modules[number];
    return parse(c, (*module)->file, at, code->source_size);
  }
  *module = make_stray(c, code);
  return *module ? parse(c, (*module)->file, 0, code->source_size) : NULL;
}

// --- scopes ---

enum { VARIABLE_SIZE = 8 };

static qjs_address variable_at(const struct qjs_heap *heap, qjs_address function, uint32_t i) {
  return qjs_word(heap, qjs_word(heap, (uint64_t)qjs_own_part(heap, function) + 4) + 4 * (uint64_t)i);
}

// The name of a variable that the code has from outside. Globals are found by name, as anywhere.
static bool name_at(struct qjs_values *c, const struct qjs_code *code, uint32_t i, struct cm_str *name) {
  enum { KIND = 7, GLOBAL_FROM = 3, GLOBAL_TO = 5 };
  const struct qjs_heap *heap = &c->program->heap;
  uint64_t at = code->closure + VARIABLE_SIZE * (uint64_t)i;
  uint32_t kind = qjs_word(heap, at) & KIND;
  return (kind < GLOBAL_FROM || kind > GLOBAL_TO) && qjs_name(c, qjs_word(heap, at + 4), name);
}

static void add_variables(struct qjs_values *c, struct js_scope *scope, qjs_address function, const struct qjs_code *code) {
  for (uint32_t i = 0; i < code->closure_count && qjs_step(c); i++) {
    struct cm_str name;
    if (!name_at(c, code, i, &name) || js_find(c->m, &scope->table, name)) continue;
    const struct js_link *link = qjs_link(c, variable_at(&c->program->heap, function, i), name);
    if (link) js_set_entry(c->m, &scope->table, name, (struct js_value){.type = JS_V_LINK, .link = link}, 0);
  }
}

// The value of a variable that the function has from outside; ABSENT: it has none of that name.
static struct js_value variable_named(struct qjs_values *c, qjs_address function, const struct qjs_code *code,
                                      struct cm_str wanted) {
  struct cm_str name;
  for (uint32_t i = 0; i < code->closure_count && qjs_step(c); i++)
    if (name_at(c, code, i, &name) && cm_str_equal(name, wanted))
      return qjs_convert(c, qjs_variable(&c->program->heap, variable_at(&c->program->heap, function, i)));
  return (struct js_value){.type = JS_V_ABSENT};
}

// --- classes ---

static struct js_object *make_member(struct qjs_values *c, const struct js_object *class, const struct js_node *node,
                                     struct js_object *of) {
  struct js_object *function = js_object(c->m, JS_C_FUNCTION);
  function->node = node;
  function->scope = class->scope;
  function->home = class->home;
  function->self = js_undefined();
  function->parent = of;
  return function;
}

// The constructor stands in the prototype, where it has a text of its own.
static void add_constructor(struct qjs_values *c, struct js_object *class) {
  struct js_object *prototype = js_prototype_of(c->m, class);
  prototype->target = js_of(class);
  for (const struct js_node *at = class->node->list; at; at = at->next) {
    bool is_it = at->kind == JS_PROPERTY && at->flags & JS_IS_METHOD && !(at->flags & JS_IS_STATIC) &&
                 cm_str_is(at->text, "constructor") && at->b;
    if (is_it) js_set_entry(c->m, &prototype->props, CM_STR("constructor"), js_of(make_member(c, class, at->b, prototype)), 0);
  }
}

// The functions that a class is made of, as far as they are known.
enum { MEMBERS_MOST = 512 };
struct members {
  qjs_address at[MEMBERS_MOST];
  size_t count;
};

static void add_function(const struct qjs_heap *heap, struct members *members, qjs_address function) {
  struct qjs_code code;
  for (size_t i = 0; i < members->count; i++)
    if (members->at[i] == function) return;
  if (members->count < MEMBERS_MOST && qjs_function(heap, function, &code)) members->at[members->count++] = function;
}

// Those that an object has; of a class that is not its prototype, which is returned.
static qjs_address add_members(struct qjs_values *c, struct members *members, qjs_address of) {
  const struct qjs_heap *heap = &c->program->heap;
  qjs_address prototype = 0;
  for (uint32_t i = 0; i < qjs_property_count(heap, of) && qjs_step(c); i++) {
    struct qjs_property property;
    struct cm_str name;
    if (!qjs_property_at(heap, of, i, &property) || !qjs_name(c, property.name, &name)) continue;
    bool is_object = property.kind == QJS_PLAIN && qjs_tag_of(property.value) == QJS_OBJECT;
    if (is_object && cm_str_is(name, "prototype")) prototype = qjs_pointer(property.value);
    if (is_object && !cm_str_is(name, "constructor")) add_function(heap, members, qjs_pointer(property.value));
    if (property.kind == QJS_ACCESSOR) add_function(heap, members, property.getter), add_function(heap, members, property.setter);
  }
  return prototype;
}

// What a variable has that one of the functions has from outside; ABSENT: none has one of that name.
static struct js_value find_variable(struct qjs_values *c, struct members *members, struct cm_str wanted) {
  const struct qjs_heap *heap = &c->program->heap;
  for (size_t k = 0; k < members->count; k++) {
    struct qjs_code code;
    struct cm_str name;
    if (!qjs_function(heap, members->at[k], &code)) continue;
    for (uint32_t i = 0; i < code.closure_count && qjs_step(c); i++) {
      if (!name_at(c, &code, i, &name) || !cm_str_equal(name, wanted)) continue;
      qjs_value v = qjs_variable(heap, variable_at(heap, members->at[k], i));
      if (qjs_tag_of(v) == QJS_OBJECT) add_function(heap, members, qjs_pointer(v));
      return qjs_convert(c, v);
    }
  }
  return (struct js_value){.type = JS_V_ABSENT};
}

static bool is_private_method(const struct js_node *node) {
  enum { METHODS = JS_IS_METHOD | JS_IS_GETTER | JS_IS_SETTER };
  return node->kind == JS_PROPERTY && node->flags & METHODS && node->text.size && node->text.at[0] == '#' && node->b;
}

// Private methods stand in variables of those that call them, setters with a mark behind their names. One that only another calls is found
// once that is.
static void add_private_methods(struct qjs_values *c, struct js_object *class, struct members *members) {
  struct js_object *prototype = js_prototype_of(c->m, class);
  for (size_t count = 0; count != members->count;) {
    count = members->count;
    for (const struct js_node *node = class->node->list; node && !c->m->failed; node = node->next) {
      if (!is_private_method(node)) continue;
      struct js_object *of = node->flags & JS_IS_STATIC ? class : prototype;
      struct cm_str name = node->flags & JS_IS_SETTER ? js_concat(c->m, node->text, CM_STR("<set>")) : node->text;
      struct js_value v = find_variable(c, members, name);
      if (!js_is(v, JS_C_FUNCTION)) v = js_of(make_member(c, class, node->b, of));  // nobody calls it
      js_define(c->m, of, js_text(node->text), v, node->flags);
    }
  }
}

// What initializes the fields of instances is a function of its own, and the text of a field may speak of any variable of the module.
static void add_field_variables(struct qjs_values *c, struct js_scope *scope, struct members *members) {
  const struct qjs_heap *heap = &c->program->heap;
  size_t count = members->count;
  struct qjs_code code;
  find_variable(c, members, CM_STR("<class_fields_init>"));
  if (members->count > count && qjs_function(heap, members->at[count], &code)) add_variables(c, scope, members->at[count], &code);
}

static void fill_class(struct qjs_values *c, struct js_object *class, qjs_address at) {
  struct members members = {{at}, 1};
  add_field_variables(c, class->scope, &members);
  class->scope->up = class->home->scope;
  if (class->node->text.size && !js_find(c->m, &class->scope->table, class->node->text))
    js_set_entry(c->m, &class->scope->table, class->node->text, js_of(class), 0);
  if (class->node->a) {
    struct js_value parent = qjs_convert_object(c, qjs_prototype(&c->program->heap, at));
    if (js_is(parent, JS_C_FUNCTION))
      class->parent = class->proto = parent.object;
    else
      js_open_with(c->m, class, js_unknown());
  }
  add_constructor(c, class);
  add_members(c, &members, add_members(c, &members, at));
  add_private_methods(c, class, &members);
}

// --- functions ---

void qjs_fill_module(struct qjs_values *c, struct js_module *module, qjs_address function) {
  struct qjs_code code;
  module->scope = js_scope(c->m, &c->m->globals, true);
  module->scope->table.frame = c->frame;
  if (function && qjs_function(&c->program->heap, function, &code)) add_variables(c, module->scope, function, &code);
}

void qjs_fill_function(struct qjs_values *c, struct js_object *function, qjs_address at, const struct qjs_code *code) {
  const struct qjs_heap *heap = &c->program->heap;
  struct js_node *node = node_of(c, code, &function->home);
  function->self = js_undefined();
  if (!node) {  // it may do anything; what the engine made for itself has no text
    c->whole &= !code->source_size;
    js_open_with(c->m, function, js_unknown());
    return;
  }
  struct js_value home = qjs_convert_object(c, qjs_word(heap, (uint64_t)qjs_own_part(heap, at) + 8));
  function->node = node;
  function->scope = js_scope(c->m, &c->m->globals, false);
  function->scope->table.frame = c->frame;
  if (home.type == JS_V_OBJECT) function->parent = home.object;
  add_variables(c, function->scope, at, code);
  if (node->kind == JS_CLASS) {
    fill_class(c, function, at);
    return;
  }
  struct js_entry *prototype = js_find(c->m, &function->props, CM_STR("prototype"));
  if (prototype && prototype->value.type == JS_V_OBJECT) prototype->value.object->target = js_of(function);
  const struct js_entry *name = js_find(c->m, &function->props, CM_STR("name"));
  if (!node->text.size && !node->other.size && name && name->value.type == JS_V_TEXT) node->other = name->value.text;
  if (node->flags & JS_IS_ARROW) {
    struct js_value self = variable_named(c, at, code, CM_STR("this"));
    struct js_value of = variable_named(c, at, code, CM_STR("<home_object>"));
    if (self.type != JS_V_ABSENT) function->self = self;
    if (of.type == JS_V_OBJECT) function->parent = of.object;
  } else if (node->text.size && !(node->flags & JS_IS_METHOD) && !js_find(c->m, &function->scope->table, node->text)) {
    js_set_entry(c->m, &function->scope->table, node->text, js_of(function), 0);
  }
}
