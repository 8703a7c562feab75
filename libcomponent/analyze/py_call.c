// Calls: who is called, with what in which parameter.

#include "py_machine.h"

enum { PARAMETERS_MOST = 256, ESCAPES_MOST = 4096 };

// A function of Python code, of the snapshot or made by the program.
struct function {
  struct py_code code;
  py_address globals;
  py_value defaults, keyword_defaults, closure;
};

static py_value part_of(struct py_machine *m, py_address object, uint32_t offset) {
  py_address part = py_word(m->heap, (uint64_t)object + offset);
  return part ? py_of_address(m, part) : m->null;
}

static bool read_function(struct py_machine *m, py_value v, struct function *out) {
  const struct py_cell *c = py_cell(&m->values, v);
  py_address at = (py_address)c->number, code = at;
  if (c->kind == PY_FUNCTION) {
    *out =
        (struct function){.globals = c->globals, .defaults = c->items[0], .keyword_defaults = c->items[1], .closure = c->items[2]};
  } else if (c->kind == PY_HEAP && py_is(m->heap, at, PY_TYPE_FUNCTION)) {
    code = py_word(m->heap, (uint64_t)at + PY_FUNCTION_CODE);
    *out = (struct function){.globals = py_word(m->heap, (uint64_t)at + PY_FUNCTION_GLOBALS),
                             .defaults = part_of(m, at, PY_FUNCTION_DEFAULTS),
                             .keyword_defaults = part_of(m, at, PY_FUNCTION_KWDEFAULTS),
                             .closure = part_of(m, at, PY_FUNCTION_CLOSURE)};
  } else {
    return false;
  }
  return py_code_read(m->heap, code, &out->code);
}

static bool name_is(const struct py_machine *m, const struct py_code *code, uint32_t local, struct cm_str name) {
  return cm_str_equal(py_text_or_empty(m->heap, py_item(m->heap, code->locals, local)), name);
}

static py_value default_of(struct py_machine *m, const struct function *f, uint32_t parameter) {
  const struct py_code *code = &f->code;
  bool exact;
  if (parameter >= code->arguments) {
    py_value key = py_of_address(m, py_item(m->heap, code->locals, parameter));
    py_value v = f->keyword_defaults == m->null ? 0 : py_item_get(m, f->keyword_defaults, key);
    return v;
  }
  if (f->defaults == m->null) return 0;
  struct py_elements all = py_elements_of(m, f->defaults);
  uint32_t first = code->arguments - (all.count < code->arguments ? all.count : code->arguments);
  py_value v = parameter >= first ? py_element_at(m, f->defaults, parameter - first, &exact) : 0;
  return v == m->unbound ? 0 : v;
}

// Keywords go to the parameters of their names, those of no parameter to the last dictionary.
static void bind_keywords(struct py_machine *m, const struct function *f, const struct py_arguments *a, py_value *locals,
                          py_value rest) {
  uint32_t parameters = f->code.arguments + f->code.keyword_only;
  for (uint32_t k = 0; k < a->named_count; k++) {
    struct cm_str name = py_cell(&m->values, a->names[k])->text;
    uint32_t i = f->code.positional_only;
    while (i < parameters && !name_is(m, &f->code, i, name)) i++;
    if (i < parameters)
      locals[i] = a->named[k];
    else if (rest != m->unbound)
      py_item_set(m, rest, a->names[k], a->named[k]);
  }
}

// f(**os.environ): each parameter that nothing else is given for may be one of the host's.
static void bind_mapping(struct py_machine *m, const struct function *f, const struct py_arguments *a, py_value *locals,
                         py_value rest) {
  if (!a->mapping || py_mapping_of(m, a->mapping) < 0) return;
  for (uint32_t i = f->code.positional_only; i < f->code.arguments + f->code.keyword_only; i++) {
    if (locals[i] != m->unbound) continue;
    py_value key = py_of_address(m, py_item(m->heap, f->code.locals, i));
    locals[i] = py_join(&m->values, py_item_get(m, a->mapping, key), default_of(m, f, i));
  }
  if (rest != m->unbound) py_update(m, rest, a->mapping);
}

