// The words for people that the text forms of needs share.
//
// Every word is made in the document's arena, so that a table can be measured before it is written. When the arena is exhausted words
// come out empty and `failed` says so: the writer checks it once, at the end.

#include "needs_words.h"

#include <stdarg.h>

#include "demangle.h"
#include "text.h"

enum { NAME_COLUMNS = 60, PLACES_SHOWN = 3 };

// What is asked for, and what a key of it is called.
static const struct {
  const char *one, *many, *key;
} kind_words[CM_NEED_KIND_COUNT] = {
    [CM_NEED_ENV] = {"env lookup", "env lookups", "name"},
    [CM_NEED_CONFIG] = {"config lookup", "config lookups", "key"},
    [CM_NEED_SECRET] = {"secret lookup", "secret lookups", "key"},
    [CM_NEED_HTTP_HOST] = {"http request", "http requests", "host"},
    [CM_NEED_DNS_NAME] = {"dns lookup", "dns lookups", "name"},
    [CM_NEED_KEYVALUE_BUCKET] = {"keyvalue call", "keyvalue calls", "bucket"},
    [CM_NEED_BLOBSTORE_CONTAINER] = {"blobstore call", "blobstore calls", "container"},
    [CM_NEED_MESSAGING_SUBJECT] = {"messaging call", "messaging calls", "subject"},
};

static struct cm_str first_instance(const struct cm_needs *needs) {
  for (uint32_t i = 0; i < needs->need_count; i++) {
    if (needs->needs[i].evidence_count > 0) {
      return needs->needs[i].evidence[0].instance;
    }
  }
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    if (needs->unresolved[i].evidence_count > 0) {
      return needs->unresolved[i].evidence[0].instance;
    }
  }
  return (struct cm_str){NULL, 0};
}

static bool all_in(const struct cm_evidence *evidence, uint32_t count, struct cm_str instance) {
  bool same = true;
  for (uint32_t i = 0; i < count && same; i++) {
    same = cm_str_equal(evidence[i].instance, instance);
  }
  return same;
}

struct tw_needs_words tw_needs_words_of(struct cm_arena *arena, const struct cm_needs *needs) {
  struct tw_needs_words words = {.arena = arena};
  struct cm_str first = first_instance(needs);
  for (uint32_t i = 0; i < needs->need_count; i++) {
    // The language's runtime is shown without a place.
    bool placed = needs->needs[i].origin != CM_ORIGIN_RUNTIME;
    words.names_instance |= placed && !all_in(needs->needs[i].evidence, needs->needs[i].evidence_count, first);
  }
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    words.names_instance |= !all_in(needs->unresolved[i].evidence, needs->unresolved[i].evidence_count, first);
  }
  return words;
}

struct cm_str tw_needs_title(const struct tw_needs_document *document) {
  return strcmp(document->path, "-") == 0 ? CM_STR("standard input") : cm_str_of(document->path);
}

static struct cm_str checked(struct tw_needs_words *words, struct cm_str word) {
  words->failed |= !word.at && word.size == 0;
  return word.at ? word : CM_STR("");
}

struct cm_str tw_word(struct tw_needs_words *words, const char *format, ...) {
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  int size = vsnprintf(NULL, 0, format, arguments);
  char *text = size < 0 ? NULL : cm_alloc(words->arena, (size_t)size + 1);
  if (text) {
    vsnprintf(text, (size_t)size + 1, format, again);
  }
  va_end(again);
  va_end(arguments);
  return checked(words, (struct cm_str){text, text ? (size_t)size : 0});
}

struct cm_str tw_word_safe(struct tw_needs_words *words, struct cm_str text) {
  return text.size == 0 ? CM_STR("") : checked(words, tw_text_safe(words->arena, text));
}

struct cm_str tw_word_key(struct tw_needs_words *words, struct cm_str key) {
  bool plain = key.size > 0;
  for (size_t i = 0; i < key.size && plain; i++) {
    plain = !strchr(" ,\"\t\n", key.at[i] ? key.at[i] : 'x');
  }
  struct cm_str safe = tw_word_safe(words, key);
  return plain ? safe : tw_word(words, "\"%.*s\"", CM_STR_ARG(safe));
}

struct cm_str tw_word_function(struct tw_needs_words *words, struct cm_str name, uint32_t module, uint32_t function,
                               size_t columns) {
  if (name.size == 0) {
    return tw_word(words, "module %u, function %u", (unsigned)module, (unsigned)function);
  }
  char demangled[TW_DEMANGLED_MAX];
  struct cm_str shown = tw_word_safe(words, tw_demangle(name, demangled));
  if (shown.at == demangled) {
    shown = tw_word(words, "%.*s", CM_STR_ARG(shown));
  }
  return columns ? checked(words, tw_text_shorten(words->arena, shown, columns)) : shown;
}

struct cm_str tw_word_source(struct tw_needs_words *words, const struct cm_source_place *source) {
  struct cm_str file = source->file.size ? tw_word_safe(words, source->file) : CM_STR("(no name)");
  if (source->line == 0) {
    struct cm_str code = tw_word_safe(words, source->code);
    return tw_word(words, "%.*s, %.*s+%u", CM_STR_ARG(file), CM_STR_ARG(code), (unsigned)source->offset);
  }
  struct cm_str line = tw_word(words, "%.*s:%u", CM_STR_ARG(file), (unsigned)source->line);
  return source->column ? tw_word(words, "%.*s:%u", CM_STR_ARG(line), (unsigned)source->column) : line;
}

