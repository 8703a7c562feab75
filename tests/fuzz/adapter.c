// Adapters for any interface.
//
// The input is choices: two interfaces are made up of them, the second with some types of the first, all kinds of value types, resources,
// functions with up to twenty parameters, asynchronous ones too; and types and functions outside of interfaces. Whatever adapter is made of an
// app that imports these must be valid, and so must be the app with the adapter in front of it, or within it.

#include <adapter/adapter.h>
#include <component/compose.h>
#include <component/encode.h>
#include <component/parse.h>
#include <component/validate.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "random_component.h"

static void require(bool holds) {
  if (!holds) abort();
}

// An interface being written.
struct interface {
  struct dice *dice;
  struct cm_buffer *text;
  unsigned named;      // value types $t0, …
  unsigned resources;  // $r0, …
  bool bare;           // it is none: all stands by itself
};

static void put(struct interface *i, const char *format, ...) {
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  cm_put_bytes(i->text, line, (size_t)size);
}

// A value type. `borrows`: it may hold a borrowed handle, which only parameters may.
static void put_value(struct interface *i, bool borrows, unsigned depth) {
  static const char *const prims[] = {"bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "char", "string"};
  enum { PRIMS = sizeof prims / sizeof *prims };
  unsigned choice = roll(i->dice, depth > 3 ? 3 : 9);
  if (choice == 1 && i->named) {
    put(i, "$t%u", roll(i->dice, i->named));
    return;
  }
  if (choice == 2 && i->resources) {
    const char *handle = borrows && roll(i->dice, 2) ? "borrow" : "own";
    put(i, "(%s $r%u)", handle, roll(i->dice, i->resources));
    return;
  }
  if (choice < 3) {
    put(i, "%s", prims[roll(i->dice, PRIMS)]);
    return;
  }
  static const char *const heads[] = {"(list ", "(option ", "(tuple ", "(result ", "(list ", "(tuple "};
  put(i, "%s", heads[choice - 3]);
  unsigned members = choice == 5 || choice == 8 ? 1 + roll(i->dice, 4) : 1;
  for (unsigned m = 0; m < members; m++) put_value(i, borrows, depth + 1), put(i, " ");
  if (choice == 6 && roll(i->dice, 2)) put(i, "(error "), put_value(i, borrows, depth + 1), put(i, ")");
  put(i, ")");
}

static void put_named(struct interface *i) {
  unsigned number = i->named, members = 1 + roll(i->dice, 5), kind = roll(i->dice, 4);
  static const char *const kinds[] = {"record", "variant", "enum", "flags"};
  put(i, "    (type $n%u (%s", number, kinds[kind]);
  for (unsigned m = 0; m < members; m++) {
    if (kind > 1) {
      put(i, " \"m%u\"", m);
      continue;
    }
    put(i, " (%s \"m%u\" ", kind ? "case" : "field", m);
    if (!kind || roll(i->dice, 3)) put_value(i, false, 1);
    put(i, ")");
  }
  put(i, "))\n    (%s \"t%u\" (type $t%u (eq $n%u)))\n", i->bare ? "import" : "export", number, number, number);
  i->named++;
}

static void put_function(struct interface *i, unsigned number) {
  bool is_method = i->resources && roll(i->dice, 2);
  unsigned resource = is_method ? roll(i->dice, i->resources) : 0, params = roll(i->dice, 4) ? roll(i->dice, 4) : roll(i->dice, 20);
  put(i, i->bare ? "    (import " : "    (export ");
  if (is_method)
    put(i, "\"[method]r%u.f%u\" (func", resource, number);
  else
    put(i, "\"f%u\" (func", number);
  if (roll(i->dice, 4) == 0) put(i, " async");
  if (is_method) put(i, " (param \"self\" (borrow $r%u))", resource);
  for (unsigned p = 0; p < params; p++) put(i, " (param \"p%u\" ", p), put_value(i, true, 0), put(i, ")");
  if (roll(i->dice, 4)) put(i, " (result "), put_value(i, false, 0), put(i, ")");
  put(i, "))\n");
}

static void put_definitions(struct interface *i) {
  for (unsigned n = roll(i->dice, 3); n; n--, i->resources++)
    put(i, "    (%s \"r%u\" (type $r%u (sub resource)))\n", i->bare ? "import" : "export", i->resources, i->resources);
  for (unsigned n = roll(i->dice, 4); n; n--) put_named(i);
  for (unsigned n = roll(i->dice, 4), f = 0; f < n; f++) put_function(i, f);
}

// `used`: another interface, some of whose types this one has for its own first ones.
static void put_interface(struct interface *i, const char *name, const struct interface *used) {
  put(i, "  (import \"%s\" (instance $%c\n", name, name[strlen(name) - 1]);
  for (unsigned r = 0; used && r < used->resources; r++) {
    if (!roll(i->dice, 4)) continue;
    unsigned n = i->resources++;
    put(i, "    (alias outer 1 $ur%u (type $v%u)) (export \"r%u\" (type $r%u (eq $v%u)))\n", r, n, n, n, n);
  }
  for (unsigned t = 0; used && t < used->named; t++) {
    if (!roll(i->dice, 2)) continue;
    unsigned n = i->named++;
    put(i, "    (alias outer 1 $ut%u (type $n%u)) (export \"t%u\" (type $t%u (eq $n%u)))\n", t, n, n, n, n);
  }
  put_definitions(i);
  put(i, "  ))\n");
}

// Types and functions that stand by themselves, some of the first interface's types among them.
static void put_bare(struct interface *i, const struct interface *used) {
  for (unsigned r = 0; r < used->resources && roll(i->dice, 2); r++, i->resources++)
    put(i, "    (import \"r%u\" (type $r%u (eq $ur%u)))\n", i->resources, i->resources, r);
  put_definitions(i);
}

static void put_app(struct dice *dice, struct cm_buffer *text) {
  struct interface first = {.dice = dice, .text = text}, second = first, bare = first;
  put(&first, "(component\n");
  put_interface(&first, "a:b/c", NULL);
  for (unsigned r = 0; r < first.resources; r++) put(&first, "  (alias export $c \"r%u\" (type $ur%u))\n", r, r);
  for (unsigned t = 0; t < first.named; t++) put(&first, "  (alias export $c \"t%u\" (type $ut%u))\n", t, t);
  put_interface(&second, "a:b/d", &first);
  bare.bare = true;
  if (roll(dice, 2)) put_bare(&bare, &first);
  put(&second, ")\n");
}

// --- adapters ---

static struct cm_component *reread(struct cm_arena *arena, const struct cm_component *built) {
  struct cm_buffer buffer;
  struct cm_component *out = NULL;
  cm_buffer_init(&buffer, NULL);
  require(cm_encode(built, NULL, &buffer, NULL));
  struct cm_span bytes = {(const uint8_t *)cm_alloc_text(arena, (const char *)buffer.at, buffer.size), buffer.size};
  cm_buffer_free(&buffer);
  require(bytes.at && cm_decode(arena, bytes, &out, NULL));
  return out;
}

static bool is_valid(const struct cm_component *component) {
  struct cm_validate_options options = {.features = cm_features_of(CM_PRESET_ALL), .threads = 1};
  return cm_validate(component, &options, NULL, NULL);
}

enum { PASS, DENY, LOG, STUB, RENAME, WAYS };
enum { IMPORTS_MOST = 16 };

// Interfaces have other names; what stands by itself keeps its own.
static bool rename_all(struct cm_arena *arena, const struct adapter_subject *subject, struct cm_component **out,
                       struct cm_diag *diag) {
  struct cm_str names[IMPORTS_MOST];
  for (uint32_t i = 0; i < subject->import_count; i++) {
    names[i] = subject->imports[i]->import.name.name;
    if (cm_str_starts(names[i], CM_STR("a:b/"))) names[i] = i ? CM_STR("x:y/d") : CM_STR("x:y/c");
  }
  return adapter_rename(arena, subject, names, out, diag);
}

static bool make(struct cm_arena *arena, struct dice *dice, unsigned way, const struct adapter_subject *subject,
                 struct cm_component **out, struct cm_diag *diag) {
  struct adapter_denying denying = {.trap = roll(dice, 2), .empty = roll(dice, 2), .keep_types = roll(dice, 2)};
  switch (way) {
    case PASS: return adapter_pass_all(arena, subject, out, diag);
    case STUB: return adapter_stub(arena, subject, out, diag);
    case DENY: return adapter_deny(arena, subject, &denying, out, diag);
    case RENAME: return rename_all(arena, subject, out, diag);
    default: return adapter_log(arena, subject, CM_STR("wasi:logging/logging@0.1.0"), out, diag);
  }
}

static void put_in_front(struct cm_arena *arena, const struct cm_component *app, const struct cm_component *adapter) {
  struct cm_compose_part parts[] = {{CM_STR("app"), app, true}, {CM_STR("adapter"), adapter, false}};
  struct cm_compose_request request = {.parts = parts, .part_count = 2, .plug = true};
  struct cm_composed composed;
  struct cm_compose_problem problem;
  require(cm_compose(arena, &request, &composed, &problem));
  require(is_valid(reread(arena, composed.component)));
}

static void put_within(struct cm_arena *arena, const struct cm_component *app, const struct cm_component *adapter) {
  struct cm_component *out;
  require(cm_plug_within(arena, app, adapter, CM_STR("adapter"), &out, NULL));
  require(!out || is_valid(reread(arena, out)));
}

static bool has_exports(const struct cm_component *component) {
  for (uint32_t i = 0; i < component->scope.item_count; i++)
    if (component->scope.items[i]->kind == CM_ITEM_EXPORT) return true;
  return false;
}

static void adapt(struct cm_arena *arena, struct dice *dice, const struct cm_component *app) {
  const struct cm_item *imports[IMPORTS_MOST];
  struct adapter_subject subject = {.imports = imports};
  struct cm_component *adapter;
  struct cm_diag diag = {0};
  require(adapter_view(arena, app, &subject.app, &diag));
  unsigned way = roll(dice, WAYS);
  // Some imports, or all. Resources become others where they are made up or imported by another name: then it must be all.
  for (uint32_t i = 0; i < subject.app->scope.item_count && subject.import_count < IMPORTS_MOST; i++)
    if (subject.app->scope.items[i]->kind == CM_ITEM_IMPORT && (way >= STUB || roll(dice, 3)))
      imports[subject.import_count++] = subject.app->scope.items[i];
  if (!make(arena, dice, way, &subject, &adapter, &diag)) {
    require(diag.error == CM_UNSUPPORTED || diag.error == CM_LIMIT || diag.error == CM_NO_MEMORY);
    return;
  }
  const struct cm_component *made = reread(arena, adapter);
  require(is_valid(made));
  if (!has_exports(made)) return;  // of types that stand by themselves nothing is told, nor denied where others use them
  put_in_front(arena, app, made);
  put_within(arena, app, made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_arena arena;
  struct cm_buffer text;
  struct dice dice = {.at = data, .end = data + size, .state = size};
  struct cm_parsed parsed;
  for (size_t i = 0; i < size; i++) dice.state = dice.state * 31 + data[i];
  cm_arena_init(&arena, NULL);
  arena.limit = (size_t)64 << 20;
  cm_buffer_init(&text, NULL);
  put_app(&dice, &text);
  require(cm_parse_text(&arena, (struct cm_str){(const char *)text.at, text.size}, NULL, &parsed, NULL));
  const struct cm_component *app = reread(&arena, parsed.component);
  // A type may be made up that is larger than what validation lets pass.
  if (is_valid(app)) adapt(&arena, &dice, app);
  cm_buffer_free(&text);
  cm_arena_free(&arena);
  return 0;
}