// Too few arguments, or too many.
static void raise_of_call(struct py_machine *m, const struct function *f, const struct py_arguments *a, const py_value *locals) {
  const struct py_code *code = &f->code;
  bool wrong = a->more || (a->count > code->arguments && !(code->flags & PY_CODE_VARARGS));
  for (uint32_t i = a->count; !wrong && i < code->arguments; i++)
    wrong = locals[i] == m->unbound && (f->defaults == m->null || i + py_elements_of(m, f->defaults).count < code->arguments);
  if (wrong) py_raise_of_c(m, CM_STR("TypeError"));
}

static py_value call_function(struct py_machine *m, const struct function *f, const struct py_arguments *a) {
  const struct py_code *code = &f->code;
  uint32_t parameters = code->arguments + code->keyword_only, next = parameters;
  py_value locals[PARAMETERS_MOST];
  if (parameters + 2 > PARAMETERS_MOST) return 0;
  for (uint32_t i = 0; i < parameters + 2; i++) locals[i] = m->unbound;
  for (uint32_t i = 0; i < code->arguments && i < a->count; i++) locals[i] = a->positional[i];
  if (code->flags & PY_CODE_VARARGS) {
    uint32_t more = a->count > code->arguments ? a->count - code->arguments : 0;
    locals[next++] = a->more ? 0 : py_make_items(&m->values, PY_TUPLE, more ? a->positional + code->arguments : NULL, more, 0);
  }
  py_value rest = m->unbound;
  if (code->flags & PY_CODE_VARKEYWORDS) {
    rest = locals[next++] = py_new_container(m, PY_DICT, NULL, 0, a->more ? 0 : m->unbound);
  }
  bind_keywords(m, f, a, locals, rest);
  bind_mapping(m, f, a, locals, rest);
  raise_of_call(m, f, a, locals);
  for (uint32_t i = 0; i < parameters; i++)
    if (locals[i] == m->unbound) locals[i] = a->more ? py_join(&m->values, default_of(m, f, i), 0) : default_of(m, f, i);
  // What may have been given is unknown, whatever the default is.
  for (uint32_t i = 0; a->more && i < parameters; i++)
    if (i >= a->count && py_kind(&m->values, locals[i]) != PY_CHOICE) locals[i] = py_join(&m->values, locals[i], 0);
  py_value all[PY_CODE_LOCALS_MOST];
  for (uint32_t i = 0; i < code->local_count; i++) all[i] = i < next ? locals[i] : m->unbound;
  return py_execute(m, code, f->globals, f->closure, all);
}

static py_value call_with_self(struct py_machine *m, py_value function, py_value self, const struct py_arguments *a) {
  py_value all[PARAMETERS_MOST];
  if (a->count + 1 > PARAMETERS_MOST) return 0;
  all[0] = self;
  if (a->count) memcpy(all + 1, a->positional, a->count * sizeof *all);
  struct py_arguments with = *a;
  with.positional = all;
  with.count++;
  return py_call(m, function, &with);
}

// --- classes ---

// A class whose instances are tuples with names.
static py_value make_named_tuple(struct py_machine *m, py_value class, py_address fields, const struct py_arguments *a) {
  py_value made = py_new_object(m, PY_INSTANCE, class);
  for (uint32_t i = 0; i < py_length(m->heap, fields); i++) {
    py_value name = py_of_address(m, py_item(m->heap, fields, i)), v = i < a->count ? a->positional[i] : m->unbound;
    for (uint32_t k = 0; k < a->named_count; k++)
      if (a->names[k] == name) v = a->named[k];
    if (v == m->unbound && a->mapping && py_mapping_of(m, a->mapping) >= 0) v = py_item_get(m, a->mapping, name);
    if (v == m->unbound) {
      py_address defaults =
          py_class_attribute(m->heap, (py_address)py_cell(&m->values, class)->number, CM_STR("_field_defaults"), NULL);
      py_address found = py_dict_get(m->heap, defaults, py_cell(&m->values, name)->text);
      v = found ? py_of_address(m, found) : 0;
    }
    py_entry_put(m, py_object_of(m, made), name, v);
  }
  return made;
}

static bool is_of_application(const struct py_machine *m, py_address function) {
  const struct py_module *home = py_is(m->heap, function, PY_TYPE_FUNCTION)
                                     ? py_program_module(m->program, py_word(m->heap, (uint64_t)function + PY_FUNCTION_GLOBALS))
                                     : NULL;
  return home && home->role == PY_ROLE_APPLICATION;
}

