// Reading policies.
//
// The shape is a table that doc/check.h holds the document against: unknown keys, wrong kinds of value and words that are none of
// the list are told there, with the nearest valid one. What is left for this file is to take the values out, and to refuse what only
// makes sense together: two rules of one name, a rule that demands nothing, a pattern, range or size that is none.

#include "policy.h"

#include <stdarg.h>
#include <stdlib.h>

#include "doc/check.h"
#include "glob.h"

enum { PATTERN_LIMIT = 1000 };

const char *const tw_policy_kinds[TW_KIND_COUNT + 1] = {
    "env",    "config", "secret", "http-host", "dns-name", "keyvalue-bucket", "blobstore-container", "messaging-subject",
    "import", "export", NULL,
};

// In the order of enum cm_origin, enum cm_certainty, enum tw_level.
static const char *const origins[] = {"app", "runtime", NULL};
static const char *const certainties[] = {"declared", "exact", "possible", NULL};
static const char *const severities[] = {"note", "warning", "error", NULL};
static const char *const denials[] = {"deny", NULL};
static const char *const formats[] = {"tidewaiter.policy/1", NULL};

// --- the shape ---

static const struct tw_shape text = {.kind = TW_SHAPE_TEXT};
static const struct tw_shape texts = {.kind = TW_SHAPE_ONE_OR_LIST, .item = &text};
static const struct tw_shape count = {.kind = TW_SHAPE_INTEGER, .min = 0, .max = 1000000};
static const struct tw_shape date = {.kind = TW_SHAPE_DATE};
static const struct tw_shape a_format = {.kind = TW_SHAPE_CHOICE, .values = formats};
static const struct tw_shape a_kind = {.kind = TW_SHAPE_CHOICE, .values = tw_policy_kinds};
static const struct tw_shape kinds = {.kind = TW_SHAPE_ONE_OR_LIST, .item = &a_kind};
static const struct tw_shape an_origin = {.kind = TW_SHAPE_CHOICE, .values = origins};
static const struct tw_shape origins_shape = {.kind = TW_SHAPE_ONE_OR_LIST, .item = &an_origin};
static const struct tw_shape a_certainty = {.kind = TW_SHAPE_CHOICE, .values = certainties};
static const struct tw_shape certainties_shape = {.kind = TW_SHAPE_ONE_OR_LIST, .item = &a_certainty};
static const struct tw_shape a_severity = {.kind = TW_SHAPE_CHOICE, .values = severities};
static const struct tw_shape a_denial = {.kind = TW_SHAPE_CHOICE, .values = denials};

static const struct tw_field rule_fields[] = {
    {"id", &text, true},
    {"summary", &text, false},
    {"severity", &a_severity, false},
    {"message", &text, false},
    {"help", &text, false},
    {"url", &text, false},
    {"kind", &kinds, false},
    {"kinds", &kinds, false},
    {"key", &texts, false},
    {"origin", &origins_shape, false},
    {"certainty", &certainties_shape, false},
    {"instance", &texts, false},
    {"interface", &texts, false},
    {"version", &text, false},
    {"app", &texts, false},
    {"allow", &texts, false},
    {"deny", &texts, false},
    {"require", &texts, false},
    {"require-certainty", &certainties_shape, false},
    {"unresolved", &a_denial, false},
    {"allow-unresolved", &texts, false},
    {"max-needs", &count, false},
    {"max-unresolved", &count, false},
    {"max-size", &text, false},
    {NULL, NULL, false},
};
static const struct tw_shape a_rule = {.kind = TW_SHAPE_MAP, .fields = rule_fields};
static const struct tw_shape rules = {.kind = TW_SHAPE_LIST, .item = &a_rule};

static const struct tw_field waiver_fields[] = {
    {"rule", &text, true},   {"kind", &a_kind, false}, {"key", &texts, false},   {"app", &texts, false},
    {"reason", &text, true}, {"owner", &text, true},   {"expires", &date, true}, {NULL, NULL, false},
};
static const struct tw_shape a_waiver = {.kind = TW_SHAPE_MAP, .fields = waiver_fields};
static const struct tw_shape waivers = {.kind = TW_SHAPE_LIST, .item = &a_waiver};

static const struct tw_field policy_fields[] = {
    {"format", &a_format, true},
    {"rules", &rules, true},
    {"waivers", &waivers, false},
    {NULL, NULL, false},
};
static const struct tw_shape policy_shape = {.kind = TW_SHAPE_MAP, .fields = policy_fields};

