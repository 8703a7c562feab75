// Reading: which reader, places, faults.
//
// The bytes are checked to be UTF-8 before any reader sees them, so that all of them can walk characters without a doubt. Duplicate keys
// are found by sorting, so that a map of a million keys costs no more than it must.

#include "read.h"

#include <component/reader.h>
#include <stdarg.h>
#include <stdlib.h>

#include "read_parts.h"
#include "utf8.h"

// --- places ---

static bool continues(uint8_t byte) { return (byte & 0xc0) == 0x80; }

struct tw_place tw_place_start(struct cm_span bytes) {
  struct tw_place place = {.bytes = bytes, .mark = {.line = 1, .column = 1}};
  if (bytes.size >= 3 && memcmp(bytes.at, "\xef\xbb\xbf", 3) == 0) {
    place.mark.offset = 3;
  }
  return place;
}

static void step_forward(struct tw_place *place) {
  struct tw_mark *mark = &place->mark;
  bool line = place->bytes.at[mark->offset] == '\n';
  mark->offset++;
  while (mark->offset < place->bytes.size && continues(place->bytes.at[mark->offset])) {
    mark->offset++;
  }
  mark->line += line;
  mark->column = line ? 1 : mark->column + 1;
  place->index++;
}

static void step_back(struct tw_place *place) {
  struct tw_mark *mark = &place->mark;
  do {
    mark->offset--;
  } while (mark->offset > 0 && continues(place->bytes.at[mark->offset]));
  place->index--;
  mark->column--;
  if (mark->column == 0) {
    mark->line--;
    mark->column = 1;
    for (size_t i = mark->offset; i > 0 && place->bytes.at[i - 1] != '\n'; i--) {
      mark->column += !continues(place->bytes.at[i - 1]);
    }
  }
}

struct tw_mark tw_place_at_offset(struct tw_place *place, size_t offset) {
  while (place->mark.offset < offset && place->mark.offset < place->bytes.size) {
    step_forward(place);
  }
  while (place->mark.offset > offset && place->index > 0) {
    step_back(place);
  }
  return place->mark;
}

struct tw_mark tw_place_at_index(struct tw_place *place, size_t index) {
  while (place->index < index && place->mark.offset < place->bytes.size) {
    step_forward(place);
  }
  while (place->index > index) {
    step_back(place);
  }
  return place->mark;
}

// --- faults ---

bool tw_fault_set(struct tw_fault *fault, struct tw_mark at, const char *format, ...) {
  fault->at = at;
  va_list list;
  va_start(list, format);
  vsnprintf(fault->message, sizeof fault->message, format, list);
  va_end(list);
  return false;
}

bool tw_fault_memory(struct tw_fault *fault) { return tw_fault_set(fault, (struct tw_mark){0}, "out of memory"); }

const char *tw_short(struct cm_str text, char to[TW_SHORT]) {
  enum { LONGEST = 60 };
  size_t used = 0;
  while (text.size > 0 && used < LONGEST) {
    uint32_t character = tw_utf8_next(&text);
    used += tw_utf8_put(tw_utf8_hidden(character) ? 0xfffd : character, to + used);
  }
  snprintf(to + used, TW_SHORT - used, "%s", text.size > 0 ? "…" : "");
  return to;
}

// A line in a message: tabs stay, so that the caret stands right below; long lines are cut around the column.
static void print_line(FILE *to, struct cm_str line, uint32_t column) {
  enum { BEFORE = 80, BEHIND = 60 };
  uint32_t first = column > BEFORE ? column - BEFORE : 1;
  char caret[4 * (BEFORE + 8)], character[4];
  size_t used = 0;
  fputs("  ", to);
  for (uint32_t at = 1; line.size > 0 && at < column + BEHIND; at++) {
    uint32_t c = tw_utf8_next(&line);
    if (at < first || c == '\r') {
      continue;
    }
    size_t size = tw_utf8_put(c == '\t' || !tw_utf8_hidden(c) ? c : 0xfffd, character);
    fwrite(character, 1, size, to);
    if (at < column) {
      caret[used++] = c == '\t' ? '\t' : ' ';
    }
  }
  fprintf(to, "\n  %.*s^\n", (int)used, caret);
}

void tw_fault_print(FILE *to, const char *path, struct cm_span bytes, const struct tw_fault *fault) {
  if (fault->at.line == 0) {
    fprintf(to, "%s: %s\n", path, fault->message);
    return;
  }
  fprintf(to, "%s:%u:%u: %s\n", path, (unsigned)fault->at.line, (unsigned)fault->at.column, fault->message);
  size_t from = fault->at.offset < bytes.size ? fault->at.offset : bytes.size, end = from;
  while (from > 0 && bytes.at[from - 1] != '\n') {
    from--;
  }
  while (end < bytes.size && bytes.at[end] != '\n') {
    end++;
  }
  if (end > from) {
    print_line(to, (struct cm_str){(const char *)bytes.at + from, end - from}, fault->at.column);
  }
}

// --- the common state ---

struct tw_node *tw_reading_node(struct tw_reading *reading, enum tw_node_kind kind, struct tw_mark at) {
  if (reading->nodes == TW_DOC_NODES) {
    tw_fault_set(reading->fault, at, "the file holds more than %d values", TW_DOC_NODES);
    return NULL;
  }
  struct tw_node *node = cm_alloc(reading->arena, sizeof *node);
  if (!node) {
    tw_fault_memory(reading->fault);
    return NULL;
  }
  reading->nodes++;
  node->kind = kind;
  node->from = node->to = at;
  return node;
}

