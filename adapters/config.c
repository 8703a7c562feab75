// wasi:config, `store` and `runtime` of every draft: `get` and `get-all`.
//
// All that is asked is one table: what becomes of each key that is named. Keys that are not named are the host's, or there are none.

#include <adapter/adapter.h>

#include "texts.h"
#include "values.h"

struct config {
  struct adapter adapter;
  const struct adapter_config *wanted;
  struct adapter_export *e;
  uint32_t rows, rows_end, values;
  uint32_t prefix;
  bool asks;  // some key is asked of the host
};

enum { ASKS = 1, HAS_VALUE = 2 };

// The last rule for a key that is of this kind; NULL: there is none.
static const struct adapter_config_rule *rule_for(const struct config *c, struct cm_str key, enum adapter_config_kind kind) {
  for (uint32_t i = c->wanted->rule_count; i-- > 0;)
    if (c->wanted->rules[i].kind == kind && cm_str_equal(c->wanted->rules[i].key, key)) return &c->wanted->rules[i];
  return NULL;
}

// A key: denied, or set, or asked of the host, under its own name or another, with a default or without.
static void put_row(struct config *c, struct cm_buffer *rows, struct cm_str key) {
  const struct adapter_config_rule *set = rule_for(c, key, ADAPTER_CONFIG_SET), *rename = rule_for(c, key, ADAPTER_CONFIG_RENAME),
                                   *value = set ? set : rule_for(c, key, ADAPTER_CONFIG_DEFAULT);
  bool denied = rule_for(c, key, ADAPTER_CONFIG_DENY);  // to the host: what is set is not the host's
  bool asks = !denied && !set && (rename || !c->wanted->closed || rule_for(c, key, ADAPTER_CONFIG_ALLOW));
  adapter_put_text(&c->adapter, rows, key);
  cm_put_le32(rows, (asks ? ASKS : 0) | (value ? HAS_VALUE : 0));
  adapter_put_text(&c->adapter, rows, rename ? rename->text : key);
  adapter_put_text(&c->adapter, rows, value ? value->text : (struct cm_str){0});
  c->asks |= asks;
  c->values += value != NULL;
}

static bool put_table(struct config *c) {
  struct cm_buffer rows;
  cm_buffer_init(&rows, NULL);
  c->asks = !c->wanted->closed;
  for (uint32_t i = 0; i < c->wanted->rule_count; i++) {
    bool before = false;
    for (uint32_t k = 0; k < i; k++) before |= cm_str_equal(c->wanted->rules[k].key, c->wanted->rules[i].key);
    if (!before) put_row(c, &rows, c->wanted->rules[i].key);
  }
  c->rows = adapter_data(&c->adapter, rows.at, rows.size, 4);
  c->rows_end = c->rows + (uint32_t)rows.size;
  c->prefix = adapter_data(&c->adapter, c->wanted->prefix.at, c->wanted->prefix.size, 1);
  bool ok = cm_buffer_ok(&rows, c->adapter.diag);
  cm_buffer_free(&rows);
  return ok;
}

// --- code ---

static bool put_get(struct config *c, struct adapter_function *get) {
  struct adapter *a = &c->adapter;
  struct cm_str ident = adapter_lifted_ident(c->e, get->name);
  if (!adapter_lift(c->e, get) ||
      !value_expect(c->e, get, "func(string) -> result<option<string>, variant{upstream(string), io(string)}>"))
    return false;
  code_put(&a->code,
           "  (func %.*s (param $key i32) (param $size i32) (result i32) (local $at i32) (local $row i32)\n"
           "    (local.set $at (call $new (i32.const 16)))\n"
           "    (local.set $row (call $find (local.get $key) (local.get $size) (i32.const %u) (i32.const %u) (i32.const 28)))\n",
           CM_STR_ARG(ident), c->rows, c->rows_end);
  if (c->asks) {
    if (!adapter_lower(c->e->host, get->name)) return false;
    struct cm_str call = adapter_lowered_ident(c->e->host, get->name);
    code_put(
        &a->code,
        "    (if (if (result i32) (local.get $row) (then (i32.and (i32.load offset=8 (local.get $row)) (i32.const 1))) (else (i32.const %d)))\n"
        "      (then\n"
        "        (if (local.get $row) (then\n"
        "          (local.set $key (i32.load offset=12 (local.get $row))) (local.set $size (i32.load offset=16 (local.get $row)))))\n",
        !c->wanted->closed);
    if (c->wanted->prefix.size)
      code_put(&a->code,
               "        (local.set $key (call $prefixed (local.get $key) (local.get $size) (i32.const %u) (i32.const %zu)))\n"
               "        (local.set $size (global.get $asked_size))\n",
               c->prefix, c->wanted->prefix.size);
    code_put(
        &a->code,
        "        (call %.*s (local.get $key) (local.get $size) (local.get $at))\n"
        "        (if (i32.or (i32.load8_u (local.get $at)) (i32.load8_u offset=4 (local.get $at))) (then (return (local.get $at))))))\n",
        CM_STR_ARG(call));
  }
  code_put(
      &a->code,
      "    (if (local.get $row) (then (if (i32.and (i32.load offset=8 (local.get $row)) (i32.const 2)) (then\n"
      "      (return (call $some (local.get $at) (i32.load offset=20 (local.get $row)) (i32.load offset=24 (local.get $row))))))))\n"
      "    (call $none (local.get $at)))\n");
  return true;
}

