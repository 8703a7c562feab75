// What the writers of a gate's result share.
//
// The formats differ in how they wrap and escape; what is said is the same and is made here, in the words of needs_words.h: text that
// came from files is made harmless, and a failed allocation is noted in the words and asked for once, at the end of each writer.

#include "findings_parts.h"

#include <stdlib.h>

#include "digest.h"
#include "text.h"

enum { PLACES_SHOWN = 3 };

// --- the walk and the place

bool tw_next_finding(struct tw_finding_walk *walk) {
  walk->number += walk->began;
  walk->began = true;
  while (walk->in_app <= walk->gate->app_count) {
    bool general = walk->in_app == walk->gate->app_count;
    const struct tw_gate_app *app = general ? NULL : &walk->gate->apps[walk->in_app];
    uint32_t count = general ? walk->gate->finding_count : app->finding_count;
    if (walk->in_list < count) {
      walk->app = app;
      walk->finding = general ? &walk->gate->findings[walk->in_list] : &app->findings[walk->in_list];
      walk->rule = &walk->gate->rules[walk->finding->rule];
      walk->in_list++;
      return true;
    }
    walk->in_app++;
    walk->in_list = 0;
  }
  return false;
}

// What can stand in for a place, best first.
static const char *const stand_ins[] = {"manifest", "policy", "baseline"};

static const char *path_to_show(const struct tw_gate *gate, const struct tw_gate_app *app) {
  for (size_t role = 0; role < sizeof stand_ins / sizeof *stand_ins; role++) {
    for (uint32_t i = 0; i < gate->input_count; i++) {
      if (strcmp(gate->inputs[i].role, stand_ins[role]) == 0) {
        return gate->inputs[i].path;
      }
    }
  }
  return app ? app->path : gate->app_count > 0 ? gate->apps[0].path : "-";
}

struct tw_place tw_finding_place(const struct tw_gate *gate, const struct tw_gate_app *app, const struct tw_finding *finding) {
  struct tw_place place = finding->place;
  if (!place.path) {
    place = (struct tw_place){.path = path_to_show(gate, app)};
  }
  place.line = place.line ? place.line : 1;
  place.column = place.column ? place.column : 1;
  place.end_line = place.end_line > place.line ? place.end_line : place.line;
  if (place.end_column == 0 || (place.end_line == place.line && place.end_column <= place.column)) {
    place.end_column = place.column + 1;
  }
  return place;
}

// --- fingerprints

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

// Fields are told apart by a zero byte, which no path holds; a key that does only makes hashes equal, and the ordinal tells those.
static bool hash_finding(struct tw_needs_words *words, const struct tw_finding_walk *walk, char to[65]) {
  const struct tw_finding *finding = walk->finding;
  const struct tw_subject *subject = &finding->subject;
  struct cm_str text =
      tw_word(words, "%.*s%c%s%c%s%c%s%c%s%c%.*s%c%.*s", CM_STR_ARG(walk->rule->id), 0, walk->app ? base_name(walk->app->path) : "",
              0, finding->place.path ? finding->place.path : "", 0, tw_abouts[subject->about], 0,
              subject->has_kind ? cm_need_kinds[subject->kind] : "", 0, CM_STR_ARG(subject->key), 0, CM_STR_ARG(subject->source));
  tw_sha256((struct cm_span){(const uint8_t *)text.at, text.size}, to);
  return !words->failed;
}

static int by_hash(const void *a, const void *b) {
  const struct tw_fingerprint *const *x = a, *const *y = b;
  int order = strcmp((*x)->hash, (*y)->hash);
  return order ? order : (*x > *y) - (*x < *y);
}

struct tw_fingerprint *tw_gate_fingerprints(struct cm_arena *arena, const struct tw_gate *gate) {
  uint32_t count = 0;
  for (struct tw_finding_walk walk = {.gate = gate}; tw_next_finding(&walk);) {
    count++;
  }
  struct tw_needs_words words = {.arena = arena};
  struct tw_fingerprint *prints = cm_alloc_array(arena, count, sizeof *prints);
  struct tw_fingerprint **sorted = cm_alloc_array(arena, count, sizeof(struct tw_fingerprint *));
  if (!prints || !sorted) {
    return NULL;
  }
  for (struct tw_finding_walk walk = {.gate = gate}; tw_next_finding(&walk);) {
    sorted[walk.number] = &prints[walk.number];
    if (!hash_finding(&words, &walk, prints[walk.number].hash)) {
      return NULL;
    }
  }
  qsort(sorted, count, sizeof(struct tw_fingerprint *), by_hash);
  for (uint32_t i = 0; i < count; i++) {
    bool again = i > 0 && strcmp(sorted[i]->hash, sorted[i - 1]->hash) == 0;
    sorted[i]->ordinal = again ? sorted[i - 1]->ordinal + 1 : 1;
  }
  return prints;
}

