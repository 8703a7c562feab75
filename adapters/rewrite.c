// Names in calls, rewritten on their way to the host.
//
// A name is exchanged at its place, a pointer and a size, and the call goes on with all else as it came (forward.h). What is returned of names has
// memory of the adapter's own: a result with a text in it is never flat.

#include "rewrite.h"

#include <component/types.h>

#include "forward.h"
#include "generic.h"
#include "texts.h"
#include "types/walk.h"

// --- the table ---

static bool put_rows(struct adapter *a, const struct adapter_names *names, struct cm_buffer *rows) {
  for (uint32_t i = 0; i < names->rename_count; i++) {
    adapter_put_text(a, rows, names->renames[i].from);
    adapter_put_text(a, rows, names->renames[i].to);
  }
  for (uint32_t i = 0; i < names->denied_count; i++) {
    adapter_put_text(a, rows, names->denied[i]);
    cm_put_le64(rows, 0);
  }
  for (uint32_t i = 0; i < names->allowed_count; i++) {
    struct cm_str told = cm_alloc_format(a->arena, "%.*s%.*s", CM_STR_ARG(names->prefix), CM_STR_ARG(names->allowed[i]));
    if (!told.at) return cm_fail_memory(a->diag);
    adapter_put_text(a, rows, names->allowed[i]);
    adapter_put_text(a, rows, told);
  }
  return cm_buffer_ok(rows, a->diag);
}

bool rewrite_table(struct adapter *a, const struct adapter_names *names, uint32_t *table) {
  struct cm_buffer rows, head;
  cm_buffer_init(&rows, NULL);
  cm_buffer_init(&head, NULL);
  bool ok = put_rows(a, names, &rows);
  if (ok) {
    uint32_t begin = adapter_data(a, rows.at, rows.size, 4);
    cm_put_le32(&head, begin);
    cm_put_le32(&head, begin + (uint32_t)rows.size);
    adapter_put_text(a, &head, names->prefix);
    cm_put_le32(&head, !names->only_allowed);
    ok = cm_buffer_ok(&head, a->diag);
  }
  if (ok) *table = adapter_data(a, head.at, head.size, 4);
  cm_buffer_free(&rows);
  cm_buffer_free(&head);
  return ok;
}

// --- a function ---

struct rewriting {
  struct adapter_export *e;
  struct adapter_function *f;
  struct forward forward;
  struct adapter_answer denied;
  struct value_drops drops;  // of a call that is denied
};

static bool place_of(const struct rewriting *r, struct cm_str path, struct cm_place *out) {
  return value_text_place(r->f, path, out) ||
         cm_fail_at_large(r->e->adapter->diag, CM_UNSUPPORTED, "`%.*s` of `%.*s` has no text `%.*s`", CM_STR_ARG(r->f->name),
                          CM_STR_ARG(r->e->name.name), CM_STR_ARG(path));
}

// Puts the pointer (0) and the size (1) of the name at a place. Where cases of a variant share a flat parameter, a pointer may have become 64 bits wide.
static void put_name(const struct rewriting *r, const struct cm_place *place, const bool wide[2], uint32_t parts) {
  struct code *code = &r->e->adapter->code;
  for (uint32_t i = 0; i < parts; i++) {
    if (place->in_memory)
      code_put(code, " (i32.load offset=%u (local.get $0))", (uint32_t)place->offset + 4 * i);
    else
      code_put(code, wide[i] ? " (i32.wrap_i64 (local.get $%u))" : " (local.get $%u)", place->flat + i);
  }
}

// Exchanges the name at a place.
static void put_exchange(struct rewriting *r, const struct cm_place *place, uint32_t table) {
  struct code *code = &r->e->adapter->code;
  bool wide[2];
  for (uint32_t i = 0; i < 2; i++) wide[i] = !place->in_memory && r->forward.lifted.params[place->flat + i] == CM_FLAT_I64;
  code_put(code, "    (if (i32.eqz (call $look_up");
  put_name(r, place, wide, 2);
  code_put(code, " (i32.const %u))) (then\n", table);
  forward_put_refusal(&r->forward, &r->denied, &r->drops);
  code_put(code, "    ))\n");
  if (r->e->adapter->overlaps) {  // What is not handed on is needed no more.
    code_put(code, "    (if (i32.ne (global.get $name)");
    put_name(r, place, wide, 1);
    code_put(code, ") (then (call $give");
    put_name(r, place, wide, 2);
    code_put(code, ")))\n");
  }
  for (uint32_t i = 0; i < 2; i++) {
    const char *global = i ? "$name_size" : "$name";
    if (place->in_memory)
      code_put(code, "    (i32.store offset=%u (local.get $0) (global.get %s))\n", (uint32_t)place->offset + 4 * i, global);
    else
      code_put(code, wide[i] ? "    (local.set $%u (i64.extend_i32_u (global.get %s)))\n" : "    (local.set $%u (global.get %s))\n",
               place->flat + i, global);
  }
}

