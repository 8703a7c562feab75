// The link view: instances flattened, imports followed, tables filled, entries found; and what is not valid refused.
//
// The components are in data/graph/*.wat, each with a sentence that says what it is about.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <component/graph.h>
#include <component/limits.h>
#include <component/types.h>

#include "data/graph.h"

struct built {
  struct cm_arena arena;
  struct cm_component *component;
  struct cm_graph *graph;
};

static struct built build(const char *name) {
  struct built b = {0};
  struct cm_diag diag;
  cm_arena_init(&b.arena, NULL);
  b.component = sample_decode(&b.arena, graph_samples, name);
  if (!cm_graph_build(&b.arena, b.component, &b.graph, &diag)) {
    char text[1024];
    fail_msg("%s: %s", name, cm_diag_format(&diag, text, sizeof text));
  }
  return b;
}

static void done(struct built *b) { cm_arena_free(&b->arena); }

#define assert_str(actual, expected) assert_str_at(actual, expected, __FILE__, __LINE__)
static void assert_str_at(struct cm_str actual, const char *expected, const char *file, int line) {
  if (!cm_str_is(actual, expected)) {
    print_error("\"%.*s\" is not \"%s\"\n", CM_STR_ARG(actual), expected);
    _fail(file, line);
  }
}

// The core node of that path.
static uint32_t core_at(const struct built *b, const char *path) {
  for (uint32_t i = 0; i < b->graph->core_count; i++) {
    if (cm_str_is(b->graph->cores[i].path, path)) {
      return i;
    }
  }
  fail_msg("no core instance %s", path);
  return CM_NOWHERE;
}

static const struct cm_entry *entry_of(const struct built *b, const char *name, enum cm_entry_kind kind) {
  for (uint32_t i = 0; i < b->graph->entry_count; i++) {
    if (b->graph->entries[i].kind == kind && cm_str_is(b->graph->entries[i].name, name)) {
      return &b->graph->entries[i];
    }
  }
  return NULL;
}

// The root import and function that a core function stands for.
static void assert_lowered(struct cm_core_target target, const char *import, const char *function) {
  assert_int_equal(target.kind, CM_TARGET_LOWERED);
  assert_int_equal(target.canon->kind, CM_CANON_LOWER);
  assert_int_equal(target.origin->kind, CM_ORIGIN_IMPORT);
  assert_str(target.origin->import->import.name.name, import);
  assert_str(target.origin->function, function);
}

// A core function of an instance's own, by the name that its module exports it under.
static void assert_core(const struct built *b, struct cm_core_target target, const char *path, const char *export) {
  assert_int_equal(target.kind, CM_TARGET_CORE);
  const struct cm_core_node *node = &b->graph->cores[target.instance];
  assert_str(node->path, path);
  assert_int_equal(target.index, core_find_export(node->module, cm_str_of(export), CORE_FUNC)->index);
}

static void nested_instances_are_flattened(void **state) {
  (void)state;
  struct built b = build("nested");
  const struct cm_graph *g = b.graph;
  assert_int_equal(g->component_count, 3);
  assert_int_equal(g->core_count, 2);
  assert_int_equal(g->module_count, 2);
  assert_str(g->components[0].path, "app");
  assert_str(g->components[1].path, "app > middleware");
  assert_str(g->components[2].path, "app > middleware > store");
  assert_str(g->components[2].name, "store");
  assert_int_equal(g->components[0].parent, CM_NOWHERE);
  assert_int_equal(g->components[2].parent, 1);
  assert_false(g->components[1].instantiated_many);
  assert_str(g->cores[0].path, "app > middleware > store > $main");
  assert_str(g->cores[0].name, "main");
  assert_int_equal(g->cores[0].component, 2);

  // The wrapper's import is a lowered function of the inner component, implemented by its core module.
  uint32_t wrapper = core_at(&b, "app > middleware > $wrapper");
  struct cm_core_target target = cm_graph_func(g, wrapper, 0);
  assert_int_equal(target.kind, CM_TARGET_LOWERED);
  assert_int_equal(target.component, 1);
  assert_int_equal(target.origin->kind, CM_ORIGIN_LIFTED);
  assert_int_equal(target.origin->component, 2);
  assert_int_equal(target.origin->instance, 0);
  assert_int_equal(target.origin->func, 0);
  assert_core(&b, *target.origin->core, "app > middleware > store > $main", "get");
  struct cm_typeref type;
  assert_true(cm_type_resolve(target.origin->type_scope, target.origin->type_index, &type, NULL));
  assert_str(type.type->func.params[0].name, "key");
  assert_core(&b, cm_graph_func(g, wrapper, 1), "app > middleware > $wrapper", "twice");

  // Both functions of the exported instance: one a re-export of a re-export.
  assert_int_equal(g->entry_count, 2);
  assert_core(&b, entry_of(&b, "shop:front/api@1.0.0#get", CM_ENTRY_EXPORT)->target, "app > middleware > store > $main", "get");
  assert_core(&b, entry_of(&b, "shop:front/api@1.0.0#twice", CM_ENTRY_EXPORT)->target, "app > middleware > $wrapper", "twice");
  done(&b);
}