// The instance that a class makes: by its own __new__, where it has one.
static py_value made_by_class(struct py_machine *m, py_value class, const struct py_arguments *a) {
  const struct py_heap *heap = m->heap;
  py_address new = py_class_attribute(heap, (py_address)py_cell(&m->values, class)->number, CM_STR("__new__"), NULL);
  if (py_is(heap, new, PY_TYPE_STATICMETHOD)) new = py_word(heap, (uint64_t) new + PY_WRAPPED_CALLABLE);
  py_value made = m->unbound;
  if (is_of_application(m, new)) made = call_with_self(m, py_of_address(m, new), class, a);
  for (uint32_t i = 0; made != m->unbound && i < py_choice_count(&m->values, made); i++)
    if (py_kind(&m->values, py_choice(&m->values, made, i)) == PY_OBJECT) return py_choice(&m->values, made, i);
  return py_new_instance(m, class, a);
}

// A member of an enumeration, by its value: where that is not known, any whose value it may be. What the class makes of other values, one of
// the members mostly, it says in a method of its own. Flags have combinations besides, which are unknown.
static py_value member_of_value(struct py_machine *m, py_value class, py_value value) {
  py_address at = (py_address)py_cell(&m->values, class)->number, key, member;
  py_address members = py_class_attribute(m->heap, at, CM_STR("_member_map_"), NULL);
  py_value found = m->unbound;
  bool all_known = true;
  for (uint32_t i = 0; i < py_choice_count(&m->values, value); i++) {
    py_value one = py_choice(&m->values, value, i), may_be = m->unbound;
    int known = 0;
    for (struct py_cursor cursor = {0}; known < 1 && py_dict_next(m->heap, members, &cursor, &key, &member);) {
      py_address own = py_instance_attribute(m->heap, member, CM_STR("_value_"));
      known = own ? py_equal(m, py_of_address(m, own), one) : -1;
      if (known == 1) may_be = m->unbound;
      if (known) may_be = py_join(&m->values, may_be, py_of_address(m, member));
    }
    all_known &= known == 1;
    found = py_join(&m->values, found, may_be);
  }
  if (all_known) return found;
  py_raise_of_c(m, CM_STR("ValueError"));
  py_address missing = py_word(m->heap, (uint64_t)py_class_attribute(m->heap, at, CM_STR("_missing_"), NULL) + PY_WRAPPED_CALLABLE);
  if (is_of_application(m, missing))
    found = py_join(&m->values, found,
                    call_with_self(m, py_of_address(m, missing), class, &(struct py_arguments){.positional = &value, .count = 1}));
  bool combines = py_class_attribute(m->heap, at, CM_STR("_flag_mask_"), NULL) != 0;
  return combines || found == m->unbound ? 0 : found;
}

// An exception keeps what it was made with, unless its class says otherwise: super().__init__(…).
static void remember_arguments(struct py_machine *m, py_value exception, const struct py_arguments *a) {
  struct cm_str name = CM_STR("args");
  if (py_entry_get(m, py_object_of(m, exception), py_make_text(&m->values, name, false)) != m->unbound) return;
  py_attribute_set_plainly(m, exception, name, a->more ? 0 : py_make_items(&m->values, PY_TUPLE, a->positional, a->count, 0));
}

