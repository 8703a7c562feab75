// Reading YAML.
//
// libyaml's events become nodes on a stack of open lists and maps, which TW_DOC_DEPTH bounds. libyaml counts characters, and takes NEL
// and its like for line ends; places of ours are bytes, lines and columns as an editor shows them. A block list or map ends with its last
// member: libyaml would say that it ends where the next thing begins, behind comments that do not belong to it.
//
// An alias shares the members of its anchor's node. Each anchor knows how many nodes it would be if written out, and how deep; the sum
// of what aliases stand for is bounded, so that whoever walks the tree meets a bounded number of nodes.
//
// Merge keys: `<<` is kept aside while a map is open, and followed when it closes, since the map's own members win.

#include <stdlib.h>
#include <yaml.h>

#include "read_parts.h"
#include "scalar.h"

// Something that `&name` named.
struct anchor {
  struct cm_str name;
  struct tw_node *node;
  size_t size;     // nodes, were all aliases in it written out
  unsigned depth;  // lists and maps within each other, itself included
  bool open;       // still being read: an alias to it would make a circle
};

// An open list or map.
struct level {
  struct tw_node *node;
  struct cm_str key;  // MAP: read, its value not yet
  struct tw_mark key_at;
  bool has_key, merges;  // the key is a merge key
  struct tw_node *merged[8];
  size_t merge_count;
  size_t anchor;  // 1 + index; 0: none
  size_t size;    // as in `struct anchor`
  unsigned depth;
};

struct yaml {
  struct tw_reading *reading;
  yaml_parser_t parser;
  struct level levels[TW_DOC_DEPTH];
  unsigned depth;  // levels in use
  struct anchor *anchors;
  size_t anchor_count, anchor_room;
  size_t aliased;
  struct tw_doc *doc;
};

static struct tw_mark mark_of(struct yaml *yaml, yaml_mark_t at) { return tw_place_at_index(&yaml->reading->place, at.index); }

static struct cm_str str_of(const yaml_char_t *text) { return cm_str_of((const char *)text); }

// --- faults of libyaml ---

// libyaml's words for what people meet most, in ours.
static const struct {
  const char *theirs, *ours;
} problems[] = {
    {"mapping values are not allowed in this context",
     "a ':' that cannot stand here; is something above indented too far, or must a text be quoted?"},
    {"could not find expected ':'", "expected ':' behind the key"},
    {"did not find expected key", "expected a key here; is the indentation that of the lines above?"},
    {"did not find expected '-' indicator", "expected '-' here; is the indentation that of the items above?"},
    {"did not find expected ',' or ']'", "expected ',' or ']'"},
    {"did not find expected ',' or '}'", "expected ',' or '}'"},
    {"did not find expected <document start>", "expected '---' before another document"},
    {"found unexpected end of stream", "a quoted text does not end"},
    {"control characters are not allowed", "a control character; within double quotes it can be written as an escape"},
};

static bool fail_parse(struct yaml *yaml) {
  const yaml_parser_t *parser = &yaml->parser;
  struct tw_place *place = &yaml->reading->place;
  struct tw_fault *fault = yaml->reading->fault;
  if (parser->error == YAML_MEMORY_ERROR || !parser->problem) {
    return tw_fault_memory(fault);
  }
  struct tw_mark at = parser->error == YAML_READER_ERROR ? tw_place_at_offset(place, parser->problem_offset)
                                                         : tw_place_at_index(place, parser->problem_mark.index);
  struct cm_span bytes = place->bytes;
  if (strcmp(parser->problem, "found character that cannot start any token") == 0 && at.offset < bytes.size) {
    return bytes.at[at.offset] == '\t'
               ? tw_fault_set(fault, at, "a tab cannot indent YAML; use spaces")
               : tw_fault_set(fault, at, "'%c' cannot begin a value; put the text into quotes", (char)bytes.at[at.offset]);
  }
  char within[64] = "";
  if (parser->context && parser->context_mark.line != parser->problem_mark.line) {
    struct tw_mark begin = tw_place_at_index(place, parser->context_mark.index);
    snprintf(within, sizeof within, ", in what begins in line %u, column %u", (unsigned)begin.line, (unsigned)begin.column);
  }
  for (size_t i = 0; i < sizeof problems / sizeof problems[0]; i++) {
    if (strcmp(parser->problem, problems[i].theirs) == 0) {
      return tw_fault_set(fault, at, "%s%s", problems[i].ours, within);
    }
  }
  const char *context = parser->context ? parser->context : "";
  return tw_fault_set(fault, at, "%s%s%s%s", parser->problem, *context ? ", " : "", context, within);
}

