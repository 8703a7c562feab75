// Target `env`: a dotenv template.
//
// One line for each variable, configuration key and secret, in that order, with what is known of it. It is the input for whatever reads
// dotenv files, and a list to hand to the people who know the values. Nothing about a platform is in it, so core modules are welcome.

#include <stdio.h>
#include <stdlib.h>

#include "parts.h"
#include "render.h"
#include "report/text.h"

// Whether every reader of dotenv files takes the word as it is, without quotes.
static bool is_plain(struct cm_str word) {
  for (size_t i = 0; i < word.size; i++) {
    char c = word.at[i];
    bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c != '\0' && strchr("-_./:@%+,", c));
    if (!good) {
      return false;
    }
  }
  return true;
}

// Quoting that all readers undo in the same way: single quotes, in which everything stands for itself; double quotes only around what
// none of them treats specially there. Shells run what stands in backquotes, and Node undoes no backslash. Returns the quote, '\0'
// where none is needed, or -1: no quoting will do.
static int quote_of(struct cm_str value) {
  bool single = false, special = false, control = false;
  for (size_t i = 0; i < value.size; i++) {
    char c = value.at[i];
    single |= c == '\'';
    special |= c == '"' || c == '$' || c == '`' || c == '\\' || c == '\n';
    control |= ((unsigned char)c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
  }
  if (is_plain(value)) {
    return '\0';
  }
  return control || (single && special) ? -1 : single ? '"' : '\'';
}

static void put_value(FILE *to, struct cm_str value, int quote) {
  if (quote > 0) {
    fputc(quote, to);
  }
  fprintf(to, "%.*s", CM_STR_ARG(value));
  if (quote > 0) {
    fputc(quote, to);
  }
}

// A name that can stand before '='. Others can be asked for, but no dotenv file can hold them.
static bool is_name(struct cm_str key) {
  for (size_t i = 0; i < key.size; i++) {
    char c = key.at[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-';
    if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
      return false;
    }
  }
  return key.size > 0;
}

static void put_line(struct tw_rendering *rendering, FILE *to, const struct tw_want *want, const char *why) {
  struct cm_str value = want->supply.kind == TW_SUPPLY_VALUE ? want->supply.value : CM_STR("");
  int quote = quote_of(value);
  if (rendering->comments) {
    fprintf(to, "# %.*s\n", CM_STR_ARG(tw_text_safe(rendering->arena, cm_str_of(why))));
  }
  if (!is_name(want->key)) {
    fprintf(to, "# no dotenv file can hold this name: %.*s\n", CM_STR_ARG(tw_text_safe(rendering->arena, want->key)));
  } else if (quote < 0) {
    fprintf(to, "# its value cannot be written so that all who read dotenv files see the same\n%.*s=\n", CM_STR_ARG(want->key));
    tw_workload_note(rendering->arena, rendering->workload, TW_NOTE_WARNING,
                     "the value of %.*s is left out: not all who read dotenv files would see the same", CM_STR_ARG(want->key));
  } else {
    fprintf(to, "%.*s=", CM_STR_ARG(want->key));
    put_value(to, value, quote);
    fputc('\n', to);
  }
}

static void put_comment(const struct tw_rendering *rendering, FILE *to, const char *lines) {
  while (rendering->comments && lines && *lines) {
    size_t size = strcspn(lines, "\n");
    fprintf(to, "# %.*s\n", (int)size, lines);
    lines += size + (lines[size] == '\n');
  }
}

static const char *why_line(struct tw_rendering *rendering, const struct tw_component *component, const struct tw_want *want) {
  const char *kind = want->kind != CM_NEED_ENV ? cm_need_kinds[want->kind] : want->secret ? "secret" : NULL;
  const char *why = kind ? tw_formatted(rendering->arena, "%s, %s", kind, want->why) : want->why;
  if (rendering->workload->component_count == 1) {
    return why;
  }
  return tw_formatted(rendering->arena, "%s, in %.*s", why, CM_STR_ARG(component->name));
}

// One line of the file; one key may be asked for in several ways, and gets one line.
struct line {
  const struct tw_component *component;
  const struct tw_want *want;
  size_t order;
  bool again;  // an earlier line has this key
};

static int compare_keys(const void *one, const void *other) {
  const struct line *a = *(struct line *const *)one, *b = *(struct line *const *)other;
  int order = cm_str_compare(a->want->key, b->want->key);
  return order ? order : (a->order > b->order) - (a->order < b->order);
}

// The lines in order: by kind, then component, then key.
static struct line *gather_lines(struct cm_arena *arena, const struct tw_workload *workload, size_t *count) {
  size_t room = 0;
  for (size_t c = 0; c < workload->component_count; c++) {
    room += workload->components[c].want_count;
  }
  struct line *lines = cm_alloc_array(arena, room, sizeof *lines);
  struct line **by_key = cm_alloc_array(arena, room, sizeof *by_key);
  *count = 0;
  for (enum cm_need_kind kind = CM_NEED_ENV; lines && by_key && kind <= CM_NEED_SECRET; kind++) {
    for (size_t c = 0; c < workload->component_count; c++) {
      const struct tw_component *component = &workload->components[c];
      for (size_t i = 0; i < component->want_count; i++) {
        if (component->wants[i].kind == kind) {
          by_key[*count] = &lines[*count];
          lines[*count] = (struct line){component, &component->wants[i], *count, false};
          ++*count;
        }
      }
    }
  }
  if (*count > 0) {
    tw_sort(by_key, *count, sizeof *by_key, compare_keys);
  }
  for (size_t i = 1; i < *count; i++) {
    by_key[i]->again = cm_str_equal(by_key[i]->want->key, by_key[i - 1]->want->key);
  }
  return lines;
}

void tw_render_env(struct tw_rendering *rendering) {
  const struct tw_workload *workload = rendering->workload;
  struct tw_file *file = tw_render_file(rendering, "app.env", TW_FILE_TEXT);
  char *bytes = NULL;
  size_t size = 0, count = 0;
  FILE *to = file ? open_memstream(&bytes, &size) : NULL;
  if (!to) {
    rendering->arena->refused = true;
    return;
  }
  put_comment(rendering, to, tw_render_heading(rendering));
  for (size_t c = 0; c < workload->component_count; c++) {
    put_comment(rendering, to, workload->components[c].undecided);
  }
  struct line *lines = gather_lines(rendering->arena, workload, &count);
  for (size_t i = 0; i < count; i++) {
    if (!lines[i].again) {
      put_line(rendering, to, lines[i].want, why_line(rendering, lines[i].component, lines[i].want));
      file->secret |= lines[i].want->secret;
    }
  }
  bool good = fclose(to) == 0;
  char *copy = good ? cm_alloc_text(rendering->arena, bytes, size) : NULL;
  free(bytes);
  rendering->arena->refused |= !copy;
  file->text = copy ? (struct cm_str){copy, size} : CM_STR("");
}
