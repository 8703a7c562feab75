// Merging what was generated into what people wrote.
//
// One walk goes down the existing and the generated tree together and notes splices (edit.h). At each collection three things happen, in
// this order, since the order of splices at one place is that of the calls: what both have is walked, what is missing is added, what is
// surplus is marked. The walk keeps its path as text, which the rules are looked up by.
//
// The proof is the same walk again: over the result it must find nothing to change. And the existing tree must be part of the new one.

#include "merge.h"

#include <stdio.h>
#include <stdlib.h>

#include "edit.h"
#include "merge_parts.h"
#include "read_parts.h"
#include "write.h"

// Where the walk is.
struct place {
  const struct place *up;
  struct cm_str path;        // as rules have it; "" for a document
  struct cm_str shown;       // for people: "ConfigMap app-env: data.LOG_LEVEL"
  const struct tw_node *in;  // of what this place is an entry of, in the existing tree; NULL for a document
  size_t index;
  bool frozen;  // an alias or a merge key brought it: it cannot be changed here
};

struct walk {
  struct cm_arena *arena;
  const struct tw_merge_options *options;
  struct tw_edit edit;
  struct tw_fault *fault;
  struct cm_str kind;  // of the document
  struct tw_change *changes;
  size_t change_count, change_room;
};

// --- telling ---

static bool no_memory(struct walk *walk) { return tw_fault_memory(walk->fault); }

static bool fail(struct walk *walk, const struct place *place, struct tw_mark at, const char *why) {
  return tw_fault_set(walk->fault, at, "%.*s: cannot be merged: %s", CM_STR_ARG(place->shown), why);
}

// After a call of edit.h that failed.
static bool edit_failed(struct walk *walk, const struct place *place, struct tw_mark at) {
  return walk->arena->refused ? no_memory(walk) : fail(walk, place, at, walk->edit.why ? walk->edit.why : "not understood");
}

static bool note(struct walk *walk, enum tw_change_kind kind, struct cm_str where, struct cm_str what, struct tw_mark at) {
  if (!where.at || !what.at ||
      !cm_grow(walk->arena, &walk->changes, &walk->change_room, walk->change_count, sizeof *walk->changes)) {
    return no_memory(walk);
  }
  walk->changes[walk->change_count++] = (struct tw_change){kind, where, what, at.line};
  return true;
}

// A value on one line, for the list of changes. .at NULL: no memory.
static struct cm_str brief(struct walk *walk, const struct tw_node *node) {
  struct cm_str text = tw_node_text(node);
  char part[TW_SHORT];
  if (node->kind == TW_NODE_MAP || node->kind == TW_NODE_LIST) {
    return cm_alloc_format(walk->arena, "%s", node->count == 0 ? (node->kind == TW_NODE_MAP ? "{}" : "[]") : "");
  }
  return cm_alloc_format(walk->arena, "%s", text.at ? tw_short(text, part) : "null");
}

static struct place below(struct walk *walk, const struct place *place, struct cm_str path, struct cm_str shown,
                          const struct tw_node *in, size_t index) {
  const char *point = place->path.size > 0 && path.at[0] != '[' ? "." : "";
  char part[TW_SHORT];
  const char *start = place->up ? point : ": ";
  bool frozen = place->frozen || (in && (in->alias || (in->kind == TW_NODE_MAP && index < in->count && in->pairs[index].merged)));
  return (struct place){
      .up = place,
      .path = cm_alloc_format(walk->arena, "%.*s%s%.*s", CM_STR_ARG(place->path), point, CM_STR_ARG(path)),
      .shown = cm_alloc_format(walk->arena, "%.*s%s%s", CM_STR_ARG(place->shown), start, tw_short(shown, part)),
      .in = in,
      .index = index,
      .frozen = frozen,
  };
}

static struct place at_key(struct walk *walk, const struct place *place, struct cm_str key, const struct tw_node *in,
                           size_t index) {
  return below(walk, place, key, key, in, index);
}