// --- scalars ---

enum tag { TAG_NONE, TAG_STRING, TAG_BOOL, TAG_INTEGER, TAG_FLOAT, TAG_NULL, TAG_LIST, TAG_MAP, TAG_OTHER };

static enum tag tag_of(const yaml_char_t *tag) {
  static const char *const names[] = {"str", "bool", "int", "float", "null", "seq", "map"};  // in the order of the enum
  static const char prefix[] = "tag:yaml.org,2002:";
  const char *text = (const char *)tag;
  if (!text) {
    return TAG_NONE;
  }
  if (strcmp(text, "!") == 0) {
    return TAG_STRING;
  }
  for (int i = 0; strncmp(text, prefix, sizeof prefix - 1) == 0 && i < 7; i++) {
    if (strcmp(text + sizeof prefix - 1, names[i]) == 0) {
      return (enum tag)(TAG_STRING + i);
    }
  }
  return TAG_OTHER;
}

static bool fail_tag(struct yaml *yaml, struct tw_mark at, const yaml_char_t *tag) {
  char name[TW_SHORT];
  return tw_fault_set(yaml->reading->fault, at, "the tag \"%s\" does not fit this value, or is none that is known here",
                      tw_short(str_of(tag), name));
}

// The scalar's text: borrowed where it stands in the file as it is, else a copy.
static bool text_of(struct yaml *yaml, const yaml_event_t *event, struct tw_mark to, struct cm_str *text) {
  struct cm_span bytes = yaml->reading->place.bytes;
  size_t size = event->data.scalar.length;
  const char *value = (const char *)event->data.scalar.value;
  if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && size <= to.offset &&
      memcmp(bytes.at + to.offset - size, value, size) == 0) {
    *text = (struct cm_str){(const char *)bytes.at + to.offset - size, size};
    return true;
  }
  *text = (struct cm_str){cm_alloc_text(yaml->reading->arena, value, size), size};
  return text->at || tw_fault_memory(yaml->reading->fault);
}

// What a tag makes of a scalar; false when it cannot be that.
static bool apply_tag(struct tw_node *node, enum tag tag) {
  enum tw_node_kind kind = tw_scalar_kind(node->text, &node->integer, &node->truth);
  if (tag == TAG_NONE || tag == TAG_STRING) {
    node->kind = tag == TAG_NONE && node->plain ? kind : TW_NODE_STRING;
    return true;
  }
  static const enum tw_node_kind kinds[] = {
      [TAG_BOOL] = TW_NODE_BOOL, [TAG_INTEGER] = TW_NODE_INTEGER, [TAG_FLOAT] = TW_NODE_FLOAT, [TAG_NULL] = TW_NODE_NULL};
  node->kind = tag <= TAG_NULL ? kinds[tag] : TW_NODE_STRING;
  return tag <= TAG_NULL && (kind == node->kind || (tag == TAG_FLOAT && kind == TW_NODE_INTEGER));
}