static void put_condition(const struct rewriting *r, const struct cm_place *place) {
  struct code *code = &r->e->adapter->code;
  const char *load = place->discriminant_size == 1 ? "i32.load8_u" : place->discriminant_size == 2 ? "i32.load16_u" : "i32.load";
  if (place->in_memory)
    code_put(code, "    (if (i32.eq (%s offset=%u (local.get $0))", load, (uint32_t)place->discriminant_offset);
  else if (r->forward.lifted.params[place->discriminant_flat] == CM_FLAT_I64)
    code_put(code, "    (if (i32.eq (i32.wrap_i64 (local.get $%u))", place->discriminant_flat);
  else
    code_put(code, "    (if (i32.eq (local.get $%u)", place->discriminant_flat);
  code_put(code, " (i32.const %u)) (then\n", place->discriminant_value);
}

// --- the result ---

// A step into a type: the member of that name, or for `name` of no size the payload of an option. Puts a condition where it need not be there.
static bool step(struct rewriting *r, struct cm_typeref *of, struct cm_str name, struct cm_valtype *type, uint64_t *offset,
                 uint32_t *conditions) {
  struct cm_diag *diag = r->e->adapter->diag;
  uint64_t payload, at = *offset;
  struct cm_layout layout;
  uint32_t size;
  if (type_is_record(of->type)) {
    for (uint32_t i = 0; i < of->type->count; i++, at += layout.size) {
      struct cm_field field = of->type->fields[i];
      if (!cm_layout_of(of->scope, field.type, 4, &layout, diag)) return false;
      at = abi_align(at, layout.align);
      if (cm_str_equal(field.name, name)) return *type = field.type, *offset = at, true;
    }
    return false;
  }
  for (uint32_t i = 0; type_is_variant(of->type) && i < type_case_count(of->type); i++) {
    struct cm_field chosen = type_case(of->type, i);
    if (!cm_str_equal(chosen.name, name) || chosen.type.kind == CM_VAL_NONE) continue;
    if (!cm_variant_layout(*of, 4, &payload, &size, diag)) return false;
    code_put(&r->e->adapter->code, "    (if (i32.eq (%s offset=%u (local.get $r)) (i32.const %u)) (then\n",
             size == 1   ? "i32.load8_u"
             : size == 2 ? "i32.load16_u"
                         : "i32.load",
             (uint32_t)at, i);
    ++*conditions;
    return *type = chosen.type, *offset = at + payload, true;
  }
  return false;
}

// Where a path leads to in the result; options are entered without being told. False: nowhere, or to what is no text.
static bool find_returned(struct rewriting *r, struct cm_str path, uint64_t *offset, uint32_t *conditions) {
  struct cm_valtype type = r->f->type->func.result;
  const struct cm_scope *scope = r->f->scope;
  struct cm_typeref of;
  for (*offset = 0; type.kind != CM_VAL_NONE && cm_valtype_resolve(scope, type, &of, NULL) && of.type; scope = of.scope) {
    if (!path.size && of.type->kind == CM_TYPE_PRIM) return of.type->prim == CM_STRING;
    const char *dot = memchr(path.at, '.', path.size);
    struct cm_str name = {path.at, dot ? (size_t)(dot - path.at) : path.size};
    if (of.type->kind == CM_TYPE_OPTION)
      name = CM_STR("some");
    else
      path = dot ? (struct cm_str){dot + 1, path.size - name.size - 1} : (struct cm_str){path.at, 0};
    if (!step(r, &of, name, &type, offset, conditions)) return false;
  }
  return false;
}

