// Needs for people.
//
//     app.wasm  component, 549 kB, Rust 1.96, wasi 0.2.6, exports wasi:http/incoming-handler
//       env        DATABASE_URL        exact      app::connect
//                  REGION_A, REGION_B  possible   app::pick
//       runtime    RUST_BACKTRACE
//       undecided  1 env lookup, name starts with "DEMO_"  app::lookup (module 0, function 91, offset 0xcf86)
//     3 needs, 1 undecided. Not complete: env.
//
// The table is built as lines of cells first and written when all widths are known. Needs of one kind with the same certainty and the
// same places share a line; a long list of keys goes on in the next. Only the first line of a group carries its label.

#include <stdlib.h>

#include "groups.h"
#include "needs_words.h"
#include "text.h"

enum { KEYS_COLUMNS = 40, RUNTIME_COLUMNS = 72, UNDECIDED_COLUMNS = 48, CERTAINTY_COLUMNS = 11, PLACES_SHOWN = 10 };

enum section { NEED, LABELLED, RUNTIME, UNDECIDED, SECTION_COUNT };

// One line of the table.
struct line {
  enum section section;
  struct cm_str label, what, certainty, place;
};

struct table {
  struct tw_needs_words *words;
  struct line *lines;
  size_t count, capacity;
  const char *label;  // of the group that is being added; NULL once it is shown
};

static void add_line(struct table *table, enum section section, struct cm_str what, struct cm_str certainty, struct cm_str place) {
  if (!cm_grow(table->words->arena, &table->lines, &table->capacity, table->count, sizeof *table->lines)) {
    table->words->failed = true;
    return;
  }
  struct cm_str label = table->label ? cm_str_of(table->label) : CM_STR("");
  table->label = NULL;
  table->lines[table->count++] = (struct line){section, label, what, certainty, place};
}

// A list of keys, as many lines as it takes. Certainty and place stand on the first.
struct list {
  enum section section;
  size_t columns;
  struct cm_str certainty, place;
  struct cm_str text;  // the line that is being filled
};

static void flush_list(struct table *table, struct list *list) {
  add_line(table, list->section, list->text, list->certainty, list->place);
  list->text = list->certainty = list->place = CM_STR("");
}

static void add_key(struct table *table, struct list *list, struct cm_str key) {
  struct cm_str word = tw_word_key(table->words, key);
  if (list->text.size == 0) {
    list->text = word;
    return;
  }
  if (tw_text_columns(list->text) + 2 + tw_text_columns(word) > list->columns) {
    list->text = tw_word(table->words, "%.*s,", CM_STR_ARG(list->text));
    flush_list(table, list);
    list->text = word;
    return;
  }
  list->text = tw_word(table->words, "%.*s, %.*s", CM_STR_ARG(list->text), CM_STR_ARG(word));
}

// Needs of one kind that are put into lines.
struct kind {
  const struct cm_need *needs;
  struct cm_str *places;
};

static int by_certainty_and_place(const void *context, uint32_t a, uint32_t b) {
  const struct kind *kind = context;
  if (kind->needs[a].certainty != kind->needs[b].certainty) {
    return kind->needs[a].certainty < kind->needs[b].certainty ? -1 : 1;
  }
  return cm_str_compare(kind->places[a], kind->places[b]);
}

// The needs of the app of one kind, from `first` to before `end`.
static void add_kind(struct table *table, const struct cm_need *needs, uint32_t first, uint32_t end) {
  struct cm_arena *arena = table->words->arena;
  struct cm_need *own = cm_alloc_array(arena, end - first, sizeof *own);
  struct kind kind = {own, cm_alloc_array(arena, end - first, sizeof *kind.places)};
  struct tw_groups groups;
  uint32_t count = 0;
  for (uint32_t i = first; own && kind.places && i < end; i++) {
    if (needs[i].origin != CM_ORIGIN_RUNTIME) {
      kind.places[count] = tw_word_places(table->words, &needs[i]);
      own[count++] = needs[i];
    }
  }
  if (!own || !kind.places || !tw_groups_of(arena, count, by_certainty_and_place, &kind, &groups)) {
    table->words->failed = true;
    return;
  }
  table->label = cm_need_kinds[needs[first].kind];
  for (uint32_t i = 0; i < count; i++) {
    if (!groups.first[i]) {
      continue;
    }
    struct list list = {NEED, KEYS_COLUMNS, cm_str_of(cm_certainties[own[i].certainty]), kind.places[i], CM_STR("")};
    for (uint32_t j = i; j != TW_GROUP_END; j = groups.next[j]) {
      add_key(table, &list, own[j].key);
    }
    flush_list(table, &list);
  }
}