// result<list<tuple<string, string>>, error>: the discriminant at 0, from 4 on the list or the error.
static bool put_get_all(struct config *c, struct adapter_function *all) {
  struct adapter *a = &c->adapter;
  struct cm_str ident = adapter_lifted_ident(c->e, all->name);
  if (!adapter_lift(c->e, all) ||
      !value_expect(c->e, all, "func() -> result<list<tuple<string, string>>, variant{upstream(string), io(string)}>"))
    return false;
  code_put(&a->code, "  (func %.*s (result i32) (local $at i32)\n    (local.set $at (call $new (i32.const 16)))\n",
           CM_STR_ARG(ident));
  if (c->asks) {
    if (!adapter_lower(c->e->host, all->name)) return false;
    struct cm_str call = adapter_lowered_ident(c->e->host, all->name);
    // A pair can be seen under as many keys as there are rows.
    code_put(
        &a->code,
        "    (call %.*s (local.get $at))\n"
        "    (if (i32.load8_u (local.get $at)) (then (return (local.get $at))))\n"
        "    (call $begin (i32.add (i32.load offset=8 (local.get $at)) (i32.const %u)))\n"
        "    (call $add_configured (i32.load offset=4 (local.get $at)) (i32.load offset=8 (local.get $at)) (i32.const %u) (i32.const %u)\n"
        "      (i32.const %d) (i32.const %u) (i32.const %zu))\n",
        CM_STR_ARG(call), 2 * (c->rows_end - c->rows) / 28, c->rows, c->rows_end, !c->wanted->closed, c->prefix,
        c->wanted->prefix.size);
  } else {
    code_put(&a->code, "    (call $begin (i32.const %u))\n", c->values);
  }
  code_put(&a->code,
           "    (call $add_values (i32.const %u) (i32.const %u))\n"
           "    (i32.store8 (local.get $at) (i32.const 0))\n"
           "    (i32.store offset=4 (local.get $at) (global.get $list))\n"
           "    (i32.store offset=8 (local.get $at) (global.get $count))\n"
           "    (local.get $at))\n",
           c->rows, c->rows_end);
  return true;
}

static bool fill(struct config *c, const struct adapter_subject *subject) {
  struct adapter *a = &c->adapter;
  c->e = subject->import_count == 1 ? adapter_export(a, subject->imports[0]) : NULL;
  if (!c->e || !put_table(c)) return false;
  code_put(&a->code, "%s%s%s", text_common, text_environment, text_config);
  for (uint32_t i = 0; i < c->e->count; i++) {
    struct adapter_function *f = &c->e->functions[i];
    if (cm_str_is(f->name, "get") ? !put_get(c, f) : cm_str_is(f->name, "get-all") && !put_get_all(c, f)) return false;
    if (f->way == ADAPTER_ABSENT) adapter_pass(c->e, f);
  }
  return true;
}

bool adapter_configuration(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_config *config,
                           struct cm_component **out, struct cm_diag *diag) {
  struct config c = {.wanted = config};
  bool ok = adapter_begin(&c.adapter, arena, subject->app, diag) && fill(&c, subject) && adapter_finish(&c.adapter, out);
  adapter_end(&c.adapter);
  return ok;
}
