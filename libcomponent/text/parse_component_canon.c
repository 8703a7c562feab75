// Canonical definitions from text: component/canon.def says what follows the name of each, a letter an immediate.
//
// Spec: Explainer.md, "Canonical Definitions", "Canonical Built-ins".

#include "text/parse_component.h"

// Options.

// Behind the ( and the word of an option with an index: an index, (core SORT INDEX "name"?), or INDEX "name".
static bool option_index(struct component_text *c, struct text_refs *refs, enum cm_sort sort, uint32_t *out) {
  return component_at_index(c) ? component_path(c, refs, sort, 1, out) : component_core_ref(c, refs, sort, out);
}

// One option, if there is one.
static bool read_option(struct component_text *c, struct text_refs *refs, struct cm_canon_opts *out, bool *found) {
  const char *at = c->l->token.at;
  *found = false;
  for (unsigned code = 0; code < CM_CANON_OPTION_COUNT; code++) {
    const struct cm_canon_option_info *info = &cm_canon_options[code];
    bool indexed = info->sort != CM_SORT_COUNT;
    if (!(indexed ? text_enter(c->l, info->text) : text_take(c->l, info->text))) continue;
    *found = true;
    if (out->count >= CM_LIMIT_OPTIONS) return text_fail_limit(c->l, at, "more than %d canonical options", CM_LIMIT_OPTIONS);
    out->order[out->count] = (uint8_t)code;
    bool ok = !indexed || (option_index(c, refs, info->sort, &out->indices[out->count]) && text_close(c->l));
    out->count++;
    return ok;
  }
  return true;
}

static bool read_options(struct component_text *c, struct text_refs *refs, struct cm_canon_opts *out) {
  for (bool found = true; found;)
    if (!read_option(c, refs, out, &found)) return false;
  return true;
}

// The members that say what the options mean; the last of several counts, as when decoded.
static bool settle_options(struct component_text *c, const struct text_refs *refs, struct cm_canon_opts *out) {
  for (uint8_t i = 0; i < out->count; i++) {
    uint8_t code = out->order[i];
    const struct cm_canon_option_info *info = &cm_canon_options[code];
    bool indexed = info->sort != CM_SORT_COUNT;
    if (indexed && !component_settle(c, refs, &out->indices[i])) return false;
    *(bool *)((char *)out + info->has) = true;
    if (code <= CM_LATIN1_UTF16) out->encoding = (enum cm_string_encoding)code;
    if (indexed) memcpy((char *)out + info->member, &out->indices[i], sizeof out->indices[i]);
  }
  return true;
}

// Immediates.

static bool read_immediate(struct component_text *c, struct text_refs *refs, char letter, struct cm_canon *out) {
  struct text_valtype type;
  switch (letter) {
    case 'z': return true;
    case 'f':
      if (!text_open(c->l)) return false;
      if (out->kind == CM_CANON_LIFT)
        return text_expect(c->l, "core") && text_expect(c->l, "func") &&
               component_path(c, refs, CM_SORT_CORE_FUNC, 1, &out->func) && text_close(c->l);
      return text_expect(c->l, "func") && component_path(c, refs, CM_SORT_FUNC, UINT32_MAX, &out->func) && text_close(c->l);
    case 't': return out->kind == CM_CANON_LIFT || component_use(c, refs, CM_SORT_TYPE, &out->type);
    case 'c': return component_core_ref(c, refs, CM_SORT_CORE_TYPE, &out->type);
    case 'm':
      return text_open(c->l) && text_expect(c->l, "memory") && option_index(c, refs, CM_SORT_CORE_MEMORY, &out->memory) &&
             text_close(c->l);
    case 'b': return component_core_ref(c, refs, CM_SORT_CORE_TABLE, &out->table);
    case 'o': return read_options(c, refs, &out->opts);
    case 'r': return !text_enter(c->l, "result") || (component_valtype(c, refs, &out->result) && text_close(c->l));
    case 'v':
      if (!core_valtype(c->scope->core, &type)) return false;
      out->context_type = type.type;
      return true;
    case 'i': return text_u32(c->l, "the number of a context slot", &out->context_index);
    case 'a': out->is_async = text_take(c->l, "async"); return true;
    case 'k': out->is_cancellable = text_take(c->l, "cancellable"); return true;
    default:  // 's': wasm-tools has no byte for it
      text_take(c->l, "shared");
      out->is_shared = true;
      return true;
  }
}

static bool settle_immediate(struct component_text *c, const struct text_refs *refs, char letter, struct cm_canon *out) {
  switch (letter) {
    case 'f': return component_settle(c, refs, &out->func);
    case 't': return out->kind == CM_CANON_LIFT || component_settle(c, refs, &out->type);
    case 'c': return component_settle(c, refs, &out->type);
    case 'm': return component_settle(c, refs, &out->memory);
    case 'b': return component_settle(c, refs, &out->table);
    case 'o': return settle_options(c, refs, &out->opts);
    case 'r': return component_settle_valtype(c, refs, &out->result);
    default: return true;
  }
}

