// What merging asks about trees and rules: which rule holds, what is the same thing, what is part of what.

#include "merge_parts.h"

#include "read_parts.h"

// --- rules ---

// Whether a rule's path fits: literally, a star standing for any key.
static bool path_fits(const char *pattern, struct cm_str path) {
  size_t at = 0;
  for (; *pattern; pattern++) {
    if (*pattern != '*') {
      if (at >= path.size || path.at[at] != *pattern) {
        return false;
      }
      at++;
      continue;
    }
    size_t from = at;
    while (at < path.size && path.at[at] != '.' && path.at[at] != '[') {
      at++;
    }
    if (at == from) {
      return false;
    }
  }
  return at == path.size;
}

struct tw_merge_rule tw_merge_rule_of(const struct tw_merge_options *options, struct cm_str kind, struct cm_str path) {
  for (const struct tw_merge_rule *rule = options->rules; rule && rule->path; rule++) {
    if ((!rule->kind || cm_str_is(kind, rule->kind)) && path_fits(rule->path, path)) {
      return *rule;
    }
  }
  return (struct tw_merge_rule){0};
}

// --- identities ---

// Takes the next part, "metadata.name" of "kind,metadata.name", off an identity, and gives what the map has there; NULL: nothing.
static const struct tw_node *next_part(const struct tw_node *map, const char **identity) {
  size_t size = strcspn(*identity, ",");
  struct cm_str part = {*identity, size};
  *identity += size + ((*identity)[size] == ',');
  while (map && part.size > 0) {
    const char *point = memchr(part.at, '.', part.size);
    size_t key = point ? (size_t)(point - part.at) : part.size;
    map = tw_node_get_str(map, (struct cm_str){part.at, key});
    key += point != NULL;
    part = (struct cm_str){part.at + key, part.size - key};
  }
  return map;
}

bool tw_merge_has_identity(const struct tw_node *map, const char *identity) {
  while (*identity) {
    if (tw_node_text(next_part(map, &identity)).at) {
      return true;
    }
  }
  return false;
}

static bool same_identity(const struct tw_node *a, const struct tw_node *b, const char *identity) {
  while (*identity) {
    const char *rest = identity;
    struct cm_str left = tw_node_text(next_part(a, &rest)), right = tw_node_text(next_part(b, &identity));
    if ((left.at == NULL) != (right.at == NULL) || !cm_str_equal(left, right)) {
      return false;
    }
  }
  return true;
}

struct cm_str tw_merge_name(struct cm_arena *arena, const struct tw_node *item, const char *identity) {
  struct cm_str name = tw_node_text(item);
  if (name.at) {
    return name;
  }
  name = CM_STR("");
  for (identity = identity ? identity : "name"; *identity && name.at;) {
    struct cm_str part = tw_node_text(next_part(item, &identity));
    if (part.at) {
      name = cm_alloc_format(arena, "%.*s%s%.*s", CM_STR_ARG(name), name.size > 0 ? "," : "", CM_STR_ARG(part));
    }
  }
  return name;
}

// --- what is the same ---

bool tw_merge_contains(const struct tw_node *whole, const struct tw_node *part) {
  bool empty = part->kind == TW_NODE_NULL || ((part->kind == TW_NODE_MAP || part->kind == TW_NODE_LIST) && part->count == 0);
  if (empty || !whole) {
    return empty;
  }
  if (part->kind == TW_NODE_MAP) {
    for (size_t i = 0; i < part->count; i++) {
      if (!tw_merge_contains(tw_node_get_str(whole, part->pairs[i].key), part->pairs[i].value)) {
        return false;
      }
    }
    return whole->kind == TW_NODE_MAP;
  }
  if (part->kind == TW_NODE_LIST) {
    size_t at = 0;
    for (size_t i = 0; whole->kind == TW_NODE_LIST && i < part->count; i++) {
      while (at < whole->count && !tw_merge_contains(whole->items[at].value, part->items[i].value)) {
        at++;
      }
      if (at++ >= whole->count) {
        return false;
      }
    }
    return whole->kind == TW_NODE_LIST;
  }
  struct cm_str text = tw_node_text(whole);
  return text.at && cm_str_equal(text, tw_node_text(part));
}

static bool same_tree(const struct tw_node *a, const struct tw_node *b) {
  bool map = a->kind == TW_NODE_MAP;
  if (a->kind != b->kind || a->count != b->count) {
    return false;
  }
  for (size_t i = 0; i < a->count; i++) {
    const struct tw_node *other = map ? tw_node_get_str(b, a->pairs[i].key) : b->items[i].value;
    if (!other || !same_tree(map ? a->pairs[i].value : a->items[i].value, other)) {
      return false;
    }
  }
  return map || a->kind == TW_NODE_LIST || cm_str_equal(tw_node_text(a), tw_node_text(b));
}