// An item is shown by its text or its identity: `hostInterfaces[wasi,http]`.
static struct place at_item(struct walk *walk, const struct place *place, const struct tw_node *item, const char *identity,
                            const struct tw_node *in, size_t index) {
  struct cm_str name = item->kind == TW_NODE_MAP ? tw_merge_name(walk->arena, item, identity) : tw_node_text(item);
  char part[TW_SHORT];
  struct cm_str shown = cm_alloc_format(walk->arena, "[%s]", name.at ? tw_short(name, part) : "");
  return below(walk, place, CM_STR("[]"), shown.at ? shown : CM_STR("[]"), in, index);
}

static struct tw_merge_rule rule_at(const struct walk *walk, const struct place *place) {
  return tw_merge_rule_of(walk->options, walk->kind, place->path);
}

// --- marks ---

// The nearest entry that a comment can be given: the place itself, or what holds the [ ] or { } around it.
static const struct place *markable(const struct place *place) {
  while (place->in && place->in->flow) {
    place = place->up;
  }
  return place;
}

// The comment for an entry: in flow style it names the entry, since it stands elsewhere.
static struct cm_str mark_text(struct walk *walk, const struct tw_node *in, size_t index) {
  if (!in->flow) {
    return CM_STR(TW_MERGE_MARK);
  }
  struct cm_str name = in->kind == TW_NODE_MAP ? in->pairs[index].key : tw_merge_name(walk->arena, in->items[index].value, "name");
  char part[TW_SHORT];
  return cm_alloc_format(walk->arena, "%s: %s", TW_MERGE_MARK, tw_short(name, part));
}

// Marks the entry as no longer needed, or takes the mark away. `root` is the document's.
static bool mark(struct walk *walk, const struct place *place, const struct tw_node *root, const struct tw_node *in, size_t index,
                 bool surplus) {
  struct place here = {.up = place, .in = in, .index = index};
  if (place->frozen || in->alias || (in->kind == TW_NODE_MAP && in->pairs[index].merged)) {
    return true;
  }
  const struct place *at = markable(&here);
  struct cm_str text = mark_text(walk, in, index);
  if (!text.at) {
    return no_memory(walk);
  }
  bool has = tw_edit_has_comment(&walk->edit, at->in, at->index, root, text.at);
  if (has == surplus) {
    return true;
  }
  struct tw_mark line = in->kind == TW_NODE_MAP ? in->pairs[index].key_at : in->items[index].value->from;
  struct place told = in->kind == TW_NODE_MAP
                          ? at_key(walk, place, in->pairs[index].key, in, index)
                          : at_item(walk, place, in->items[index].value, rule_at(walk, place).identity, in, index);
  if (surplus) {
    // Where no comment can stand, there is none: that is no reason to fail.
    return !tw_edit_add_comment(&walk->edit, at->in, at->index, root, text.at) ||
           note(walk, TW_CHANGE_MARKED, told.shown, CM_STR(""), line);
  }
  if (!tw_edit_drop_comment(&walk->edit, at->in, at->index, root, text.at)) {
    return edit_failed(walk, place, line);
  }
  return note(walk, TW_CHANGE_UNMARKED, told.shown, CM_STR(""), line);
}

// --- values ---

static bool merge_value(struct walk *walk, const struct place *place, const struct tw_node *root, const struct tw_node *old,
                        const struct tw_node *new);

static bool frozen(struct walk *walk, const struct place *place, const struct tw_node *old) {
  return fail(walk, place, old->from, "something must be changed in it, but an alias brought it here; write it out");
}

