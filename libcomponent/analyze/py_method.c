// Methods of built-in types: of dictionaries, lists and sets, and of what a host hands over in their shape.
//
// Each is a row of a table. A method that has no row and is not known to change nothing leaves it open what a container has.

#include "py_builtin.h"

typedef py_value method(struct py_machine *m, py_value self, const struct py_arguments *a);

static py_value dict_get(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value otherwise = named_argument(m, a, "default", 1, m->none);
  int has = py_choice_count(&m->values, first(a)) == 1 ? py_keys_have(m, self, first(a)) : -1;
  return has == 0   ? otherwise
         : has == 1 ? py_item_get(m, self, first(a))
                    : py_join(&m->values, py_item_get(m, self, first(a)), otherwise);
}
static py_value dict_pop(struct py_machine *m, py_value self, const struct py_arguments *a) {
  bool one = py_choice_count(&m->values, first(a)) == 1;
  int has = one ? py_keys_have(m, self, first(a)) : -1;
  py_value found = has == 0 ? m->unbound : py_item_get(m, self, first(a));
  if (has != 1) found = py_join(&m->values, found, py_argument(a, 1, m->unbound));
  if (has != 1 && a->count < 2) py_raise_of_c(m, CM_STR("KeyError"));
  py_content_without_key(m, self, one ? first(a) : m->unbound);
  py_forget(m, self, one ? first(a) : m->unbound);
  return found == m->unbound ? 0 : found;
}
static py_value dict_clear(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  bool known = py_object_to_change(m, self, PY_DICT) && py_content(m, self) != m->unbound;
  py_forget(m, self, m->unbound);
  py_hold_content(m, self, known ? tuple_of(m, NULL, 0) : m->null);
  return m->none;
}
static py_value dict_setdefault(struct py_machine *m, py_value self, const struct py_arguments *a) {
  int has = py_choice_count(&m->values, first(a)) == 1 ? py_keys_have(m, self, first(a)) : -1;
  py_value found = has == 0 ? m->unbound : py_item_get(m, self, first(a)), otherwise = py_argument(a, 1, m->none);
  py_item_set_perhaps(m, self, first(a), otherwise);
  return has == 1 ? found : py_join(&m->values, found, otherwise);
}
static py_value dict_item(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_raise_of_item(m, self, first(a));
  return py_item_get(m, self, first(a));
}
static py_value dict_contains(struct py_machine *m, py_value self, const struct py_arguments *a) {
  return py_contains(m, self, first(a));
}
static py_value dict_set(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_item_set(m, self, first(a), py_argument(a, 1, 0));
  return m->none;
}
static py_value dict_fromkeys(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)self;
  struct py_elements all = py_elements_of(m, first(a));
  py_value made = py_new_container(m, PY_DICT, NULL, 0, all.rest != m->unbound ? 0 : m->unbound);
  for (uint32_t i = 0; i < all.count; i++) py_item_set(m, made, all.items[i], py_argument(a, 1, m->none));
  return made;
}
// Names are compared with those of a host: {"A"}.issubset(os.environ), REQUIRED.difference(os.environ.keys()).
static py_value set_compared(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value other = first(a);
  for (unsigned turn = 0; turn < 2; turn++) {
    py_value host = turn ? self : other, names = turn ? other : self;
    struct py_elements all = py_elements_of(m, names);
    for (uint32_t i = 0; is_host_list(m, host) && i < all.count; i++) py_contains(m, host, all.items[i]);
  }
  return 0;
}
static py_value set_without(struct py_machine *m, py_value self, const struct py_arguments *a) {
  set_compared(m, self, a);
  for (uint32_t i = 0; i < a->count; i++) self = py_set_operated(m, self, a->positional[i], PY_SETS_LEFT);
  return a->count ? self : 0;
}
static py_value set_in_common(struct py_machine *m, py_value self, const struct py_arguments *a) {
  set_compared(m, self, a);
  for (uint32_t i = 0; i < a->count; i++) self = py_set_operated(m, self, a->positional[i], PY_SETS_HAVE_BOTH);
  return a->count ? self : 0;
}
static py_value set_differing(struct py_machine *m, py_value self, const struct py_arguments *a) {
  set_compared(m, self, a);
  return py_set_operated(m, self, first(a), PY_SETS_DIFFER);
}
static py_value host_view(struct py_machine *m, py_value self, enum py_kind kind) {
  return py_simple(&m->values, kind, py_cell(&m->values, self)->number);
}
static py_value dict_items(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  return py_kind(&m->values, self) == PY_MAPPING ? host_view(m, self, PY_PAIRS) : py_pairs_of(m, self, true, true);
}
static py_value dict_keys(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  return py_kind(&m->values, self) == PY_MAPPING ? host_view(m, self, PY_KEYS) : py_pairs_of(m, self, true, false);
}
static py_value dict_values(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  return py_kind(&m->values, self) == PY_MAPPING ? 0 : py_pairs_of(m, self, false, true);
}
static py_value dict_update(struct py_machine *m, py_value self, const struct py_arguments *a) {
  if (a->count) py_update(m, self, first(a));
  for (uint32_t i = 0; i < a->named_count; i++) py_item_set(m, self, a->names[i], a->named[i]);
  return m->none;
}
static py_value same_again(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)m, (void)a;
  return self;
}
// Another one with the same in it, for either may be changed.
static py_value copied(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  bool is_one;
  enum py_object_kind kind = py_container_kind(m, self, &is_one);
  struct py_arguments of = {.positional = &self, .count = 1};
  if (py_kind(&m->values, self) == PY_MAPPING || (is_one && kind == PY_DICT)) return py_make_dict(m, &of);
  return is_one && kind == PY_LIST ? py_make_list(m, &of) : self;
}

