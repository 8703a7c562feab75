// From the evaluator of JavaScript to the findings, for all engines.

#include "js_follow.h"

#include "js_tree.h"

enum { FUEL = 1100000 };  // steps: an eighth of a second, whatever the program is

struct following {
  struct interpreted *in;
  const struct js_followed *program;
};

static void asked(void *context, const struct js_asked *asked) {
  const struct following *f = context;
  uint64_t address = f->program->address(f->program->context, asked->file, asked->at);
  struct interpreted_place place = {.source.file = asked->file->name, .offset = interpreted_offset(f->in, address)};
  js_position(asked->file->text, asked->at, &place.source.line, &place.source.column);
  place.path = asked->path;
  place.path_count = asked->path_count;
  if (asked->known)
    interpreted_need(f->in, asked->sink, asked->key, &place);
  else
    interpreted_unresolved(f->in, asked->sink, asked->key, &place);
}

static void recover(struct interpreted *in, const struct js_followed *program) {
  for (size_t i = 0; i < program->file_count && !in->failed; i++) {
    const struct js_file *file = &program->files[i];
    struct cm_span text = {(const uint8_t *)file->text.at, file->text.size};
    if (!file->is_engine && text.size) interpreted_recovered(in, file->name, text);
  }
}

void js_follow(struct interpreted *in, const struct js_followed *program) {
  recover(in, program);
  struct cm_str *exports = cm_alloc_array(in->scratch, in->surface->export_count, sizeof *exports);
  if (!exports) {
    in->failed = true;
    return;
  }
  for (uint32_t i = 0; i < in->surface->export_count; i++) exports[i] = in->surface->exports[i].name;
  struct following following = {in, program};
  struct js_world world = {.sinks = in->sinks,
                           .sink_count = in->sink_count,
                           .exports = exports,
                           .export_count = in->surface->export_count,
                           .fuel = FUEL,
                           .asked = asked,
                           .context = &following};
  bool whole, ok = program->built ? js_evaluate_built(in->scratch, program->built, &world, &whole)
                                  : js_evaluate(in->scratch, program->files, program->file_count, &world, &whole);
  in->failed |= !ok;
  if (!whole && in->trace) in->trace(in->trace_context, "JavaScript: not all of the program could be read and followed");
}