// --- paths

struct cm_str tw_path_tidy(const char *path) {
  while (path[0] == '.' && path[1] == '/') {
    path += 2;
    while (path[0] == '/') {
      path++;
    }
  }
  return strcmp(path, "-") == 0 ? CM_STR("stdin") : cm_str_of(path);
}

// RFC 3986: what may stand in a path as it is. A colon may not in the first part of a relative one, and never has to.
static bool is_plain_in_uri(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~/!$&'()*+,;=@", c));
}

struct cm_str tw_path_uri(struct tw_needs_words *words, const char *path) {
  static const char digits[] = "0123456789ABCDEF", scheme[] = "file://";
  struct cm_str tidy = tw_path_tidy(path);
  char *uri = cm_alloc(words->arena, 3 * tidy.size + sizeof scheme);
  if (!uri) {
    words->failed = true;
    return CM_STR("");
  }
  size_t size = 0;
  if (tidy.size > 0 && tidy.at[0] == '/') {
    memcpy(uri, scheme, sizeof scheme - 1);
    size = sizeof scheme - 1;
  }
  for (size_t i = 0; i < tidy.size; i++) {
    unsigned char c = (unsigned char)tidy.at[i];
    if (is_plain_in_uri(tidy.at[i])) {
      uri[size++] = (char)c;
    } else {
      uri[size++] = '%';
      uri[size++] = digits[c >> 4];
      uri[size++] = digits[c & 15];
    }
  }
  return (struct cm_str){uri, size};
}

// --- words

static struct cm_str joined(struct tw_needs_words *words, struct cm_str list, const char *between, struct cm_str item) {
  return list.size == 0 ? item : tw_word(words, "%.*s%s%.*s", CM_STR_ARG(list), between, CM_STR_ARG(item));
}

struct cm_str tw_word_tally(struct tw_needs_words *words, const struct tw_tally *tally) {
  const struct {
    uint32_t count;
    const char *one, *many;
  } parts[] = {
      {tally->unreadable, "file could not be read", "files could not be read"},
      {tally->fates[TW_FAILS], "error", "errors"},
      {tally->warnings, "warning", "warnings"},
      {tally->notes, "note", "notes"},
      {tally->fates[TW_WAIVED], "waived", "waived"},
      {tally->fates[TW_UNCHANGED], "as in the baseline", "as in the baseline"},
  };
  struct cm_str list = CM_STR("");
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (parts[i].count > 0) {
      struct cm_str item = tw_word(words, "%u %s", (unsigned)parts[i].count, parts[i].count == 1 ? parts[i].one : parts[i].many);
      list = joined(words, list, ", ", item);
    }
  }
  return list.size > 0 ? list : CM_STR("no findings");
}

struct cm_str tw_word_subject(struct tw_needs_words *words, const struct tw_subject *subject) {
  const char *kind = subject->has_kind ? cm_need_kinds[subject->kind] : "";
  struct cm_str key = tw_word_safe(words, subject->key);
  switch (subject->about) {
    case TW_ABOUT_NEED:
    case TW_ABOUT_GRANT: return tw_word(words, "%s%s\"%.*s\"", kind, kind[0] ? " " : "", CM_STR_ARG(key));
    case TW_ABOUT_UNDECIDED:
      return key.size ? tw_word(words, "undecided %s \"%.*s\"", kind, CM_STR_ARG(key)) : tw_word(words, "undecided %s", kind);
    case TW_ABOUT_INTERFACE: return tw_word(words, "interface %.*s", CM_STR_ARG(key));
    default: return key;
  }
}

struct cm_str tw_word_evidence(struct tw_needs_words *words, const struct tw_subject *subject) {
  struct cm_str list = CM_STR("");
  for (uint32_t i = 0; i < subject->evidence_count && i < PLACES_SHOWN; i++) {
    list = joined(words, list, ", ", tw_word_exact_place(words, &subject->evidence[i]));
  }
  return subject->evidence_count <= PLACES_SHOWN
             ? list
             : tw_word(words, "%.*s and %u more", CM_STR_ARG(list), (unsigned)(subject->evidence_count - PLACES_SHOWN));
}