static py_value list_append(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value v = first(a);
  return py_edit(m, self, PY_EDIT_APPEND, &v);
}
static py_value list_append_left(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value given[2] = {py_simple(&m->values, PY_INT, 0), first(a)};
  return py_edit(m, self, PY_EDIT_INSERT, given);
}
static py_value list_insert(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value given[2] = {first(a), py_argument(a, 1, 0)};
  return py_edit(m, self, PY_EDIT_INSERT, given);
}
// Something is taken out of a list or set: it need not be there.
static void raise_where_empty(struct py_machine *m, py_value self, const char *class) {
  py_value content = py_content(m, self);
  bool some = content != m->unbound;
  for (uint32_t i = 0; some && i < py_choice_count(&m->values, content); i++)
    some = py_cell(&m->values, py_choice(&m->values, content, i))->count != 0;
  if (!some) py_raise_of_c(m, cm_str_of(class));
}
static py_value list_pop(struct py_machine *m, py_value self, const struct py_arguments *a) {
  if (a->count)
    py_raise_of_c(m, CM_STR("IndexError"));
  else
    raise_where_empty(m, self, "IndexError");
  py_value place = py_argument(a, 0, m->none);
  return py_edit(m, self, PY_EDIT_POP, &place);
}
static py_value list_pop_left(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  raise_where_empty(m, self, "IndexError");
  py_value place = py_simple(&m->values, PY_INT, 0);
  return py_edit(m, self, PY_EDIT_POP, &place);
}
static py_value list_discard(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value v = first(a);
  return py_edit(m, self, PY_EDIT_REMOVE, &v);
}
static py_value list_remove(struct py_machine *m, py_value self, const struct py_arguments *a) {
  bool is_one;
  py_raise_of_c(m, py_container_kind(m, self, &is_one) == PY_SET ? CM_STR("KeyError") : CM_STR("ValueError"));
  return list_discard(m, self, a);
}
static py_value list_reverse(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  return py_edit(m, self, PY_EDIT_REVERSE, NULL);
}
static py_value list_rotate(struct py_machine *m, py_value self, const struct py_arguments *a) {
  const struct py_cell by = *py_cell(&m->values, py_argument(a, 0, py_simple(&m->values, PY_INT, 1)));
  struct py_elements all = py_elements_of(m, self);
  bool known = by.kind == PY_INT && all.rest == m->unbound && py_content(m, self) != m->unbound && all.count;
  py_value *turned = cm_alloc_array(m->arena, all.count, sizeof *turned);
  m->failed |= !turned;
  for (uint32_t i = 0; known && turned && i < all.count; i++)
    turned[(size_t)((((int64_t)i + by.number) % all.count + all.count) % all.count)] = all.items[i];
  py_edit(m, self, PY_EDIT_UNKNOWN, NULL);
  if (known && turned) py_hold_content(m, self, tuple_of(m, turned, all.count));
  return m->none;
}
static py_value list_index(struct py_machine *m, py_value self, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, self);
  for (uint32_t i = 0; a->count == 1 && i < all.count; i++) {
    int same = py_equal(m, all.items[i], first(a));
    if (same == 1) return py_simple(&m->values, PY_INT, i);
    if (same < 0) break;
  }
  py_raise_of_c(m, CM_STR("ValueError"));
  return 0;
}
static py_value list_sort(struct py_machine *m, py_value self, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, self);
  bool known = py_content(m, self) != m->unbound && py_sort_elements(m, &all, a);
  py_edit(m, self, PY_EDIT_UNKNOWN, NULL);
  if (known) py_hold_content(m, self, tuple_of(m, all.items, all.count));
  return m->none;
}
static py_value set_add(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value v = first(a);
  return py_edit(m, self, PY_EDIT_ADD, &v);
}

