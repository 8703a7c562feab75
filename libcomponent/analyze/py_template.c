// string.Template: names in a text, "$name" and "${name}", which a mapping or keywords have values for.
//
// The library finds them by a regular expression with names for its parts, which is not followed; what it does with them is simple. A mapping
// that is the environment is asked for each of the names.

#include "py_machine.h"

static bool is_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_part(char c) { return is_start(c) || (c >= '0' && c <= '9'); }

static py_value value_of(struct py_machine *m, struct cm_str name, const struct py_arguments *a) {
  for (uint32_t i = 0; i < a->named_count; i++)
    if (cm_str_equal(py_cell(&m->values, a->names[i])->text, name)) return a->named[i];
  return a->count > 1 ? py_item_get(m, a->positional[1], py_make_text(&m->values, name, false)) : 0;
}

// One text with its names replaced. `kept`: a name without a value stays as it is.
static py_value substituted(struct py_machine *m, struct cm_str text, bool kept, const struct py_arguments *a) {
  py_value result = py_make_text(&m->values, CM_STR(""), false);
  for (size_t at = 0, from = 0; at < text.size;) {
    while (at < text.size && text.at[at] != '$') at++;
    result = py_concat(m, result, py_make_text(&m->values, (struct cm_str){text.at + from, at - from}, false));
    if (at == text.size) break;
    size_t start = at++;
    bool braces = at < text.size && text.at[at] == '{';
    size_t name = at + braces, end = name;
    while (end < text.size && (end == name ? is_start(text.at[end]) : is_part(text.at[end]))) end++;
    bool is_name = end > name && (!braces || (end < text.size && text.at[end] == '}'));
    if (is_name) {
      py_value v = py_formatted(m, value_of(m, (struct cm_str){text.at + name, end - name}, a));
      result = py_concat(m, result, v);
      at = end + braces;
    } else if (at < text.size && text.at[at] == '$') {
      result = py_concat(m, result, py_make_text(&m->values, CM_STR("$"), false));
      at++;
    } else if (kept) {
      result = py_concat(m, result, py_make_text(&m->values, (struct cm_str){text.at + start, 1}, false));
    } else {
      return 0;  // it raises
    }
    from = at;
  }
  return result;
}

bool py_template_call(struct py_machine *m, struct cm_str name, const struct py_arguments *a, py_value *result) {
  bool kept = cm_str_is(name, "Template.safe_substitute"), open;
  struct cm_str mark, text;
  if ((!kept && !cm_str_is(name, "Template.substitute")) || !a->count || a->more) return false;
  if (!py_text_of(m, py_attribute(m, a->positional[0], CM_STR("delimiter")), &mark, &open) || !cm_str_is(mark, "$")) return false;
  py_value texts = py_attribute(m, a->positional[0], CM_STR("template"));
  *result = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, texts); i++) {
    if (!py_text_of(m, py_choice(&m->values, texts, i), &text, &open) || open) return false;
    *result = py_join(&m->values, *result, substituted(m, text, kept, a));
  }
  if (!kept) py_raise_of_c(m, CM_STR("KeyError")), py_raise_of_c(m, CM_STR("ValueError"));
  return true;
}