static void add_needs(struct table *table, const struct cm_needs *needs) {
  for (uint32_t i = 0, end; i < needs->need_count; i = end) {
    end = i + 1;
    while (end < needs->need_count && needs->needs[end].kind == needs->needs[i].kind) {
      end++;
    }
    add_kind(table, needs->needs, i, end);
  }
}

static int by_text(const void *a, const void *b) { return cm_str_compare(*(const struct cm_str *)a, *(const struct cm_str *)b); }

// The labels of the needs that imports declare, sorted.
static struct cm_str *declared_labels(struct table *table, const struct cm_needs *needs, size_t *count) {
  struct cm_str *labels = cm_alloc_array(table->words->arena, needs->need_count, sizeof *labels);
  *count = 0;
  for (uint32_t i = 0; labels && i < needs->need_count; i++) {
    if (needs->needs[i].has_label) {
      labels[(*count)++] = needs->needs[i].label;
    }
  }
  if (*count) {
    qsort(labels, *count, sizeof *labels, by_text);
  }
  return labels;
}

// Imports with a label or an external id of their own that are no need in the table above: the platform binds these by name.
static void add_labelled(struct table *table, const struct cm_needs *needs) {
  table->label = "labelled";
  size_t declared;
  const struct cm_str *labels = declared_labels(table, needs, &declared);
  if (!labels) {
    table->words->failed = true;
    return;
  }
  for (uint32_t i = 0; i < needs->import_count; i++) {
    const struct cm_needs_import *import = &needs->imports[i];
    bool own = import->is_label || import->has_implements || import->has_external_id;
    if (!own || (declared && bsearch(&import->name, labels, declared, sizeof *labels, by_text))) {
      continue;
    }
    struct cm_str what = tw_word_safe(table->words, import->name);
    struct cm_str interface =
        tw_word_safe(table->words, import->has_implements ? import->implements : cm_str_of(cm_sort_names[import->sort]));
    if (import->has_external_id) {
      struct cm_str id = tw_word_safe(table->words, import->external_id);
      interface = tw_word(table->words, "%.*s, external id \"%.*s\"", CM_STR_ARG(interface), CM_STR_ARG(id));
    }
    add_line(table, LABELLED, what, CM_STR(""), interface);
  }
}

static void add_runtime(struct table *table, const struct cm_needs *needs) {
  table->label = "runtime";
  struct list list = {RUNTIME, RUNTIME_COLUMNS, CM_STR(""), CM_STR(""), CM_STR("")};
  for (uint32_t i = 0; i < needs->need_count; i++) {
    const struct cm_need *need = &needs->needs[i];
    if (need->origin != CM_ORIGIN_RUNTIME) {
      continue;
    }
    // Runtimes ask for environment variables; anything else is said.
    if (need->kind == CM_NEED_ENV) {
      add_key(table, &list, need->key);
    } else {
      struct cm_str key = tw_word_key(table->words, need->key);
      add_line(table, RUNTIME, tw_word(table->words, "%s %.*s", cm_need_kinds[need->kind], CM_STR_ARG(key)), CM_STR(""),
               CM_STR(""));
    }
  }
  if (list.text.size > 0) {
    flush_list(table, &list);
  }
}