struct tw_doc *tw_reading_doc(struct tw_reading *reading, struct tw_mark at) {
  if (!cm_grow(reading->arena, &reading->docs, &reading->room, reading->count, sizeof *reading->docs)) {
    tw_fault_memory(reading->fault);
    return NULL;
  }
  struct tw_doc *doc = &reading->docs[reading->count++];
  *doc = (struct tw_doc){.path = reading->path, .bytes = reading->place.bytes, .from = at, .to = at};
  return doc;
}

static int by_key(const void *a, const void *b) {
  const struct tw_pair *const *left = a, *const *right = b;
  int order = cm_str_compare((*left)->key, (*right)->key);
  return order ? order : (*left > *right) - (*left < *right);
}

// The earliest member whose key an earlier one has; of many members by sorting, of few by looking.
static bool find_twin(struct cm_arena *arena, const struct tw_node *map, const struct tw_pair **twin) {
  enum { FEW = 12 };
  *twin = NULL;
  if (map->count <= FEW) {
    for (size_t i = 1; i < map->count && !*twin; i++) {
      for (size_t j = 0; j < i; j++) {
        *twin = cm_str_equal(map->pairs[i].key, map->pairs[j].key) ? &map->pairs[i] : *twin;
      }
    }
    return true;
  }
  const struct tw_pair **sorted = cm_alloc_array(arena, map->count, sizeof(struct tw_pair *));
  if (!sorted) {
    return false;
  }
  for (size_t i = 0; i < map->count; i++) {
    sorted[i] = &map->pairs[i];
  }
  qsort(sorted, map->count, sizeof(struct tw_pair *), by_key);
  for (size_t i = 1; i < map->count; i++) {
    if (cm_str_equal(sorted[i]->key, sorted[i - 1]->key) && (!*twin || sorted[i] < *twin)) {
      *twin = sorted[i];
    }
  }
  return true;
}

bool tw_reading_keys_differ(struct tw_reading *reading, const struct tw_node *map) {
  const struct tw_pair *twin, *first = map->pairs;
  if (!find_twin(reading->arena, map, &twin)) {
    return tw_fault_memory(reading->fault);
  }
  if (!twin) {
    return true;
  }
  while (!cm_str_equal(first->key, twin->key)) {
    first++;
  }
  char name[TW_SHORT];
  return tw_fault_set(reading->fault, twin->key_at, "the key \"%s\" is here twice; the first is in line %u, column %u",
                      tw_short(twin->key, name), (unsigned)first->key_at.line, (unsigned)first->key_at.column);
}

// --- which reader ---

static bool ends_in(const char *path, const char *suffix) {
  size_t length = strlen(path), n = strlen(suffix);
  return length >= n && strcmp(path + length - n, suffix) == 0;
}

// Whether the first character that is no blank opens a list or a map.
static bool may_be_json(struct cm_span bytes, size_t at) {
  while (at < bytes.size && strchr(" \t\r\n", bytes.at[at]) && bytes.at[at] != '\0') {
    at++;
  }
  return at < bytes.size && (bytes.at[at] == '{' || bytes.at[at] == '[');
}

static bool is_text(struct cm_span bytes, struct tw_fault *fault) {
  if (bytes.size > TW_DOC_BYTES) {
    return tw_fault_set(fault, (struct tw_mark){0}, "the file is larger than %d MB", TW_DOC_BYTES / (1024 * 1024));
  }
  if (cm_utf8_valid(bytes.at, bytes.size)) {
    return true;
  }
  if (bytes.size >= 2 && (memcmp(bytes.at, "\xff\xfe", 2) == 0 || memcmp(bytes.at, "\xfe\xff", 2) == 0)) {
    return tw_fault_set(fault, (struct tw_mark){0}, "the file is UTF-16; save it as UTF-8");
  }
  // The well-formed part ends at the first replacement that does not stand there itself.
  struct cm_str rest = {(const char *)bytes.at, bytes.size};
  const char *at = rest.at;
  while (rest.size > 0) {
    at = rest.at;
    if (tw_utf8_next(&rest) == 0xfffd && !(rest.at - at == 3 && memcmp(at, "\xef\xbf\xbd", 3) == 0)) {
      break;
    }
  }
  size_t good = (size_t)(at - (const char *)bytes.at);
  struct tw_place place = tw_place_start((struct cm_span){bytes.at, good});
  return tw_fault_set(fault, tw_place_at_offset(&place, good), "these bytes are not UTF-8");
}

bool tw_doc_read(struct cm_arena *arena, const char *path, struct cm_span bytes, struct tw_doc **docs, size_t *count,
                 struct tw_fault *fault) {
  *docs = NULL;
  *count = 0;
  bytes.at = bytes.at ? bytes.at : (const uint8_t *)"";
  if (!is_text(bytes, fault)) {
    return false;
  }
  struct tw_reading start = {.arena = arena, .path = path, .place = tw_place_start(bytes), .fault = fault};
  struct tw_reading reading = start;
  bool json = ends_in(path, ".json") || ends_in(path, ".jsonl"), good = false;
  if (json || may_be_json(bytes, start.place.mark.offset)) {
    good = tw_read_json(&reading);
  }
  if (!good && !json) {
    reading = start;
    good = tw_read_yaml(&reading);
  }
  if (good) {
    *docs = reading.docs;
    *count = reading.count;
  }
  return good;
}