static bool merge_scalar(struct walk *walk, const struct place *place, const struct tw_node *old, const struct tw_node *new) {
  struct cm_str mine = tw_node_text(old), theirs = tw_node_text(new);
  if (old->kind == new->kind ? old->kind == TW_NODE_NULL || cm_str_equal(mine, theirs) : mine.at && cm_str_equal(mine, theirs)) {
    return true;
  }
  bool follows = rule_at(walk, place).flags & TW_MERGE_FOLLOWS;
  struct cm_str from = brief(walk, old), to = brief(walk, new);
  struct cm_str what = cm_alloc_format(walk->arena, "%.*s, generated: %.*s", CM_STR_ARG(from), CM_STR_ARG(to));
  if (!follows || !theirs.at) {
    return note(walk, TW_CHANGE_KEPT, place->shown, what, old->from);
  }
  if (place->frozen) {
    return frozen(walk, place, old);
  }
  if (!tw_edit_set(&walk->edit, old, new)) {
    return edit_failed(walk, place, old->from);
  }
  // So that the proof looks for what it says from now on. The tree is the walk's own.
  struct tw_node *changed = (struct tw_node *)old;
  changed->kind = new->kind;
  changed->text = theirs;
  return note(walk, TW_CHANGE_SET, place->shown, what, old->from);
}

static ptrdiff_t find_key(const struct tw_node *map, struct cm_str key) {
  for (size_t i = 0; i < map->count; i++) {
    if (cm_str_equal(map->pairs[i].key, key)) {
      return (ptrdiff_t)i;
    }
  }
  return -1;
}

// Adds what is missing of a map behind the member that comes before it in the generated one.
static bool add_members(struct walk *walk, const struct place *place, const struct tw_node *old, const struct tw_node *new) {
  ptrdiff_t after = TW_EDIT_END;
  for (size_t i = 0; i < new->count; i++) {
    const struct tw_pair *pair = &new->pairs[i];
    ptrdiff_t found = find_key(old, pair->key);
    if (found >= 0) {
      after = old->pairs[found].merged ? after : found;
      continue;
    }
    struct place told = at_key(walk, place, pair->key, old, old->count);
    if (place->frozen || old->alias) {
      return frozen(walk, &told, old);
    }
    if (!tw_edit_add_member(&walk->edit, old, after, pair)) {
      return edit_failed(walk, &told, old->from);
    }
    if (!note(walk, TW_CHANGE_ADDED, told.shown, brief(walk, pair->value), (struct tw_mark){0})) {
      return false;
    }
  }
  return true;
}

static bool merge_maps(struct walk *walk, const struct place *place, const struct tw_node *root, const struct tw_node *old,
                       const struct tw_node *new) {
  // That a document is the generator's does not make it own the members of its root: people add fields there.
  bool owned = place->up && rule_at(walk, place).flags & TW_MERGE_OWNED;
  for (size_t i = 0; i < new->count; i++) {
    ptrdiff_t found = find_key(old, new->pairs[i].key);
    if (found >= 0) {
      struct place here = at_key(walk, place, new->pairs[i].key, old, (size_t)found);
      if (!here.path.at || !here.shown.at) {
        return no_memory(walk);
      }
      if (!merge_value(walk, &here, root, old->pairs[found].value, new->pairs[i].value)) {
        return false;
      }
    }
  }
  if (!add_members(walk, place, old, new)) {
    return false;
  }
  for (size_t i = 0; owned && i < old->count; i++) {
    if (!mark(walk, place, root, old, i, find_key(new, old->pairs[i].key) < 0)) {
      return false;
    }
  }
  return true;
}

// --- lists ---