static py_value list_extend(struct py_machine *m, py_value self, const struct py_arguments *a) {
  py_value from = first(a);
  return py_edit(m, self, PY_EDIT_EXTEND, &from);
}
static py_value list_any(struct py_machine *m, py_value self, const struct py_arguments *a) {
  (void)a;
  return py_any_element(m, &(struct py_arguments){.positional = &self, .count = 1});
}
static py_value set_with(struct py_machine *m, py_value self, const struct py_arguments *a) {
  struct py_elements all = py_elements_of(m, self);
  py_value made = py_new_container_of(m, PY_SET, &all);
  for (uint32_t i = 0; i < a->count; i++) {
    struct py_elements more = py_elements_of(m, a->positional[i]);
    struct py_object *object = py_object_of(m, made);
    if (more.rest != m->unbound && object) object->rest = py_join(&m->values, object->rest, more.rest);
    for (uint32_t k = 0; k < more.count; k++) py_edit(m, made, PY_EDIT_ADD, &more.items[k]);
  }
  return made;
}
static py_value set_update(struct py_machine *m, py_value self, const struct py_arguments *a) {
  for (uint32_t i = 0; i < a->count; i++) {
    struct py_elements more = py_elements_of(m, a->positional[i]);
    for (uint32_t k = 0; k < more.count; k++) py_edit(m, self, PY_EDIT_ADD, &more.items[k]);
    if (more.rest == m->unbound) continue;
    struct py_object *object = py_object_to_change(m, self, PY_SET);
    if (object) object->rest = py_join(&m->values, object->rest, more.rest);
  }
  return m->none;
}

// object.__dict__.update(…): its entries are attributes.
static py_value update_attributes(struct py_machine *m, py_value object, const struct py_arguments *a) {
  struct py_elements keys = {.rest = m->unbound};
  py_value from = a->count ? first(a) : a->mapping;
  bool of_host = from && py_mapping_of(m, from) >= 0;
  if (of_host) py_attributes_of_host(m, object, py_mapping_of(m, from));
  if (a->count && !of_host) keys = py_elements_of(m, py_pairs_of(m, first(a), true, false));
  for (uint32_t i = 0; i < keys.count + a->named_count; i++) {
    py_value key = i < keys.count ? keys.items[i] : a->names[i - keys.count];
    py_value value = i < keys.count ? py_item_get(m, first(a), key) : a->named[i - keys.count];
    struct cm_str name;
    bool open;
    if (py_text_of(m, key, &name, &open) && !open) py_attribute_set(m, object, name, value);
  }
  return m->none;
}

