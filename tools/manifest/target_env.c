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

static struct cm_str dotenv_line(struct tw_rendering *rendering, struct cm_str text, struct cm_str key, struct cm_str value,
                                 const char *why) {
  char *bytes = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&bytes, &size);
  if (!to) {
    rendering->arena->refused = true;
    return text;
  }
  fwrite(text.at, 1, text.size, to);
  if (rendering->comments && why) {
    fprintf(to, "# %.*s\n", CM_STR_ARG(tw_text_safe(rendering->arena, cm_str_of(why))));
  }
  int quote = quote_of(value);
  if (!is_name(key)) {
    fprintf(to, "# no dotenv file can hold this name: %.*s\n", CM_STR_ARG(tw_text_safe(rendering->arena, key)));
  } else if (quote < 0) {
    fprintf(to, "# its value cannot be written so that all who read dotenv files see the same\n%.*s=\n", CM_STR_ARG(key));
    tw_workload_note(rendering->arena, rendering->workload, TW_NOTE_WARNING,
                     "the value of %.*s is left out: not all who read dotenv files would see the same", CM_STR_ARG(key));
  } else {
    fprintf(to, "%.*s=", CM_STR_ARG(key));
    put_value(to, value, quote);
    fputc('\n', to);
  }
  bool good = fclose(to) == 0;
  char *copy = good ? cm_alloc_text(rendering->arena, bytes, size) : NULL;
  free(bytes);
  rendering->arena->refused |= !copy;
  return copy ? (struct cm_str){copy, size} : text;
}

static struct cm_str comment(struct tw_rendering *rendering, struct cm_str text, const char *words) {
  for (const char *line = words; rendering->comments && line && *line;) {
    size_t size = strcspn(line, "\n");
    struct cm_str joined = cm_alloc_format(rendering->arena, "%.*s# %.*s\n", CM_STR_ARG(text), (int)size, line);
    text = joined.at ? joined : text;
    line += size + (line[size] == '\n');
  }
  return text;
}

static const char *why_line(struct tw_rendering *rendering, const struct tw_component *component, const struct tw_want *want) {
  const char *kind = want->kind != CM_NEED_ENV ? cm_need_kinds[want->kind] : want->secret ? "secret" : NULL;
  const char *why = kind ? tw_formatted(rendering->arena, "%s, %s", kind, want->why) : want->why;
  if (rendering->workload->component_count == 1) {
    return why;
  }
  return tw_formatted(rendering->arena, "%s, in %.*s", why, CM_STR_ARG(component->name));
}

// Whether an earlier component has a line of this key already.
static bool shown_before(const struct tw_workload *workload, size_t component, const struct tw_want *want) {
  bool shown = false;
  for (size_t i = 0; i < component; i++) {
    for (enum cm_need_kind kind = CM_NEED_ENV; kind <= CM_NEED_SECRET; kind++) {
      shown |= tw_component_want(&workload->components[i], kind, want->key) != NULL;
    }
  }
  for (enum cm_need_kind kind = CM_NEED_ENV; kind < want->kind; kind++) {
    shown |= tw_component_want(&workload->components[component], kind, want->key) != NULL;
  }
  return shown;
}

void tw_render_env(struct tw_rendering *rendering) {
  const struct tw_workload *workload = rendering->workload;
  struct tw_file *file = tw_render_file(rendering, "app.env", TW_FILE_TEXT);
  if (!file) {
    return;
  }
  struct cm_str text = comment(rendering, CM_STR(""), tw_render_heading(rendering));
  for (size_t c = 0; c < workload->component_count; c++) {
    text = comment(rendering, text, workload->components[c].undecided);
  }
  for (enum cm_need_kind kind = CM_NEED_ENV; kind <= CM_NEED_SECRET; kind++) {
    for (size_t c = 0; c < workload->component_count; c++) {
      const struct tw_component *component = &workload->components[c];
      for (size_t i = 0; i < component->want_count; i++) {
        const struct tw_want *want = &component->wants[i];
        if (want->kind == kind && !shown_before(workload, c, want)) {
          bool known = want->supply.kind == TW_SUPPLY_VALUE;
          text = dotenv_line(rendering, text, want->key, known ? want->supply.value : CM_STR(""),
                             why_line(rendering, component, want));
          file->secret |= want->secret;
        }
      }
    }
  }
  file->text = text;
}
