// URLs taken apart: urllib.parse.urlsplit and urlparse.
//
// What they do to a text is code of the library's that goes through caches and slices; what programs want of it is the authority that a
// request goes to. So the parts are cut here, as RFC 3986 says (section 3), as far as the text is known.

#include "py_machine.h"

static void put(struct py_machine *m, struct py_object *object, const char *name, struct cm_str text, bool open) {
  py_entry_put(m, object, py_make_text(&m->values, cm_str_of(name), false), py_make_text(&m->values, text, open));
}

static size_t up_to(struct cm_str text, size_t from, const char *any) {
  while (from < text.size && !strchr(any, text.at[from])) from++;
  return from;
}

// What stands between `from` and `to`; where the text ends there and is open, so is the part.
static void put_part(struct py_machine *m, struct py_object *object, const char *name, struct cm_str text, size_t from, size_t to,
                     bool open) {
  put(m, object, name, (struct cm_str){text.at + from, to - from}, open && to == text.size);
}

static py_value split_one(void *context, py_value url) {
  struct py_machine *m = context;
  struct cm_str text;
  bool open;
  py_value made = py_new_object(m, PY_INSTANCE, 0);
  struct py_object *object = py_object_of(m, made);
  if (!py_text_of(m, url, &text, &open) || !object) return 0;
  size_t scheme = up_to(text, 0, ":/?#"), at = 0;
  bool has_scheme = scheme < text.size && text.at[scheme] == ':';
  put(m, object, "scheme", has_scheme ? (struct cm_str){text.at, scheme} : CM_STR(""), open && scheme == text.size);
  if (has_scheme) at = scheme + 1;
  if (at + 2 > text.size || text.at[at] != '/' || text.at[at + 1] != '/') return open ? 0 : made;
  size_t from = at + 2, to = up_to(text, from, "/?#"), host = from;
  put_part(m, object, "netloc", text, from, to, open);
  for (size_t i = from; i < to; i++)
    if (text.at[i] == '@') host = i + 1;
  put_part(m, object, "hostname", text, host, up_to((struct cm_str){text.at, to}, host, ":"), open);
  put_part(m, object, "path", text, to, up_to(text, to, "?#"), open);
  return made;
}

py_value py_url_split(struct py_machine *m, py_value url) { return py_each(&m->values, url, split_one, m); }