static py_value call_class(struct py_machine *m, py_value class, const struct py_arguments *a) {
  const struct py_heap *heap = m->heap;
  py_address at = (py_address)py_cell(&m->values, class)->number;
  py_value result;
  if (py_is_c_type(heap, at) && py_is_exception(m, at)) {
    py_value parts[2] = {class, a->more ? 0 : py_make_items(&m->values, PY_TUPLE, a->positional, a->count, 0)};
    return py_make_items(&m->values, PY_RAISED, parts, 2, 0);
  }
  if (py_is_c_type(heap, at)) {
    if (py_call_builtin(m, py_type_name(heap, at), a, &result)) return result;
    py_escape(m, a);
    return 0;
  }
  if (py_class_attribute(heap, at, CM_STR("_member_map_"), NULL)) return member_of_value(m, class, py_argument(a, 0, 0));
  py_address fields = py_class_attribute(heap, at, CM_STR("_fields"), NULL);
  if (py_is(heap, fields, PY_TYPE_TUPLE) && py_class_attribute(heap, at, CM_STR("_make"), NULL))
    return make_named_tuple(m, class, fields, a);
  py_value made = made_by_class(m, class, a);
  py_address init = py_class_attribute(heap, at, CM_STR("__init__"), NULL);
  if (py_is(heap, init, PY_TYPE_FUNCTION)) {
    py_value with_self[PARAMETERS_MOST];
    if (a->count + 1 > PARAMETERS_MOST) return made;
    with_self[0] = made;
    if (a->count) memcpy(with_self + 1, a->positional, a->count * sizeof *with_self);
    struct py_arguments all = *a;
    all.positional = with_self;
    all.count++;
    py_call(m, py_of_address(m, init), &all);
  } else if (py_inside(m, made) != made) {
    py_inside_fill(m, py_inside(m, made), a);
  } else if ((a->count || a->named_count || a->more) && !py_is_exception(m, at)) {
    py_escape(m, a);
  }
  if (py_is_exception(m, at)) remember_arguments(m, made, a);
  return made;
}

// --- everything ---

// functools.partial: `first` before the arguments, `keywords` before the keywords.
static py_value call_partial(struct py_machine *m, py_value function, py_value first, py_value keywords,
                             const struct py_arguments *a) {
  py_value positional[PARAMETERS_MOST], names[PARAMETERS_MOST], named[PARAMETERS_MOST];
  struct py_elements given = py_elements_of(m, first), keys = py_elements_of(m, keywords);
  if (given.count + a->count > PARAMETERS_MOST || keys.count + a->named_count > PARAMETERS_MOST) return 0;
  uint32_t count = 0, named_count = 0;
  for (uint32_t i = 0; i < given.count; i++) positional[count++] = given.items[i];
  for (uint32_t i = 0; i < a->count; i++) positional[count++] = a->positional[i];
  for (uint32_t i = 0; i < keys.count; i++) {
    names[named_count] = keys.items[i];
    named[named_count++] = py_item_get(m, keywords, keys.items[i]);
  }
  for (uint32_t i = 0; i < a->named_count; i++) names[named_count] = a->names[i], named[named_count++] = a->named[i];
  return py_call(m, function,
                 &(struct py_arguments){.positional = positional,
                                        .count = count,
                                        .names = names,
                                        .named = named,
                                        .named_count = named_count,
                                        .mapping = a->mapping,
                                        .more = a->more});
}

// functools.singledispatch: the function that is registered for the type of the argument at `place`, or for one that it is derived of. Where
// the type is not known it may be any of them.
static py_value call_dispatched(struct py_machine *m, py_address registry, uint32_t place, const struct py_arguments *a) {
  const struct py_heap *heap = m->heap;
  py_value given = py_argument(a, place, 0), functions = m->unbound;
  py_address dict = py_word(heap, (uint64_t)registry + PY_MAPPING_PROXY_DICT), key, value;
  for (uint32_t i = 0; i < py_choice_count(&m->values, given); i++) {
    py_address type = py_known_type(m, py_choice(&m->values, given, i)), order = type ? py_class_order(heap, type) : 0;
    uint32_t nearest = UINT32_MAX;
    py_value found = m->unbound;
    for (struct py_cursor cursor = {0}; py_dict_next(heap, dict, &cursor, &key, &value);)
      for (uint32_t k = 0; k < (order ? py_length(heap, order) : 1); k++) {
        if (order && py_item(heap, order, k) != key) continue;
        if (!order || k < nearest) found = py_join(&m->values, order ? m->unbound : found, py_of_address(m, value));
        if (order && k < nearest) nearest = k;
      }
    functions = py_join(&m->values, functions, found);
  }
  return functions == m->unbound ? 0 : py_call(m, functions, a);
}