static int by_kind_and_reason(const void *context, uint32_t x, uint32_t y) {
  const struct cm_unresolved *a = (const struct cm_unresolved *)context + x, *b = (const struct cm_unresolved *)context + y;
  if (a->kind != b->kind) {
    return a->kind < b->kind ? -1 : 1;
  }
  if (a->reason != b->reason) {
    return a->reason < b->reason ? -1 : 1;
  }
  if (a->has_pattern != b->has_pattern) {
    return a->has_pattern ? 1 : -1;
  }
  return a->has_pattern ? cm_str_compare(a->pattern, b->pattern) : 0;
}

// A place beside the sentence that it belongs to; below it where the sentence is long, so that the places of all stay in sight.
static void add_place(struct table *table, struct cm_str *what, struct cm_str place) {
  if (tw_text_columns(*what) > UNDECIDED_COLUMNS) {
    add_line(table, UNDECIDED, *what, CM_STR(""), CM_STR(""));
    *what = CM_STR("  ");
  }
  bool below = cm_str_is(*what, "  ");
  if (below) {
    add_line(table, UNDECIDED, tw_word(table->words, "  %.*s", CM_STR_ARG(place)), CM_STR(""), CM_STR(""));
    return;
  }
  add_line(table, UNDECIDED, *what, CM_STR(""), place);
  *what = CM_STR("");
}

// One group of undecided places: entry `first` and all later ones like it.
static void add_undecided_group(struct table *table, const struct cm_unresolved *entries, const struct tw_groups *groups,
                                uint32_t first) {
  uint64_t count = 0, shown = 0;
  for (uint32_t i = first; i != TW_GROUP_END; i = groups->next[i]) {
    count += tw_undecided_places(&entries[i]);
  }
  struct cm_str what = tw_word_undecided(table->words, &entries[first], count);
  for (uint32_t i = first; i != TW_GROUP_END && shown < PLACES_SHOWN; i = groups->next[i]) {
    for (uint32_t j = 0; j < entries[i].evidence_count && shown < PLACES_SHOWN; j++, shown++) {
      add_place(table, &what, tw_word_exact_place(table->words, &entries[i].evidence[j]));
    }
  }
  if (shown == 0) {
    add_line(table, UNDECIDED, what, CM_STR(""), CM_STR(""));
  } else if (shown < count) {
    add_place(table, &what, tw_word(table->words, "and %llu more", (unsigned long long)(count - shown)));
  }
}

static void add_undecided(struct table *table, const struct cm_needs *needs) {
  table->label = "undecided";
  struct tw_groups groups;
  if (!tw_groups_of(table->words->arena, needs->unresolved_count, by_kind_and_reason, needs->unresolved, &groups)) {
    table->words->failed = true;
    return;
  }
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    if (groups.first[i]) {
      add_undecided_group(table, needs->unresolved, &groups, i);
    }
  }
}

struct widths {
  size_t label, what[SECTION_COUNT];
};

static struct widths measure(const struct table *table) {
  struct widths widths = {.label = 11};
  for (size_t i = 0; i < table->count; i++) {
    const struct line *line = &table->lines[i];
    size_t label = tw_text_columns(line->label) + 2;
    widths.label = label > widths.label ? label : widths.label;
    size_t what = tw_text_columns(line->what) + 2;
    // What is wider than a list of keys is one very long key: it pushes its own line aside, not all of them.
    bool followed = line->section == UNDECIDED ? line->place.size > 0 : what <= KEYS_COLUMNS + 2;
    size_t *widest = &widths.what[line->section == LABELLED ? NEED : line->section];
    *widest = followed && what > *widest ? what : *widest;
  }
  widths.what[LABELLED] = widths.what[NEED];
  return widths;
}

// Writes a cell, and blanks up to `columns` where something follows.
static void put_cell(FILE *to, bool color, const char *code, struct cm_str text, size_t columns, bool followed) {
  if (code && text.size > 0) {
    tw_put_colored(to, color, code, text);
  } else {
    fwrite(text.at, 1, text.size, to);
  }
  if (followed) {
    size_t used = tw_text_columns(text);
    fprintf(to, "%*s", (int)(used + 2 <= columns ? columns - used : 2), "");
  }
}

