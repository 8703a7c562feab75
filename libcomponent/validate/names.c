// Names: kebab case, extern names, versions, attributes.
//
// Names are judged character by character as the lexical grammar has them; nothing is normalized but for the question of whether two
// names are strongly unique, for which a canonical form is built.
//
// What names could be in former drafts is in draft_names.c.
//
// Spec: Explainer.md, "Import and Export Definitions" (the lexical grammar), "Name Uniqueness", "Canonical Interface Name";
// https://semver.org.

#include "validate/space.h"

static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// label ::= first-fragment ('-' fragment)*: words in lower case and acronyms in upper case; only the first must begin with a letter.
bool cm_is_label(struct cm_str text) {
  bool lower = false, upper = false, empty = true, first = true;
  for (size_t i = 0; i < text.size; i++) {
    char c = text.at[i];
    if (c == '-') {
      if (empty) return false;
      lower = upper = first = false;
      empty = true;
      continue;
    }
    if (is_lower(c) && !upper)
      lower = true;
    else if (is_upper(c) && !lower)
      upper = true;
    else if (!is_digit(c) || (first && empty))
      return false;
    empty = false;
  }
  return !empty;
}

// words ::= first-word ('-' word)*
bool name_is_words(struct cm_str text) {
  for (size_t i = 0; i < text.size; i++)
    if (is_upper(text.at[i])) return false;
  return cm_is_label(text);
}

// ---- Canonical forms.

static char lower_of(char c) { return is_upper(c) ? (char)(c - 'A' + 'a') : c; }

static uint32_t number_lower(struct store *s, struct cm_str name) {
  enum { SHORT = 256 };
  char few[SHORT], *text = name.size <= SHORT ? few : store_alloc(s, name.size, 1);
  if (!text) return 0;
  for (size_t i = 0; i < name.size; i++) text[i] = lower_of(name.at[i]);
  return store_name(s, (struct cm_str){text, name.size});
}

static struct cm_str after(struct cm_str text, size_t count) { return (struct cm_str){text.at + count, text.size - count}; }

static bool same_lower(struct cm_str a, struct cm_str b) {
  if (a.size != b.size) return false;
  for (size_t i = 0; i < a.size; i++)
    if (lower_of(a.at[i]) != lower_of(b.at[i])) return false;
  return true;
}

#define CONSTRUCTOR "[constructor]"
#define METHOD "[method]"
#define STATIC "[static]"

// Lower case; `[method]l.l` and `[static]l.l` become `l`, other annotations but `[constructor]` are dropped.
uint32_t canonical_name(struct store *s, struct cm_str name, const struct parsed_name *parsed) {
  if (parsed->form == NAME_DRAFT) return store_name(s, name);
  if (parsed->form == NAME_METHOD || parsed->form == NAME_STATIC) {
    name = after(name, parsed->form == NAME_METHOD ? sizeof METHOD - 1 : sizeof STATIC - 1);
    if (same_lower(after(name, parsed->resource.size + 1), parsed->resource)) name = parsed->resource;
  }
  return number_lower(s, name);
}

bool check_labels(struct validator *v, const char *what, const struct cm_field *fields, uint32_t count) {
  enum { FEW = 16 };  // as many are compared with each other; more need a memo
  struct memo *seen = count > FEW ? memo_take(&v->store) : NULL;
  bool good = true;
  if (count > FEW && !seen) return false;
  for (uint32_t i = 0; i < count; i++) {
    struct cm_str name = fields[i].name;
    const struct cm_field *other = NULL;
    if (!cm_is_label(name)) {
      good = name.size ? invalid(v, RULE_NAME, "%s name `%.*s` is not in kebab case", what, SHOWN(name))
                       : invalid(v, RULE_NAME, "%s name cannot be empty", what);
      continue;
    }
    if (seen) {
      const void *key = number_key(number_lower(&v->store, name));
      other = memo_get(seen, key);
      memo_put(&v->store, seen, key, &fields[i]);
    } else {
      for (uint32_t j = 0; j < i && !other; j++)
        if (same_lower(fields[j].name, name)) other = &fields[j];
    }
    if (other)
      good = invalid(v, RULE_UNIQUE, "%s name `%.*s` conflicts with previous %s name `%.*s`", what, SHOWN(name),
                     strrchr(what, ' ') ? strrchr(what, ' ') + 1 : what, SHOWN(other->name));
  }
  if (seen) memo_give(&v->store, seen);
  return good;
}

// ---- Versions.

// One or more digits without a leading zero; what is left behind them, or .at NULL.
static struct cm_str eat_number(struct cm_str text) {
  size_t n = 0;
  while (n < text.size && is_digit(text.at[n])) n++;
  if (!n || (n > 1 && text.at[0] == '0')) return (struct cm_str){0};
  return after(text, n);
}