static py_value call_heap(struct py_machine *m, py_value callee, const struct py_arguments *a) {
  const struct py_heap *heap = m->heap;
  py_address at = (py_address)py_cell(&m->values, callee)->number, type = py_type_of(heap, at);
  struct function f;
  py_value result;
  if (at == m->getenv || at == m->getenvb) {
    py_value key = py_argument(a, 0, m->unbound);
    for (uint32_t i = 0; i < a->named_count; i++)
      if (cm_str_is(py_cell(&m->values, a->names[i])->text, "key")) key = a->named[i];
    py_ask(m, m->environment, key == m->unbound && a->more ? 0 : key);
    return py_join(&m->values, 0, py_argument(a, 1, m->none));
  }
  if (at == m->expandvars) {
    py_ask_expanded(m, m->environment, py_argument(a, 0, 0));
    return 0;
  }
  if (at && (at == m->type_hints || at == m->annotations) && a->count)
    return py_attribute(m, a->positional[0], CM_STR("__annotations__"));
  if (at && (at == m->urlsplit || at == m->urlparse) && a->count) {
    py_raise_of_c(m, CM_STR("ValueError"));
    return py_url_split(m, a->positional[0]);
  }
  if (py_library_call(m, at, a, &result)) return result;
  if (at && (at == m->enter || at == m->aenter) && a->count) return py_enter_generated(m, a->positional[0]);
  if (at && (at == m->exit || at == m->aexit) && a->count) return py_exit_generated(m, a->positional[0]);
  bool of_string = m->string && py_is(heap, at, PY_TYPE_FUNCTION) && py_word(heap, (uint64_t)at + PY_FUNCTION_GLOBALS) == m->string;
  struct cm_str full = of_string ? py_text_or_empty(heap, py_word(heap, (uint64_t)at + PY_FUNCTION_QUALNAME)) : CM_STR("");
  if (of_string && py_template_call(m, full, a, &result)) return result;
  bool of_re = m->re && py_is(heap, at, PY_TYPE_FUNCTION) && py_word(heap, (uint64_t)at + PY_FUNCTION_GLOBALS) == m->re;
  if (of_re && a->count) {
    struct cm_str name = py_text_or_empty(heap, py_word(heap, (uint64_t)at + PY_FUNCTION_QUALNAME));
    struct py_arguments rest = *a;
    rest.positional++, rest.count--;
    if (py_regex_call(m, name, a->positional[0], &rest, &result)) return result;
  }
  if (py_program_is_import(m->program, at)) {
    py_raise(m, 0);
    return py_ask_import(m, at, a);
  }
  bool is_method = cm_str_is(py_type_name(heap, type), "singledispatchmethod");
  py_address dispatcher = is_method ? py_instance_attribute(heap, at, CM_STR("dispatcher")) : at;
  py_address registry = py_is(heap, dispatcher, PY_TYPE_FUNCTION) ? py_instance_attribute(heap, dispatcher, CM_STR("registry")) : 0;
  if (py_is(heap, registry, PY_TYPE_MAPPING_PROXY)) return call_dispatched(m, registry, is_method, a);
  if (read_function(m, callee, &f)) return call_function(m, &f, a);
  if (py_is_a(heap, at, PY_TYPE_TYPE)) return call_class(m, callee, a);
  if (py_is(heap, at, PY_TYPE_METHOD)) {
    py_value self = py_of_address(m, py_word(heap, (uint64_t)at + PY_METHOD_SELF));
    py_address function = py_word(heap, (uint64_t)at + PY_METHOD_FUNCTION);
    if (py_kind(&m->values, self) == PY_MAPPING && py_is(heap, function, PY_TYPE_FUNCTION))  // os.environ.get, kept as a value
      return py_call_method(
          m, self, py_behind_last(py_text_or_empty(heap, py_word(heap, (uint64_t)function + PY_FUNCTION_QUALNAME)), '.'), a);
    return call_with_self(m, py_of_address(m, function), self, a);
  }
  if (py_is(heap, at, PY_TYPE_BUILTIN)) {
    struct cm_str name = py_c_text(heap, py_word(heap, py_word(heap, (uint64_t)at + PY_BUILTIN_DEF)));
    py_address self = py_word(heap, (uint64_t)at + PY_BUILTIN_SELF);
    if (self && !py_is(heap, self, PY_TYPE_MODULE)) return py_call_method(m, py_of_address(m, self), name, a);
    if (py_call_builtin(m, name, a, &result)) return result;
    // What the program makes of a text may ask for anything.
    bool runs_text = cm_str_is(name, "eval") || cm_str_is(name, "exec");
    if (runs_text && m->frame && m->frame->module && m->frame->module->role == PY_ROLE_APPLICATION) py_ask(m, m->environment, 0);
  } else if (py_is_c_method(heap, at) && a->count) {
    // str.upper(x), as map and sorted get it
    struct cm_str name = py_text_or_empty(heap, py_word(heap, (uint64_t)at + PY_DESCRIPTOR_NAME));
    struct py_arguments rest = *a;
    rest.positional++;
    rest.count--;
    return py_call_method(m, a->positional[0], name, &rest);
  } else if (cm_str_is(py_type_name(heap, type), "functools.partial")) {
    return call_partial(m, py_of_address(m, py_word(heap, (uint64_t)at + PY_PARTIAL_FUNCTION)),
                        py_of_address(m, py_word(heap, (uint64_t)at + PY_PARTIAL_ARGUMENTS)),
                        py_of_address(m, py_word(heap, (uint64_t)at + PY_PARTIAL_KEYWORDS)), a);
  } else {
    py_address wrapped = py_instance_attribute(heap, at, CM_STR("__wrapped__"));
    py_address call = py_class_attribute(heap, type, CM_STR("__call__"), NULL);
    if (py_is(heap, call, PY_TYPE_FUNCTION)) return call_with_self(m, py_of_address(m, call), callee, a);
    if (wrapped) return py_call(m, py_of_address(m, wrapped), a);
  }
  py_escape(m, a);
  return 0;
}