static struct tw_node *scalar_of(struct yaml *yaml, const yaml_event_t *event) {
  struct tw_node *node = tw_reading_node(yaml->reading, TW_NODE_STRING, mark_of(yaml, event->start_mark));
  if (!node) {
    return NULL;
  }
  node->to = mark_of(yaml, event->end_mark);
  node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  if (!text_of(yaml, event, node->to, &node->text)) {
    return NULL;
  }
  if (!apply_tag(node, tag_of(event->data.scalar.tag))) {
    fail_tag(yaml, node->from, event->data.scalar.tag);
    return NULL;
  }
  return node;
}

// --- anchors ---

static bool add_anchor(struct yaml *yaml, const yaml_char_t *name, struct tw_node *node, bool open, size_t *number) {
  *number = 0;
  if (!name) {
    return true;
  }
  struct tw_reading *reading = yaml->reading;
  if (yaml->anchor_count == TW_DOC_ANCHORS) {
    return tw_fault_set(reading->fault, node->from, "the document has more than %d anchors", TW_DOC_ANCHORS);
  }
  struct cm_str text = str_of(name);
  text.at = cm_alloc_text(reading->arena, text.at, text.size);
  if (!text.at || !cm_grow(reading->arena, &yaml->anchors, &yaml->anchor_room, yaml->anchor_count, sizeof *yaml->anchors)) {
    return tw_fault_memory(reading->fault);
  }
  yaml->anchors[yaml->anchor_count++] = (struct anchor){.name = text, .node = node, .size = 1, .open = open};
  *number = yaml->anchor_count;
  return true;
}

// The newest anchor of this name: a name may be given again.
static const struct anchor *find_anchor(const struct yaml *yaml, struct cm_str name) {
  for (size_t i = yaml->anchor_count; i > 0; i--) {
    if (cm_str_equal(yaml->anchors[i - 1].name, name)) {
      return &yaml->anchors[i - 1];
    }
  }
  return NULL;
}

// Notes nodes that stand in the file once and in the tree again.
static bool spend(struct yaml *yaml, size_t nodes, struct tw_mark at) {
  yaml->aliased = nodes > TW_DOC_ALIASED ? TW_DOC_ALIASED + 1 : yaml->aliased + nodes;
  return yaml->aliased <= TW_DOC_ALIASED ||
         tw_fault_set(yaml->reading->fault, at, "the aliases of this document stand for more than %d values", TW_DOC_ALIASED);
}

static struct tw_node *alias_of(struct yaml *yaml, const yaml_event_t *event, const struct anchor **anchor) {
  struct tw_fault *fault = yaml->reading->fault;
  struct tw_mark at = mark_of(yaml, event->start_mark);
  char name[TW_SHORT];
  tw_short(str_of(event->data.alias.anchor), name);
  *anchor = find_anchor(yaml, str_of(event->data.alias.anchor));
  if (!*anchor) {
    tw_fault_set(fault, at, "there is no anchor \"&%s\" above for this alias", name);
    return NULL;
  }
  if ((*anchor)->open) {
    tw_fault_set(fault, at, "the alias \"*%s\" stands within the very value it stands for", name);
    return NULL;
  }
  if (yaml->depth + (*anchor)->depth > TW_DOC_DEPTH) {
    tw_fault_set(fault, at, "nested deeper than %d levels", TW_DOC_DEPTH);
    return NULL;
  }
  struct tw_node *node = spend(yaml, (*anchor)->size, at) ? tw_reading_node(yaml->reading, TW_NODE_NULL, at) : NULL;
  if (node) {
    *node = *(*anchor)->node;
    node->alias = true;
    node->from = at;
    node->to = mark_of(yaml, event->end_mark);
  }
  return node;
}

// --- merge keys ---

static bool fail_merge(struct yaml *yaml, const struct tw_node *value) {
  return tw_fault_set(yaml->reading->fault, value->from,
                      "'<<' takes a map or a list of maps, but here is: %s; quote it if it is a key", tw_node_kind_name(value));
}

