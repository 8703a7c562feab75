// Checking a document's shape by a table.
//
// One walk over node and table. The path to where the walk is lies as a list on the C stack and is written out only for a fault. Depth
// is bounded by what a reader lets through, breadth of faults is not: each is told.

#include "check.h"

#include <inttypes.h>
#include <stdio.h>

#include "nearest.h"
#include "read_parts.h"

// A step of the path: a key, or an index.
struct step {
  const struct step *up;
  struct cm_str key;
  size_t index;
};

struct check {
  tw_fault_visit visit;
  void *context;
  bool good;
};

enum { PATH_MAX_BYTES = 240, NAMES_MAX = 62 };

// "rules[2].kind"; a long one begins with "…".
static void write_path(const struct step *step, char path[PATH_MAX_BYTES]) {
  // From the end backwards, then moved to the front.
  size_t at = PATH_MAX_BYTES - 1, cut = strlen("…");
  path[at] = '\0';
  for (; step; step = step->up) {
    char part[TW_SHORT + 4], name[TW_SHORT];
    int size = step->key.at ? snprintf(part, sizeof part, "%s%s", step->up ? "." : "", tw_short(step->key, name))
                            : snprintf(part, sizeof part, "[%zu]", step->index);
    if (at < (size_t)size + cut) {
      at -= cut;
      memcpy(path + at, "…", cut);
      break;
    }
    at -= (size_t)size;
    memcpy(path + at, part, (size_t)size);
  }
  memmove(path, path + at, PATH_MAX_BYTES - at);
}

static void tell(struct check *check, struct tw_mark at, const struct step *step, const char *message) {
  char path[PATH_MAX_BYTES];
  struct tw_fault fault;
  write_path(step, path);
  check->good = false;
  tw_fault_set(&fault, at, "%s%s%s", path, path[0] ? ": " : "", message);
  check->visit(check->context, &fault);
}

// What is there, for messages: `the text "a"`, `a list`.
static const char *shown(const struct tw_node *node, char to[TW_SHORT + 16]) {
  struct cm_str text = tw_node_text(node);
  char part[TW_SHORT];
  if (text.at) {
    snprintf(to, TW_SHORT + 16, "\"%s\"", tw_short(text, part));
  } else {
    snprintf(to, TW_SHORT + 16, "%s%s", node->kind == TW_NODE_NULL ? "" : "a ",
             node->kind == TW_NODE_NULL ? "nothing" : tw_node_kind_name(node));
  }
  return to;
}

static void tell_other(struct check *check, const struct tw_node *node, const struct step *step, const char *expected) {
  char message[256], there[TW_SHORT + 16];
  snprintf(message, sizeof message, "expected %s, not %s", expected, shown(node, there));
  tell(check, node->from, step, message);
}

// --- scalars ---

static void check_choice(struct check *check, const struct tw_node *node, const struct tw_shape *shape, const struct step *step) {
  struct cm_str text = tw_node_text(node);
  for (size_t i = 0; text.at && shape->values[i]; i++) {
    if (cm_str_is(text, shape->values[i])) {
      return;
    }
  }
  char all[160] = "", word[64], message[400], there[TW_SHORT + 16];
  for (size_t i = 0, used = 0; shape->values[i] && used < sizeof all; i++) {
    used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "", shape->values[i]);
  }
  snprintf(word, sizeof word, "%.*s", (int)(text.size < 63 ? text.size : 63), text.at ? text.at : "");
  const char *nearest = tw_nearest(word, shape->values);
  snprintf(message, sizeof message, "expected one of %s, not %s%s%s%s", all, shown(node, there), nearest ? "; did you mean \"" : "",
           nearest ? nearest : "", nearest ? "\"?" : "");
  tell(check, node->from, step, message);
}

static void check_integer(struct check *check, const struct tw_node *node, const struct tw_shape *shape, const struct step *step) {
  bool bounded = shape->max != 0;
  if (node->kind == TW_NODE_INTEGER && node->integer >= shape->min && (!bounded || node->integer <= shape->max)) {
    return;
  }
  char expected[96];
  if (bounded) {
    snprintf(expected, sizeof expected, "a whole number from %" PRId64 " to %" PRId64, shape->min, shape->max);
  } else {
    snprintf(expected, sizeof expected, "a whole number, at least %" PRId64, shape->min);
  }
  tell_other(check, node, step, expected);
}

static unsigned number_at(struct cm_str text, size_t at, size_t size) {
  unsigned number = 0;
  for (size_t i = at; i < at + size; i++) {
    number = text.at[i] >= '0' && text.at[i] <= '9' ? number * 10 + (unsigned)(text.at[i] - '0') : 100000;
  }
  return number;
}

