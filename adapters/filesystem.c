// wasi:filesystem: folders of the host taken away, under other names, or not to be changed.
//
// All that an app can reach it reaches through the descriptors of preopens.get-directories. So whatever is taken out of that list is out of
// reach; and where functions that change something fail, and none opens anything for writing, nothing can be changed, though the descriptors
// themselves stay the host's. Without any descriptor wasi:filesystem/types is not imported either: its resources are then the
// adapter's, and there are none.

#include <adapter/adapter.h>
#include <component/semver.h>

#include "filesystem.h"
#include "generic.h"
#include "texts.h"
#include "values.h"

// --- read-only ---

static const char open_shape[] =
    "func(borrow<descriptor>, flags{symlink-follow}, string, flags{create, directory, exclusive, truncate}, flags{read, write, "
    "file-integrity-sync, data-integrity-sync, requested-write-sync, mutate-directory}) -> result<own<descriptor>, ";
static const char flags_shape[] =
    "func(borrow<descriptor>) -> result<flags{read, write, file-integrity-sync, data-integrity-sync, requested-write-sync, mutate-directory}, ";

// What changes nothing. Whatever is not named here is denied, whatever a later version calls it.
static const char *const harmless[] = {
    "[method]descriptor.read-via-stream",
    "[method]descriptor.advise",
    "[method]descriptor.sync-data",
    "[method]descriptor.get-type",
    "[method]descriptor.read",
    "[method]descriptor.read-directory",
    "[method]descriptor.sync",
    "[method]descriptor.stat",
    "[method]descriptor.stat-at",
    "[method]descriptor.readlink-at",
    "[method]descriptor.is-same-object",
    "[method]descriptor.metadata-hash",
    "[method]descriptor.metadata-hash-at",
    "[method]directory-entry-stream.read-directory-entry",
    "filesystem-error-code",
};

// What of 0.3 gives its error through a future, which a function that does not wait cannot fill: the host gives it, as nothing is open for writing.
static const char *const refused[] = {"[method]descriptor.write-via-stream", "[method]descriptor.append-via-stream"};

static bool is_one_of(const char *const *names, size_t count, struct cm_str name) {
  for (size_t i = 0; i < count; i++)
    if (cm_str_is(name, names[i])) return true;
  return false;
}
#define IS_ONE_OF(names, name) is_one_of(names, sizeof(names) / sizeof *(names), name)

static bool no_error(struct adapter_export *e, const struct adapter_function *f) {
  return cm_fail_at_large(e->adapter->diag, CM_UNSUPPORTED, "`%.*s` of `%.*s` has no error `read-only`", CM_STR_ARG(f->name),
                          CM_STR_ARG(e->name.name));
}

// Whether a function's type begins so: what stands behind is its error.
static bool expect_beginning(struct adapter_export *e, const struct adapter_function *f, const char *shape) {
  struct cm_str own = value_shape(e->adapter->arena, f->scope, f->type);
  if (own.at && cm_str_starts(own, cm_str_of(shape))) return true;
  return cm_fail_at_large(e->adapter->diag, CM_UNSUPPORTED, "`%.*s` of `%.*s` is of a type that no adapter is made for: %.*s",
                          CM_STR_ARG(f->name), CM_STR_ARG(e->name.name), CM_STR_ARG(own));
}

static bool gives_future(const struct adapter_function *f) {
  struct cm_typeref result;
  return f->type->func.result.kind != CM_VAL_NONE && cm_valtype_resolve(f->scope, f->type->func.result, &result, NULL) &&
         result.type && result.type->kind == CM_TYPE_FUTURE;
}

enum files_kind files_kind_of(const struct adapter_function *f) {
  if (IS_ONE_OF(harmless, f->name)) return FILES_READS;
  if (cm_str_is(f->name, "[method]descriptor.open-at")) return FILES_OPENS;
  if (cm_str_is(f->name, "[method]descriptor.get-flags")) return FILES_TELLS;
  return IS_ONE_OF(refused, f->name) && gives_future(f) ? FILES_REFUSED : FILES_CHANGES;
}

// 1 create, 8 truncate; 2 write, 32 mutate-directory.
const char files_asks_for_change[] = "(i32.or (i32.and (local.get $4) (i32.const 9)) (i32.and (local.get $5) (i32.const 34)))";
enum { FLAGS_UNCHANGING = 63 & ~34 };

