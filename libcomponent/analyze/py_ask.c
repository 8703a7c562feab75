// What the program asks of its hosts.
//
// Functions of the bindings that call an import are matched with the component's imports by their names, which componentize-py makes of the
// interface's: "wasi:config/store" becomes the module `store`, or `wasi_config_store` where another interface has the same last name, and
// "[method]outgoing-request.set-authority" the method `set_authority` of class `OutgoingRequest`. The environment is read through
// `os.environ`, which CPython fills from the host's list.

#include "py_machine.h"

#include <component/semver.h>

static void report_open(struct py_machine *m, int64_t sink, struct cm_str beginning) {
  char pattern[PY_KEY_MOST + 2];
  size_t size = beginning.size < PY_KEY_MOST ? beginning.size : PY_KEY_MOST;
  if (size) memcpy(pattern, beginning.at, size);
  pattern[size] = '*';
  m->reporter.open(m->reporter.context, &m->sinks[sink], (struct cm_str){pattern, size ? size + 1 : 0}, m->frame);
}

static bool is_key(const struct interpreted_sink *sink, struct cm_str key) {
  if (!key.size || memchr(key.at, 0, key.size)) return false;
  return sink->row->kind != CM_NEED_ENV || !memchr(key.at, '=', key.size);
}

void py_ask(struct py_machine *m, int64_t sink, py_value key) {
  if (sink < 0 || (size_t)sink >= m->sink_count) return;
  for (uint32_t i = 0; i < py_choice_count(&m->values, key); i++) {
    py_value one = py_choice(&m->values, key, i);
    struct cm_str text;
    bool open;
    enum py_kind kind = py_kind(&m->values, one);
    if (py_text_of(m, one, &text, &open)) {
      if (open)
        report_open(m, sink, text);
      else if (is_key(&m->sinks[sink], text))
        m->reporter.need(m->reporter.context, &m->sinks[sink], text, m->frame);
    } else if (kind == PY_UNKNOWN || kind == PY_ATTRIBUTE) {  // others are no texts
      report_open(m, sink, CM_STR(""));
    }
  }
}

static bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

void py_ask_expanded(struct py_machine *m, int64_t sink, py_value v) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    struct cm_str text = CM_STR("");
    bool open;
    py_text_of(m, py_choice(&m->values, v, i), &text, &open);
    for (size_t at = 0; at + 1 < text.size; at++) {
      if (text.at[at] != '$') continue;
      bool braces = text.at[at + 1] == '{';
      size_t from = at + 1 + braces, end = from;
      while (end < text.size && (braces ? text.at[end] != '}' : is_word(text.at[end]))) end++;
      bool whole = end < text.size || (!braces && !open);
      if (whole && end > from) py_ask(m, sink, py_make_text(&m->values, (struct cm_str){text.at + from, end - from}, false));
    }
    if (open) py_ask(m, sink, 0);
  }
}

void py_ask_compared(struct py_machine *m, py_value key, py_value with) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, key); i++) {
    const struct py_cell *c = py_cell(&m->values, py_choice(&m->values, key, i));
    if (c->kind == PY_KEY) py_ask(m, c->number, with);
  }
}

void py_ask_changed(struct py_machine *m, py_value key) {
  const struct py_cell *c = py_cell(&m->values, key);
  if (c->kind == PY_KEY && c->number >= 0 && (size_t)c->number < m->sink_count) report_open(m, c->number, c->text);
}

void py_ask_beginning(struct py_machine *m, py_value key, py_value beginning) {
  const struct py_cell *c = py_cell(&m->values, key);
  int64_t sink = c->number;
  if (c->kind != PY_KEY || sink < 0 || (size_t)sink >= m->sink_count) return;
  bool is_one;
  struct py_elements all = {.items = &beginning, .count = 1, .rest = m->unbound};
  if (py_container_kind(m, beginning, &is_one) == PY_LIST && is_one) all = py_elements_of(m, beginning);
  for (uint32_t i = 0; i < all.count; i++)
    for (uint32_t k = 0; k < py_choice_count(&m->values, all.items[i]); k++) {
      struct cm_str text = CM_STR("");
      bool open;
      py_text_of(m, py_choice(&m->values, all.items[i], k), &text, &open);
      report_open(m, sink, text);
    }
}

int64_t py_mapping_of(struct py_machine *m, py_value v) {
  const struct py_cell *c = py_cell(&m->values, v);
  const struct py_object *object = py_object_of(m, v);
  return c->kind == PY_MAPPING ? c->number : object ? object->mapping : -1;
}

void py_ask_all(struct py_machine *m, py_value v) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, v); i++) {
    py_value one = py_choice(&m->values, v, i);
    const struct py_cell *c = py_cell(&m->values, one);
    const struct py_object *object = py_object_of(m, one);
    int64_t sink = c->kind == PY_MAPPING || c->kind == PY_PAIRS || c->kind == PY_KEYS ? c->number : object ? object->mapping : -1;
    if (sink >= 0 && (size_t)sink < m->sink_count) report_open(m, sink, CM_STR(""));
  }
}

static void ask_within(struct py_machine *m, py_value v, unsigned depth, unsigned *left) {
  for (uint32_t i = 0; i < py_choice_count(&m->values, v) && *left; i++) {
    py_value one = py_choice(&m->values, v, i);
    const struct py_cell c = *py_cell(&m->values, one);
    const struct py_object *object = py_object_of(m, one);
    --*left;
    py_ask_all(m, one);
    if (!depth) continue;
    bool holds = c.kind == PY_TUPLE || c.kind == PY_BOUND || c.kind == PY_ITERATOR;
    for (uint32_t k = 0; holds && k < c.count; k++) ask_within(m, c.items[k], depth - 1, left);
    for (size_t k = 0; object && k < object->count; k++, object = py_object_of(m, one))
      ask_within(m, object->entries[k].value, depth - 1, left);
    if (object && object->rest != m->unbound) ask_within(m, object->rest, depth - 1, left);
  }
}

