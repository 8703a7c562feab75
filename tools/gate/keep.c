// Keeping the needs of a file without the file: a copy, list by list.

#include "keep.h"

static void keep_str(struct cm_arena *arena, struct cm_str *text) {
  if (text->at) {
    text->at = cm_alloc_text(arena, text->at, text->size);
  }
}

// A copy of an array, to be filled in deeper by the caller; NULL: no memory.
static void *keep_array(struct cm_arena *arena, const void *from, size_t count, size_t size) {
  void *copy = cm_alloc_array(arena, count, size);
  if (copy && count > 0) {
    memcpy(copy, from, count * size);
  }
  return copy;
}

static const struct cm_frame *keep_path(struct cm_arena *arena, const struct cm_frame *from, uint32_t count) {
  struct cm_frame *path = keep_array(arena, from, count, sizeof *path);
  for (uint32_t i = 0; path && i < count; i++) {
    keep_str(arena, &path[i].name);
  }
  return path;
}

static const struct cm_source_place *keep_source(struct cm_arena *arena, const struct cm_source_place *from) {
  struct cm_source_place *source = from ? keep_array(arena, from, 1, sizeof *source) : NULL;
  if (source) {
    keep_str(arena, &source->file);
    keep_str(arena, &source->code);
  }
  return source;
}

static const struct cm_evidence *keep_evidence(struct cm_arena *arena, const struct cm_evidence *from, uint32_t count) {
  struct cm_evidence *evidence = keep_array(arena, from, count, sizeof *evidence);
  for (uint32_t i = 0; evidence && i < count; i++) {
    keep_str(arena, &evidence[i].instance);
    keep_str(arena, &evidence[i].name);
    evidence[i].path = keep_path(arena, evidence[i].path, evidence[i].path_count);
    evidence[i].source = keep_source(arena, evidence[i].source);
  }
  return evidence;
}

static void keep_needs(struct cm_arena *arena, struct cm_needs *needs) {
  struct cm_need *copy = keep_array(arena, needs->needs, needs->need_count, sizeof *copy);
  for (uint32_t i = 0; copy && i < needs->need_count; i++) {
    keep_str(arena, &copy[i].key);
    keep_str(arena, &copy[i].source);
    keep_str(arena, &copy[i].label);
    keep_str(arena, &copy[i].external_id);
    copy[i].evidence = keep_evidence(arena, copy[i].evidence, copy[i].evidence_count);
  }
  needs->needs = copy;
}

static void keep_unresolved(struct cm_arena *arena, struct cm_needs *needs) {
  struct cm_unresolved *copy = keep_array(arena, needs->unresolved, needs->unresolved_count, sizeof *copy);
  for (uint32_t i = 0; copy && i < needs->unresolved_count; i++) {
    keep_str(arena, &copy[i].source);
    keep_str(arena, &copy[i].pattern);
    copy[i].evidence = keep_evidence(arena, copy[i].evidence, copy[i].evidence_count);
  }
  needs->unresolved = copy;
}

static void keep_imports(struct cm_arena *arena, struct cm_needs *needs) {
  struct cm_needs_import *copy = keep_array(arena, needs->imports, needs->import_count, sizeof *copy);
  for (uint32_t i = 0; copy && i < needs->import_count; i++) {
    keep_str(arena, &copy[i].name);
    keep_str(arena, &copy[i].implements);
    keep_str(arena, &copy[i].external_id);
    struct cm_str *functions = keep_array(arena, copy[i].functions, copy[i].function_count, sizeof *functions);
    for (uint32_t j = 0; functions && j < copy[i].function_count; j++) {
      keep_str(arena, &functions[j]);
    }
    copy[i].functions = functions;
  }
  needs->imports = copy;
}

static void keep_exports(struct cm_arena *arena, struct cm_needs *needs) {
  struct cm_needs_export *copy = keep_array(arena, needs->exports, needs->export_count, sizeof *copy);
  for (uint32_t i = 0; copy && i < needs->export_count; i++) {
    keep_str(arena, &copy[i].name);
  }
  needs->exports = copy;
}

static void keep_producers(struct cm_arena *arena, struct cm_needs *needs) {
  struct core_producer *copy = keep_array(arena, needs->producers, needs->producer_count, sizeof *copy);
  for (uint32_t i = 0; copy && i < needs->producer_count; i++) {
    keep_str(arena, &copy[i].field);
    keep_str(arena, &copy[i].name);
    keep_str(arena, &copy[i].version);
  }
  needs->producers = copy;
}

static void keep_interpreters(struct cm_arena *arena, struct cm_needs *needs) {
  struct cm_interpreter *copy = keep_array(arena, needs->interpreters, needs->interpreter_count, sizeof *copy);
  for (uint32_t i = 0; copy && i < needs->interpreter_count; i++) {
    keep_str(arena, &copy[i].language);
    keep_str(arena, &copy[i].engine);
    keep_str(arena, &copy[i].instance);
  }
  needs->interpreters = copy;
  // Their programs are in no document.
  needs->recovered = NULL;
  needs->recovered_count = 0;
}

struct tw_needs_document *tw_needs_keep(struct cm_arena *arena, const struct tw_needs_document *document) {
  struct tw_needs_document *copy = keep_array(arena, document, 1, sizeof *copy);
  if (!copy) {
    return NULL;
  }
  copy->sha256 = document->sha256 ? cm_alloc_text(arena, document->sha256, strlen(document->sha256)) : NULL;
  keep_needs(arena, &copy->needs);
  keep_unresolved(arena, &copy->needs);
  keep_imports(arena, &copy->needs);
  keep_exports(arena, &copy->needs);
  keep_producers(arena, &copy->needs);
  keep_interpreters(arena, &copy->needs);
  return arena->refused ? NULL : copy;
}
