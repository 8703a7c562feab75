// Components put together.
//
// The input is text: a line of options, and components, each after a line that begins with '-' and names it. What does not parse, or is not
// valid by itself, is left out. Whatever is composed must be what our encoder writes and our decoder reads; of one component alone it
// must be valid too. In what is valid, instances are replaced.

#include <component/compose.h>
#include <component/encode.h>
#include <component/parse.h>
#include <component/validate.h>

#include <stdlib.h>
#include <string.h>

enum { PARTS_MOST = 5 };

static void require(bool holds) {
  if (!holds) abort();
}

static bool is_valid(const struct cm_component *component) {
  struct cm_validate_options options = {.features = cm_features_of(CM_PRESET_ALL), .threads = 1};
  return cm_validate(component, &options, NULL, NULL);
}

// From bytes of its own; NULL: memory, or a limit.
static struct cm_component *reread(struct cm_arena *arena, const struct cm_component *built, bool must) {
  struct cm_buffer buffer;
  struct cm_diag diag = {0};
  struct cm_component *out = NULL;
  cm_buffer_init(&buffer, NULL);
  bool ok = cm_encode(built, &(struct cm_encode_options){.keep_forms = true}, &buffer, &diag);
  struct cm_span bytes = {ok ? (const uint8_t *)cm_alloc_text(arena, (const char *)buffer.at, buffer.size) : NULL, buffer.size};
  cm_buffer_free(&buffer);
  ok = bytes.at && cm_decode(arena, bytes, &out, &diag);
  require(ok || !must || diag.error != CM_MALFORMED);
  return ok ? out : NULL;
}

// The next line, without its end.
static struct cm_str take_line(struct cm_str *text) {
  const char *end = text->size ? memchr(text->at, '\n', text->size) : NULL;
  struct cm_str line = {text->at, end ? (size_t)(end - text->at) : text->size};
  size_t skipped = line.size + (end != NULL);
  *text = (struct cm_str){text->at + skipped, text->size - skipped};
  return line;
}

// What stands before the next line that begins with '-'.
static struct cm_str take_component(struct cm_str *text) {
  struct cm_str taken = {text->at, 0};
  while (text->size && text->at[0] != '-') take_line(text);
  taken.size = (size_t)(text->at - taken.at);
  return taken;
}

static bool holds(struct cm_str line, char option) { return line.size && memchr(line.at, option, line.size); }

static uint32_t read_parts(struct cm_arena *arena, struct cm_str text, struct cm_compose_part *parts) {
  uint32_t count = 0;
  while (text.size && count < PARTS_MOST) {
    struct cm_str name = take_line(&text), body = take_component(&text);
    struct cm_parsed parsed;
    struct cm_component *component;
    bool ok = name.size > 1 && cm_parse_text(arena, body, NULL, &parsed, NULL) && parsed.component;
    for (uint32_t i = 0; i < count; i++) ok &= !cm_str_equal(parts[i].name, (struct cm_str){name.at + 1, name.size - 1});
    if (!ok || !(component = reread(arena, parsed.component, false)) || !is_valid(component)) continue;
    parts[count] = (struct cm_compose_part){{name.at + 1, name.size - 1}, component, count == 0};
    count++;
  }
  return count;
}

// The first import of an instance gets a label. The name of a part will do for one, or be refused.
static void label(struct cm_arena *arena, struct cm_compose_part *part, struct cm_str name) {
  const struct cm_scope *scope = &part->component->scope;
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    struct cm_component *built;
    if (item->kind != CM_ITEM_IMPORT || item->import.type.sort != CM_SORT_INSTANCE) continue;
    if (!cm_label(arena, part->component, item->import.name.name, name, &built, NULL)) return;
    built = reread(arena, built, true);
    if (built && is_valid(built)) part->component = built;
    return;
  }
}

// Nothing changed gives the same bytes; an instance of what it is one of anyway is as valid as it was; of anything else it is at least what our
// encoder writes.
static void check_replacing(struct cm_arena *arena, const struct cm_component *whole, const struct cm_component *by) {
  const struct cm_scope *scope = &whole->scope;
  struct cm_component *built, *same;
  struct cm_diag diag = {0};
  if (cm_order(arena, whole, scope->items, scope->item_count, &built, &diag) && (same = reread(arena, built, true)))
    require(same->bytes.size == whole->bytes.size && !memcmp(same->bytes.at, whole->bytes.at, same->bytes.size));
  for (uint32_t i = 0; i < scope->spaces[CM_SORT_INSTANCE].count; i++) {
    const struct cm_item *item = cm_def_of(scope, CM_SORT_INSTANCE, i);
    if (item->kind != CM_ITEM_INSTANCE || item->instance.is_inline) continue;
    const struct cm_item *own = cm_def_of(scope, CM_SORT_COMPONENT, item->instance.definition);
    if (own->kind == CM_ITEM_COMPONENT && cm_replace(arena, whole, i, own->component, &built, &diag) &&
        (same = reread(arena, built, true)))
      require(is_valid(same));
    if (cm_replace(arena, whole, i, by, &built, &diag)) reread(arena, built, true);
  }
}

static void check(struct cm_arena *arena, const struct cm_compose_request *request) {
  struct cm_composed composed;
  struct cm_compose_problem problem;
  if (!cm_compose(arena, request, &composed, &problem)) {
    require(problem.fault != CM_COMPOSE_FINE && problem.part < request->part_count);
    require(problem.fault != CM_COMPOSE_DIAG || problem.diag.message[0]);
    return;
  }
  for (uint32_t i = 0; i < composed.link_count; i++)
    require(composed.links[i].part < request->part_count && composed.links[i].from < request->part_count);
  struct cm_component *whole = reread(arena, composed.component, true);
  if (whole && is_valid(whole))
    check_replacing(arena, whole, request->parts[request->part_count - 1].component);
  else if (whole)
    require(request->part_count > 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_str text = {(const char *)data, size};
  struct cm_arena arena;
  struct cm_compose_part parts[PARTS_MOST];
  struct cm_str options = take_line(&text);
  cm_arena_init(&arena, NULL);
  arena.limit = 64u << 20;
  while (text.size && text.at[0] != '-') take_line(&text);
  uint32_t count = read_parts(&arena, text, parts);
  if (holds(options, 'l') && count > 1) label(&arena, &parts[0], parts[count - 1].name);
  struct cm_compose_request request = {.parts = parts, .part_count = count};
  request.plug = holds(options, 'p');
  request.separate = holds(options, 's');
  request.merge_versions = holds(options, 'm');
  for (uint32_t i = 0; i < count; i++) parts[i].exported |= holds(options, 'e');
  if (count) check(&arena, &request);
  // Each by itself.
  struct cm_compose_request one = {.parts = parts, .part_count = count ? 1 : 0};
  if (count) check(&arena, &one);
  cm_arena_free(&arena);
  return 0;
}
