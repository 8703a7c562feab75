// The tree: asking and building.
//
// Maps are arrays in the order of the file, and asking walks them: documents are small, and their order is part of what is written.

#include "doc.h"

#include <inttypes.h>
#include <stdio.h>

// --- asking ---

struct tw_node *tw_node_get_str(const struct tw_node *map, struct cm_str key) {
  if (!map || map->kind != TW_NODE_MAP) {
    return NULL;
  }
  for (size_t i = 0; i < map->count; i++) {
    if (cm_str_equal(map->pairs[i].key, key)) {
      return map->pairs[i].value;
    }
  }
  return NULL;
}

struct tw_node *tw_node_get(const struct tw_node *map, const char *key) {
  return tw_node_get_str(map, cm_str_of(key));
}

struct tw_node *tw_node_at(const struct tw_node *list, size_t i) {
  return list && list->kind == TW_NODE_LIST && i < list->count ? list->items[i].value : NULL;
}

struct cm_str tw_node_text(const struct tw_node *node) {
  bool scalar = node && node->kind != TW_NODE_NULL && node->kind != TW_NODE_LIST && node->kind != TW_NODE_MAP;
  return scalar ? node->text : (struct cm_str){0};
}

const char *tw_node_kind_name(const struct tw_node *node) {
  static const char *const names[] = {"null", "bool", "integer", "float", "string", "list", "map"};  // in the order of the enum
  return node ? names[node->kind] : "nothing";
}

// --- building ---

static struct tw_node *new_node(struct cm_arena *arena, enum tw_node_kind kind, struct cm_str text) {
  struct tw_node *node = cm_alloc(arena, sizeof *node);
  if (node) {
    node->kind = kind;
    node->text = text;
  }
  return node;
}

struct tw_node *tw_node_map(struct cm_arena *arena) {
  return new_node(arena, TW_NODE_MAP, (struct cm_str){0});
}

struct tw_node *tw_node_list(struct cm_arena *arena) {
  return new_node(arena, TW_NODE_LIST, (struct cm_str){0});
}

struct tw_node *tw_node_null(struct cm_arena *arena) {
  return new_node(arena, TW_NODE_NULL, CM_STR("null"));
}

struct tw_node *tw_node_bool(struct cm_arena *arena, bool truth) {
  struct tw_node *node = new_node(arena, TW_NODE_BOOL, truth ? CM_STR("true") : CM_STR("false"));
  if (node) {
    node->truth = truth;
  }
  return node;
}

struct tw_node *tw_node_integer(struct cm_arena *arena, int64_t integer) {
  struct cm_str text = cm_alloc_format(arena, "%" PRId64, integer);
  struct tw_node *node = text.at ? new_node(arena, TW_NODE_INTEGER, text) : NULL;
  if (node) {
    node->integer = integer;
  }
  return node;
}

struct tw_node *tw_node_string(struct cm_arena *arena, struct cm_str text) {
  return text.at ? new_node(arena, TW_NODE_STRING, text) : NULL;
}

struct tw_node *tw_node_words(struct cm_arena *arena, const char *text) {
  return tw_node_string(arena, cm_str_of(text));
}

struct tw_pair *tw_node_put_str(struct cm_arena *arena, struct tw_node *map, struct cm_str key, struct tw_node *value) {
  if (!map || !key.at || !value || !cm_grow(arena, &map->pairs, &map->room, map->count, sizeof *map->pairs)) {
    return NULL;
  }
  struct tw_pair *pair = &map->pairs[map->count++];
  *pair = (struct tw_pair){.key = key, .value = value};
  return pair;
}

struct tw_pair *tw_node_put(struct cm_arena *arena, struct tw_node *map, const char *key, struct tw_node *value) {
  return tw_node_put_str(arena, map, cm_str_of(key), value);
}

struct tw_item *tw_node_add(struct cm_arena *arena, struct tw_node *list, struct tw_node *value) {
  if (!list || !value || !cm_grow(arena, &list->items, &list->room, list->count, sizeof *list->items)) {
    return NULL;
  }
  struct tw_item *item = &list->items[list->count++];
  *item = (struct tw_item){.value = value};
  return item;
}