// Where a rule's lists of patterns go.
static const struct {
  const char *key;
  size_t offset;
} rule_patterns[] = {
    {"key", offsetof(struct tw_policy_rule, keys)},
    {"instance", offsetof(struct tw_policy_rule, instances)},
    {"interface", offsetof(struct tw_policy_rule, interfaces)},
    {"app", offsetof(struct tw_policy_rule, apps)},
    {"allow", offsetof(struct tw_policy_rule, allow)},
    {"deny", offsetof(struct tw_policy_rule, deny)},
    {"require", offsetof(struct tw_policy_rule, require)},
    {"allow-unresolved", offsetof(struct tw_policy_rule, allow_unresolved)},
};

// Keys of which a rule must have one, or it could never find anything.
static const char *const demands[] = {"allow",          "deny",     "require", "require-certainty", "unresolved", "max-needs",
                                      "max-unresolved", "max-size", NULL};

// Lists of words that select nothing, or demand what nothing can meet, when they are empty.
static const char *const never_empty[] = {"kind", "kinds", "origin", "certainty", "require-certainty", NULL};

// --- reading ---

struct reader {
  struct cm_arena *arena;
  tw_policy_fault tell;
  void *context;
  bool bad;
};

static void refuse(struct reader *reader, struct tw_mark at, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void refuse(struct reader *reader, struct tw_mark at, const char *format, ...) {
  struct tw_fault fault = {.at = at};
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(fault.message, sizeof fault.message, format, arguments);
  va_end(arguments);
  reader->bad = true;
  reader->tell(reader->context, &fault);
}

static void refuse_memory(struct reader *reader) { refuse(reader, (struct tw_mark){0}, "out of memory"); }

// One that stands for a list of itself is read like the list.
static size_t each_count(const struct tw_node *node) { return !node ? 0 : node->kind == TW_NODE_LIST ? node->count : 1; }

static const struct tw_node *each_at(const struct tw_node *node, size_t i) {
  return node->kind == TW_NODE_LIST ? tw_node_at(node, i) : node;
}

// Kinds, origins, certainties: one bit for each word of the list.
static uint32_t read_words(const struct tw_node *node, const char *const *words) {
  uint32_t bits = 0;
  for (size_t i = 0; i < each_count(node); i++) {
    struct cm_str word = tw_node_text(each_at(node, i));
    for (uint32_t bit = 0; words[bit]; bit++) {
      bits |= (uint32_t)cm_str_is(word, words[bit]) << bit;
    }
  }
  return bits;
}

static struct tw_patterns read_patterns(struct reader *reader, const struct tw_node *node) {
  struct tw_patterns patterns = {.given = node != NULL};
  size_t all = each_count(node);
  struct tw_pattern *to = cm_alloc_array(reader->arena, all, sizeof *to);
  if (!to) {
    refuse_memory(reader);
    return patterns;
  }
  for (size_t i = 0; i < all; i++) {
    const struct tw_node *item = each_at(node, i);
    struct cm_str glob = tw_node_text(item);
    if (!tw_glob_valid(glob)) {
      refuse(reader, item->from,
             glob.size == 0 ? "an empty pattern fits nothing; '*' fits everything"
                            : "a pattern cannot end in a backslash; write '\\\\' for the character itself");
    } else if (glob.size > PATTERN_LIMIT) {
      refuse(reader, item->from, "a pattern of more than %d bytes", PATTERN_LIMIT);
    }
    to[i] = (struct tw_pattern){glob, item};
  }
  patterns.at = to;
  patterns.count = (uint32_t)all;
  return patterns;
}

static struct tw_budget read_count(const struct tw_node *rule, const char *key) {
  const struct tw_node *node = tw_node_get(rule, key);
  return (struct tw_budget){node != NULL, node && node->integer > 0 ? (uint64_t)node->integer : 0};
}

static struct tw_budget read_size(struct reader *reader, const struct tw_node *rule) {
  const struct tw_node *node = tw_node_get(rule, "max-size");
  struct tw_budget budget = {.given = node != NULL};
  if (node && !tw_size_read(tw_node_text(node), &budget.most)) {
    refuse(reader, node->from, "'%.*s' is no size; write bytes, or a number with kB, MB, GB, KiB, MiB or GiB: 2 MB",
           CM_STR_ARG(tw_node_text(node)));
  }
  return budget;
}

static bool is_id(struct cm_str id) {
  for (size_t i = 0; i < id.size; i++) {
    char c = id.at[i];
    bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!word && (i == 0 || !strchr("-_.", c))) {
      return false;
    }
  }
  return id.size > 0 && id.size <= 100;
}

