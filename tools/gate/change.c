// Changed copies of text files, and the lines in which they differ.
//
// A fix is what a changed copy of the file has in other lines than the file itself: the lines that both begin and end with are left out,
// what remains is one block. The copy lives as long as the fix is made, and no more than COPIED_MOST bytes are copied for the findings of
// one file, so that a thousand findings in a large manifest do not take for ever. It is read once more, so that no fix breaks the file.

#include "change.h"

#include "doc/read.h"

enum { COPIED_MOST = 16 << 20, DEPTH_MOST = 200 };

bool tw_change_begin(struct tw_change_maker *maker, struct tw_collector *to, const char *path, struct cm_span bytes) {
  if (to->copied + bytes.size > COPIED_MOST) {
    return false;
  }
  to->copied += bytes.size;
  *maker = (struct tw_change_maker){.to = to, .path = path};
  cm_arena_init(&maker->scratch, NULL);
  tw_edit_start(&maker->edit, &maker->scratch, bytes);
  return true;
}

// --- what differs ---

static uint32_t count_lines(struct cm_str text) {
  uint32_t lines = 0;
  for (size_t i = 0; i < text.size; i++) {
    lines += text.at[i] == '\n';
  }
  return lines + (text.size > 0 && text.at[text.size - 1] != '\n');
}

// How many bytes of whole lines both begin with.
static size_t common_start(struct cm_str a, struct cm_str b) {
  size_t whole = 0;
  for (size_t i = 0; i < a.size && i < b.size && a.at[i] == b.at[i]; i++) {
    whole = a.at[i] == '\n' ? i + 1 : whole;
  }
  return whole;
}

// How many bytes of whole lines both end with, of what is behind `start`.
static size_t common_end(struct cm_str a, struct cm_str b, size_t start) {
  size_t size = 0, whole = 0;
  while (size < a.size - start && size < b.size - start && a.at[a.size - 1 - size] == b.at[b.size - 1 - size]) {
    size++;
    bool begins =
        (size == a.size - start || a.at[a.size - 1 - size] == '\n') && (size == b.size - start || b.at[b.size - 1 - size] == '\n');
    whole = begins ? size : whole;
  }
  return whole;
}

static bool reads(struct tw_change_maker *maker, struct cm_str text) {
  struct tw_doc *docs;
  size_t count;
  struct tw_fault fault;
  return tw_doc_read(&maker->scratch, maker->path, (struct cm_span){(const uint8_t *)text.at, text.size}, &docs, &count, &fault);
}

static void add_fix(struct tw_change_maker *maker, struct tw_finding *finding, struct cm_str text, struct cm_str what) {
  if (!reads(maker, text)) {
    return;
  }
  struct cm_str old = {(const char *)maker->edit.bytes.at, maker->edit.bytes.size};
  size_t start = common_start(old, text);
  size_t end = common_end(old, text, start);
  struct cm_str lines = {text.at + start, text.size - end - start};
  uint32_t before = count_lines((struct cm_str){old.at, start});
  struct tw_fix fix = {.path = maker->path, .first = before + 1, .what = what};
  fix.last = before + count_lines((struct cm_str){old.at + start, old.size - end - start});
  fix.text = (struct cm_str){cm_alloc_text(maker->to->arena, lines.at, lines.size), lines.size};
  maker->to->failed |= !fix.text.at;
  tw_collect_fix(maker->to, finding, &fix);
}

void tw_change_end(struct tw_change_maker *maker, struct tw_finding *finding, bool good, struct cm_str what) {
  struct cm_str text = good ? tw_edit_finish(&maker->edit) : (struct cm_str){NULL, 0};
  if (text.at) {
    add_fix(maker, finding, text, what);
  }
  cm_arena_free(&maker->scratch);
}

