// Interpreters: the table, what their analyses share, and what they report.
//
// A core instance is an interpreter when the row of a language says so. What it can ask of the outside are the slots of all core instances
// of its component that lead to root imports and match a row of the table of sinks: a program of another language calls them by names made
// from the same interfaces. Where such a call has the key is counted in the parameters of the component function, not in core values.

#include "interpreted.h"

#include <component/types.h>

#include <stdlib.h>

static const struct interpreter *const interpreters[] = {&interpreter_cpython, &interpreter_starling_monkey, &interpreter_quickjs};

enum { INTERPRETERS = sizeof interpreters / sizeof *interpreters };

// --- recognizing ---

static bool begin(struct interpreted *in, uint32_t instance) {
  const struct program_instance *at = &in->program->instances[instance];
  in->instance = instance;
  in->module = at->module;
  if (!at->module || at->memory_owner != instance) return false;
  in->image = program_image(in->program, instance);
  return in->image && in->image->count;
}

static bool add(struct interpreted_list *list, const struct interpreted *in, const struct interpreter *row, void *context) {
  struct cm_arena *arena = in->arena;
  if (!cm_grow(arena, &list->interpreters, &list->interpreter_room, list->interpreter_count, sizeof *list->interpreters))
    return false;
  size_t count = list->interpreter_room;  // the other arrays grow as this one does
  struct interpreted *each = cm_alloc_array(arena, count, sizeof *each);
  const struct interpreter **rows = cm_alloc_array(arena, count, sizeof *rows);
  void **contexts = cm_alloc_array(arena, count, sizeof *contexts);
  if (!each || !rows || !contexts) return false;
  for (size_t i = 0; i < list->interpreter_count; i++)
    each[i] = list->each[i], rows[i] = list->rows[i], contexts[i] = list->contexts[i];
  list->each = each, list->rows = rows, list->contexts = contexts;
  const struct cm_core_node *node = in->program->instances[in->instance].node;
  size_t item = list->interpreter_count++;
  each[item] = *in, rows[item] = row, contexts[item] = context;
  list->interpreters[item] = (struct cm_interpreter){.language = cm_str_of(row->language),
                                                     .engine = cm_str_of(row->engine),
                                                     .instance = node->path,
                                                     .module = node->module_ordinal};
  // An interpreter may be linked of several modules, which share its memory.
  for (uint32_t i = 0; i < in->program->instance_count; i++) {
    const struct program_instance *part = &in->program->instances[i];
    if (part->module && part->memory_owner == in->instance && part->node->module_ordinal < in->program->graph->module_count)
      list->modules[part->node->module_ordinal] = 1;
  }
  return true;
}

bool interpreted_find(struct cm_arena *arena, struct cm_arena *scratch, struct program *program, const struct cm_needs *surface,
                      struct interpreted_list *list) {
  list->modules = cm_alloc_array(arena, program->graph->module_count, 1);
  if (!list->modules) return false;
  for (uint32_t i = 0; i < program->instance_count; i++) {
    struct interpreted in = {.arena = arena, .scratch = scratch, .program = program, .surface = surface, .list = list};
    void *context = NULL;
    // A program whose stack lies in memory gets its image by being executed, and is no interpreter.
    if (program->instances[i].stacked || !begin(&in, i)) continue;
    for (size_t k = 0; k < INTERPRETERS && !in.failed; k++)
      if (interpreters[k]->recognize(&in, &context)) {
        if (!add(list, &in, interpreters[k], context)) return false;
        break;
      }
    if (in.failed) return false;
  }
  return true;
}

// --- what it can ask ---

// Which parameter of the function holds the key, and which field of it. A row may have several names for it.
static bool find_parameter(const struct cm_sink *row, const struct cm_type *func, struct interpreted_sink *out) {
  uint32_t self = cm_str_starts(cm_str_of(row->function), CM_STR("[method]")) ? 1 : 0;
  for (const char *at = row->parameter; *at;) {
    size_t size = strcspn(at, "|"), first = strcspn(at, ".|");
    for (uint32_t i = 0; i < func->func.param_count; i++) {
      if (!cm_str_equal(func->func.params[i].name, (struct cm_str){at, first}) || i < self) continue;
      out->parameter = i - self;
      out->field = first < size ? (struct cm_str){at + first + 1, size - first - 1} : CM_STR("");
      return true;
    }
    at += size + (at[size] == '|');
  }
  return !*row->parameter;
}

