// The list of differences: lines of a script, a line or `*`, and either `features LIST` or `fails REASON`; `#` begins a comment.

#include "differences.h"

#include "script.h"

#include <stdio.h>
#include <stdlib.h>

static struct cm_str word(struct cm_str *rest) {
  while (rest->size && rest->at[0] == ' ') *rest = (struct cm_str){rest->at + 1, rest->size - 1};
  struct cm_str word = {rest->at, 0};
  while (rest->size && rest->at[0] != ' ') {
    *rest = (struct cm_str){rest->at + 1, rest->size - 1};
    word.size++;
  }
  return word;
}

static bool read_difference(struct cm_str text, struct difference *out, char why[DIFFERENCES_WHY]) {
  struct cm_str place = word(&text), kind = word(&text);
  while (text.size && text.at[0] == ' ') text = (struct cm_str){text.at + 1, text.size - 1};
  const char *colon = memchr(place.at, ':', place.size);
  *out = (struct difference){.script = {place.at, colon ? (size_t)(colon - place.at) : 0}, .reason = text};
  out->line = colon && colon[1] != '*' ? (uint32_t)strtoul(colon + 1, NULL, 10) : 0;
  if (!out->script.size || !text.size || (!out->line && colon[1] != '*')) {
    snprintf(why, DIFFERENCES_WHY, "expected SCRIPT:LINE, `features` or `fails`, and what");
    return false;
  }
  if (cm_str_is(kind, "fails")) return true;
  struct cm_diag diag;
  out->features = cm_features_of(CM_PRESET_OFFICIAL);
  out->has_features = true;
  out->reason = (struct cm_str){NULL, 0};
  if (cm_str_is(kind, "features") && cm_features_read(text, &out->features, &diag)) return true;
  snprintf(why, DIFFERENCES_WHY, "%.200s", cm_str_is(kind, "features") ? diag.message : "expected `features` or `fails`");
  return false;
}

bool differences_read(const char *path, struct differences *list, char why[DIFFERENCES_WHY]) {
  struct cm_span bytes;
  *list = (struct differences){.count = 0};
  cm_arena_init(&list->arena, NULL);
  if (!script_read_file(&list->arena, path, &bytes)) {
    snprintf(why, DIFFERENCES_WHY, "it cannot be read");
    return false;
  }
  const char *at = (const char *)bytes.at, *end = at + bytes.size;
  for (unsigned line = 1; at < end; line++) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    struct cm_str text = {at, (size_t)((stop ? stop : end) - at)};
    at = stop ? stop + 1 : end;
    if (!text.size || text.at[0] == '#') continue;
    char what[DIFFERENCES_WHY];
    if (!cm_grow(&list->arena, &list->at, &list->room, list->count, sizeof *list->at)) abort();  // a list of a few lines
    if (!read_difference(text, &list->at[list->count++], what)) {
      snprintf(why, DIFFERENCES_WHY, "line %u: %.200s", line, what);
      return false;
    }
  }
  return true;
}

void differences_free(struct differences *list) { cm_arena_free(&list->arena); }

// What a script is called: its path without what all scripts end with.
static struct cm_str name_of(const char *path) {
  static const struct cm_str ends[] = {{"/script.json", 12}, {".wast", 5}};
  struct cm_str name = cm_str_of(path);
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (name.size > ends[i].size && memcmp(name.at + name.size - ends[i].size, ends[i].at, ends[i].size) == 0) {
      name.size -= ends[i].size;
      break;
    }
  return name;
}

const struct difference *difference_of(const struct differences *list, const char *path, uint32_t line) {
  struct cm_str name = name_of(path);
  for (size_t i = 0; i < list->count; i++) {
    const struct difference *d = &list->at[i];
    if (d->script.size > name.size || (d->line && d->line != line)) continue;
    const char *tail = name.at + name.size - d->script.size;
    if (memcmp(tail, d->script.at, d->script.size) == 0 && (tail == name.at || tail[-1] == '/')) return d;
  }
  return NULL;
}