// vars(object), as a dictionary of its own: all that is gathered in the object.
static py_value attributes_of(struct py_machine *m, py_value owner) {
  const struct py_object *object = py_object_of(m, owner);
  py_value made = py_new_container(m, PY_DICT, NULL, 0, object ? object->rest : 0);
  object = py_object_of(m, owner);
  if (object && py_object_of(m, made)) py_object_of(m, made)->mapping = object->mapping;
  for (size_t i = 0; object && i < object->count; i++, object = py_object_of(m, owner)) {
    struct cm_str name;
    bool open;
    py_value key = object->entries[i].key;
    if (py_text_of(m, key, &name, &open) && !open) py_item_set(m, made, key, py_attribute(m, owner, name));
  }
  return made;
}
static bool looks_at_items(struct cm_str name) {
  static const char *const names[] = {"items", "keys", "values", "get", "copy", "__contains__"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (cm_str_is(name, names[i])) return true;
  return false;
}

static const struct {
  const char *name;
  method *method;
} methods[] = {
    {"get", dict_get},
    {"pop", dict_pop},
    {"setdefault", dict_setdefault},
    {"items", dict_items},
    {"keys", dict_keys},
    {"values", dict_values},
    {"update", dict_update},
    {"copy", copied},
    {"__getitem__", dict_item},
    {"__contains__", dict_contains},
    {"__setitem__", dict_set},
    {"append", list_append},
    {"appendleft", list_append_left},
    {"add", set_add},
    {"insert", list_insert},
    {"extend", list_extend},
    {"rotate", list_rotate},
    {"index", list_index},
    {"union", set_with},
    {"issubset", set_compared},
    {"issuperset", set_compared},
    {"difference", set_without},
    {"intersection", set_in_common},
    {"symmetric_difference", set_differing},
    {"isdisjoint", set_compared},
    {"popleft", list_pop_left},
    {"__next__", list_any},
    {"__iter__", same_again},
    {"sort", list_sort},
    {"reverse", list_reverse},
    {"clear", dict_clear},
    {"remove", list_remove},
    {"discard", list_discard},
};

// Methods of containers that have no row because they change nothing and give no text.
static bool only_looks(struct cm_str name) {
  static const char *const names[] = {"index", "count", "__len__", "__repr__", "__str__", "__eq__", "__sizeof__"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (cm_str_is(name, names[i])) return true;
  return false;
}

static void raise_of_text_method(struct py_machine *m, struct cm_str name) {
  if (cm_str_is(name, "index") || cm_str_is(name, "rindex")) py_raise_of_c(m, CM_STR("ValueError"));
  if (cm_str_is(name, "encode") || cm_str_is(name, "decode")) py_raise_of_c(m, CM_STR("UnicodeError"));
  if (cm_str_is(name, "format") || cm_str_is(name, "format_map")) py_raise(m, 0);
}

static py_value one_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a) {
  enum py_kind kind = py_kind(&m->values, self);
  py_value result;
  struct cm_str text;
  bool open, is_one;
  if (kind == PY_NONE && cm_str_is(name, "__build_class__") && a->count) {  // of the body of a class
    py_call(m, first(a), &(struct py_arguments){0});
    m->stops = false;
    return 0;
  }
  if (kind == PY_KEY) {
    if (cm_str_is(name, "split") || cm_str_is(name, "index")) py_raise_of_c(m, CM_STR("ValueError"));
    if (cm_str_is(name, "startswith")) py_ask_beginning(m, self, first(a));
    if (cm_str_is(name, "encode") || cm_str_is(name, "decode") || cm_str_is(name, "strip")) return self;
    if (py_gives_text(name)) py_ask_changed(m, self);
    return 0;
  }
  if (py_text_of(m, self, &text, &open)) {
    raise_of_text_method(m, name);
    return py_text_method(m, self, name, a);
  }
  if (py_generator_method(m, self, name, a, &result)) return result;
  if (py_inside_method(m, self, name, a, &result) || py_match_method(m, self, name, a, &result)) return result;
  if (py_context_method(m, self, name, a, &result)) return result;
  if (kind == PY_HEAP && py_regex_call(m, name, self, a, &result)) return result;
  if (kind == PY_ATTRIBUTE && cm_str_is(py_cell(&m->values, self)->text, "__dict__") && looks_at_items(name))
    return one_method(m, attributes_of(m, py_cell(&m->values, self)->items[0]), name, a);
  if (kind == PY_ATTRIBUTE && cm_str_is(name, "update")) return update_attributes(m, py_cell(&m->values, self)->items[0], a);
  enum py_object_kind container = py_container_kind(m, self, &is_one);
  bool is_list = is_one && container != PY_DICT;
  if (is_list && cm_str_is(name, "pop") && container == PY_LIST) return list_pop(m, self, a);
  if (is_list && cm_str_is(name, "pop")) {
    raise_where_empty(m, self, "KeyError");
    return list_any(m, self, a);
  }
  if (is_list && cm_str_is(name, "clear")) return py_edit(m, self, PY_EDIT_CLEAR, NULL);
  if (is_list && container == PY_SET && cm_str_is(name, "update")) return set_update(m, self, a);
  for (size_t i = 0; (is_one || is_host_list(m, self) || kind == PY_ITERATOR) && i < sizeof methods / sizeof *methods; i++)
    if (cm_str_is(name, methods[i].name)) return methods[i].method(m, self, a);
  if (cm_str_is(name, "fromkeys")) return dict_fromkeys(m, self, a);
  if (cm_str_is(name, "from_iterable")) {
    struct py_elements all = py_elements_of(m, first(a));
    return py_chain(m, &(struct py_arguments){.positional = all.items, .count = all.count, .more = all.rest != m->unbound});
  }
  if (is_one && !only_looks(name)) {
    py_edit(m, self, PY_EDIT_UNKNOWN, NULL);
    py_forget(m, self, m->unbound);
  }
  // super().__setattr__(name, value), and object.__setattr__(instance, name, value)
  bool sets = !is_one && cm_str_is(name, "__setattr__") && (a->count == 2 || a->count == 3);
  if (sets && py_text_of(m, a->positional[a->count - 2], &text, &open) && !open) {
    py_attribute_set_plainly(m, a->count == 3 ? first(a) : self, text, a->positional[a->count - 1]);
    return m->none;
  }
  // super().__init__(…) of an exception behind all classes of the program
  py_address own = cm_str_is(name, "__init__") ? py_own_class(m, self) : 0;
  if (own && py_is_exception(m, own)) {
    py_attribute_set_plainly(m, self, CM_STR("args"), a->more ? 0 : tuple_of(m, a->positional, a->count));
    return m->none;
  }
  // function.__get__(instance, class), as descriptors call it
  bool is_function =
      kind == PY_FUNCTION || (kind == PY_HEAP && py_is(m->heap, (py_address)py_cell(&m->values, self)->number, PY_TYPE_FUNCTION));
  if (is_function && cm_str_is(name, "__get__") && a->count) {
    py_value both[2] = {self, first(a)};
    return first(a) == m->none ? self : py_make_items(&m->values, PY_BOUND, both, 2, 0);
  }
  // object.__new__(class), and super().__new__(class) behind all classes of the program
  if (cm_str_is(name, "__new__") && a->count && py_kind(&m->values, first(a)) == PY_HEAP)
    return py_new_instance(m, first(a), &(struct py_arguments){.positional = a->positional + 1, .count = a->count - 1});
  if (only_looks(name) && is_one) return 0;
  if (kind == PY_UNKNOWN) py_ask_method(m, name, a);
  py_escape(m, a);
  return 0;
}

py_value py_call_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a) {
  py_value result = m->unbound;
  for (uint32_t i = 0; i < a->count; i++) {
    const struct py_object *object = py_object_of(m, a->positional[i]);
    if (object && object->iterates) py_raise_of_walk(m, a->positional[i]);
  }
  for (uint32_t i = 0; i < py_choice_count(&m->values, self); i++)
    result = py_join(&m->values, result, one_method(m, py_choice(&m->values, self, i), name, a));
  return result == m->unbound ? 0 : result;
}