static struct cm_str text_of(const struct tw_node *map, const char *key) {
  struct cm_str value = tw_node_text(tw_node_get(map, key));
  return value.at ? value : CM_STR("");
}

static void check_demands(struct reader *reader, const struct tw_policy_rule *rule) {
  bool some = false;
  for (size_t i = 0; demands[i] && !some; i++) {
    some = tw_node_get(rule->node, demands[i]) != NULL;
  }
  int id_size = (int)rule->id.size;
  if (!some) {
    refuse(reader, rule->node->from,
           "rule '%.*s' demands nothing; give it allow, deny, require, require-certainty, unresolved, max-needs, max-unresolved or "
           "max-size",
           id_size, rule->id.at);
  }
  if (rule->allow_unresolved.given && !rule->deny_unresolved) {
    refuse(reader, tw_node_get(rule->node, "allow-unresolved")->from,
           "'allow-unresolved' lists exceptions from 'unresolved: deny', which rule '%.*s' does not say", id_size, rule->id.at);
  }
  for (size_t i = 0; never_empty[i]; i++) {
    const struct tw_node *list = tw_node_get(rule->node, never_empty[i]);
    if (list && list->kind == TW_NODE_LIST && list->count == 0) {
      refuse(reader, list->from, "'%s' of rule '%.*s' is empty, so that nothing fits; leave it out for everything", never_empty[i],
             id_size, rule->id.at);
    }
  }
  if (tw_node_get(rule->node, "kind") && tw_node_get(rule->node, "kinds")) {
    refuse(reader, tw_node_get(rule->node, "kinds")->from, "'kind' and 'kinds' are the same; give one of them");
  }
}

static void read_rule(struct reader *reader, const struct tw_node *node, struct tw_policy_rule *rule) {
  rule->node = node;
  rule->id = text_of(node, "id");
  rule->summary = text_of(node, "summary");
  rule->message = text_of(node, "message");
  rule->help = text_of(node, "help");
  rule->url = text_of(node, "url");
  const struct tw_node *severity = tw_node_get(node, "severity");
  uint32_t bits = read_words(severity, severities);
  rule->severity = bits & 1U << TW_NOTE ? TW_NOTE : bits & 1U << TW_WARNING ? TW_WARNING : TW_ERROR;
  rule->kinds = read_words(tw_node_get(node, "kind"), tw_policy_kinds) | read_words(tw_node_get(node, "kinds"), tw_policy_kinds);
  rule->kinds = rule->kinds ? rule->kinds : TW_KINDS_OF_NEEDS;
  rule->origins = read_words(tw_node_get(node, "origin"), origins);
  rule->origins = rule->origins ? rule->origins : TW_ALL_ORIGINS;
  rule->certainties = read_words(tw_node_get(node, "certainty"), certainties);
  rule->certainties = rule->certainties ? rule->certainties : 1 << CM_DECLARED | 1 << CM_EXACT | 1 << CM_POSSIBLE;
  rule->require_certainty = read_words(tw_node_get(node, "require-certainty"), certainties);
  rule->deny_unresolved = tw_node_get(node, "unresolved") != NULL;
  for (size_t i = 0; i < sizeof rule_patterns / sizeof rule_patterns[0]; i++) {
    struct tw_patterns patterns = read_patterns(reader, tw_node_get(node, rule_patterns[i].key));
    memcpy((char *)rule + rule_patterns[i].offset, &patterns, sizeof patterns);
  }
  rule->max_needs = read_count(node, "max-needs");
  rule->max_unresolved = read_count(node, "max-unresolved");
  rule->max_size = read_size(reader, node);
  const struct tw_node *version = tw_node_get(node, "version");
  if (version && !tw_range_read(reader->arena, tw_node_text(version), &rule->versions)) {
    refuse(reader, version->from, "'%.*s' is no range of versions; examples: ^0.2, '>=0.2.3 <0.3', 1.x, '0.2.0 || 0.2.6'",
           CM_STR_ARG(tw_node_text(version)));
  }
  if (!is_id(rule->id)) {
    refuse(reader, tw_node_get(node, "id")->from, "'%.*s' is no name for a rule: letters, digits, '-', '_' and '.', 100 at most",
           CM_STR_ARG(rule->id));
  }
  check_demands(reader, rule);
}