static void one_definition_many_instances(void **state) {
  (void)state;
  struct built b = build("diamond");
  const struct cm_graph *g = b.graph;
  assert_int_equal(g->component_count, 4);
  assert_str(g->components[0].path, "");
  assert_str(g->components[1].path, "logger");
  assert_false(g->components[1].instantiated_many);
  assert_true(g->components[2].instantiated_many);
  assert_true(g->components[3].instantiated_many);
  assert_int_equal(g->core_count, 4);
  for (uint32_t i = 0; i < 4; i++) {
    assert_int_equal(g->cores[i].module_ordinal, 0);
    // Through the logger's re-export, and through the re-export by another instance of the same module.
    assert_lowered(cm_graph_func(g, i, 0), "log", "");
    assert_int_equal(cm_graph_func(g, i, 0).component, i < 2 ? 2 : 3);
  }
  assert_str(g->cores[1].path, "left > $j");
  assert_str(g->cores[3].path, "right > $j");
  assert_int_equal(entry_of(&b, "left", CM_ENTRY_EXPORT)->instance, 1);
  assert_int_equal(entry_of(&b, "right", CM_ENTRY_EXPORT)->instance, 3);
  done(&b);
}

static void outer_aliases_reach_out(void **state) {
  (void)state;
  struct built b = build("outer");
  assert_int_equal(b.graph->core_count, 1);
  assert_str(b.graph->cores[0].path, "top > branch > twig > made > $i");
  const struct cm_entry *f = entry_of(&b, "f", CM_ENTRY_EXPORT);
  assert_core(&b, f->target, "top > branch > twig > made > $i", "f");
  struct cm_typeref type;
  struct cm_signature signature;
  assert_true(cm_type_resolve(f->origin->type_scope, f->origin->type_index, &type, NULL));
  assert_true(cm_signature_of(type.scope, type.type, false, false, 4, &signature, NULL));
  assert_int_equal(signature.param_count, 2);
  assert_int_equal(f->origin->options->memory.instance, 0);
  assert_core(&b, entry_of(&b, "f", CM_ENTRY_REALLOC)->target, "top > branch > twig > made > $i", "realloc");
  done(&b);
}