static bool is_date(struct cm_str text) {
  if (text.size != 10 || text.at[4] != '-' || text.at[7] != '-') {
    return false;
  }
  static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  unsigned year = number_at(text, 0, 4), month = number_at(text, 5, 2), day = number_at(text, 8, 2);
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return year < 10000 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

// --- lists and maps ---

static void check_node(struct check *check, const struct tw_node *node, const struct tw_shape *shape, const struct step *step);

static void check_list(struct check *check, const struct tw_node *list, const struct tw_shape *item, const struct step *step) {
  for (size_t i = 0; i < list->count; i++) {
    struct step below = {.up = step, .index = i};
    check_node(check, list->items[i].value, item, &below);
  }
}

static void check_dict(struct check *check, const struct tw_node *map, const struct tw_shape *item, const struct step *step) {
  for (size_t i = 0; i < map->count; i++) {
    struct step below = {.up = step, .key = map->pairs[i].key};
    check_node(check, map->pairs[i].value, item, &below);
  }
}

static void tell_unknown(struct check *check, const struct tw_pair *pair, const struct tw_field *fields, const struct step *step) {
  const char *names[NAMES_MAX + 1];
  char all[200] = "", word[64], message[400], name[TW_SHORT];
  size_t count = 0, used = 0;
  for (; count < NAMES_MAX && fields[count].name; count++) {
    names[count] = fields[count].name;
    if (used < sizeof all) {
      used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", count ? ", " : "", names[count]);
    }
  }
  names[count] = NULL;
  snprintf(word, sizeof word, "%.*s", (int)(pair->key.size < 63 ? pair->key.size : 63), pair->key.at);
  const char *nearest = tw_nearest(word, names);
  if (nearest) {
    snprintf(message, sizeof message, "unknown key \"%s\"; did you mean \"%s\"?", tw_short(pair->key, name), nearest);
  } else {
    snprintf(message, sizeof message, "unknown key \"%s\"; there are: %s", tw_short(pair->key, name), all);
  }
  tell(check, pair->key_at, step, message);
}

static void check_map(struct check *check, const struct tw_node *map, const struct tw_field *fields, const struct step *step) {
  for (size_t i = 0; i < map->count; i++) {
    const struct tw_pair *pair = &map->pairs[i];
    const struct tw_field *field = fields;
    while (field->name && !cm_str_is(pair->key, field->name)) {
      field++;
    }
    if (!field->name) {
      tell_unknown(check, pair, fields, step);
      continue;
    }
    struct step below = {.up = step, .key = pair->key};
    check_node(check, pair->value, field->shape, &below);
  }
  for (const struct tw_field *field = fields; field->name; field++) {
    if (field->required && !tw_node_get(map, field->name)) {
      char message[128];
      snprintf(message, sizeof message, "the key \"%s\" is missing", field->name);
      tell(check, map->from, step, message);
    }
  }
}

// --- the walk ---

static void check_node(struct check *check, const struct tw_node *node, const struct tw_shape *shape, const struct step *step) {
  bool list = node->kind == TW_NODE_LIST, map = node->kind == TW_NODE_MAP;
  if (shape->null && node->kind == TW_NODE_NULL) {
    return;
  }
  switch (shape->kind) {
    case TW_SHAPE_ANY: return;
    case TW_SHAPE_TEXT:
      if (!tw_node_text(node).at) {
        tell_other(check, node, step, "a text");
      }
      return;
    case TW_SHAPE_BOOL:
      if (node->kind != TW_NODE_BOOL) {
        tell_other(check, node, step, "true or false");
      }
      return;
    case TW_SHAPE_INTEGER: check_integer(check, node, shape, step); return;
    case TW_SHAPE_CHOICE: check_choice(check, node, shape, step); return;
    case TW_SHAPE_DATE:
      if (!is_date(tw_node_text(node))) {
        tell_other(check, node, step, "a date like 2027-01-31");
      }
      return;
    case TW_SHAPE_LIST:
    case TW_SHAPE_ONE_OR_LIST:
      if (list) {
        check_list(check, node, shape->item, step);
      } else if (shape->kind == TW_SHAPE_ONE_OR_LIST) {
        check_node(check, node, shape->item, step);
      } else {
        tell_other(check, node, step, "a list");
      }
      return;
    case TW_SHAPE_MAP:
    case TW_SHAPE_DICT:
      if (!map) {
        tell_other(check, node, step, "a map");
      } else if (shape->kind == TW_SHAPE_MAP) {
        check_map(check, node, shape->fields, step);
      } else {
        check_dict(check, node, shape->item, step);
      }
      return;
  }
}

bool tw_doc_check(const struct tw_node *node, const struct tw_shape *shape, tw_fault_visit visit, void *context) {
  struct check check = {.visit = visit, .context = context, .good = true};
  if (node) {
    check_node(&check, node, shape, NULL);
  } else {
    tell(&check, (struct tw_mark){0}, NULL, "the document is empty");
  }
  return check.good;
}