bool files_begin(struct forward *fw, struct adapter_export *e, struct adapter_function *f, struct adapter_answer *refusal,
                 struct value_drops *drops) {
  bool found = false, opens = files_kind_of(f) == FILES_OPENS;
  const struct adapter_denying denying = {.error = CM_STR("read-only"), .found = &found};
  if ((opens && !expect_beginning(e, f, open_shape)) || !forward_begin(fw, e, f, e->host, f->name) ||
      !adapter_answer(e, f, &denying, refusal) || !value_drops_of(e, f, false, drops))
    return false;
  return found || !opens || no_error(e, f);
}

bool files_put_flags(struct forward *fw) {
  struct adapter *a = fw->e->adapter;
  struct cm_typeref result;
  uint64_t payload;
  uint32_t discriminant;
  // The result is spilled: a discriminant, and one byte of flags where the payload is.
  if (!expect_beginning(fw->e, fw->f, flags_shape) ||
      !cm_valtype_resolve(fw->f->scope, fw->f->type->func.result, &result, a->diag) ||
      !cm_variant_layout(result, 4, &payload, &discriminant, a->diag))
    return false;
  code_put(&a->code,
           "    (if (i32.eqz (i32.load8_u (local.get $r))) (then\n"
           "      (i32.store8 offset=%u (local.get $r)\n"
           "        (i32.and (i32.load8_u offset=%u (local.get $r)) (i32.const %d)))))\n",
           (uint32_t)payload, (uint32_t)payload, FLAGS_UNCHANGING);
  return true;
}

static bool put_open(struct adapter_export *e, struct adapter_function *f) {
  struct adapter_answer refusal;
  struct value_drops drops;
  struct forward fw;
  struct code *code = &e->adapter->code;
  if (!files_begin(&fw, e, f, &refusal, &drops) || !forward_put_head(&fw, drops.locals)) return false;
  code_put(code, "    (if %s (then\n", files_asks_for_change);
  forward_put_refusal(&fw, &refusal, &drops);
  code_put(code, "    ))\n");
  return forward_put_call(&fw);
}

static bool put_flags(struct adapter_export *e, struct adapter_function *f) {
  struct forward fw;
  return forward_begin(&fw, e, f, e->host, f->name) && forward_put_head(&fw, 0) && forward_put_host(&fw) && files_put_flags(&fw) &&
         forward_put_end(&fw);
}

static bool make_read_only(struct adapter_export *e) {
  const struct adapter_denying denying = {.error = CM_STR("read-only")};
  for (uint32_t i = 0; i < e->count; i++)
    if (files_kind_of(&e->functions[i]) == FILES_READS) adapter_pass(e, &e->functions[i]);
  e->keeps_types = true;
  for (uint32_t i = 0; i < e->count; i++) {
    struct adapter_function *f = &e->functions[i];
    bool made = true;
    switch (files_kind_of(f)) {
      case FILES_READS: break;
      case FILES_OPENS: made = put_open(e, f); break;
      case FILES_TELLS: made = put_flags(e, f); break;
      case FILES_REFUSED: adapter_pass(e, f); break;
      case FILES_CHANGES: made = adapter_denied(e, f, &denying); break;
    }
    if (!made) return false;
  }
  return true;
}

// --- preopens ---

struct preopens {
  struct adapter *adapter;
  struct adapter_export *e;
  const struct adapter_files *files;
  struct cm_buffer rows;
};

static void put_name(struct preopens *p, struct cm_str name) {
  cm_put_le32(&p->rows, name.size ? adapter_data(p->adapter, name.at, name.size, 1) : 0);
  cm_put_le32(&p->rows, (uint32_t)name.size);
}

// A name that the host has, and what the app sees it as: another name, or nothing (empty).
static void put_row(struct preopens *p, struct cm_str name, struct cm_str shown) {
  put_name(p, name);
  put_name(p, shown);
}