static void read_waiver(struct reader *reader, const struct tw_node *node, struct tw_policy_waiver *waiver) {
  waiver->node = node;
  waiver->rule = text_of(node, "rule");
  waiver->kind = text_of(node, "kind");
  waiver->reason = text_of(node, "reason");
  waiver->owner = text_of(node, "owner");
  waiver->expires = text_of(node, "expires");
  waiver->keys = read_patterns(reader, tw_node_get(node, "key"));
  waiver->apps = read_patterns(reader, tw_node_get(node, "app"));
  static const char *const said[] = {"rule", "reason", "owner"};
  for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
    if (text_of(node, said[i]).size == 0) {
      refuse(reader, tw_node_get(node, said[i])->from, "'%s' of a waiver is empty; say it, so that others can judge", said[i]);
    }
  }
}

static int by_id(const void *a, const void *b) {
  const struct tw_policy_rule *const *x = a;
  const struct tw_policy_rule *const *y = b;
  int order = cm_str_compare((*x)->id, (*y)->id);
  return order ? order : (*x > *y) - (*x < *y);
}

static void check_ids(struct reader *reader, const struct tw_policy *policy) {
  const struct tw_policy_rule **sorted = cm_alloc_array(reader->arena, policy->rule_count, sizeof *sorted);
  if (!sorted) {
    refuse_memory(reader);
    return;
  }
  for (uint32_t i = 0; i < policy->rule_count; i++) {
    sorted[i] = &policy->rules[i];
  }
  qsort(sorted, policy->rule_count, sizeof(void *), by_id);
  for (uint32_t i = 1; i < policy->rule_count; i++) {
    if (cm_str_equal(sorted[i]->id, sorted[i - 1]->id)) {
      const struct tw_node *first = tw_node_get(sorted[i - 1]->node, "id");
      refuse(reader, tw_node_get(sorted[i]->node, "id")->from, "there is a rule '%.*s' already, in line %u; names must differ",
             CM_STR_ARG(sorted[i]->id), (unsigned)first->from.line);
    }
  }
}

static void fill(struct reader *reader, struct tw_policy *policy) {
  const struct tw_node *list = tw_node_get(policy->root, "rules");
  const struct tw_node *waiver_list = tw_node_get(policy->root, "waivers");
  size_t waiver_count = waiver_list ? waiver_list->count : 0;
  struct tw_policy_rule *to = cm_alloc_array(reader->arena, list->count, sizeof *to);
  struct tw_policy_waiver *waived = cm_alloc_array(reader->arena, waiver_count, sizeof *waived);
  if (!to || !waived) {
    refuse_memory(reader);
    return;
  }
  for (size_t i = 0; i < list->count; i++) {
    read_rule(reader, tw_node_at(list, i), &to[i]);
  }
  for (size_t i = 0; i < waiver_count; i++) {
    read_waiver(reader, tw_node_at(waiver_list, i), &waived[i]);
  }
  policy->rules = to;
  policy->rule_count = (uint32_t)list->count;
  policy->waivers = waived;
  policy->waiver_count = (uint32_t)waiver_count;
  check_ids(reader, policy);
}

static void hand_on(void *context, const struct tw_fault *fault) {
  struct reader *reader = context;
  reader->bad = true;
  reader->tell(reader->context, fault);
}

bool tw_policy_read(struct cm_arena *arena, const char *path, struct cm_span bytes, struct tw_policy *policy, tw_policy_fault tell,
                    void *context) {
  struct reader reader = {.arena = arena, .tell = tell, .context = context};
  struct tw_doc *docs;
  size_t doc_count;
  struct tw_fault fault;
  *policy = (struct tw_policy){.path = path, .bytes = bytes};
  if (!tw_doc_read(arena, path, bytes, &docs, &doc_count, &fault)) {
    hand_on(&reader, &fault);
    return false;
  }
  if (doc_count != 1 || !docs[0].root) {
    struct tw_mark at = doc_count > 1 ? docs[1].from : (struct tw_mark){1, 1, 0};
    refuse(&reader, at, doc_count > 1 ? "a policy is one document; this file holds several" : "the file holds no document");
    return false;
  }
  policy->root = docs[0].root;
  if (tw_doc_check(policy->root, &policy_shape, hand_on, &reader)) {
    fill(&reader, policy);
  }
  return !reader.bad;
}
