// string.Template: names in a text, "$name" and "${name}", which a mapping or keywords have values for. Classes of the program's own may say
// what stands for the "$".
//
// The library finds them by a regular expression with names for its parts, which is not followed; what it does with them is simple. A mapping
// that is the environment is asked for each of the names.

#include "py_machine.h"

static bool is_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_part(char c) { return is_start(c) || (c >= '0' && c <= '9'); }

static py_value value_of(struct py_machine *m, struct cm_str name, const struct py_arguments *a) {
  for (uint32_t i = 0; i < a->named_count; i++)
    if (cm_str_equal(py_cell(&m->values, a->names[i])->text, name)) return a->named[i];
  py_value key = py_make_text(&m->values, name, false);
  if (a->mapping && py_mapping_of(m, a->mapping) >= 0) return py_item_get(m, a->mapping, key);
  return a->count > 1 ? py_item_get(m, a->positional[1], key) : 0;
}

// One text with its names replaced. `kept`: a name without a value stays as it is.
static py_value substituted(struct py_machine *m, struct cm_str text, char mark, bool kept, const struct py_arguments *a) {
  py_value result = py_make_text(&m->values, CM_STR(""), false);
  for (size_t at = 0, from = 0; at < text.size;) {
    while (at < text.size && text.at[at] != mark) at++;
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
    } else if (at < text.size && text.at[at] == mark) {
      result = py_concat(m, result, py_make_text(&m->values, (struct cm_str){&mark, 1}, false));
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

// Not so where a class says itself what names look like.
static bool has_plain_names(struct py_machine *m, py_value template) {
  static const char *const parts[] = {"idpattern", "braceidpattern"};
  py_value plain = py_of_address(m, py_dict_get(m->heap, m->string, CM_STR("Template")));
  // Flags are set when the expression is compiled, if a class has none of its own.
  py_value flags = py_attribute(m, template, CM_STR("flags"));
  if (flags != m->none && flags != py_of_address(m, py_dict_get(m->heap, m->re, CM_STR("IGNORECASE")))) return false;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (py_attribute(m, template, cm_str_of(parts[i])) != py_attribute(m, plain, cm_str_of(parts[i]))) return false;
  return true;
}

bool py_template_call(struct py_machine *m, struct cm_str name, const struct py_arguments *a, py_value *result) {
  bool kept = cm_str_is(name, "Template.safe_substitute"), open;
  struct cm_str mark, text;
  if ((!kept && !cm_str_is(name, "Template.substitute")) || !a->count) return false;
  if (a->more && !(a->mapping && py_mapping_of(m, a->mapping) >= 0)) return false;
  if (!has_plain_names(m, a->positional[0])) return false;
  if (!py_text_of(m, py_attribute(m, a->positional[0], CM_STR("delimiter")), &mark, &open) || mark.size != 1) return false;
  py_value texts = py_attribute(m, a->positional[0], CM_STR("template"));
  *result = m->unbound;
  for (uint32_t i = 0; i < py_choice_count(&m->values, texts); i++) {
    if (!py_text_of(m, py_choice(&m->values, texts, i), &text, &open) || open) return false;
    *result = py_join(&m->values, *result, substituted(m, text, *mark.at, kept, a));
  }
  if (!kept) py_raise_of_c(m, CM_STR("KeyError")), py_raise_of_c(m, CM_STR("ValueError"));
  return true;
}