void tw_change_end_with(struct tw_change_maker *maker, struct tw_finding *finding, size_t from, size_t end, struct cm_str text,
                        struct cm_str what) {
  struct cm_span bytes = maker->edit.bytes;
  char *all = from <= end && end <= bytes.size ? cm_alloc(&maker->scratch, bytes.size - (end - from) + text.size + 1) : NULL;
  if (all) {
    memcpy(all, bytes.at, from);
    memcpy(all + from, text.at, text.size);
    memcpy(all + from + text.size, bytes.at + end, bytes.size - end);
    add_fix(maker, finding, (struct cm_str){all, bytes.size - (end - from) + text.size}, what);
  }
  cm_arena_free(&maker->scratch);
}

// --- entries ---

static bool find_below(const struct tw_node *in, const struct tw_node *node, unsigned depth, struct tw_entry_place *place) {
  if (!in || in->alias || depth > DEPTH_MOST || (in->kind != TW_NODE_MAP && in->kind != TW_NODE_LIST)) {
    return false;
  }
  for (size_t i = 0; i < in->count; i++) {
    const struct tw_node *value = in->kind == TW_NODE_MAP ? in->pairs[i].value : in->items[i].value;
    bool elsewhere = (in->kind == TW_NODE_MAP && in->pairs[i].merged) || value->alias;
    if (elsewhere) {
      continue;
    }
    if (value == node) {
      place->in = in;
      place->index = i;
      return true;
    }
    if (find_below(value, node, depth + 1, place)) {
      if (place->in == value) {
        place->parent = in;
        place->parent_index = i;
      }
      return true;
    }
  }
  return false;
}

struct tw_entry_place tw_entry_find(const struct tw_node *root, const struct tw_node *node) {
  struct tw_entry_place place = {0};
  if (node) {
    find_below(root, node, 0, &place);
  }
  return place;
}

struct tw_entry_place tw_entry_member(const struct tw_node *map, const char *key) {
  for (size_t i = 0; map && map->kind == TW_NODE_MAP && i < map->count; i++) {
    if (cm_str_is(map->pairs[i].key, key) && !map->pairs[i].merged) {
      return (struct tw_entry_place){.in = map, .index = i};
    }
  }
  return (struct tw_entry_place){0};
}

static bool is_empty(const struct tw_node *node) { return node->kind == TW_NODE_NULL || node->count == 0; }

bool tw_change_put(struct tw_change_maker *maker, struct tw_entry_place at, const struct tw_node *map, const char *const *path,
                   struct tw_node *leaf) {
  struct cm_arena *scratch = &maker->scratch;
  const struct tw_node *place = map;
  size_t step = 0;
  // As far as the way is there.
  while (path[step] && place->kind == TW_NODE_MAP && tw_entry_member(place, path[step]).in) {
    at = tw_entry_member(place, path[step++]);
    place = at.in->pairs[at.index].value;
  }
  bool map_wanted = path[step] != NULL;
  if (!is_empty(place) && place->kind != (map_wanted ? TW_NODE_MAP : TW_NODE_LIST)) {
    return false;
  }
  // The rest is made, from its end.
  size_t last = step;
  while (path[last]) {
    last++;
  }
  struct tw_node *value = leaf;
  if (!map_wanted) {
    if (!is_empty(place)) {
      return tw_edit_add_item(&maker->edit, place, TW_EDIT_END, &(struct tw_item){.value = leaf});
    }
    value = tw_node_list(scratch);
    tw_node_add(scratch, value, leaf);
    return value && at.in && tw_edit_fill(&maker->edit, at.in, at.index, value);
  }
  for (size_t i = last; i-- > step + 1;) {
    struct tw_node *outer = tw_node_map(scratch);
    tw_node_put(scratch, outer, path[i], value);
    value = outer;
  }
  if (!value) {
    return false;
  }
  if (!is_empty(place)) {
    return tw_edit_add_member(&maker->edit, place, TW_EDIT_END, &(struct tw_pair){.key = cm_str_of(path[step]), .value = value});
  }
  struct tw_node *outer = tw_node_map(scratch);
  tw_node_put(scratch, outer, path[step], value);
  return outer && at.in && tw_edit_fill(&maker->edit, at.in, at.index, outer);
}