// Identifiers between dots, of letters, digits and hyphens, up to `end` or the end; numeric ones of a pre-release have no leading zero.
static bool eat_identifiers(struct cm_str *text, char end, bool prerelease) {
  for (;;) {
    size_t n = 0;
    bool numeric = true;
    while (n < text->size && (is_digit(text->at[n]) || is_lower(text->at[n]) || is_upper(text->at[n]) || text->at[n] == '-'))
      numeric &= is_digit(text->at[n++]);
    if (!n || (prerelease && numeric && n > 1 && text->at[0] == '0')) return false;
    *text = after(*text, n);
    if (!text->size || text->at[0] == end) return true;
    if (text->at[0] != '.') return false;
    *text = after(*text, 1);
  }
}

// `valid semver`: why it is not one, or NULL.
const char *semver_fault(struct cm_str text) {
  if (!text.size) return "it is an empty string";
  for (int part = 0; part < 3; part++) {
    if (part && (!text.size || text.at[0] != '.')) return "expected three numbers with dots between them";
    if (part) text = after(text, 1);
    text = eat_number(text);
    if (!text.at) return "expected a number without leading zeros";
  }
  if (text.size && text.at[0] == '-') {
    text = after(text, 1);
    if (!eat_identifiers(&text, '+', true)) return "empty identifier segment, or one that is not valid, in the pre-release";
  }
  if (text.size && text.at[0] == '+') {
    text = after(text, 1);
    if (!eat_identifiers(&text, 0, false)) return "empty identifier segment, or one that is not valid, in the build metadata";
  }
  return text.size ? "unexpected character behind the version" : NULL;
}

// canonversion ::= [1-9][0-9]* | '0.' [1-9][0-9]* | '0.0.' [1-9][0-9]* | '0.0.0'
static bool is_canonical_version(struct cm_str text) {
  for (int part = 0; part < 3; part++) {
    struct cm_str rest = eat_number(text);
    if (!rest.at) return false;
    bool zero = text.at[0] == '0';
    if (!zero || part == 2) return !rest.size;
    if (!rest.size || rest.at[0] != '.') return false;
    text = after(rest, 1);
  }
  return false;
}

// ---- Extern names.

static bool bad_name(struct validator *v, enum direction direction, struct cm_str name, const char *why) {
  return invalid(v, RULE_NAME, "%s name `%.*s` is not a valid extern name: %s", direction == IMPORT ? "import" : "export",
                 SHOWN(name), why);
}

static bool find_char(struct cm_str text, char c, size_t *out) {
  const char *at = text.size ? memchr(text.at, c, text.size) : NULL;
  if (at) *out = (size_t)(at - text.at);
  return at != NULL;
}

// `[method]` label '.' label
static bool parse_member(struct validator *v, enum direction direction, struct cm_str name, struct cm_str rest,
                         struct parsed_name *out) {
  size_t dot;
  if (!find_char(rest, '.', &dot)) return bad_name(v, direction, name, "failed to find `.` character behind the resource");
  out->resource = (struct cm_str){rest.at, dot};
  if (cm_is_label(out->resource) && cm_is_label(after(rest, dot + 1))) return true;
  return bad_name(v, direction, name, "what stands before and behind the `.` is not in kebab case");
}

// interfacename ::= (words ':')+ words ('/' label)+ ('@' version)?, of which more than one namespace and projection are gated.
static const char *interface_fault(struct validator *v, struct cm_str name, struct parsed_name *out) {
  size_t at;
  struct cm_str path = name;
  out->form = NAME_INTERFACE;
  if (find_char(name, '@', &at)) {
    path.size = at;
    out->version = after(name, at + 1);
  }
  bool nested = has_feature(v, CM_FEATURE_CM_NESTED_NAMES);
  uint32_t colons = 0, slashes = 0;
  while (find_char(path, ':', &at)) {
    if (!name_is_words((struct cm_str){path.at, at})) return "its namespace is not in kebab case, of lower-case words";
    path = after(path, at + 1);
    if (++colons > 1 && !nested)
      return "expected `/` after package name, found `:` (nested names need the feature cm-nested-names)";
  }
  if (!colons) return "expected a namespace with `:` behind it";
  bool more = find_char(path, '/', &at);
  if (!name_is_words((struct cm_str){path.at, more ? at : path.size}))
    return "its package is not in kebab case, of lower-case words";
  if (!more) return "expected `/` after package name";
  for (path = after(path, at); path.size; slashes++) {
    path = after(path, 1);
    if (!find_char(path, '/', &at)) at = path.size;
    if (!cm_is_label((struct cm_str){path.at, at})) return "its interface is not in kebab case";
    if (slashes && !nested) return "trailing characters found behind the interface (nested names need the feature cm-nested-names)";
    path = after(path, at);
  }
  return NULL;
}