static void add_sink(struct interpreted *in, uint32_t gid, const struct slot *slot, const struct slot_sink *match,
                     const struct cm_func_origin *origin) {
  const struct program_instance *at = &in->program->instances[in->program->instance_of[gid]];
  struct interpreted_sink sink = {.row = match->row,
                                  .import = slot->source,
                                  .interface = slot->interface,
                                  .function = slot->function,
                                  .instance = at->node->path,
                                  .module = at->node->module_ordinal,
                                  .func = gid - at->base};
  struct cm_typeref type = {0};
  bool typed = cm_type_resolve(origin->type_scope, origin->type_index, &type, NULL) && type.type && type.type->kind == CM_TYPE_FUNC;
  if (!typed || !find_parameter(match->row, type.type, &sink)) return;
  for (size_t i = 0; i < in->sink_count; i++)
    if (in->sinks[i].row == sink.row && cm_str_equal(in->sinks[i].import, sink.import)) return;
  if (cm_grow(in->arena, &in->sinks, &in->sink_room, in->sink_count, sizeof *in->sinks))
    in->sinks[in->sink_count++] = sink;
  else
    in->failed = true;
}

static void find_sinks(struct interpreted *in) {
  struct program *program = in->program;
  uint32_t component = program->instances[in->instance].node->component;
  for (uint32_t i = 0; i < program->instance_count; i++) {
    const struct program_instance *at = &program->instances[i];
    if (!at->module || at->node->component != component) continue;
    for (uint32_t f = 0; f < at->module->imported[CORE_FUNC]; f++) {
      struct slot slot;
      struct cm_core_target target;
      if (!(program->reached[at->base + f] & 1)) continue;
      slot_read(program, at->base + f, &slot);
      program_callee(program, i, f, &target);
      for (uint32_t s = 0; slot.interface.size && s < slot.sink_count; s++)
        add_sink(in, at->base + f, &slot, &slot.sinks[s], target.origin);
    }
  }
}

bool interpreted_analyze(struct interpreted_list *list, const struct cm_needs_options *options, struct findings *findings) {
  list->is_analyzed = true;
  for (size_t i = 0; i < list->interpreter_count; i++) {
    struct interpreted *in = &list->each[i];
    in->findings = findings;
    if (options) in->trace = options->trace, in->trace_context = options->trace_context;
    find_sinks(in);
    if (!in->failed) list->rows[i]->analyze(in, list->contexts[i]);
    if (in->failed) return false;
  }
  return true;
}

// --- memory ---

size_t interpreted_data(const struct interpreted *in) {
  size_t total = 0;
  for (size_t i = 0; i < in->image->count; i++) total += in->image->segments[i].bytes.size;
  return total;
}

uint8_t *interpreted_memory(struct interpreted *in, struct cm_arena *arena, size_t *size) {
  const struct image *image = in->image;
  *size = 0;
  if (image->end > INTERPRETED_MEMORY) return NULL;
  uint8_t *memory = cm_alloc(arena, (size_t)image->end + 8);
  if (!memory) {
    in->failed = true;
    return NULL;
  }
  *size = (size_t)image->end;
  for (size_t i = 0; i < image->count; i++)
    memcpy(memory + image->segments[i].address, image->segments[i].bytes.at, image->segments[i].bytes.size);
  return memory;
}

uint64_t interpreted_offset(const struct interpreted *in, uint64_t address) {
  size_t next = image_segment_behind(in->image, address);
  const struct image_segment *s = next ? &in->image->segments[next - 1] : NULL;
  if (!s || address - s->address >= s->bytes.size) return 0;
  return (uint64_t)(s->bytes.at - in->module->file) + (address - s->address);
}