// What is not there is of another version, and has no name.
static void put_returned(struct rewriting *r, struct cm_str path, uint32_t table) {
  struct code *code = &r->e->adapter->code;
  uint64_t offset;
  uint32_t conditions = 0;
  if (find_returned(r, path, &offset, &conditions)) {
    uint32_t at = (uint32_t)offset;
    code_put(code, "    (call $look_back (i32.load offset=%u (local.get $r)) (i32.load offset=%u (local.get $r)) (i32.const %u))\n",
             at, at + 4, table);
    if (r->e->adapter->overlaps)
      code_put(code,
               "    (if (i32.ne (global.get $name) (i32.load offset=%u (local.get $r)))\n"
               "      (then (call $give (i32.load offset=%u (local.get $r)) (i32.load offset=%u (local.get $r)))))\n",
               at, at, at + 4);
    code_put(code, "    (i32.store offset=%u (local.get $r) (global.get $name))\n", at);
    code_put(code, "    (i32.store offset=%u (local.get $r) (global.get $name_size))\n", at + 4);
  }
  for (; conditions; conditions--) code_put(code, "    ))\n");
}

// --- all of it ---

static bool put_function(struct rewriting *r, uint32_t table, const struct rewrite_paths *paths) {
  struct code *code = &r->e->adapter->code;
  if (!forward_put_head(&r->forward, r->drops.locals)) return false;
  for (uint32_t i = 0; i < paths->taken_count; i++) {
    struct cm_place place;
    if (!place_of(r, paths->taken[i], &place)) return false;
    if (place.has_discriminant) put_condition(r, &place);
    put_exchange(r, &place, table);
    if (place.has_discriminant) code_put(code, "    ))\n");
  }
  if (!paths->returned_count) return forward_put_call(&r->forward);
  if (!forward_put_host(&r->forward)) return false;
  for (uint32_t i = 0; i < paths->returned_count; i++) put_returned(r, paths->returned[i], table);
  return forward_put_end(&r->forward);
}

bool rewrite_function(struct adapter_export *e, struct adapter_function *f, uint32_t table, const struct rewrite_paths *paths,
                      const struct adapter_denying *denying) {
  struct adapter *a = e->adapter;
  struct rewriting r = {.e = e, .f = f};
  if (!a->rewrites) code_put(&a->code, "%s%s", text_common, text_rewrite);
  a->rewrites = true;
  if (!forward_begin(&r.forward, e, f, e->host, f->name)) return false;
  if (paths->taken_count && (!adapter_answer(e, f, denying, &r.denied) || !value_drops_of(e, f, false, &r.drops))) return false;
  return put_function(&r, table, paths);
}

// --- an interface ---

// Whether names are returned at all: only what has a text in its result is handed on by code for that.
static bool returns_text(const struct adapter_function *f) {
  struct cm_type func = {.kind = CM_TYPE_FUNC};
  struct value_facts facts;
  func.func.result = f->type->func.result;
  return value_facts_of(f->scope, &func, &facts, NULL) && facts.memory;
}

static bool rewrite_all(struct adapter_export *e, const struct adapter_named *functions, uint32_t count, uint32_t table,
                        const struct adapter_names *names) {
  struct adapter *a = e->adapter;
  struct cm_str *taken = cm_alloc_array(a->arena, count, sizeof *taken),
                *returned = cm_alloc_array(a->arena, count, sizeof *returned);
  bool any = false;
  if (!taken || !returned) return cm_fail_memory(a->diag);
  for (uint32_t i = 0; i < e->count; i++) {
    struct adapter_function *f = &e->functions[i];
    struct rewrite_paths paths = {.taken = taken, .returned = returned};
    for (uint32_t n = 0; n < count; n++) {
      if (!cm_str_equal(functions[n].function, f->name)) continue;
      if (!functions[n].returned)
        taken[paths.taken_count++] = functions[n].path;
      else if (returns_text(f))
        returned[paths.returned_count++] = functions[n].path;
    }
    if (!paths.taken_count && !paths.returned_count)
      adapter_pass(e, f);
    else if (!rewrite_function(e, f, table, &paths, &names->denying))
      return false;
    any |= paths.taken_count || paths.returned_count;
  }
  return any || cm_fail_at_large(a->diag, CM_INVALID, "nothing that is imported of `%.*s` takes a name", CM_STR_ARG(e->name.name));
}

bool adapter_rewrite(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_named *functions,
                     uint32_t count, const struct adapter_names *names, struct cm_component **out, struct cm_diag *diag) {
  struct adapter a;
  uint32_t table;
  bool ok = adapter_begin(&a, arena, subject->app, diag);
  struct adapter_export *e = ok && subject->import_count == 1 ? adapter_export(&a, subject->imports[0]) : NULL;
  if (e) adapter_overlap(&a);
  ok = e && rewrite_table(&a, names, &table) && rewrite_all(e, functions, count, table, names) && adapter_finish(&a, out);
  adapter_end(&a);
  return ok;
}