static bool merge_map(struct yaml *yaml, struct tw_node *map, const struct tw_node *base) {
  if (base->kind != TW_NODE_MAP) {
    return fail_merge(yaml, base);
  }
  // Each member is compared with those that are there, so the work is bounded as their product is.
  if (!spend(yaml, base->count * (1 + map->count / 64), base->from)) {
    return false;
  }
  for (size_t i = 0; i < base->count; i++) {
    const struct tw_pair *pair = &base->pairs[i];
    if (tw_node_get_str(map, pair->key)) {
      continue;
    }
    struct tw_pair *added = tw_node_put_str(yaml->reading->arena, map, pair->key, pair->value);
    if (!added) {
      return tw_fault_memory(yaml->reading->fault);
    }
    added->key_at = pair->key_at;
    added->merged = true;
  }
  return true;
}

static bool follow_merges(struct yaml *yaml, const struct level *level) {
  for (size_t i = 0; i < level->merge_count; i++) {
    const struct tw_node *value = level->merged[i];
    if (value->kind != TW_NODE_LIST) {
      if (!merge_map(yaml, level->node, value)) {
        return false;
      }
      continue;
    }
    for (size_t j = 0; j < value->count; j++) {
      if (!merge_map(yaml, level->node, value->items[j].value)) {
        return false;
      }
    }
  }
  return true;
}

// --- nodes into their place ---

static bool put_key(struct yaml *yaml, struct level *level, const struct tw_node *key) {
  if (key->kind == TW_NODE_LIST || key->kind == TW_NODE_MAP) {
    return tw_fault_set(yaml->reading->fault, key->from,
                        "a key must be a text, not a %s; a text that begins with { or [ needs quotes", tw_node_kind_name(key));
  }
  level->has_key = true;
  level->key = key->text;
  level->key_at = key->from;
  level->merges = key->plain && cm_str_is(key->text, "<<");
  return true;
}

static bool put_member(struct yaml *yaml, struct level *level, struct tw_node *value) {
  level->has_key = false;
  if (level->merges) {
    if (level->merge_count == sizeof level->merged / sizeof level->merged[0]) {
      return tw_fault_set(yaml->reading->fault, level->key_at, "too many merge keys in one map; give one of them a list");
    }
    level->merged[level->merge_count++] = value;
    return true;
  }
  struct tw_pair *pair = tw_node_put_str(yaml->reading->arena, level->node, level->key, value);
  if (!pair) {
    return tw_fault_memory(yaml->reading->fault);
  }
  pair->key_at = level->key_at;
  return true;
}

// A whole node goes into the list or map that is open, or is the document's root. `size` and `depth` as in `struct anchor`.
static bool put_node(struct yaml *yaml, struct tw_node *node, size_t size, unsigned depth) {
  if (yaml->depth == 0) {
    bool empty = node->kind == TW_NODE_NULL && node->from.offset == node->to.offset;
    yaml->doc->root = empty ? NULL : node;
    yaml->doc->to = node->to;
    return true;
  }
  struct level *level = &yaml->levels[yaml->depth - 1];
  level->size += size;
  level->depth = depth + 1 > level->depth ? depth + 1 : level->depth;
  if (node->to.offset > level->node->to.offset) {
    level->node->to = node->to;
  }
  if (level->node->kind == TW_NODE_MAP) {
    return level->has_key ? put_member(yaml, level, node) : put_key(yaml, level, node);
  }
  return tw_node_add(yaml->reading->arena, level->node, node) || tw_fault_memory(yaml->reading->fault);
}

static bool take_scalar(struct yaml *yaml, const yaml_event_t *event) {
  size_t number;
  struct tw_node *node = scalar_of(yaml, event);
  return node && add_anchor(yaml, event->data.scalar.anchor, node, false, &number) && put_node(yaml, node, 1, 0);
}

static bool take_alias(struct yaml *yaml, const yaml_event_t *event) {
  const struct anchor *anchor;
  struct tw_node *node = alias_of(yaml, event, &anchor);
  return node && put_node(yaml, node, anchor->size, anchor->depth);
}