// --- reporting ---

void interpreted_recovered(struct interpreted *in, struct cm_str name, struct cm_span text) {
  struct interpreted_list *list = in->list;
  char *kept_name = cm_alloc_text(in->arena, name.at, name.size),
       *kept = cm_alloc_text(in->arena, (const char *)text.at, text.size);
  if (!kept_name || !kept ||
      !cm_grow(in->arena, &list->recovered, &list->recovered_room, list->recovered_count, sizeof *list->recovered)) {
    in->failed = true;
    return;
  }
  list->recovered[list->recovered_count++] = (struct cm_recovered){
      .name = {kept_name, name.size}, .text = {(const uint8_t *)kept, text.size}, .interpreter = (uint32_t)(in - list->each)};
}

// What the language's analysis made does not last.
static struct cm_str keep(struct interpreted *in, struct cm_str text) {
  char *kept = cm_alloc_text(in->arena, text.at, text.size);
  in->failed |= !kept;
  return (struct cm_str){kept, kept ? text.size : 0};
}

// Evidence that the findings can copy from. The sink itself is the last of the path.
static bool evidence_of(struct interpreted *in, const struct interpreted_sink *sink, const struct interpreted_place *place,
                        struct cm_evidence *out) {
  struct cm_source_place *source = cm_alloc(in->arena, sizeof *source);
  struct cm_frame *path = cm_alloc_array(in->arena, (size_t)place->path_count + 1, sizeof *path);
  if (!source || !path) {
    in->failed = true;
    return false;
  }
  *source = place->source;
  source->file = keep(in, source->file);
  source->code = keep(in, source->code);
  for (uint32_t i = 0; i < place->path_count; i++)
    path[i] = (struct cm_frame){
        .name = keep(in, place->path[i]), .module = sink->module, .function = sink->func, .offset = place->offset};
  path[place->path_count] = (struct cm_frame){.name = sink->function, .module = sink->module, .function = sink->func};
  *out = (struct cm_evidence){.by = CM_BY_STATIC,
                              .instance = in->program->instances[in->instance].node->path,
                              .module = sink->module,
                              .function = sink->func,
                              .name = place->path_count ? path[place->path_count - 1].name : CM_STR(""),
                              .offset = place->offset,
                              .path_count = place->path_count + 1,
                              .path = path,
                              .source = source};
  return true;
}

void interpreted_need(struct interpreted *in, const struct interpreted_sink *sink, struct cm_str key,
                      const struct interpreted_place *place) {
  struct cm_evidence evidence;
  if (!evidence_of(in, sink, place, &evidence)) return;
  if (!findings_need(in->findings, sink->row->kind, key, CM_ORIGIN_APP, CM_POSSIBLE, sink->import, &evidence)) in->failed = true;
}

void interpreted_unresolved(struct interpreted *in, const struct interpreted_sink *sink, struct cm_str pattern,
                            const struct interpreted_place *place) {
  struct cm_evidence evidence;
  if (evidence_of(in, sink, place, &evidence))
    findings_unresolved(in->findings, sink->row->kind, sink->import, CM_REASON_INTERPRETED, pattern, &evidence);
}

static int by_name(const void *x, const void *y) {
  const struct cm_recovered *a = x, *b = y;
  if (a->interpreter != b->interpreter) return a->interpreter < b->interpreter ? -1 : 1;
  int order = cm_str_compare(a->name, b->name);
  return order ? order
               : cm_str_compare((struct cm_str){(const char *)a->text.at, a->text.size},
                                (struct cm_str){(const char *)b->text.at, b->text.size});
}

void interpreted_finish(struct interpreted_list *list, struct cm_needs *out) {
  if (list->recovered_count) qsort(list->recovered, list->recovered_count, sizeof *list->recovered, by_name);
  out->interpreters = list->interpreters;
  out->interpreter_count = (uint32_t)list->interpreter_count;
  out->recovered = list->recovered;
  out->recovered_count = (uint32_t)list->recovered_count;
}