static void shims_are_seen_through(void **state) {
  (void)state;
  struct built b = build("shim");
  const struct cm_graph *g = b.graph;
  uint32_t shim = core_at(&b, "$shim-instance"), main = core_at(&b, "$main-instance"), fixup = core_at(&b, "$fixup-instance");
  assert_core(&b, cm_graph_func(g, main, 0), "$shim-instance", "0");

  const struct cm_table *table = cm_graph_table(g, fixup, 0);
  assert_ptr_equal(table, cm_graph_table(g, shim, 0));
  assert_int_equal(table->instance, shim);
  assert_true(table->exact);
  assert_int_equal(table->size, 2);
  assert_int_equal(table->entries[0].instance, fixup);
  assert_lowered(cm_graph_func(g, fixup, table->entries[0].func), "wasi:cli/environment@0.2.3", "get-environment");
  assert_lowered(cm_graph_func(g, fixup, table->entries[1].func), "wasi:cli/environment@0.2.3", "get-arguments");

  // The lowering's options are those of the component, followed to the instances.
  const struct cm_graph_options *options = cm_graph_func(g, fixup, 0).options;
  assert_int_equal(options->memory.instance, main);
  assert_core(&b, *options->realloc, "$main-instance", "cabi_realloc");
  assert_null(options->post_return);

  // The module's own table: from 1 on, the first entry an import.
  const struct cm_table *own = cm_graph_table(g, main, 0);
  assert_int_equal(own->size, 3);
  assert_int_equal(own->entries[0].instance, CM_NOWHERE);
  assert_core(&b, cm_graph_func(g, own->entries[1].instance, own->entries[1].func), "$shim-instance", "0");
  assert_core(&b, cm_graph_func(g, own->entries[2].instance, own->entries[2].func), "$main-instance", "run");
  assert_null(cm_graph_table(g, main, 1));
  assert_null(cm_graph_table(g, 99, 0));
  done(&b);
}

static void re_exports_are_followed(void **state) {
  (void)state;
  struct built b = build("reexport");
  assert_lowered(cm_graph_func(b.graph, 0, 0), "plain", "");
  assert_lowered(cm_graph_func(b.graph, 0, 1), "a:b/c", "f");
  // What is an import, under whatever name, is no code that could be entered.
  assert_int_equal(b.graph->entry_count, 2);
  assert_core(&b, entry_of(&b, "first", CM_ENTRY_EXPORT)->target, "$i", "own");
  assert_core(&b, entry_of(&b, "second", CM_ENTRY_EXPORT)->target, "$i", "own");
  done(&b);
}

static void what_is_provided_within_is_no_import(void **state) {
  (void)state;
  struct built b = build("virtual");
  const struct cm_graph *g = b.graph;
  struct cm_core_target target = cm_graph_func(g, core_at(&b, "app > $main"), 0);
  assert_int_equal(target.kind, CM_TARGET_LOWERED);
  assert_int_equal(target.origin->kind, CM_ORIGIN_LIFTED);
  assert_core(&b, *target.origin->core, "provider > $i", "get-environment");
  assert_core(&b, *target.origin->options->post_return, "provider > $i", "free");
  assert_core(&b, *target.options->realloc, "app > $libc", "realloc");
  // The app's memory is its libc's.
  assert_int_equal(cm_graph_owner(g, core_at(&b, "app > $main"), CORE_MEMORY, 0).instance, core_at(&b, "app > $libc"));
  assert_int_equal(target.options->memory.instance, core_at(&b, "app > $libc"));
  assert_int_equal(target.origin->options->memory.instance, core_at(&b, "provider > $i"));
  done(&b);
}

static void segments_apply_across_instances(void **state) {
  (void)state;
  struct built b = build("segments");
  const struct cm_graph *g = b.graph;
  uint32_t owner = core_at(&b, "$owner"), user = core_at(&b, "$user"), late = core_at(&b, "$late");
  const struct cm_table *table = cm_graph_table(g, owner, 0);
  assert_ptr_equal(cm_graph_table(g, user, 0), table);
  assert_true(table->exact);
  assert_int_equal(table->size, 6);
  static const struct {
    int who;  // 0 owner, 1 user, 2 late, -1 null
    uint32_t func;
  } expected[6] = {{0, 0}, {-1, 0}, {1, 0}, {2, 0}, {1, 1}, {-1, 0}};
  const uint32_t instances[] = {owner, user, late};
  for (uint32_t i = 0; i < 6; i++) {
    assert_int_equal(table->entries[i].instance, expected[i].who < 0 ? CM_NOWHERE : instances[expected[i].who]);
    if (expected[i].who >= 0) {
      assert_int_equal(table->entries[i].func, expected[i].func);
    }
  }
  assert_core(&b, cm_graph_func(g, user, 0), "$owner", "f");

  const struct cm_table *filled = cm_graph_table(g, owner, 1);
  assert_int_equal(filled->size, 2);
  assert_int_equal(filled->entries[1].instance, owner);
  assert_int_equal(filled->entries[1].func, 0);

  // One segment fits, the other lies beyond the table's end: what will stand there is not known.
  const struct cm_table *other = cm_graph_table(g, owner, 2);
  assert_int_equal(other->size, 1);
  assert_false(other->exact);

  uint64_t value = 0;
  assert_true(cm_graph_global(g, user, 0, &value));
  assert_int_equal(value, 2);
  assert_true(cm_graph_global(g, user, 2, &value));
  assert_int_equal(value, 3);
  assert_false(cm_graph_global(g, user, 1, &value));  // mutable
  assert_false(cm_graph_global(g, user, 9, &value));
  assert_int_equal(cm_graph_owner(g, user, CORE_GLOBAL, 0).instance, core_at(&b, "$bases"));
  assert_int_equal(cm_graph_owner(g, user, CORE_GLOBAL, 9).instance, CM_NOWHERE);
  assert_int_equal(cm_graph_owner(g, user, CORE_FUNC, 0).instance, CM_NOWHERE);
  done(&b);
}