struct cm_str tw_word_waiver(struct tw_needs_words *words, const struct tw_finding *finding) {
  const struct tw_waiver *waiver = finding->waiver;
  if (!waiver) {
    return CM_STR("");
  }
  struct cm_str reason = tw_word_safe(words, waiver->reason), owner = tw_word_safe(words, waiver->owner);
  struct cm_str expires = tw_word_safe(words, waiver->expires);
  if (waiver->expired) {
    return tw_word(words, "its waiver expired on %.*s (%.*s%s%.*s)", CM_STR_ARG(expires), CM_STR_ARG(reason),
                   owner.size ? "; " : "", CM_STR_ARG(owner));
  }
  const char *open = owner.size || expires.size ? " (" : "", *close = *open ? ")" : "";
  return tw_word(words, "waived: %.*s%s%.*s%s%s%.*s%s", CM_STR_ARG(reason), open, CM_STR_ARG(owner),
                 owner.size && expires.size ? ", " : "", expires.size ? "until " : "", CM_STR_ARG(expires), close);
}

struct cm_str tw_word_place(struct tw_needs_words *words, struct tw_place place) {
  if (!place.path) {
    return CM_STR("");
  }
  struct cm_str path = tw_word_safe(words, cm_str_of(place.path));
  return !place.line     ? path
         : !place.column ? tw_word(words, "%.*s:%u", CM_STR_ARG(path), (unsigned)place.line)
                         : tw_word(words, "%.*s:%u:%u", CM_STR_ARG(path), (unsigned)place.line, (unsigned)place.column);
}

struct cm_str tw_word_fix_place(struct tw_needs_words *words, const struct tw_fix *fix) {
  if (fix->first == 0) {
    return CM_STR("at the end");
  }
  if (fix->last + 1 == fix->first) {
    return tw_word(words, "before line %u", (unsigned)fix->first);
  }
  const char *relation = fix->text.size ? "in place of" : "without";
  return fix->first == fix->last ? tw_word(words, "%s line %u", relation, (unsigned)fix->first)
                                 : tw_word(words, "%s lines %u to %u", relation, (unsigned)fix->first, (unsigned)fix->last);
}

// Takes a line off `rest`, without its end.
static struct cm_str take_line(struct cm_str *rest) {
  const char *end = memchr(rest->at, '\n', rest->size);
  struct cm_str line = {rest->at, end ? (size_t)(end - rest->at) : rest->size};
  size_t taken = line.size + (end != NULL);
  rest->at += taken;
  rest->size -= taken;
  if (line.size > 0 && line.at[line.size - 1] == '\r') {
    line.size--;
  }
  return line;
}

struct cm_str tw_word_fix_lines(struct tw_needs_words *words, const struct tw_fix *fix, const char *indent) {
  struct cm_str all = CM_STR("");
  for (struct cm_str rest = fix->text; rest.size > 0 && !words->failed;) {
    struct cm_str line = tw_word_safe(words, take_line(&rest));
    all = tw_word(words, "%.*s%s%.*s\n", CM_STR_ARG(all), line.size ? indent : "", CM_STR_ARG(line));
  }
  return all;
}

struct cm_str tw_word_finding(struct tw_needs_words *words, const struct tw_rule *rule, const struct tw_finding *finding) {
  struct cm_str text = tw_word_safe(words, finding->message);
  struct cm_str evidence = tw_word_evidence(words, &finding->subject), waiver = tw_word_waiver(words, finding);
  struct cm_str help = tw_word_safe(words, finding->help.size ? finding->help : rule->help);
  if (evidence.size) {
    text = tw_word(words, "%.*s\nAsked for by %.*s.", CM_STR_ARG(text), CM_STR_ARG(evidence));
  }
  if (waiver.size) {
    text = tw_word(words, "%.*s\nNote: %.*s.", CM_STR_ARG(text), CM_STR_ARG(waiver));
  }
  if (help.size) {
    text = tw_word(words, "%.*s\n%.*s", CM_STR_ARG(text), CM_STR_ARG(help));
  }
  for (uint32_t i = 0; i < finding->fix_count; i++) {
    struct cm_str what = tw_word_safe(words, finding->fixes[i].what), place = tw_word_fix_place(words, &finding->fixes[i]);
    struct cm_str lines = tw_word_fix_lines(words, &finding->fixes[i], "    ");
    lines.size -= lines.size > 0;
    text = tw_word(words, "%.*s\n%s: %.*s, %.*s%s%.*s", CM_STR_ARG(text), i == 0 ? "Fix" : "Or", CM_STR_ARG(what),
                   CM_STR_ARG(place), lines.size ? ":\n" : ".", CM_STR_ARG(lines));
  }
  return text;
}
