// The policy to begin with.
//
// For each kind that some file needs there is a rule that lists the keys, with who asks in a comment; one more rule closes all kinds that
// nobody needs. Since rules are demands that must all hold, several files get the rules of all of them together, which also hold for files
// to come, and beside them a narrower rule for each file that needs less of a kind than all together. What is undecided today is
// allowed by its pattern, and its number is held.

#include "init.h"

#include <stdlib.h>

#include "doc/write.h"
#include "glob.h"
#include "policy.h"
#include "report/needs_words.h"
#include "report/text.h"

struct line {
  struct cm_str pattern;
  const char *comment;
  bool covered;  // by another one
};

// What a set of files has of one kind.
struct set {
  struct line *lines, *undecided;
  size_t count, room, undecided_count, undecided_room;
  uint64_t places;  // undecided ones in the file that has most
};

struct draft {
  struct cm_arena *arena;
  const struct tw_needs_document *const *documents;
  size_t count;
  struct tw_node *rules;
};

// --- gathering ---

static bool add_line(struct cm_arena *arena, struct line **lines, size_t *count, size_t *room, struct cm_str pattern,
                     struct cm_str comment) {
  // An end of line would end the comment.
  const char *text = comment.size ? cm_alloc_text(arena, comment.at, comment.size) : NULL;
  if (!pattern.at || !cm_grow(arena, lines, room, *count, sizeof **lines)) {
    return false;
  }
  (*lines)[(*count)++] = (struct line){.pattern = pattern, .comment = text};
  return true;
}

static bool gather_needs(struct draft *draft, const struct tw_needs_document *document, int kind, struct set *set) {
  struct tw_needs_words words = tw_needs_words_of(draft->arena, &document->needs);
  bool good = true;
  for (uint32_t i = 0; i < document->needs.need_count && good; i++) {
    const struct cm_need *need = &document->needs.needs[i];
    if ((int)need->kind != kind) {
      continue;
    }
    struct cm_str who = need->origin == CM_ORIGIN_RUNTIME ? CM_STR("the language's own library") : tw_word_places(&words, need);
    who = need->certainty == CM_POSSIBLE ? tw_word(&words, "possible, %.*s", CM_STR_ARG(who)) : who;
    good = add_line(draft->arena, &set->lines, &set->count, &set->room, tw_glob_of_key(draft->arena, need->key), who);
  }
  return good && !words.failed;
}

static bool gather_imports(struct draft *draft, const struct tw_needs_document *document, struct set *set) {
  bool good = true;
  for (uint32_t i = 0; i < document->needs.import_count && good; i++) {
    const struct cm_needs_import *import = &document->needs.imports[i];
    struct cm_str name = tw_interface_of(import->has_implements ? import->implements : import->name);
    good = add_line(draft->arena, &set->lines, &set->count, &set->room, tw_glob_of_key(draft->arena, name), CM_STR(""));
  }
  return good;
}

static bool gather_undecided(struct draft *draft, const struct tw_needs_document *document, int kind, struct set *set) {
  struct tw_needs_words words = tw_needs_words_of(draft->arena, &document->needs);
  uint64_t places = 0;
  bool good = true;
  for (uint32_t i = 0; i < document->needs.unresolved_count && good; i++) {
    const struct cm_unresolved *place = &document->needs.unresolved[i];
    if ((int)place->kind != kind) {
      continue;
    }
    places += tw_undecided_places(place);
    bool known = place->has_pattern && place->pattern.size > 0;
    struct cm_str pattern = known ? tw_glob_of_pattern(draft->arena, place->pattern) : CM_STR("*");
    struct cm_str comment = place->evidence_count ? tw_word_exact_place(&words, &place->evidence[0]) : CM_STR("");
    good = add_line(draft->arena, &set->undecided, &set->undecided_count, &set->undecided_room, pattern,
                    tw_word(&words, "%s%s%.*s", cm_reasons[place->reason], comment.size ? ": " : "", CM_STR_ARG(comment)));
  }
  set->places = places > set->places ? places : set->places;
  return good && !words.failed;
}

static int by_pattern(const void *a, const void *b) {
  const struct line *x = a, *y = b;
  int order = cm_str_compare(x->pattern, y->pattern);
  return order ? order : (x->comment && y->comment ? strcmp(x->comment, y->comment) : (x->comment != NULL) - (y->comment != NULL));
}