static void imported_code_is_opaque(void **state) {
  (void)state;
  struct built b = build("opaque");
  const struct cm_graph *g = b.graph;
  uint32_t given = core_at(&b, "$given"), own = core_at(&b, "$own"), user = core_at(&b, "$user");
  assert_null(g->cores[given].module);
  assert_int_equal(g->cores[given].module_ordinal, CM_NOWHERE);
  assert_int_equal(g->cores[given].imported[CORE_FUNC], 1);
  assert_core(&b, g->cores[given].funcs[0], "$own", "f");
  assert_int_equal(g->cores[given].tables[0].instance, own);
  assert_false(cm_graph_table(g, own, 0)->exact);

  struct cm_core_target g_import = cm_graph_func(g, user, 0);
  assert_int_equal(g_import.kind, CM_TARGET_UNKNOWN);
  assert_int_equal(g_import.instance, given);
  assert_lowered(cm_graph_func(g, user, 1), "component", "go");
  assert_lowered(cm_graph_func(g, user, 2), "component", "inner#deep");
  struct cm_core_owner memory = cm_graph_owner(g, user, CORE_MEMORY, 0);
  assert_int_equal(memory.instance, CM_NOWHERE);
  assert_int_equal(memory.index, given);
  struct cm_typeref type;
  const struct cm_func_origin *go = cm_graph_func(g, user, 1).origin;
  assert_true(cm_type_resolve(go->type_scope, go->type_index, &type, NULL));
  assert_str(type.type->func.params[0].name, "n");

  assert_core(&b, entry_of(&b, "f", CM_ENTRY_ESCAPED)->target, "$own", "f");
  assert_core(&b, entry_of(&b, "callback", CM_ENTRY_ESCAPED)->target, "$own", "called");
  assert_core(&b, entry_of(&b, "api#call", CM_ENTRY_ESCAPED)->target, "$own", "called");
  assert_int_equal(g->entry_count, 3);
  assert_int_equal(cm_graph_func(g, given, 7).kind, CM_TARGET_UNKNOWN);
  done(&b);
}

static void entries_are_all_that_can_be_called(void **state) {
  (void)state;
  struct built b = build("entries");
  const struct cm_graph *g = b.graph;
  assert_core(&b, entry_of(&b, "api#f", CM_ENTRY_EXPORT)->target, "entries > $m", "f");
  assert_core(&b, entry_of(&b, "f", CM_ENTRY_EXPORT)->target, "entries > $m", "f");
  assert_core(&b, entry_of(&b, "api#f", CM_ENTRY_REALLOC)->target, "entries > $m", "realloc");
  assert_core(&b, entry_of(&b, "api#f", CM_ENTRY_POST_RETURN)->target, "entries > $m", "post");
  // The callback is an export of the second instance that is an import from the first.
  assert_core(&b, entry_of(&b, "api#g", CM_ENTRY_CALLBACK)->target, "entries > $m", "callback");
  assert_core(&b, entry_of(&b, "file", CM_ENTRY_DTOR)->target, "entries > $m", "drop");
  const struct cm_entry *start = entry_of(&b, "entries > $m", CM_ENTRY_START);
  assert_int_equal(start->func, g->cores[0].module->start);

  // A built-in, lifted: there is no instance that it belongs to.
  const struct cm_entry *odd = entry_of(&b, "odd", CM_ENTRY_EXPORT);
  assert_int_equal(odd->instance, CM_NOWHERE);
  assert_int_equal(odd->target.kind, CM_TARGET_BUILTIN);
  assert_int_equal(odd->target.canon->kind, CM_CANON_RESOURCE_NEW);
  assert_int_equal(cm_graph_func(g, core_at(&b, "entries > $n"), 1).kind, CM_TARGET_BUILTIN);
  assert_int_equal(g->entry_count, 9);
  done(&b);
}

