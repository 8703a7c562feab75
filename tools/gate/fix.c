// Proposing changes of policies.

#include "fix.h"

#include <stdio.h>
#include <stdlib.h>

#include "change.h"
#include "doc/json.h"
#include "doc/scalar.h"
#include "glob.h"

// "allow it in policy.yaml"
static struct cm_str what_of(struct tw_collector *to, const char *order, const char *path) {
  return tw_collect_format(to, "%s in %s", order, path);
}

static struct tw_node *string_in(struct tw_change_maker *maker, struct cm_str text) {
  return tw_node_string(&maker->scratch, text);
}

// A word as it may stand within [ ]: in quotes where it is not all letters, digits and the like.
static void put_flow_word(FILE *to, const struct tw_node *node) {
  struct cm_str text = tw_node_text(node);
  struct tw_json json = tw_json_to(to, TW_JSON_COMPACT);
  tw_json_string(&json, NULL, text);
}

// A single word that stands for a list of itself becomes that list, with the new one behind it.
static void add_to_word(struct tw_change_maker *maker, struct tw_finding *finding, const struct tw_node *word, struct cm_str glob,
                        struct cm_str what) {
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  if (!stream) {
    maker->to->failed = true;
    tw_change_end(maker, finding, false, what);
    return;
  }
  fputc('[', stream);
  put_flow_word(stream, word);
  fputs(", ", stream);
  put_flow_word(stream, &(struct tw_node){.kind = TW_NODE_STRING, .text = glob});
  fputc(']', stream);
  fclose(stream);
  tw_change_end_with(maker, finding, word->from.offset, word->to.offset, (struct cm_str){text, size}, what);
  free(text);
}

void tw_fix_allow(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy,
                  const struct tw_policy_rule *rule, const char *key, struct cm_str glob) {
  struct tw_change_maker maker;
  struct tw_entry_place rule_at = tw_entry_find(policy->root, rule->node);
  struct tw_entry_place at = tw_entry_member(rule->node, key);
  if (!glob.at || !rule_at.in || !tw_change_begin(&maker, to, policy->path, policy->bytes)) {
    return;
  }
  struct cm_str what = what_of(to, "allow it", policy->path);
  const struct tw_node *value = at.in ? at.in->pairs[at.index].value : NULL;
  if (value && value->kind != TW_NODE_LIST && value->kind != TW_NODE_MAP && value->kind != TW_NODE_NULL) {
    add_to_word(&maker, finding, value, glob, what);
    return;
  }
  bool good;
  struct tw_node *item = string_in(&maker, glob);
  if (at.in) {
    const char *const path[] = {key, NULL};
    good = tw_change_put(&maker, rule_at, rule->node, path, item);
  } else {
    struct tw_node *list = tw_node_list(&maker.scratch);
    tw_node_add(&maker.scratch, list, item);
    struct tw_entry_place beside = tw_entry_member(rule->node, "unresolved");
    good = list && tw_edit_add_member(&maker.edit, rule->node, beside.in ? (ptrdiff_t)beside.index : TW_EDIT_END,
                                      &(struct tw_pair){.key = cm_str_of(key), .value = list});
  }
  tw_change_end(&maker, finding, good, what);
}

void tw_fix_raise(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy,
                  const struct tw_policy_rule *rule, const char *key, struct cm_str value) {
  struct tw_change_maker maker;
  struct tw_entry_place at = tw_entry_member(rule->node, key);
  if (at.in && tw_change_begin(&maker, to, policy->path, policy->bytes)) {
    struct tw_node said = {.text = value};
    said.kind = tw_scalar_kind(value, &said.integer, &said.truth);
    bool good = tw_edit_set(&maker.edit, at.in->pairs[at.index].value, &said);
    tw_change_end(&maker, finding, good, what_of(to, "allow so much", policy->path));
  }
}

static struct tw_node *waiver_of(struct tw_change_maker *maker, struct cm_str rule, const char *kind, struct cm_str key) {
  struct cm_arena *scratch = &maker->scratch;
  struct tw_node *waiver = tw_node_map(scratch);
  tw_node_put(scratch, waiver, "rule", tw_node_string(scratch, rule));
  if (kind) {
    tw_node_put(scratch, waiver, "kind", tw_node_words(scratch, kind));
  }
  if (key.size > 0) {
    tw_node_put(scratch, waiver, "key", tw_node_string(scratch, tw_glob_of_key(scratch, key)));
  }
  // A waiver without a reason and an owner is refused, so that nobody can leave them out.
  struct tw_pair *pair = tw_node_put(scratch, waiver, "reason", tw_node_words(scratch, ""));
  if (pair) {
    pair->behind = "why it may stay";
  }
  pair = tw_node_put(scratch, waiver, "owner", tw_node_words(scratch, ""));
  if (pair) {
    pair->behind = "who answers for it";
  }
  tw_node_put(scratch, waiver, "expires", tw_node_string(scratch, maker->to->until));
  return scratch->refused ? NULL : waiver;
}

void tw_fix_waive(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy, struct cm_str rule,
                  const char *kind, struct cm_str key) {
  struct tw_change_maker maker;
  if (!tw_change_begin(&maker, to, policy->path, policy->bytes)) {
    return;
  }
  struct tw_node *waiver = waiver_of(&maker, rule, kind, key);
  bool good = waiver != NULL;
  if (good && tw_entry_member(policy->root, "waivers").in) {
    static const char *const path[] = {"waivers", NULL};
    good = tw_change_put(&maker, (struct tw_entry_place){0}, policy->root, path, waiver);
  } else if (good) {
    struct tw_node *list = tw_node_list(&maker.scratch);
    tw_node_add(&maker.scratch, list, waiver);
    good = list &&
           tw_edit_add_member(&maker.edit, policy->root, TW_EDIT_END, &(struct tw_pair){.key = CM_STR("waivers"), .value = list});
  }
  tw_change_end(&maker, finding, good, what_of(to, "waive it for a time", policy->path));
}

void tw_fix_drop(struct tw_collector *to, struct tw_finding *finding, const struct tw_policy *policy, const struct tw_node *entry) {
  struct tw_entry_place at = tw_entry_find(policy->root, entry);
  // A rule whose only pattern were gone would select something else, or demand nothing.
  bool only_pattern = at.in && at.in->count == 1 && entry->kind != TW_NODE_MAP;
  if (at.in && at.in->kind == TW_NODE_LIST && !only_pattern) {
    tw_change_remove(to, finding, policy->path, policy->bytes, at, what_of(to, "take it out", policy->path));
  }
}