bool parse_name(struct validator *v, enum direction direction, struct cm_str name, struct parsed_name *out) {
  static const struct {
    struct cm_str text;
    enum name_form form;
  } annotations[] = {{{CONSTRUCTOR, sizeof CONSTRUCTOR - 1}, NAME_CONSTRUCTOR},
                     {{METHOD, sizeof METHOD - 1}, NAME_METHOD},
                     {{STATIC, sizeof STATIC - 1}, NAME_STATIC}};
  size_t at;
  *out = (struct parsed_name){.form = NAME_LABEL};
  for (size_t i = 0; i < sizeof annotations / sizeof *annotations; i++) {
    if (!cm_str_starts(name, annotations[i].text)) continue;
    struct cm_str rest = after(name, annotations[i].text.size);
    out->form = annotations[i].form;
    if (out->form != NAME_CONSTRUCTOR) return parse_member(v, direction, name, rest, out);
    out->resource = rest;
    return cm_is_label(rest) || bad_name(v, direction, name, "the resource is not in kebab case");
  }
  const char *fault;
  if (direction == IMPORT && parse_draft_name(v, name, &fault)) {
    if (!need_feature(v, CM_FEATURE_CM_DRAFT_NAMES, "an import name of a former draft")) return false;
    out->form = NAME_DRAFT;
    return !fault || bad_name(v, direction, name, fault);
  }
  if (find_char(name, ':', &at)) {
    fault = interface_fault(v, name, out);
    return !fault || bad_name(v, direction, name, fault);
  }
  return cm_is_label(name) || bad_name(v, direction, name, "it is not in kebab case, and names no interface");
}

// ---- Attributes.

static bool check_version(struct validator *v, const struct cm_name *name, const struct parsed_name *parsed) {
  struct cm_str version = parsed->version;
  if (!name->has_version_suffix) {
    if (!version.at) return true;
    const char *fault = semver_fault(version);
    if (!fault || (has_feature(v, CM_FEATURE_CM_CANON_NAMES) && is_canonical_version(version))) return true;
    return invalid(v, RULE_NAME, "name `%.*s` is not a valid extern name: its version is not valid: %s", SHOWN(name->raw), fault);
  }
  if (!need_feature(v, CM_FEATURE_CM_CANON_NAMES, "a versionsuffix")) return false;
  if (!version.at)
    return invalid(v, RULE_VERSION, "name `%.*s` has a versionsuffix, but no version that it could stand behind", SHOWN(name->raw));
  if (!is_canonical_version(version))
    return invalid(v, RULE_VERSION, "the version `%.*s` before a versionsuffix is not canonical", SHOWN(version));
  struct cm_str suffix = name->version_suffix;
  char *whole = make(v, version.size + suffix.size, 1);
  if (!whole) return false;
  memcpy(whole, version.at, version.size);
  if (suffix.size) memcpy(whole + version.size, suffix.at, suffix.size);
  struct cm_str text = {whole, version.size + suffix.size};
  const char *fault = semver_fault(text);
  return !fault || invalid(v, RULE_VERSION, "version `%.*s`, with its versionsuffix, is not valid: %s", SHOWN(text), fault);
}

static bool check_implements(struct validator *v, const struct cm_name *name, const struct parsed_name *parsed, enum cm_sort sort) {
  if (!need_feature(v, CM_FEATURE_CM_IMPLEMENTS, "`implements`")) return false;
  if (parsed->form != NAME_LABEL)
    return invalid(v, RULE_EXTERN, "name `%.*s` is not valid with `implements`: only a label is", SHOWN(name->name));
  if (sort != CM_SORT_INSTANCE)
    return invalid(v, RULE_EXTERN, "only instances can have an `implements`; `%.*s` is of sort %s", SHOWN(name->name),
                   cm_sort_names[sort]);
  struct parsed_name interface = {0};
  if (cm_is_label(name->implements))
    return invalid(v, RULE_EXTERN, "name `%.*s` in `implements` must be an interface", SHOWN(name->implements));
  const char *fault = interface_fault(v, name->implements, &interface);
  if (!fault && interface.version.at) fault = semver_fault(interface.version);
  return !fault ||
         invalid(v, RULE_EXTERN, "`%.*s` in `implements` is not a valid name of an interface: %s", SHOWN(name->implements), fault);
}

bool check_attributes(struct validator *v, const struct cm_name *name, const struct parsed_name *parsed, enum cm_sort sort) {
  static const char *const words[] = {"implements", "versionsuffix", "external-id"};
  bool good = true;
  unsigned seen = 0;
  for (uint32_t i = 0; i < name->attribute_count; i++) {
    unsigned bit = 1u << name->attributes[i].code;
    if (seen & bit) good = invalid(v, RULE_EXTERN, "attribute `%s` is given more than once", words[name->attributes[i].code]);
    seen |= bit;
  }
  if (name->has_implements) good &= check_implements(v, name, parsed, sort);
  if (name->has_external_id) good &= need_feature(v, CM_FEATURE_CM_EXTERNAL_ID, "`external-id`");
  return check_version(v, name, parsed) && good;
}