static void components_are_passed_as_arguments(void **state) {
  (void)state;
  struct built b = build("passed");
  const struct cm_graph *g = b.graph;
  assert_int_equal(g->component_count, 3);
  assert_str(g->components[2].path, "maker > made");
  assert_core(&b, entry_of(&b, "f", CM_ENTRY_EXPORT)->target, "maker > $i", "f");
  assert_core(&b, entry_of(&b, "run", CM_ENTRY_EXPORT)->target, "maker > made > $i", "run");
  assert_int_equal(g->cores[core_at(&b, "maker > $i")].module_ordinal, 0);
  assert_lowered(cm_graph_func(g, core_at(&b, "maker > made > $i"), 0), "log", "");
  done(&b);
}

static void many_names_are_found(void **state) {
  (void)state;
  struct built b = build("many");
  for (uint32_t i = 0; i < 30; i++) {
    char name[16];
    snprintf(name, sizeof name, "f%u", i);
    assert_lowered(cm_graph_func(b.graph, 1, i), "many", name);
    snprintf(name, sizeof name, "g%u", i);
    assert_core(&b, cm_graph_func(b.graph, 1, 30 + i), "$m", name);
  }
  assert_lowered(cm_graph_func(b.graph, core_at(&b, "$one"), 0), "many", "f29");
  done(&b);
}

// A core module on its own, as the analyses see it: nothing is known of what it imports.
static void a_module_is_one_instance(void **state) {
  (void)state;
  struct built b = build("shim");
  struct cm_graph *g = NULL;
  const struct core_module *module = b.graph->cores[core_at(&b, "$main-instance")].module;
  assert_true(cm_graph_of_module(&b.arena, module, &g, NULL));
  assert_int_equal(g->core_count, 1);
  assert_int_equal(cm_graph_func(g, 0, 0).kind, CM_TARGET_UNKNOWN);
  assert_int_equal(cm_graph_func(g, 0, 1).kind, CM_TARGET_CORE);
  const struct cm_table *table = cm_graph_table(g, 0, 0);
  assert_int_equal(table->size, 3);
  assert_int_equal(table->entries[1].func, 0);
  assert_int_equal(table->entries[2].func, 1);
  done(&b);
}

static void what_is_not_valid_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *name;
    enum cm_error error;
    const char *message, *where;
  } rows[] = {
      {"missing_argument", CM_INVALID, "no argument is given for the import `wanted`",
       "component > instance 0 `outer` > instance 0 `inner`"},
      {"missing_export", CM_INVALID, "the instance has no export `g`", "component"},
      {"wrong_sort", CM_INVALID, "export `f` of the instance is of sort func, not core module", "component"},
      {"too_far_out", CM_INVALID, "outer alias leads 7 components out", "component > instance 0"},
      {"core_missing", CM_INVALID, "the core instance has no export `f`", "component"},
      {"selfish", CM_LIMIT, "instantiated more than 100 deep", "instance 0 `a`"},
      {"explosion", CM_LIMIT, "more than 100000 instances", "instance 0 `c1`"},
      {"bundles", CM_LIMIT, "more than 4000000 definitions", ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct cm_arena arena;
    struct cm_graph *graph;
    struct cm_diag diag = {0};
    cm_arena_init(&arena, NULL);
    struct cm_component *component = sample_decode(&arena, graph_samples, rows[i].name);
    print_message("  %s\n", rows[i].name);
    assert_false(cm_graph_build(&arena, component, &graph, &diag));
    assert_int_equal(diag.error, rows[i].error);
    assert_non_null(strstr(diag.message, rows[i].message));
    assert_non_null(strstr(diag.where, rows[i].where));
    assert_int_equal(diag.has_offset, rows[i].where[0] != 0);
    assert_true(arena.total < 96 << 20);
    cm_arena_free(&arena);
  }
}