// The first row of a name counts. What something else is renamed to is not the host's of that name any more.
static void put_rows(struct preopens *p) {
  const struct adapter_files *files = p->files;
  for (uint32_t i = 0; i < files->rename_count; i++) put_row(p, files->renames[i].from, files->renames[i].to);
  for (uint32_t i = 0; i < files->rename_count; i++) put_row(p, files->renames[i].to, (struct cm_str){0});
  for (uint32_t i = 0; i < files->allowed_count; i++) put_row(p, files->allowed[i], files->allowed[i]);
}

static bool put_preopens(struct preopens *p, struct adapter_function *f) {
  struct adapter *a = p->adapter;
  struct cm_str drop;
  if (!value_expect(p->e, f, "func() -> list<tuple<own<descriptor>, string>>") || !adapter_lift(p->e, f) ||
      !adapter_lower(p->e->host, f->name) || !adapter_resource(p->e, CM_STR("descriptor"), CM_CANON_RESOURCE_DROP, &drop))
    return false;
  struct cm_str lifted = adapter_lifted_ident(p->e, f->name), lowered = adapter_lowered_ident(p->e->host, f->name);
  if (!lifted.at || !lowered.at) return cm_fail_memory(a->diag);
  put_rows(p);
  uint32_t rows = adapter_data(a, p->rows.at, p->rows.size, 4);
  code_put(&a->code, "%s", text_preopens);
  code_put(&a->code,
           "  (func $drop_descriptor (param i32) (call %.*s (local.get 0)))\n"
           "  (func %.*s (result i32) (local $at i32)\n"
           "    (local.set $at (call $new (i32.const 8)))\n"
           "    (call %.*s (local.get $at))\n"
           "    (call $keep (local.get $at) (i32.const %u) (i32.const %u) (i32.const %d))\n"
           "    (local.get $at))\n",
           CM_STR_ARG(drop), CM_STR_ARG(lifted), CM_STR_ARG(lowered), rows, rows + (uint32_t)p->rows.size,
           p->files->host == ADAPTER_FILES_ALL);
  return cm_buffer_ok(&p->rows, a->diag);
}

static bool choose_preopens(struct adapter_export *e, const struct adapter_files *files) {
  struct preopens p = {e->adapter, e, files, {0}};
  struct adapter_function *get = adapter_find(e, "get-directories");
  e->keeps_types = true;
  if (!get) return true;
  cm_buffer_init(&p.rows, NULL);
  bool ok = put_preopens(&p, get);
  cm_buffer_free(&p.rows);
  return ok;
}

// --- no files at all ---

// Without descriptors nothing is ever asked of one; errors of other streams are none of files.
static bool deny_all(struct adapter_export *e) {
  for (uint32_t i = 0; i < e->count; i++) {
    struct cm_str name = e->functions[i].name;
    bool empty = cm_str_is(name, "get-directories") || cm_str_is(name, "filesystem-error-code");
    if (!adapter_denied(e, &e->functions[i], &(struct adapter_denying){.empty = empty})) return false;
  }
  return true;
}

// --- the adapter ---

static bool is_named(const struct adapter_export *e, const char *base) { return cm_str_is(cm_name_base(e->name.name), base); }

static bool fill(struct adapter *a, const struct adapter_subject *subject, const struct adapter_files *files) {
  bool chooses = files->host == ADAPTER_FILES_ALLOWED || files->rename_count;
  for (uint32_t i = 0; i < subject->import_count; i++)
    if (!adapter_export(a, subject->imports[i])) return false;
  if (files->read_only) adapter_overlap(a);
  for (uint32_t i = 0; i < subject->import_count; i++) {
    struct adapter_export *e = a->exports[i];
    bool types = is_named(e, "wasi:filesystem/types"), ok = true;
    if (files->host == ADAPTER_FILES_NONE)
      ok = deny_all(e);
    else if (types && files->read_only)
      ok = make_read_only(e);
    else if (!types && chooses)
      ok = choose_preopens(e, files);
    else
      for (uint32_t f = 0; f < e->count; f++) adapter_pass(e, &e->functions[f]);
    if (!ok) return false;
  }
  if (a->memory) code_put(&a->code, "%s", text_common);
  return true;
}

bool adapter_filesystem(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_files *files,
                        struct cm_component **out, struct cm_diag *diag) {
  struct adapter a;
  bool ok = adapter_begin(&a, arena, subject->app, diag) && fill(&a, subject, files) && adapter_finish(&a, out);
  adapter_end(&a);
  return ok;
}
