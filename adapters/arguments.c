// The arguments and the working directory of wasi:cli/environment. What does not depend on the host is a constant.

#include "generic.h"
#include "texts.h"
#include "values.h"

// The program's name and the values that are known, as elements of a list.
static bool put_known(struct adapter *a, const struct adapter_arguments *arguments, uint32_t *at) {
  struct cm_buffer list;
  cm_buffer_init(&list, NULL);
  adapter_put_text(a, &list, arguments->program);
  for (uint32_t i = 0; i < arguments->value_count; i++) adapter_put_text(a, &list, arguments->values[i]);
  bool ok = cm_buffer_ok(&list, a->diag);
  if (ok) *at = adapter_data(a, list.at, list.size, 4);
  cm_buffer_free(&list);
  return ok;
}

static bool put_constant(struct adapter_export *e, struct adapter_function *f, const uint32_t *words, size_t count) {
  struct adapter *a = e->adapter;
  struct cm_buffer bytes;
  cm_buffer_init(&bytes, NULL);
  for (size_t i = 0; i < count; i++) cm_put_le32(&bytes, words[i]);
  bool ok = cm_buffer_ok(&bytes, a->diag);
  uint32_t at = ok ? adapter_data(a, bytes.at, bytes.size, 4) : 0;
  cm_buffer_free(&bytes);
  if (!ok || !adapter_head(e, f)) return false;
  code_put(&a->code, "    (i32.const %u))\n", at);
  return true;
}

// list<string>: a pointer and a count; of each element a pointer and a size.
static bool put_list(struct adapter_export *e, struct adapter_function *f, const struct adapter_arguments *arguments) {
  struct adapter *a = e->adapter;
  uint32_t known, count = arguments->value_count + 1;
  if (!put_known(a, arguments, &known)) return false;
  if (arguments->has_program && !arguments->host) return put_constant(e, f, (uint32_t[]){known, count}, 2);
  if (!adapter_lower(e->host, f->name)) return false;
  struct cm_str get = adapter_lowered_ident(e->host, f->name);
  code_put(&a->code, "%s", text_common);
  if (!adapter_head(e, f)) return false;
  code_put(&a->code,
           "    (local $at i32) (local $host i32) (local $more i32) (local $list i32)\n"
           "    (local.set $at (call $new (i32.const 8)))\n"
           "    (call %.*s (local.get $at))\n"
           "    (local.set $host (i32.load (local.get $at)))\n"
           "    (local.set $more (i32.load offset=4 (local.get $at)))\n"
           "    (local.set $list (call $new (i32.shl (i32.add (local.get $more) (i32.const %u)) (i32.const 3))))\n"
           "    (memory.copy (local.get $list) (i32.const %u) (i32.const %u))\n"
           "    (if (local.get $more) (then\n",
           CM_STR_ARG(get), count, known, count * 8);
  if (!arguments->has_program) code_put(&a->code, "      (i64.store (local.get $list) (i64.load align=4 (local.get $host)))\n");
  code_put(&a->code, "      (local.set $more (i32.sub (local.get $more) (i32.const 1)))))\n");
  if (arguments->host)
    code_put(&a->code,
             "    (memory.copy (i32.add (local.get $list) (i32.const %u)) (i32.add (local.get $host) (i32.const 8))\n"
             "      (i32.shl (local.get $more) (i32.const 3)))\n",
             count * 8);
  code_put(&a->code,
           "    (i32.store (local.get $at) (local.get $list))\n"
           "    (i32.store offset=4 (local.get $at) (i32.add (i32.const %u) %s))\n"
           "    (local.get $at))\n",
           count, arguments->host ? "(local.get $more)" : "(i32.const 0)");
  return true;
}

// option<string>
static bool put_cwd(struct adapter_export *e, struct adapter_function *f, const struct adapter_arguments *arguments) {
  if (arguments->cwd == ADAPTER_CWD_NONE) return put_constant(e, f, (uint32_t[3]){0}, 3);
  struct cm_str path = arguments->directory;
  uint32_t at = path.size ? adapter_data(e->adapter, path.at, path.size, 1) : ADAPTER_DATA;
  return put_constant(e, f, (uint32_t[]){1, at, (uint32_t)path.size}, 3);
}

static bool put_function(struct adapter_export *e, struct adapter_function *f, void *context) {
  const struct adapter_arguments *arguments = context;
  bool is_cwd = cm_str_is(f->name, "initial-cwd") || cm_str_is(f->name, "get-initial-cwd");
  if (cm_str_is(f->name, "get-arguments") && arguments->set)
    return value_expect(e, f, "func() -> list<string>") && put_list(e, f, arguments);
  if (is_cwd && arguments->cwd != ADAPTER_CWD_HOST)
    return value_expect(e, f, "func() -> option<string>") && put_cwd(e, f, arguments);
  adapter_pass(e, f);
  return true;
}

bool adapter_arguments(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_arguments *arguments,
                       struct cm_component **out, struct cm_diag *diag) {
  return adapter_make(arena, subject, put_function, (void *)(uintptr_t)arguments, out, diag);
}