// The name of a built-in and its immediates.
static bool read_builtin(struct component_text *c, struct text_refs *refs, struct cm_canon *out) {
  const struct text_token *t = &c->l->token;
  struct text_nearest nearest;
  text_nearest_begin(&nearest, (struct cm_str){t->at, t->size});
  unsigned kind = 0;
  if (text_at(c->l, "backpressure.set"))
    return text_fail(c->l, t->at,
                     "`backpressure.set` is no longer a canonical definition: `backpressure.inc` and `backpressure.dec` are");
  for (; kind < CM_CANON_COUNT && !text_at(c->l, cm_canons[kind].text); kind++)
    text_nearest_try(&nearest, cm_str_of(cm_canons[kind].text));
  if (text_at(c->l, "thread.available_parallelism")) kind = CM_CANON_THREAD_AVAILABLE_PARALLELISM;  // wasm-tools' word
  if (kind == CM_CANON_COUNT) {
    if (t->kind == TEXT_KEYWORD && nearest.best.at)
      return text_fail(c->l, t->at, "unknown canonical definition `%.*s`: is `%.*s` meant?", (int)(t->size < 60 ? t->size : 60),
                       t->at, CM_STR_ARG(nearest.best));
    return text_expected(c->l, "a canonical definition (`lift`, `lower`, `resource.new`, …)");
  }
  text_next(c->l);
  out->kind = (enum cm_canon_kind)kind;
  for (const char *letter = cm_canons[kind].immediates; *letter; letter++)
    if (!read_immediate(c, refs, *letter, out)) return false;
  return true;
}

static bool settle_builtin(struct component_text *c, const struct text_refs *refs, struct cm_canon *out) {
  for (const char *letter = cm_canons[out->kind].immediates; *letter; letter++)
    if (!settle_immediate(c, refs, *letter, out)) return false;
  return true;
}

// A lift's type comes first among its references, wherever it stands.
static bool add_lift(struct component_text *c, const struct text_refs *refs, const struct text_refs *type_refs,
                     struct cm_canon *canon, const char *at, struct cm_str id, struct cm_str name, uint32_t *index) {
  if (!component_settle(c, type_refs, &canon->type) || !settle_builtin(c, refs, canon)) return false;
  struct cm_item item = {.kind = CM_ITEM_CANON, .canon = *canon};
  return component_add(c, &item, at, id, name, index);
}

bool component_canon(struct component_text *c, const char *at) {
  struct text_refs refs = {0}, type_refs = {0};
  struct cm_canon canon = {0};
  struct cm_str id, name;
  if (!read_builtin(c, &refs, &canon) || !text_open(c->l)) return false;
  bool lift = canon.kind == CM_CANON_LIFT;
  if ((!lift && !text_expect(c->l, "core")) || !text_expect(c->l, "func") || !component_id(c, &id, &name)) return false;
  if (lift)
    return component_typeuse(c, &type_refs, CM_TYPE_FUNC, &canon.type) && text_close(c->l) &&
           add_lift(c, &refs, &type_refs, &canon, at, id, name, NULL);
  if (!text_close(c->l) || !settle_builtin(c, &refs, &canon)) return false;
  struct cm_item item = {.kind = CM_ITEM_CANON, .canon = canon};
  return component_add(c, &item, at, id, name, NULL);
}

bool component_core_func(struct component_text *c, const char *at) {
  struct text_refs refs = {0};
  struct cm_canon canon = {0};
  struct cm_str id, name;
  if (!component_id(c, &id, &name)) return false;
  if (text_at_open(c->l, "alias")) return component_inline_alias(c, CM_SORT_CORE_FUNC, at, id, name, NULL);
  if (!text_open(c->l) || !text_expect(c->l, "canon")) return false;
  const char *builtin = c->l->token.at;
  if (!read_builtin(c, &refs, &canon)) return false;
  if (canon.kind == CM_CANON_LIFT) return text_fail(c->l, builtin, "unexpected `lift`: it defines no core func");
  if (!text_close(c->l) || !settle_builtin(c, &refs, &canon)) return false;
  struct cm_item item = {.kind = CM_ITEM_CANON, .canon = canon};
  return component_add(c, &item, at, id, name, NULL);
}

bool component_func(struct component_text *c, const char *at) {
  struct text_refs refs = {0}, type_refs = {0};
  struct text_inline_exports exports = {0};
  struct cm_str id, name;
  uint32_t index;
  if (!component_id(c, &id, &name) || !component_inline_exports(c, &exports)) return false;
  if (component_at_inline_import(c)) {
    struct cm_item item = {.kind = CM_ITEM_IMPORT, .import = {.type = {.sort = CM_SORT_FUNC}}};
    if (!component_inline_import(c, &item.import.name) || !component_typeuse(c, &refs, CM_TYPE_FUNC, &item.import.type.index) ||
        !component_settle(c, &refs, &item.import.type.index) || !component_add(c, &item, at, id, name, &index))
      return false;
  } else if (text_at_open(c->l, "alias")) {
    if (!component_inline_alias(c, CM_SORT_FUNC, at, id, name, &index)) return false;
  } else {
    struct cm_canon canon = {0};
    if (!component_typeuse(c, &type_refs, CM_TYPE_FUNC, &canon.type) || !text_open(c->l) || !text_expect(c->l, "canon"))
      return false;
    if (!text_at(c->l, "lift")) return text_expected(c->l, "`lift`");
    if (!read_builtin(c, &refs, &canon) || !text_close(c->l) || !add_lift(c, &refs, &type_refs, &canon, at, id, name, &index))
      return false;
  }
  return component_add_exports(c, &exports, CM_SORT_FUNC, index, at);
}