// Of a program that an interpreter carries: its function, and where in its text that asks.
static struct cm_str source_place(struct tw_needs_words *words, const struct cm_evidence *evidence) {
  struct cm_str where = tw_word_source(words, evidence->source);
  if (evidence->name.size == 0) {
    return where;
  }
  struct cm_str name = tw_word_function(words, evidence->name, 0, 0, NAME_COLUMNS);
  return tw_word(words, "%.*s (%.*s)", CM_STR_ARG(name), CM_STR_ARG(where));
}

static struct cm_str place(struct tw_needs_words *words, const struct cm_evidence *evidence) {
  struct cm_str function = evidence->source
                               ? source_place(words, evidence)
                               : tw_word_function(words, evidence->name, evidence->module, evidence->function, NAME_COLUMNS);
  if (!words->names_instance || evidence->instance.size == 0) {
    return function;
  }
  struct cm_str instance = tw_word_safe(words, evidence->instance);
  return tw_word(words, "%.*s in %.*s", CM_STR_ARG(function), CM_STR_ARG(instance));
}

static struct cm_str import_place(struct tw_needs_words *words, const struct cm_need *need) {
  struct cm_str label = tw_word_safe(words, need->has_label ? need->label : need->source);
  if (!need->has_external_id) {
    return tw_word(words, "import %.*s", CM_STR_ARG(label));
  }
  struct cm_str id = tw_word_safe(words, need->external_id);
  return tw_word(words, "import %.*s, external id \"%.*s\"", CM_STR_ARG(label), CM_STR_ARG(id));
}

struct cm_str tw_word_places(struct tw_needs_words *words, const struct cm_need *need) {
  if (need->certainty == CM_DECLARED) {
    return import_place(words, need);
  }
  struct cm_str shown[PLACES_SHOWN];
  struct cm_str all = CM_STR("");
  uint32_t count = 0, more = 0;
  for (uint32_t i = 0; i < need->evidence_count; i++) {
    struct cm_str one = place(words, &need->evidence[i]);
    bool known = false;
    for (uint32_t j = 0; j < count; j++) {
      known = known || cm_str_equal(shown[j], one);
    }
    if (known) {
      continue;
    }
    if (count == PLACES_SHOWN) {
      more++;
      continue;
    }
    all = count == 0 ? one : tw_word(words, "%.*s, %.*s", CM_STR_ARG(all), CM_STR_ARG(one));
    shown[count++] = one;
  }
  return more == 0 ? all : tw_word(words, "%.*s and %u more", CM_STR_ARG(all), (unsigned)more);
}

struct cm_str tw_word_exact_place(struct tw_needs_words *words, const struct cm_evidence *evidence) {
  struct cm_str name = place(words, evidence);
  if (evidence->source) {
    return name;
  }
  unsigned long long offset = (unsigned long long)evidence->offset;
  if (evidence->name.size == 0) {
    return tw_word(words, "%.*s, offset 0x%llx", CM_STR_ARG(name), offset);
  }
  return tw_word(words, "%.*s (module %u, function %u, offset 0x%llx)", CM_STR_ARG(name), (unsigned)evidence->module,
                 (unsigned)evidence->function, offset);
}

// `starts with "DEMO_"` of "DEMO_*".
static struct cm_str pattern_words(struct tw_needs_words *words, struct cm_str pattern) {
  const char *star = memchr(pattern.at, '*', pattern.size);
  const char *last = memrchr(pattern.at, '*', pattern.size);
  const char *end = pattern.at + pattern.size;
  const char *relation = !star                ? "is"
                         : star != last       ? "is like"
                         : star + 1 == end    ? "starts with"
                         : star == pattern.at ? "ends in"
                                              : "is like";
  struct cm_str text = pattern;
  if (strcmp(relation, "starts with") == 0) {
    text.size--;
  } else if (strcmp(relation, "ends in") == 0) {
    text.at++;
    text.size--;
  }
  struct cm_str safe = tw_word_safe(words, text);
  return tw_word(words, "%s \"%.*s\"", relation, CM_STR_ARG(safe));
}

struct cm_str tw_word_undecided(struct tw_needs_words *words, const struct cm_unresolved *entry, uint64_t count) {
  const char *what = count == 1 ? kind_words[entry->kind].one : kind_words[entry->kind].many;
  const char *key = kind_words[entry->kind].key;
  unsigned long long n = (unsigned long long)count;
  bool tells = entry->has_pattern && entry->pattern.size > 0 && !cm_str_is(entry->pattern, "*");
  if (!tells) {
    return tw_word(words, "%llu %s, %s", n, what, cm_reasons[entry->reason]);
  }
  struct cm_str pattern = pattern_words(words, entry->pattern);
  // That a key is put together at run time goes without saying when a part of it is known.
  bool computed = entry->reason == CM_REASON_COMPUTED;
  return tw_word(words, "%llu %s, %s%s%s %.*s", n, what, computed ? "" : cm_reasons[entry->reason], computed ? "" : ", ", key,
                 CM_STR_ARG(pattern));
}

uint32_t tw_undecided_places(const struct cm_unresolved *entry) { return entry->evidence_count ? entry->evidence_count : 1; }

void tw_put_colored(FILE *to, bool color, const char *code, struct cm_str text) {
  fprintf(to, color ? "\033[%s%s" : "%s%s", color ? code : "", color ? "m" : "");
  fwrite(text.at, 1, text.size, to);
  fputs(color ? "\033[0m" : "", to);
}