// Component functions keep types: every core function behind a lift or a lower has the signature that its type flattens to.
static void signatures_agree_with_modules(void **state) {
  (void)state;
  static const char *const names[] = {"nested", "diamond", "shim", "virtual", "passed", "opaque"};
  for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
    struct built b = build(names[n]);
    for (uint32_t i = 0; i < b.graph->core_count; i++) {
      const struct cm_core_node *node = &b.graph->cores[i];
      for (uint32_t k = 0; node->module && k < node->imported[CORE_FUNC]; k++) {
        struct cm_typeref type;
        struct cm_signature signature;
        if (node->funcs[k].kind != CM_TARGET_LOWERED) {
          continue;
        }
        const struct cm_func_origin *origin = node->funcs[k].origin;
        assert_true(cm_type_resolve(origin->type_scope, origin->type_index, &type, NULL));
        assert_true(cm_signature_of(type.scope, type.type, true, false, 4, &signature, NULL));
        assert_int_equal(signature.param_count, core_func_type(node->module, k)->param_count);
        assert_int_equal(signature.result_count, core_func_type(node->module, k)->result_count);
      }
    }
    done(&b);
  }
}

// An allocator of one block.
static bool block_left;
static void *get_one(void *context, size_t size) {
  (void)context;
  bool give = block_left;
  block_left = false;
  return give ? calloc(1, size) : NULL;
}
static void put_one(void *context, void *block, size_t size) {
  (void)context;
  (void)size;
  free(block);
}

// The arena's only block has less and less room left when the building begins, so that each of its allocations fails once.
static void memory_may_run_out(void **state) {
  (void)state;
  enum { ROOM = 16000, STEP = 48 };
  static const struct cm_allocator allocator = {get_one, put_one, NULL};
  struct cm_arena decoded;
  cm_arena_init(&decoded, NULL);
  for (const struct sample *sample = graph_samples; sample->name; sample++) {
    struct cm_component *component = sample_decode(&decoded, graph_samples, sample->name);
    size_t failures = 0;
    for (size_t left = 0; left <= ROOM; left += STEP) {
      struct cm_arena arena;
      struct cm_graph *graph;
      struct cm_diag diag = {0};
      cm_arena_init(&arena, &allocator);
      block_left = true;
      assert_non_null(cm_alloc(&arena, 16));
      cm_alloc(&arena, (size_t)(arena.end - arena.at) > left ? (size_t)(arena.end - arena.at) - left : 0);
      if (!cm_graph_build(&arena, component, &graph, &diag)) {
        assert_int_not_equal(diag.error, CM_OK);
        failures += diag.error == CM_NO_MEMORY;
      }
      cm_arena_free(&arena);
    }
    assert_true(failures > 0);
  }
  cm_arena_free(&decoded);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nested_instances_are_flattened),
      cmocka_unit_test(one_definition_many_instances),
      cmocka_unit_test(outer_aliases_reach_out),
      cmocka_unit_test(shims_are_seen_through),
      cmocka_unit_test(re_exports_are_followed),
      cmocka_unit_test(what_is_provided_within_is_no_import),
      cmocka_unit_test(segments_apply_across_instances),
      cmocka_unit_test(imported_code_is_opaque),
      cmocka_unit_test(entries_are_all_that_can_be_called),
      cmocka_unit_test(components_are_passed_as_arguments),
      cmocka_unit_test(many_names_are_found),
      cmocka_unit_test(a_module_is_one_instance),
      cmocka_unit_test(what_is_not_valid_is_refused),
      cmocka_unit_test(signatures_agree_with_modules),
      cmocka_unit_test(memory_may_run_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