static bool open_level(struct yaml *yaml, const yaml_event_t *event) {
  bool map = event->type == YAML_MAPPING_START_EVENT;
  // The two kinds of event have the same members in the same order, but that is not promised.
  const yaml_char_t *anchor = map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
  const yaml_char_t *name = map ? event->data.mapping_start.tag : event->data.sequence_start.tag;
  bool flow = map ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
                  : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
  struct tw_node *node = tw_reading_node(yaml->reading, map ? TW_NODE_MAP : TW_NODE_LIST, mark_of(yaml, event->start_mark));
  if (!node) {
    return false;
  }
  node->flow = flow;
  enum tag tag = tag_of(name);
  if (tag != TAG_NONE && tag != (map ? TAG_MAP : TAG_LIST)) {
    return fail_tag(yaml, node->from, name);
  }
  if (yaml->depth == TW_DOC_DEPTH) {
    return tw_fault_set(yaml->reading->fault, node->from, "nested deeper than %d levels", TW_DOC_DEPTH);
  }
  struct level *level = &yaml->levels[yaml->depth];
  *level = (struct level){.node = node, .size = 1, .depth = 1};
  if (!add_anchor(yaml, anchor, node, true, &level->anchor)) {
    return false;
  }
  yaml->depth++;
  return true;
}

static bool close_level(struct yaml *yaml, const yaml_event_t *event) {
  struct level *level = &yaml->levels[--yaml->depth];
  struct tw_node *node = level->node;
  if (node->flow) {
    node->to = mark_of(yaml, event->end_mark);
  }
  size_t own = node->count;
  if (node->kind == TW_NODE_MAP && (!tw_reading_keys_differ(yaml->reading, node) || !follow_merges(yaml, level))) {
    return false;
  }
  level->size += node->count - own;
  if (level->anchor) {
    struct anchor *anchor = &yaml->anchors[level->anchor - 1];
    anchor->open = false;
    anchor->size = level->size;
    anchor->depth = level->depth;
  }
  return put_node(yaml, node, level->size, level->depth);
}

// --- the stream ---

static bool take_event(struct yaml *yaml, const yaml_event_t *event) {
  switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
      yaml->anchor_count = yaml->aliased = 0;
      yaml->doc = tw_reading_doc(yaml->reading, mark_of(yaml, event->start_mark));
      return yaml->doc;
    case YAML_DOCUMENT_END_EVENT:
      if (!event->data.document_end.implicit) {
        yaml->doc->to = mark_of(yaml, event->end_mark);
      }
      return true;
    case YAML_SCALAR_EVENT: return take_scalar(yaml, event);
    case YAML_ALIAS_EVENT: return take_alias(yaml, event);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT: return open_level(yaml, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: return close_level(yaml, event);
    default: return true;
  }
}

static bool take_events(struct yaml *yaml) {
  for (bool end = false; !end;) {
    yaml_event_t event;
    if (!yaml_parser_parse(&yaml->parser, &event)) {
      return fail_parse(yaml);
    }
    end = event.type == YAML_STREAM_END_EVENT;
    bool good = take_event(yaml, &event);
    yaml_event_delete(&event);
    if (!good) {
      return false;
    }
  }
  return true;
}

bool tw_read_yaml(struct tw_reading *reading) {
  struct yaml *yaml = cm_alloc(reading->arena, sizeof *yaml);
  if (!yaml || !yaml_parser_initialize(&yaml->parser)) {
    return tw_fault_memory(reading->fault);
  }
  yaml->reading = reading;
  yaml_parser_set_encoding(&yaml->parser, YAML_UTF8_ENCODING);
  struct cm_span bytes = reading->place.bytes;
  size_t from = reading->place.mark.offset;  // behind a byte order mark
  yaml_parser_set_input_string(&yaml->parser, bytes.at + from, bytes.size - from);
  bool good = take_events(yaml);
  yaml_parser_delete(&yaml->parser);
  return good;
}