static size_t sort_lines(struct line *lines, size_t count) {
  size_t kept = 0;
  if (count > 0) {
    qsort(lines, count, sizeof *lines, by_pattern);
  }
  for (size_t i = 0; i < count; i++) {
    if (kept == 0 || !cm_str_equal(lines[kept - 1].pattern, lines[i].pattern)) {
      lines[kept++] = lines[i];
    }
  }
  return kept;
}

// What another pattern lets through as well need not be said.
static size_t drop_covered(struct line *lines, size_t count, bool fold) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    bool covered = false;
    for (size_t k = 0; k < count && !covered; k++) {
      covered = k != i && tw_glob_covers(lines[k].pattern, lines[i].pattern, fold) &&
                (k < i || !tw_glob_covers(lines[i].pattern, lines[k].pattern, fold));
    }
    lines[i].covered = covered;
  }
  for (size_t i = 0; i < count; i++) {
    if (!lines[i].covered) {
      lines[kept++] = lines[i];
    }
  }
  return kept;
}

// What the documents from `first` on, `count` of them, have of a kind.
static bool gather(struct draft *draft, size_t first, size_t count, int kind, struct set *set) {
  *set = (struct set){0};
  for (size_t i = first; i < first + count; i++) {
    const struct tw_needs_document *document = draft->documents[i];
    bool good = kind == TW_KIND_IMPORT ? gather_imports(draft, document, set)
                                       : gather_needs(draft, document, kind, set) && gather_undecided(draft, document, kind, set);
    if (!good) {
      return false;
    }
  }
  set->count = sort_lines(set->lines, set->count);
  set->undecided_count = sort_lines(set->undecided, set->undecided_count);
  set->undecided_count = drop_covered(set->undecided, set->undecided_count, tw_kind_folds(kind));
  return true;
}

// --- writing ---

static void put_lines(struct draft *draft, struct tw_node *rule, const char *key, const struct line *lines, size_t count) {
  struct tw_node *list = tw_node_list(draft->arena);
  for (size_t i = 0; i < count; i++) {
    struct tw_item *item = tw_node_add(draft->arena, list, tw_node_string(draft->arena, lines[i].pattern));
    if (item) {
      item->behind = lines[i].comment;
    }
  }
  if (list) {
    list->flow = count == 0;
  }
  tw_node_put(draft->arena, rule, key, list);
}

static struct tw_node *start_rule(struct draft *draft, struct cm_str id, const char *comment) {
  struct tw_node *rule = tw_node_map(draft->arena);
  struct tw_item *item = tw_node_add(draft->arena, draft->rules, rule);
  if (item) {
    item->before = comment;
  }
  tw_node_put(draft->arena, rule, "id", tw_node_string(draft->arena, id));
  return rule;
}

static void put_demands(struct draft *draft, struct tw_node *rule, int kind, const struct set *set) {
  tw_node_put(draft->arena, rule, "kind", tw_node_words(draft->arena, tw_policy_kinds[kind]));
  put_lines(draft, rule, "allow", set->lines, set->count);
  if (kind == TW_KIND_IMPORT) {
    return;
  }
  tw_node_put(draft->arena, rule, "unresolved", tw_node_words(draft->arena, "deny"));
  if (set->undecided_count > 0) {
    put_lines(draft, rule, "allow-unresolved", set->undecided, set->undecided_count);
    tw_node_put(draft->arena, rule, "max-unresolved", tw_node_integer(draft->arena, (int64_t)set->places));
  }
}

static const char *const explanations[TW_KIND_COUNT] = {
    [CM_NEED_ENV] = "Environment variables.",
    [CM_NEED_CONFIG] = "Keys of wasi:config.",
    [CM_NEED_SECRET] = "Secrets.",
    [CM_NEED_HTTP_HOST] = "Hosts that requests go to.",
    [CM_NEED_DNS_NAME] = "Names that are looked up.",
    [CM_NEED_KEYVALUE_BUCKET] = "Buckets of key-value stores.",
    [CM_NEED_BLOBSTORE_CONTAINER] = "Containers of blob stores.",
    [CM_NEED_MESSAGING_SUBJECT] = "Subjects that messages are sent to.",
    [TW_KIND_IMPORT] = "Interfaces that are imported; a version can be demanded with 'version'.",
};

static bool is_empty(const struct set *set) { return set->count == 0 && set->undecided_count == 0; }

