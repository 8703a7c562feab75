// Any text as a JavaScript program: tokens, trees, evaluation.
//
// A zero byte ends one module and begins the next. What is told must lie within the text that it is told of, and a key that is known has
// no gap. A second run on the same text says the same; both end, whatever the text is, for the fuel is bounded.

#include "analyze/js.h"
#include "analyze/js_tree.h"

#include <stdlib.h>

enum { FILES = 4, FUEL = 20000 };
static const size_t memory_limit = (size_t)512 << 20;

static const struct cm_sink *row_of(const char *interface, const char *function) {
  for (size_t i = 0; i < cm_sink_count; i++)
    if (!strcmp(cm_sinks[i].interface, interface) && !strcmp(cm_sinks[i].function, function)) return &cm_sinks[i];
  abort();
}

struct seen {
  uint64_t hash;
  size_t count;
};

static void must(bool promise) {
  if (!promise) abort();
}

static void see(struct seen *seen, const void *at, size_t size) {
  for (size_t i = 0; i < size; i++) seen->hash = (seen->hash ^ ((const uint8_t *)at)[i]) * 1099511628211U;
}

static void asked(void *context, const struct js_asked *asked) {
  struct seen *seen = context;
  uint32_t line, column;
  must(asked->at <= asked->file->text.size);
  must(!asked->known || asked->key.size);
  js_position(asked->file->text, asked->at, &line, &column);
  see(seen, asked->key.at, asked->key.size);
  see(seen, &asked->at, sizeof asked->at);
  for (uint32_t i = 0; i < asked->path_count; i++) see(seen, asked->path[i].at, asked->path[i].size);
  seen->count++;
}

static bool evaluate(const struct js_file *files, size_t count, struct seen *seen) {
  struct interpreted_sink sinks[] = {
      {.row = row_of("wasi:cli/environment", "get-environment")},
      {.row = row_of("wasi:config/store", "get")},
      {.row = row_of("wasi:http/types", "[method]outgoing-request.set-authority")},
  };
  for (size_t i = 0; i < sizeof sinks / sizeof *sinks; i++) {
    sinks[i].import = sinks[i].interface = cm_str_of(sinks[i].row->interface);
    sinks[i].function = cm_str_of(sinks[i].row->function);
  }
  struct js_world world = {.sinks = sinks, .sink_count = 3, .fuel = FUEL, .asked = asked, .context = seen};
  struct cm_arena arena;
  bool whole;
  cm_arena_init(&arena, NULL);
  arena.limit = memory_limit;
  bool done = js_evaluate(&arena, files, count, &world, &whole);
  cm_arena_free(&arena);
  return done;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const names[FILES] = {"a.js", "b.js", "c.js", "lib/d.js"};
  struct js_file files[FILES] = {{.text = {NULL, 0}}};
  size_t count = 0, from = 0;
  for (size_t i = 0; i <= size && count < FILES; i++) {
    if (i < size && data[i]) continue;
    files[count] = (struct js_file){.name = cm_str_of(names[count]), .text = {(const char *)data + from, i - from}};
    count++;
    from = i + 1;
  }
  struct seen first = {0}, second = {0};
  bool done = evaluate(files, count, &first), again = evaluate(files, count, &second);
  must(done == again && first.count == second.count && first.hash == second.hash);
  return 0;
}