// Which old item each new one is; -1: none. `taken` of the old ones. The very same ones find each other first, so that what was added by an
// earlier merge is found by what it was added for.
static bool match_items(struct walk *walk, const struct tw_node *old, const struct tw_node *new, const char *identity,
                        ptrdiff_t **found, bool **taken) {
  *found = cm_alloc_array(walk->arena, new->count, sizeof **found);
  *taken = cm_alloc_array(walk->arena, old->count, sizeof **taken);
  if (!*found || !*taken) {
    return no_memory(walk);
  }
  for (size_t i = 0; i < new->count; i++) {
    (*found)[i] = -1;
  }
  for (int loosely = 0; loosely < 2; loosely++) {
    for (size_t i = 0; i < new->count; i++) {
      for (size_t j = 0; j < old->count && (*found)[i] < 0; j++) {
        if (!(*taken)[j] && tw_merge_same_item(old->items[j].value, new->items[i].value, identity, loosely)) {
          (*found)[i] = (ptrdiff_t)j;
          (*taken)[j] = true;
        }
      }
    }
  }
  return true;
}

static bool add_items(struct walk *walk, const struct place *place, const struct tw_node *old, const struct tw_node *new,
                      const ptrdiff_t *found, const char *identity) {
  ptrdiff_t after = TW_EDIT_END;
  for (size_t i = 0; i < new->count; i++) {
    if (found[i] >= 0) {
      after = found[i];
      continue;
    }
    const struct tw_node *value = new->items[i].value;
    struct place told = at_item(walk, place, value, identity, old, old->count);
    if (place->frozen || old->alias) {
      return frozen(walk, &told, old);
    }
    if (!tw_edit_add_item(&walk->edit, old, after, &new->items[i])) {
      return edit_failed(walk, &told, old->from);
    }
    if (!note(walk, TW_CHANGE_ADDED, told.shown, CM_STR(""), (struct tw_mark){0})) {
      return false;
    }
  }
  return true;
}

static bool merge_lists(struct walk *walk, const struct place *place, const struct tw_node *root, const struct tw_node *old,
                        const struct tw_node *new) {
  struct tw_merge_rule rule = rule_at(walk, place);
  const char *identity = rule.identity ? rule.identity : "name";
  ptrdiff_t *found;
  bool *taken;
  if (!match_items(walk, old, new, identity, &found, &taken)) {
    return false;
  }
  for (size_t i = 0; i < new->count; i++) {
    const struct tw_node *value = new->items[i].value;
    if (found[i] >= 0 && value->kind == TW_NODE_MAP && tw_merge_has_identity(value, identity)) {
      struct place here = at_item(walk, place, value, identity, old, (size_t)found[i]);
      if (!here.path.at || !here.shown.at) {
        return no_memory(walk);
      }
      if (!merge_value(walk, &here, root, old->items[found[i]].value, value)) {
        return false;
      }
    }
  }
  if (!add_items(walk, place, old, new, found, identity)) {
    return false;
  }
  for (size_t i = 0; (rule.flags & TW_MERGE_OWNED) && i < old->count; i++) {
    if (!mark(walk, place, root, old, i, !taken[i])) {
      return false;
    }
  }
  return true;
}

static bool is_collection(const struct tw_node *node) { return node->kind == TW_NODE_LIST || node->kind == TW_NODE_MAP; }

static bool fill(struct walk *walk, const struct place *place, const struct tw_node *old, const struct tw_node *new) {
  if (place->frozen || old->alias) {
    return frozen(walk, place, old);
  }
  if (!(place->in ? tw_edit_fill(&walk->edit, place->in, place->index, new) : tw_edit_fill_root(&walk->edit, old, new))) {
    return edit_failed(walk, place, old->from);
  }
  return note(walk, TW_CHANGE_ADDED, place->shown, brief(walk, new), old->from);
}

static bool merge_value(struct walk *walk, const struct place *place, const struct tw_node *root, const struct tw_node *old,
                        const struct tw_node *new) {
  struct place here = *place;
  here.frozen |= old->alias;
  bool empty = old->kind == TW_NODE_NULL || (is_collection(old) && old->count == 0 && (new->count > 0 || old->kind != new->kind));
  if (is_collection(new) && empty) {
    return fill(walk, place, old, new);
  }
  if (new->kind == TW_NODE_MAP && old->kind == TW_NODE_MAP) {
    return merge_maps(walk, &here, root, old, new);
  }
  if (new->kind == TW_NODE_LIST && old->kind == TW_NODE_LIST) {
    return merge_lists(walk, &here, root, old, new);
  }
  if (is_collection(new) || is_collection(old)) {
    char why[96];
    snprintf(why, sizeof why, "here is a %s, and a %s is generated", tw_node_kind_name(old), tw_node_kind_name(new));
    return fail(walk, place, old->from, why);
  }
  return merge_scalar(walk, &here, old, new);
}