void py_ask_within(struct py_machine *m, const py_value *values, uint32_t count, unsigned depth) {
  enum { VALUES_MOST = 400 };
  unsigned left = VALUES_MOST;
  for (uint32_t i = 0; i < count; i++) ask_within(m, values[i], depth, &left);
}

void py_ask_anything(struct py_machine *m) {
  for (size_t i = 0; i < m->sink_count; i++) report_open(m, (int64_t)i, CM_STR(""));
}

// --- imports ---

// "wasi_config_store_0_2_0" where versions are needed to tell interfaces apart.
static struct cm_str without_version(struct cm_str module) {
  size_t end = module.size;
  while (end && ((module.at[end - 1] >= '0' && module.at[end - 1] <= '9') || module.at[end - 1] == '_')) end--;
  return (struct cm_str){module.at, end};
}

static bool module_is(struct cm_str module, struct cm_str interface) {
  struct cm_str base = cm_name_base(interface), last = py_behind_last(base, '/'), name = py_behind_last(module, '.');
  return py_same_name(name, last) || py_same_name(name, base) || py_same_name(without_version(name), base) ||
         py_same_name(without_version(name), last);
}

// "get" and "[method]request.set-authority": the class (empty for a function) and the function.
static void split_function(struct cm_str function, struct cm_str *class, struct cm_str *name) {
  const char *end = function.size && function.at[0] == '[' ? memchr(function.at, ']', function.size) : NULL;
  *class = CM_STR("");
  *name = function;
  if (!end) return;
  struct cm_str rest = {end + 1, function.size - (size_t)(end + 1 - function.at)};
  const char *dot = memchr(rest.at, '.', rest.size);
  *class = dot ? (struct cm_str){rest.at, (size_t)(dot - rest.at)} : rest;
  *name = dot ? (struct cm_str){dot + 1, rest.size - (size_t)(dot + 1 - rest.at)} : CM_STR("");
}

static py_value key_argument(struct py_machine *m, const struct interpreted_sink *sink, py_address code_at, bool is_method,
                             const struct py_arguments *a) {
  uint32_t at = sink->parameter + is_method;
  py_value v = a->more ? 0 : m->unbound;
  struct py_code code;
  if (at < a->count) v = a->positional[at];
  for (uint32_t i = 0; i < a->named_count && py_code_read(m->heap, code_at, &code); i++)
    if (cm_str_equal(py_cell(&m->values, a->names[i])->text, py_text_or_empty(m->heap, py_item(m->heap, code.locals, at))))
      v = a->named[i];
  for (struct cm_str field = sink->field; field.size && v != m->unbound;) {
    const char *dot = memchr(field.at, '.', field.size);
    size_t size = dot ? (size_t)(dot - field.at) : field.size;
    char name[64];
    if (size >= sizeof name) return 0;
    for (size_t i = 0; i < size; i++) name[i] = field.at[i] == '-' ? '_' : field.at[i];
    v = py_attribute(m, v, (struct cm_str){name, size});
    field = dot ? (struct cm_str){dot + 1, field.size - size - 1} : CM_STR("");
  }
  return v;
}

// An option's value comes wrapped where options nest; else it is itself.
static py_value unwrapped(struct py_machine *m, py_value v) {
  const struct py_object *object = py_object_of(m, v);
  py_value inner = object && object->kind == PY_INSTANCE ? py_entry_get(m, object, py_make_text(&m->values, CM_STR("value"), false))
                                                         : m->unbound;
  return inner == m->unbound ? v : inner;
}

py_value py_ask_import(struct py_machine *m, py_address function, const struct py_arguments *a) {
  const struct py_module *module = py_program_module(m->program, py_word(m->heap, (uint64_t)function + PY_FUNCTION_GLOBALS));
  struct cm_str qualname = py_text_or_empty(m->heap, py_word(m->heap, (uint64_t)function + PY_FUNCTION_QUALNAME));
  struct cm_str own = py_behind_last(qualname, '.'),
                class = {qualname.at, own.size < qualname.size ? qualname.size - own.size - 1 : 0};
  py_address code = py_word(m->heap, (uint64_t)function + PY_FUNCTION_CODE);
  py_value result = 0;
  for (size_t i = 0; i < m->sink_count && module; i++) {
    const struct interpreted_sink *sink = &m->sinks[i];
    struct cm_str wit_class, wit_name;
    split_function(sink->function, &wit_class, &wit_name);
    if (!py_same_name(own, wit_name) || !py_same_name(class, wit_class) || !module_is(module->name, sink->interface)) continue;
    if (!*sink->row->parameter) {
      result = py_simple(&m->values, PY_PAIRS, (int64_t)i);
    } else {
      bool is_method = cm_str_starts(sink->function, CM_STR("[method]"));
      py_ask(m, (int64_t)i, unwrapped(m, key_argument(m, sink, code, is_method, a)));
    }
  }
  py_escape(m, a);
  return result;
}

void py_ask_method(struct py_machine *m, struct cm_str name, const struct py_arguments *a) {
  for (size_t i = 0; i < m->sink_count; i++) {
    const struct interpreted_sink *sink = &m->sinks[i];
    struct cm_str class, method;
    split_function(sink->function, &class, &method);
    if (!cm_str_starts(sink->function, CM_STR("[method]")) || !py_same_name(name, method)) continue;
    py_ask(m, (int64_t)i, unwrapped(m, py_argument(a, sink->parameter, m->unbound)));
  }
}