static bool is_same(const struct set *a, const struct set *b) {
  return a->count == b->count && a->undecided_count == b->undecided_count && a->places == b->places;
}

// A narrower rule for each file that has less of the kind than all together.
static bool draft_each(struct draft *draft, int kind, const struct set *all) {
  for (size_t i = 0; i < draft->count && draft->count > 1; i++) {
    struct set one;
    if (!gather(draft, i, 1, kind, &one)) {
      return false;
    }
    if (is_same(&one, all)) {
      continue;
    }
    const char *path = draft->documents[i]->path;
    struct tw_node *rule =
        start_rule(draft, cm_alloc_format(draft->arena, "%s-%zu", tw_policy_kinds[kind], i + 1), "The part of one file.");
    tw_node_put(draft->arena, rule, "app", tw_node_string(draft->arena, tw_glob_of_key(draft->arena, cm_str_of(path))));
    put_demands(draft, rule, kind, &one);
  }
  return true;
}

static bool draft_kind(struct draft *draft, int kind, uint32_t *unused) {
  struct set all;
  if (!gather(draft, 0, draft->count, kind, &all)) {
    return false;
  }
  if (is_empty(&all) && kind != TW_KIND_IMPORT) {
    *unused |= 1U << kind;
    return true;
  }
  const char *name = kind == TW_KIND_IMPORT ? "imports" : tw_policy_kinds[kind];
  put_demands(draft, start_rule(draft, cm_str_of(name), explanations[kind]), kind, &all);
  return draft_each(draft, kind, &all);
}

static void draft_rest(struct draft *draft, uint32_t unused) {
  if (unused == 0) {
    return;
  }
  struct tw_node *rule = start_rule(draft, CM_STR("nothing-else"), "What nobody needs today.");
  struct tw_node *kinds = tw_node_list(draft->arena);
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    if (unused >> kind & 1) {
      tw_node_add(draft->arena, kinds, tw_node_words(draft->arena, tw_policy_kinds[kind]));
    }
  }
  if (kinds) {
    kinds->flow = true;
  }
  tw_node_put(draft->arena, rule, "kinds", kinds);
  put_lines(draft, rule, "allow", NULL, 0);
  tw_node_put(draft->arena, rule, "unresolved", tw_node_words(draft->arena, "deny"));
}

// "What shop.wasm may need …", with the names made safe for a comment.
static const char *heading(struct draft *draft) {
  struct cm_str names = CM_STR("");
  for (size_t i = 0; i < draft->count && i < 5; i++) {
    struct cm_str name = tw_text_safe(draft->arena, cm_str_of(draft->documents[i]->path));
    names = cm_alloc_format(draft->arena, "%.*s%s%.*s", CM_STR_ARG(names), i ? ", " : "", CM_STR_ARG(name));
  }
  struct cm_str text = cm_alloc_format(draft->arena,
                                       "What may be needed: exactly what is needed today%s%.*s%s\n"
                                       "Anything new fails `tidewaiter gate --policy` until it is added here, or waived below:\n"
                                       "\n"
                                       "waivers:\n"
                                       "  - rule: env\n"
                                       "    key: LEGACY_MODE\n"
                                       "    reason: why it may stay\n"
                                       "    owner: who answers for it\n"
                                       "    expires: 2027-01-31",
                                       draft->count ? " by " : "", CM_STR_ARG(names), draft->count > 5 ? " and others." : ".");
  return text.at;
}

bool tw_policy_init(FILE *to, struct cm_arena *arena, const struct tw_needs_document *const *documents, size_t count) {
  struct draft draft = {.arena = arena, .documents = documents, .count = count, .rules = tw_node_list(arena)};
  uint32_t unused = 0;
  bool good = true;
  for (int kind = 0; kind <= TW_KIND_IMPORT && good; kind++) {
    good = draft_kind(&draft, kind, &unused);
  }
  draft_rest(&draft, unused);
  struct tw_node *root = tw_node_map(arena);
  tw_node_put(arena, root, "format", tw_node_words(arena, "tidewaiter.policy/1"));
  tw_node_put(arena, root, "rules", draft.rules);
  struct tw_doc doc = {.path = "policy.yaml", .root = root, .before = heading(&draft)};
  if (!good || !root || !doc.before || arena->refused) {
    return false;
  }
  tw_yaml_write(to, &doc, 1, true);
  return true;
}