// --- documents ---

static struct place document_place(struct walk *walk, const struct tw_node *root) {
  struct cm_str kind = tw_node_text(tw_node_get(root, "kind"));
  struct cm_str name = tw_node_text(tw_node_get(tw_node_get(root, "metadata"), "name"));
  char first[TW_SHORT], second[TW_SHORT];
  return (struct place){
      .path = CM_STR(""),
      .shown = cm_alloc_format(walk->arena, "%s%s%s", kind.at ? tw_short(kind, first) : "document", name.at ? " " : "",
                               name.at ? tw_short(name, second) : ""),
  };
}

static bool is_owned_document(const struct walk *walk, const struct tw_node *root) {
  const char *owner = walk->options->owner;
  struct cm_str name = tw_node_text(tw_node_get(tw_node_get(root, "metadata"), "name"));
  struct tw_merge_rule rule = tw_merge_rule_of(walk->options, tw_node_text(tw_node_get(root, "kind")), CM_STR(""));
  return (rule.flags & TW_MERGE_OWNED) && owner && name.at && cm_str_starts(name, cm_str_of(owner)) &&
         (name.size == strlen(owner) || name.at[strlen(owner)] == '-');
}

// A document that no generated one is: marked where the generator owns it. A matched one loses the mark.
static bool mark_document(struct walk *walk, const struct tw_node *root, bool surplus) {
  struct place place = document_place(walk, root);
  bool has = tw_edit_has_comment(&walk->edit, NULL, 0, root, TW_MERGE_MARK);
  if (!is_owned_document(walk, root) || has == surplus) {
    return true;
  }
  if (!(surplus ? tw_edit_add_comment : tw_edit_drop_comment)(&walk->edit, NULL, 0, root, TW_MERGE_MARK)) {
    return edit_failed(walk, &place, root->from);
  }
  return note(walk, surplus ? TW_CHANGE_MARKED : TW_CHANGE_UNMARKED, place.shown, CM_STR(""), root->from);
}

// Documents that were not there, as text; the first `---` is left out where the file has nothing that must be parted from them.
static bool append_documents(struct walk *walk, const struct tw_doc *old, size_t old_count, const struct tw_doc *new, size_t count,
                             const ptrdiff_t *found) {
  char *text = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&text, &size);
  if (!to) {
    return no_memory(walk);
  }
  bool parted = old_count == 0 || !old[old_count - 1].root, good = true;
  for (size_t i = 0; i < count && good; i++) {
    if (found[i] < 0 && new[i].root) {
      fputs(parted ? "" : "---\n", to);
      tw_yaml_write(to, &new[i], 1, true);
      parted = false;
      good = note(walk, TW_CHANGE_ADDED, document_place(walk, new[i].root).shown, CM_STR(""), (struct tw_mark){0});
    }
  }
  bool written = !ferror(to);
  written = fclose(to) == 0 && written;
  if (good && !(written && (size == 0 || tw_edit_append(&walk->edit, (struct cm_str){text, size})))) {
    good = no_memory(walk);
  }
  free(text);
  return good;
}