// What stands behind a name with dots in it.
static py_value attribute_behind(struct py_machine *m, py_value of, py_value key) {
  struct cm_str name;
  bool open;
  if (!py_text_of(m, key, &name, &open) || open) return 0;
  while (name.size) {
    const char *dot = memchr(name.at, '.', name.size);
    size_t size = dot ? (size_t)(dot - name.at) : name.size;
    py_raise_of_attribute(m, of, (struct cm_str){name.at, size});
    of = py_attribute(m, of, (struct cm_str){name.at, size});
    size += dot != NULL;
    name.at += size, name.size -= size;
  }
  return of;
}

// One item, or one attribute; the snapshot has a name with dots in its parts.
static py_value got(struct py_machine *m, py_value of, py_value key, bool attribute) {
  bool is_one;
  if (!attribute) {
    py_value v = py_item_get(m, of, key);
    py_raise_of_item(m, of, key);
    return v;
  }
  if (py_container_kind(m, key, &is_one) != PY_LIST || !is_one) return attribute_behind(m, of, key);
  struct py_elements parts = py_elements_of(m, key);
  for (uint32_t i = 0; i < parts.count; i++) of = attribute_behind(m, of, parts.items[i]);
  return of;
}

// operator.itemgetter("A", "B")(of); of attrgetter the number is negative
static py_value call_getter(struct py_machine *m, const struct py_cell *getter, const struct py_arguments *a) {
  py_value one = getter->items[0], of = py_argument(a, 0, 0);
  bool attribute = getter->number < 0;
  if (getter->number == 1 || getter->number == -1) return got(m, of, one, attribute);
  struct py_elements keys = py_elements_of(m, one);
  py_value *found = cm_alloc_array(m->arena, keys.count, sizeof *found);
  m->failed |= !found;
  for (uint32_t i = 0; found && i < keys.count; i++) found[i] = got(m, of, keys.items[i], attribute);
  return found && keys.rest == m->unbound ? py_make_items(&m->values, PY_TUPLE, found, keys.count, 0) : 0;
}

static py_value call_one(struct py_machine *m, py_value callee, const struct py_arguments *a) {
  const struct py_cell c = *py_cell(&m->values, callee);
  struct function f;
  switch (c.kind) {
    case PY_HEAP: return call_heap(m, callee, a);
    case PY_FUNCTION: return read_function(m, callee, &f) ? call_function(m, &f, a) : 0;
    case PY_BOUND: return call_with_self(m, c.items[0], c.items[1], a);
    case PY_ATTRIBUTE: return py_call_method(m, c.items[0], c.text, a);
    case PY_GETTER: return call_getter(m, &c, a);
    case PY_OBJECT: {
      const struct py_object *object = py_object_of(m, callee);
      if (object->kind == PY_PARTIAL && object->count == 2)
        return call_partial(m, object->class, object->entries[0].value, object->entries[1].value, a);
      if (object->kind != PY_INSTANCE) break;
      py_value method = py_attribute(m, callee, CM_STR("__call__"));
      if (py_kind(&m->values, method) == PY_BOUND) return py_call(m, method, a);
      break;
    }
    default: break;
  }
  py_escape(m, a);
  return 0;
}