bool tw_merge_same_item(const struct tw_node *old, const struct tw_node *new, const char *identity, bool loosely) {
  if (new->kind == TW_NODE_MAP && tw_merge_has_identity(new, identity)) {
    return old->kind == TW_NODE_MAP && same_identity(old, new, identity);
  }
  if (new->kind == TW_NODE_MAP || new->kind == TW_NODE_LIST) {
    return same_tree(old, new) || (loosely && old->kind == new->kind &&new->count > 0 && tw_merge_contains(old, new));
  }
  struct cm_str text = tw_node_text(old);
  return text.at ? cm_str_equal(text, tw_node_text(new)) : old->kind == new->kind;
}

// --- documents ---

static struct cm_str kind_of(const struct tw_doc *doc) { return tw_node_text(tw_node_get(doc->root, "kind")); }

// The only document of this kind that is left; -1: none, or several.
static ptrdiff_t lone(const struct tw_doc *docs, size_t count, struct cm_str kind, const bool *taken) {
  ptrdiff_t only = -1;
  for (size_t i = 0; i < count; i++) {
    bool left = docs[i].root && !taken[i] && cm_str_equal(kind_of(&docs[i]), kind);
    if (left && only >= 0) {
      return -1;
    }
    only = left ? (ptrdiff_t)i : only;
  }
  return only;
}

bool tw_merge_match_documents(struct cm_arena *arena, const struct tw_merge_options *options, const struct tw_doc *old,
                              size_t old_count, const struct tw_doc *new, size_t count, ptrdiff_t **found, bool **taken) {
  *found = cm_alloc_array(arena, count, sizeof **found);
  *taken = cm_alloc_array(arena, old_count, sizeof **taken);
  bool *placed = cm_alloc_array(arena, count, sizeof *placed);
  if (!*found || !*taken || !placed) {
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    struct tw_merge_rule rule = tw_merge_rule_of(options, kind_of(&new[i]), CM_STR(""));
    const char *identity = rule.identity ? rule.identity : "kind,metadata.name";
    (*found)[i] = -1;
    for (size_t j = 0; new[i].root &&j < old_count && (*found)[i] < 0; j++) {
      bool alike = old[j].root && old[j].root->kind == new[i].root->kind;
      if (alike && !(*taken)[j] && same_identity(old[j].root, new[i].root, identity)) {
        (*found)[i] = (ptrdiff_t)j;
        (*taken)[j] = placed[i] = true;
      }
    }
  }
  for (size_t i = 0; i < count; i++) {
    struct cm_str kind = kind_of(&new[i]);
    if (!placed[i] && kind.at && (tw_merge_rule_of(options, kind, CM_STR("")).flags & TW_MERGE_LONE)) {
      ptrdiff_t here = lone(old, old_count, kind, *taken);
      if (here >= 0 && lone(new, count, kind, placed) == (ptrdiff_t)i) {
        (*found)[i] = here;
        (*taken)[here] = placed[i] = true;
      }
    }
  }
  return true;
}

// --- files ---

static bool ends_in(const char *path, const char *suffix) {
  size_t length = strlen(path), n = strlen(suffix);
  return length >= n && strcmp(path + length - n, suffix) == 0;
}

// Readers of YAML 1.1 take a lone CR, NEL, LS and PS for the end of a line; editors and YAML 1.2 do not. Places cannot be trusted then.
static bool odd_line_end(struct cm_span bytes, size_t *at) {
  for (size_t i = 0; i < bytes.size; i++) {
    const uint8_t *b = bytes.at + i;
    size_t left = bytes.size - i;
    bool cr = b[0] == '\r' && (left < 2 || b[1] != '\n'), nel = b[0] == 0xc2 && left >= 2 && b[1] == 0x85;
    bool separator = b[0] == 0xe2 && left >= 3 && b[1] == 0x80 && (b[2] == 0xa8 || b[2] == 0xa9);
    if (cr || nel || separator) {
      *at = i;
      return true;
    }
  }
  return false;
}

bool tw_merge_is_mergeable(const char *path, struct cm_span existing, struct tw_fault *fault) {
  size_t at;
  if (ends_in(path, ".json") || ends_in(path, ".jsonl")) {
    return tw_fault_set(fault, (struct tw_mark){0}, "a JSON file cannot be merged into; make it YAML");
  }
  if (!odd_line_end(existing, &at)) {
    return true;
  }
  struct tw_place place = tw_place_start(existing);
  return tw_fault_set(fault, tw_place_at_offset(&place, at),
                      "this line ends in a character that is neither LF nor CR LF; such a file cannot be merged into");
}