static bool merge_documents(struct walk *walk, const struct tw_doc *old, size_t old_count, const struct tw_doc *new, size_t count) {
  ptrdiff_t *found;
  bool *taken;
  if (!tw_merge_match_documents(walk->arena, walk->options, old, old_count, new, count, &found, &taken)) {
    return no_memory(walk);
  }
  for (size_t i = 0; i < count; i++) {
    if (found[i] < 0) {
      continue;
    }
    const struct tw_node *root = old[found[i]].root;
    struct place place = document_place(walk, root);
    walk->kind = tw_node_text(tw_node_get(new[i].root, "kind"));
    if (!place.shown.at) {
      return no_memory(walk);
    }
    if (!merge_value(walk, &place, root, root, new[i].root) || !mark_document(walk, root, false)) {
      return false;
    }
  }
  for (size_t i = 0; i < old_count; i++) {
    if (!taken[i] && old[i].root && !mark_document(walk, old[i].root, true)) {
      return false;
    }
  }
  return append_documents(walk, old, old_count, new, count, found);
}

// --- the whole ---

// One walk over `text`. Its splices are in walk->edit.
static bool walk_over(struct walk *walk, const char *path, struct cm_span text, const struct tw_doc *generated, size_t count,
                      struct tw_doc **docs, size_t *doc_count) {
  walk->change_count = walk->change_room = 0;
  walk->changes = NULL;
  tw_edit_start(&walk->edit, walk->arena, text);
  return tw_doc_read(walk->arena, path, text, docs, doc_count, walk->fault) &&
         merge_documents(walk, *docs, *doc_count, generated, count);
}

// Whether the new text is what it must be; `old` was read of the existing one.
static bool prove(struct walk *walk, const char *path, struct cm_str text, const struct tw_doc *old, size_t old_count,
                  const struct tw_doc *generated, size_t count) {
  struct tw_doc *docs;
  size_t doc_count;
  struct walk again = *walk;
  struct cm_span bytes = {(const uint8_t *)text.at, text.size};
  if (!walk_over(&again, path, bytes, generated, count, &docs, &doc_count)) {
    struct tw_fault inner = *walk->fault;
    return walk->arena->refused ? no_memory(walk)
                                : tw_fault_set(walk->fault, (struct tw_mark){0},
                                               "the file is laid out in a way that cannot be merged into (%.300s)", inner.message);
  }
  for (size_t i = 0; i < old_count; i++) {
    if (old[i].root && (i >= doc_count || !tw_merge_contains(docs[i].root, old[i].root))) {
      return tw_fault_set(walk->fault, old[i].root->from, "this document is laid out in a way that cannot be merged into");
    }
  }
  struct cm_str where = again.change_count > 0 ? again.changes[0].where : CM_STR("");
  return again.edit.count == 0 ||
         tw_fault_set(walk->fault, (struct tw_mark){0}, "the file is laid out in a way that cannot be merged into (at %.*s)",
                      CM_STR_ARG(where));
}

bool tw_merge(struct cm_arena *arena, const char *path, struct cm_span existing, const struct tw_doc *generated, size_t count,
              const struct tw_merge_options *options, struct tw_merged *out, struct tw_fault *fault) {
  struct walk walk = {.arena = arena, .options = options, .fault = fault};
  struct tw_doc *docs;
  size_t doc_count;
  *out = (struct tw_merged){0};
  *fault = (struct tw_fault){0};
  if (!tw_merge_is_mergeable(path, existing, fault) || !walk_over(&walk, path, existing, generated, count, &docs, &doc_count)) {
    return false;
  }
  struct cm_str text = {(const char *)existing.at, existing.size};
  if (walk.edit.count > 0) {
    text = tw_edit_finish(&walk.edit);
    if (!text.at) {
      return arena->refused ? no_memory(&walk) : tw_fault_set(fault, (struct tw_mark){0}, "%s", walk.edit.why);
    }
    if (!prove(&walk, path, text, docs, doc_count, generated, count)) {
      return false;
    }
  }
  *out =
      (struct tw_merged){.text = text, .changed = walk.edit.count > 0, .changes = walk.changes, .change_count = walk.change_count};
  return true;
}