// --- taking out ---

static struct tw_mark from_of(const struct tw_node *in, size_t i) {
  return in->kind == TW_NODE_MAP ? in->pairs[i].key_at : in->items[i].value->from;
}

static struct tw_mark end_of(const struct tw_node *in, size_t i) {
  return in->kind == TW_NODE_MAP ? in->pairs[i].value->to : in->items[i].value->to;
}

// What is behind the comma that follows `at`, with nothing but blanks between; `at` itself where none does.
static size_t behind_comma(struct cm_span bytes, size_t at) {
  size_t comma = at;
  while (comma < bytes.size &&
         (bytes.at[comma] == ' ' || bytes.at[comma] == '\t' || bytes.at[comma] == '\r' || bytes.at[comma] == '\n')) {
    comma++;
  }
  return comma < bytes.size && bytes.at[comma] == ',' ? comma + 1 : at;
}

// Of a flow collection: the entry with the comma behind it, or for the last one before it. The only one may have one behind it all the same.
static void remove_flow(struct tw_change_maker *maker, struct tw_finding *finding, struct tw_entry_place at, struct cm_str what) {
  bool first = at.index == 0, last = at.index + 1 == at.in->count;
  size_t from = last && !first ? end_of(at.in, at.index - 1).offset : from_of(at.in, at.index).offset;
  size_t end = last ? end_of(at.in, at.index).offset : from_of(at.in, at.index + 1).offset;
  end = first && last ? behind_comma(maker->edit.bytes, end) : end;
  tw_change_end_with(maker, finding, from, end, CM_STR(""), what);
}

// The only entry of a block collection: what is left is an empty one, behind the key that the collection is the value of. Lists and maps that
// are absent and those that are empty may mean different things.
static void remove_only(struct tw_change_maker *maker, struct tw_finding *finding, struct tw_entry_place at, struct cm_str what) {
  const struct tw_node *outer = at.parent;
  bool behind_key = outer && outer->kind == TW_NODE_MAP;
  const struct tw_pair *pair = behind_key ? &outer->pairs[at.parent_index] : NULL;
  struct cm_span bytes = maker->edit.bytes;
  // The key may have quotes around it: the colon is the first one behind its text.
  size_t colon = pair ? pair->key_at.offset + pair->key.size : bytes.size;
  while (colon < bytes.size && bytes.at[colon] != ':' && bytes.at[colon] != '\n') {
    colon++;
  }
  if (colon >= bytes.size || bytes.at[colon] != ':') {
    tw_change_end(maker, finding, false, what);
    return;
  }
  // A comment behind the entry goes with it; text of several lines ends with its line already.
  size_t end = end_of(at.in, at.index).offset;
  bool whole_line = end > 0 && bytes.at[end - 1] == '\n';
  end -= whole_line;
  while (!whole_line && end < bytes.size && bytes.at[end] != '\n' && bytes.at[end] != '\r') {
    end++;
  }
  tw_change_end_with(maker, finding, colon + 1, end, at.in->kind == TW_NODE_MAP ? CM_STR(" {}") : CM_STR(" []"), what);
}

void tw_change_remove(struct tw_collector *to, struct tw_finding *finding, const char *path, struct cm_span bytes,
                      struct tw_entry_place at, struct cm_str what) {
  struct tw_change_maker maker;
  if (!at.in || !tw_change_begin(&maker, to, path, bytes)) {
    return;
  }
  if (at.in->flow) {
    remove_flow(&maker, finding, at, what);
  } else if (at.in->count == 1) {
    remove_only(&maker, finding, at, what);
  } else {
    bool good = tw_edit_remove(&maker.edit, at.in, at.index);
    tw_change_end(&maker, finding, good, what);
  }
}