py_value py_call(struct py_machine *m, py_value callee, const struct py_arguments *a) {
  py_value result = m->unbound, before = m->store, after = m->unbound;
  bool stops = true;
  if (!m->steps || m->nesting == PY_NESTING) {
    py_raise(m, 0);
    return 0;
  }
  m->nesting++;
  for (uint32_t i = 0; i < py_choice_count(&m->values, callee); i++) {
    m->store = before;  // one of them is called
    m->stops = false;
    result = py_join(&m->values, result, call_one(m, py_choice(&m->values, callee, i), a));
    stops &= m->stops;
    after = py_store_join(m, after, m->store, false);
  }
  m->store = after;
  m->stops = stops;
  m->nesting--;
  return result == m->unbound ? 0 : result;
}

static void escape_one(struct py_machine *m, py_value v) {
  const struct py_cell *c = py_cell(&m->values, v);
  struct function f;
  py_value function = c->kind == PY_BOUND ? c->items[0] : v;
  const struct py_object *object = py_object_of(m, v);
  if (!read_function(m, function, &f) && !(object && object->kind == PY_PARTIAL)) return;
  const struct py_module *module = c->kind == PY_HEAP || c->kind == PY_BOUND ? py_program_module(m->program, f.globals) : NULL;
  if (module && module->role != PY_ROLE_APPLICATION) return;
  // Once is enough: what it is called with is not known.
  size_t cursor = 0;
  uint64_t hash = index_mix(index_mix(m->escape_index.seed, 1), v);
  uint32_t i;
  if (index_next(&m->escape_index, hash, &cursor, &i) || m->escape_count++ > ESCAPES_MOST) return;
  if (!index_add(&m->escape_index, m->arena, hash, 0)) {
    m->failed = true;
    return;
  }
  // Nor is when. What it raises, who calls it raises.
  py_value store = m->store, raised = m->raised, thrown = m->thrown;
  bool escaping = m->escaping;
  size_t floor = m->escape_floor;
  m->store = py_store_empty(m, true);
  m->escaping = true;
  m->escape_floor = m->object_count;
  py_call(m, v, &(struct py_arguments){.more = true});
  m->store = store, m->raised = raised, m->thrown = thrown;
  m->escaping = escaping;
  m->escape_floor = floor;
}

// C code that is given an object of the library's may call what that was given: the function behind json.loads(…, object_hook=…).
static void escape_members(struct py_machine *m, py_value v) {
  const struct py_object *object = py_object_of(m, v);
  py_address class = py_own_class(m, v);
  if (!object || object->kind != PY_INSTANCE || !class) return;
  struct cm_str home = py_text_or_empty(m->heap, py_dict_get(m->heap, py_class_dict(m->heap, class), CM_STR("__module__")));
  const struct py_module *module = py_program_module(m->program, py_module_dict(m->heap, py_module_named(m->heap, home)));
  if (!module || module->role != PY_ROLE_LIBRARY) return;
  for (size_t i = 0; i < object->count; i++, object = py_object_of(m, v)) {
    py_value member = object->entries[i].value;
    for (uint32_t k = 0; k < py_choice_count(&m->values, member); k++) escape_one(m, py_choice(&m->values, member, k));
  }
}

void py_escape(struct py_machine *m, const struct py_arguments *a) {
  py_raise(m, 0);
  if (a->mapping) py_ask_all(m, a->mapping);
  for (uint32_t i = 0; i < a->count + a->named_count; i++) {
    py_value v = i < a->count ? a->positional[i] : a->named[i - a->count];
    py_ask_within(m, &v, 1, 2);
    for (uint32_t k = 0; k < py_choice_count(&m->values, v); k++) {
      py_value one = py_choice(&m->values, v, k);
      bool is_container;
      py_container_kind(m, one, &is_container);
      if (is_container) py_edit(m, one, PY_EDIT_UNKNOWN, NULL);
      if (py_inside(m, one) != one) py_edit(m, py_inside(m, one), PY_EDIT_UNKNOWN, NULL);
      py_send(m, one, 0);
      escape_one(m, one);
      escape_members(m, one);
    }
  }
  py_raise(m, 0);
  m->stops = false;
}
