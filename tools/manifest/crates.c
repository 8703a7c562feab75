// The crates of a cargo-auditable section.
//
// Decompressed in pieces into the arena, up to a limit, since a few bytes of zlib can stand for a great many; then read like any other
// JSON document, and taken over only where every index and every text is as the format says.

#include "crates.h"

#include <stdlib.h>
#include <zlib.h>

#include "doc/read.h"

enum { UNPACKED_MAX = 16 * 1024 * 1024, FIRST_ROOM = 64 * 1024 };

// Decompresses all of `packed`. NULL: `*message` says why; or no memory, as arena->refused says.
static char *unpack(struct cm_arena *arena, struct cm_span packed, size_t *size, const char **message) {
  z_stream stream = {.next_in = (Bytef *)(uintptr_t)packed.at, .avail_in = (uInt)packed.size};
  if (packed.size > UNPACKED_MAX || inflateInit(&stream) != Z_OK) {
    *message = "it is too long";
    return NULL;
  }
  size_t room = 0;
  char *text = NULL;
  int status = Z_OK;
  *size = 0;
  while (status == Z_OK && room < UNPACKED_MAX) {
    size_t wider = room ? room * 2 : FIRST_ROOM;
    char *copy = cm_alloc(arena, wider);
    if (!copy) {
      break;
    }
    if (text) {
      memcpy(copy, text, *size);
    }
    text = copy;
    room = wider;
    stream.next_out = (Bytef *)text + *size;
    stream.avail_out = (uInt)(room - *size);
    status = inflate(&stream, Z_NO_FLUSH);
    *size = room - stream.avail_out;
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) {
    *message = status == Z_OK ? "it is too long" : "it is not well compressed";
    return NULL;
  }
  return text;
}

static bool read_crate(const struct tw_node *package, struct tw_crate *crate) {
  const struct tw_node *root = tw_node_get(package, "root");
  crate->name = tw_node_text(tw_node_get(package, "name"));
  crate->version = tw_node_text(tw_node_get(package, "version"));
  crate->source = tw_node_text(tw_node_get(package, "source"));
  crate->build = cm_str_is(tw_node_text(tw_node_get(package, "kind")), "build");
  crate->root = root && root->kind == TW_NODE_BOOL && root->truth;
  return crate->name.size > 0 && crate->version.size > 0;
}

static int compare_crates(const void *one, const void *other) {
  const struct tw_crate *a = *(struct tw_crate *const *)one, *b = *(struct tw_crate *const *)other;
  int order = cm_str_compare(a->name, b->name);
  order = order ? order : cm_str_compare(a->version, b->version);
  return order ? order : (a > b) - (a < b);
}

// One name and version may come from two sources: the first stands for both. False: no memory.
static bool find_firsts(struct cm_arena *arena, struct tw_crate *crates, size_t count) {
  struct tw_crate **order = cm_alloc_array(arena, count, sizeof *order);
  for (size_t i = 0; order && i < count; i++) {
    order[i] = &crates[i];
  }
  if (order && count > 1) {
    qsort(order, count, sizeof *order, compare_crates);
  }
  for (size_t i = 0; order && i < count; i++) {
    bool same = i > 0 && cm_str_equal(order[i]->name, order[i - 1]->name) && cm_str_equal(order[i]->version, order[i - 1]->version);
    order[i]->first = same ? order[i - 1]->first : (size_t)(order[i] - crates);
  }
  return order != NULL;
}

// `noted[i]` is the number of the last crate (from 1) that crate i was noted for.
static bool read_dependencies(struct cm_arena *arena, const struct tw_node *package, struct tw_crate *crates, size_t count,
                              size_t at, size_t *noted) {
  const struct tw_node *list = tw_node_get(package, "dependencies");
  size_t length = list && list->kind == TW_NODE_LIST ? list->count : 0;
  size_t *indices = cm_alloc_array(arena, length, sizeof *indices);
  for (size_t i = 0; indices && i < length; i++) {
    const struct tw_node *index = list->items[i].value;
    if (index->kind != TW_NODE_INTEGER || index->integer < 0 || (uint64_t)index->integer >= count) {
      return false;
    }
    size_t first = crates[index->integer].first;
    if (noted[first] != at + 1) {
      noted[first] = at + 1;
      indices[crates[at].dependency_count++] = first;
    }
  }
  crates[at].dependencies = indices;
  return indices != NULL;
}

static bool read_crates(struct cm_arena *arena, const struct tw_node *packages, struct tw_crate *crates) {
  size_t *noted = cm_alloc_array(arena, packages->count, sizeof *noted);
  bool good = noted != NULL;
  for (size_t i = 0; i < packages->count && good; i++) {
    good = read_crate(packages->items[i].value, &crates[i]);
  }
  good = good && find_firsts(arena, crates, packages->count);
  for (size_t i = 0; i < packages->count && good; i++) {
    good = read_dependencies(arena, packages->items[i].value, crates, packages->count, i, noted);
  }
  return good;
}

bool tw_crates_read(struct cm_arena *arena, struct cm_span section, struct tw_crate **crates, size_t *count, const char **message) {
  size_t size = 0, doc_count = 0;
  struct tw_doc *docs = NULL;
  struct tw_fault fault;
  *count = 0;
  *message = NULL;
  char *text = unpack(arena, section, &size, message);
  if (!text) {
    return !arena->refused;
  }
  const struct tw_node *packages = NULL;
  if (tw_doc_read(arena, ".dep-v0", (struct cm_span){(const uint8_t *)text, size}, &docs, &doc_count, &fault) && doc_count == 1) {
    packages = tw_node_get(docs[0].root, "packages");
  }
  if (!packages || packages->kind != TW_NODE_LIST) {
    *message = "it holds no list of packages";
    return !arena->refused;
  }
  *crates = cm_alloc_array(arena, packages->count, sizeof **crates);
  if (*crates && !read_crates(arena, packages, *crates)) {
    *message = "one of its packages is not as it should be";
    return !arena->refused;
  }
  *count = packages->count;
  return !arena->refused;
}