static void put_line(FILE *to, bool color, const struct widths *widths, const struct line *line) {
  static const char *const label_colors[] = {TW_COLOR_KIND, TW_COLOR_KIND, TW_COLOR_QUIET, TW_COLOR_DOUBT};
  bool has_place = line->place.size > 0, has_certainty = line->certainty.size > 0;
  fputs("  ", to);
  if (line->label.size > 0) {
    put_cell(to, color, label_colors[line->section], line->label, widths->label, true);
  } else {
    fprintf(to, "%*s", (int)widths->label, "");
  }
  const char *what_color = line->section == RUNTIME ? TW_COLOR_QUIET : NULL;
  put_cell(to, color, what_color, line->what, widths->what[line->section], has_place || has_certainty);
  if (has_certainty) {
    bool doubt = cm_str_is(line->certainty, cm_certainties[CM_POSSIBLE]);
    put_cell(to, color, doubt ? TW_COLOR_DOUBT : NULL, line->certainty, CERTAINTY_COLUMNS, has_place);
  }
  if (has_place) {
    put_cell(to, color, NULL, line->place, 0, false);
  }
  fputc('\n', to);
}

static void put_kinds(FILE *to, const char *before, uint32_t kinds) {
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    if (kinds >> kind & 1) {
      fprintf(to, "%s%s", before, cm_need_kinds[kind]);
      before = ", ";
    }
  }
}

static void put_closing(FILE *to, const struct tw_needs_document *document, bool color) {
  const struct cm_needs *needs = &document->needs;
  uint64_t undecided = 0;
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    undecided += tw_undecided_places(&needs->unresolved[i]);
  }
  uint32_t matter = tw_needs_kinds_that_matter(needs) & document->kinds, complete = 0;
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    complete |= (uint32_t)needs->complete[kind] << kind;
  }
  if (needs->is_wit) {
    fputs("Types without code: a WIT package needs nothing.\n", to);
    return;
  }
  if (needs->need_count == 0 && undecided == 0 && matter == 0) {
    fputs("No needs: nothing is imported that takes a key.\n", to);
    return;
  }
  if (needs->need_count == 0) {
    fputs("No needs", to);
  } else {
    fprintf(to, "%u need%s", (unsigned)needs->need_count, needs->need_count == 1 ? "" : "s");
  }
  if (undecided > 0) {
    fprintf(to, ", %llu undecided", (unsigned long long)undecided);
  }
  fputc('.', to);
  if (matter & complete) {
    put_kinds(to, " Complete: ", matter & complete);
    fputc('.', to);
  }
  if (matter & ~complete) {
    fputc(' ', to);
    tw_put_colored(to, color, TW_COLOR_DOUBT, CM_STR("Not complete:"));
    put_kinds(to, " ", matter & ~complete);
    fputc('.', to);
  }
  fputc('\n', to);
}

bool tw_needs_text(FILE *to, struct cm_arena *arena, const struct tw_needs_document *document, bool color) {
  const struct cm_needs *needs = &document->needs;
  struct tw_needs_words words = tw_needs_words_of(arena, needs);
  struct table table = {.words = &words};
  add_needs(&table, needs);
  add_labelled(&table, needs);
  add_runtime(&table, needs);
  add_undecided(&table, needs);
  struct cm_str path = tw_word_safe(&words, tw_needs_title(document));
  struct cm_str summary = tw_needs_summary(arena, document);
  if (words.failed || !summary.at) {
    return false;
  }
  tw_put_colored(to, color, TW_COLOR_TITLE, path);
  fprintf(to, "  %.*s\n", CM_STR_ARG(summary));
  struct widths widths = measure(&table);
  for (size_t i = 0; i < table.count; i++) {
    put_line(to, color, &widths, &table.lines[i]);
  }
  put_closing(to, document, color);
  return true;
}
