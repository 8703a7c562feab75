// What a file is, in one line for people.
//
//     component, 549 kB, Rust 1.96, wasi 0.2.6, exports wasi:http/incoming-handler
//
// Languages come from the `producers` sections, where toolchains write them in ways of their own: Rust and C give the version to the
// compiler and not to the language, C and C++ name their standard's year. The table of languages knows these; an unknown language
// is shown as it calls itself. The version of WASI is that of the imports: the highest of each 0.x, drafts of single proposals left aside.

#include "needs.h"
#include "text.h"

enum { EXPORTS_SHOWN = 3, LINES_MAX = 4 };

// How a language is found and shown. A row counts when a producer of that field has that name.
struct language {
  const char *field, *name;  // `name` ends in '*' where only its beginning counts
  const char *shown;
  const char *tool;        // who carries the version, among "processed-by", by the end of its name; NULL: the producer itself
  const char *tool_shown;  // where the version is the tool's and not the language's
};

static const struct language languages[] = {
    // What brings an interpreter along comes first: the interpreter's own languages are not the program's.
    {"processed-by", "ComponentizeJS", "JavaScript", NULL, "ComponentizeJS"},
    {"processed-by", "componentize-js", "JavaScript", NULL, "componentize-js"},
    {"processed-by", "componentize-py", "Python", NULL, "componentize-py"},
    {"language", "Rust", "Rust", "rustc", NULL},
    {"processed-by", "rustc", "Rust", "rustc", NULL},
    {"language", "Go", "Go", "Go cmd/compile", NULL},
    {"processed-by", "TinyGo", "TinyGo", NULL, NULL},
    {"language", "C_plus_plus*", "C++", "clang", "clang"},
    {"language", "C++*", "C++", "clang", "clang"},
    {"language", "C", "C", "clang", "clang"},
    {"language", "C8*", "C", "clang", "clang"},
    {"language", "C9*", "C", "clang", "clang"},
    {"language", "C1*", "C", "clang", "clang"},
    {"language", "C2*", "C", "clang", "clang"},
};

enum { LANGUAGES = sizeof languages / sizeof languages[0] };

// Text that grows in an arena, piece by piece; a lack of memory is remembered.
struct line {
  struct cm_arena *arena;
  struct cm_str text;
  bool failed;
};

static void add(struct line *line, const char *before, struct cm_str piece) {
  struct cm_str safe = tw_text_safe(line->arena, piece);
  struct cm_str longer = cm_alloc_format(line->arena, "%.*s%s%.*s", CM_STR_ARG(line->text), before, CM_STR_ARG(safe));
  if (!safe.at || !longer.at) {
    line->failed = true;
    return;
  }
  line->text = longer;
}

static bool name_fits(struct cm_str name, const char *wanted) {
  size_t size = strlen(wanted);
  bool open = size > 0 && wanted[size - 1] == '*';
  return open ? name.size > size - 1 && memcmp(name.at, wanted, size - 1) == 0 : cm_str_is(name, wanted);
}

static bool ends_in(struct cm_str name, const char *end) {
  size_t size = strlen(end);
  return name.size >= size && memcmp(name.at + name.size - size, end, size) == 0;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "1.96" of "1.96.0 (ac68faa20 2026-05-25)", "1.26" of "go1.26.8"; empty where there is no number.
static struct cm_str short_version(struct cm_str version) {
  size_t first = 0;
  while (first < version.size && !is_digit(version.at[first])) {
    first++;
  }
  size_t end = first, dots = 0;
  while (end < version.size && (is_digit(version.at[end]) || (version.at[end] == '.' && dots == 0))) {
    dots += version.at[end++] == '.';
  }
  if (end > first && version.at[end - 1] == '.') {
    end--;
  }
  return (struct cm_str){version.at + first, end - first};
}

// Takes the number at the front of `text`, and one separator behind it.
static unsigned long take_number(struct cm_str *text) {
  unsigned long n = 0;
  while (text->size > 0 && is_digit(*text->at)) {
    n = n > 100000000 ? n : n * 10 + (unsigned long)(*text->at - '0');
    text->at++;
    text->size--;
  }
  return n;
}

static bool take_dot(struct cm_str *text) {
  bool dot = text->size > 0 && *text->at == '.';
  text->at += dot;
  text->size -= dot;
  return dot;
}

// Orders dotted numbers; of equal ones, what has a pre-release behind it comes first.
static int compare_versions(struct cm_str a, struct cm_str b) {
  for (;;) {
    unsigned long m = take_number(&a), n = take_number(&b);
    if (m != n) {
      return m < n ? -1 : 1;
    }
    bool more_a = take_dot(&a), more_b = take_dot(&b);
    if (!more_a && !more_b) {
      break;
    }
    if (more_a != more_b) {
      return more_b ? -1 : 1;
    }
  }
  if ((a.size == 0) != (b.size == 0)) {
    return a.size == 0 ? 1 : -1;
  }
  return cm_str_compare(a, b);
}

// The highest version that goes with a language; empty where none is known.
static struct cm_str language_version(const struct cm_needs *needs, const struct core_producer *found, const struct language *row) {
  struct cm_str best = short_version(found->version);
  if (!row->tool || (best.size > 0 && strcmp(row->field, "language") == 0)) {
    return best;
  }
  for (uint32_t i = 0; i < needs->producer_count; i++) {
    const struct core_producer *tool = &needs->producers[i];
    struct cm_str version = short_version(tool->version);
    if (cm_str_is(tool->field, "processed-by") && ends_in(tool->name, row->tool) && compare_versions(best, version) < 0) {
      best = version;
    }
  }
  return best;
}

static void add_language(struct line *line, const char *shown, const char *tool, struct cm_str version) {
  add(line, ", ", cm_str_of(shown));
  if (version.size > 0 && tool) {
    add(line, " (", cm_str_of(tool));
    add(line, " ", version);
    add(line, ")", CM_STR(""));
  } else if (version.size > 0) {
    add(line, " ", version);
  }
}

enum { OTHER_LANGUAGES = 8 };  // that the table does not know; a line is a line

static const struct core_producer *find_producer(const struct cm_needs *needs, const struct language *row) {
  for (uint32_t i = 0; i < needs->producer_count; i++) {
    const struct core_producer *producer = &needs->producers[i];
    if (cm_str_is(producer->field, row->field) && name_fits(producer->name, row->name)) {
      return producer;
    }
  }
  return NULL;
}

// Whether a row of the table speaks for this language: it knows the name, or found the language by another producer.
static bool is_in_table(const struct cm_needs *needs, struct cm_str name) {
  bool found = false;
  for (size_t i = 0; i < LANGUAGES && !found; i++) {
    bool named = strcmp(languages[i].field, "language") == 0 && name_fits(name, languages[i].name);
    found = named || (cm_str_is(name, languages[i].shown) && find_producer(needs, &languages[i]));
  }
  return found;
}

// The language of an interpreter's program, where nothing else says what made the file.
static void add_interpreters(struct line *line, const struct cm_needs *needs) {
  for (uint32_t i = 0; i < needs->interpreter_count; i++) {
    const struct cm_interpreter *one = &needs->interpreters[i];
    bool shown = is_in_table(needs, one->language);
    for (uint32_t k = 0; k < i && !shown; k++) {
      shown = cm_str_equal(needs->interpreters[k].language, one->language);
    }
    if (!shown) {
      add(line, ", ", one->language);
      add(line, " (", one->engine);
      add(line, ")", CM_STR(""));
    }
  }
}

static void add_languages(struct line *line, const struct cm_needs *needs) {
  const char *last = "";
  add_interpreters(line, needs);
  for (size_t i = 0; i < LANGUAGES; i++) {
    const struct core_producer *producer = find_producer(needs, &languages[i]);
    // A C++ program brings C with it, and several standards of C are one language.
    bool shown = strcmp(last, languages[i].shown) == 0 || (strcmp(last, "C++") == 0 && strcmp(languages[i].shown, "C") == 0);
    if (producer && !shown) {
      add_language(line, languages[i].shown, languages[i].tool_shown, language_version(needs, producer, &languages[i]));
      last = languages[i].shown;
    }
  }
  unsigned others = 0;
  for (uint32_t i = 0; i < needs->producer_count && others < OTHER_LANGUAGES; i++) {
    const struct core_producer *producer = &needs->producers[i];
    if (cm_str_is(producer->field, "language") && !is_in_table(needs, producer->name)) {
      others++;
      add(line, ", ", producer->name);
      struct cm_str version = short_version(producer->version);
      add(line, version.size ? " " : "", version);
    }
  }
}

// WASI's own packages, which are released together; proposals (config, keyvalue, …) have versions of their own.
static bool is_wasi_package(struct cm_str name) {
  static const char *const packages[] = {"cli/", "clocks/", "filesystem/", "http/", "io/", "random/", "sockets/"};
  bool found = false;
  for (size_t i = 0; cm_str_starts(name, CM_STR("wasi:")) && i < sizeof packages / sizeof packages[0]; i++) {
    struct cm_str rest = {name.at + 5, name.size - 5};
    found = found || cm_str_starts(rest, cm_str_of(packages[i]));
  }
  return found;
}

// "0.2" of "0.2.6".
static struct cm_str release_line(struct cm_str version) {
  struct cm_str rest = version;
  take_number(&rest);
  take_dot(&rest);
  take_number(&rest);
  return (struct cm_str){version.at, (size_t)(rest.at - version.at)};
}

static size_t note_version(struct cm_str versions[LINES_MAX], size_t count, struct cm_str name) {
  struct cm_str interface = tw_interface_of(name);
  if (interface.size == name.size || !is_wasi_package(name)) {
    return count;
  }
  struct cm_str version = {name.at + interface.size + 1, name.size - interface.size - 1};
  size_t i = 0;
  while (i < count && !cm_str_equal(release_line(versions[i]), release_line(version))) {
    i++;
  }
  if (i < count && compare_versions(versions[i], version) < 0) {
    versions[i] = version;
  } else if (i == count && count < LINES_MAX) {
    versions[count++] = version;
  }
  return count;
}

static void add_wasi(struct line *line, const struct cm_needs *needs) {
  struct cm_str versions[LINES_MAX];
  size_t count = 0;
  for (uint32_t i = 0; i < needs->import_count; i++) {
    count = note_version(versions, count, needs->imports[i].name);
    if (needs->artifact == CM_ARTIFACT_MODULE && cm_str_is(needs->imports[i].name, "wasi_snapshot_preview1")) {
      add(line, ", ", CM_STR("wasi preview 1"));
      return;
    }
  }
  for (uint32_t i = 0; count == 0 && i < needs->export_count; i++) {
    count = note_version(versions, count, needs->exports[i].name);
  }
  for (size_t i = 0; i < count; i++) {
    add(line, i == 0 ? ", wasi " : " and ", versions[i]);
  }
}

static bool is_shown_export(const struct cm_needs *needs, const struct cm_needs_export *export) {
  if (needs->artifact == CM_ARTIFACT_MODULE) {
    return export->sort == CM_SORT_CORE_FUNC;
  }
  return export->sort != CM_SORT_TYPE && export->sort != CM_SORT_VALUE;
}

static void add_exports(struct line *line, const struct cm_needs *needs) {
  uint32_t shown = 0, more = 0;
  for (uint32_t i = 0; i < needs->export_count; i++) {
    if (!is_shown_export(needs, &needs->exports[i])) {
      continue;
    }
    if (shown == EXPORTS_SHOWN) {
      more++;
      continue;
    }
    add(line, shown ? ", " : ", exports ", tw_interface_of(needs->exports[i].name));
    shown++;
  }
  if (more > 0) {
    add(line, " and ", cm_alloc_format(line->arena, "%u more", (unsigned)more));
  }
}

// Decimal units, whole ones: what a file listing shows, and "at least" rather than "about".
static struct cm_str size_for_people(struct cm_arena *arena, uint64_t size) {
  unsigned long long n = (unsigned long long)size;
  if (n < 1000) {
    return cm_alloc_format(arena, "%llu %s", n, n == 1 ? "byte" : "bytes");
  }
  if (n < 1000000) {
    return cm_alloc_format(arena, "%llu kB", n / 1000);
  }
  return n < 10000000 ? cm_alloc_format(arena, "%llu.%llu MB", n / 1000000, n / 100000 % 10)
                      : cm_alloc_format(arena, "%llu MB", n / 1000000);
}

struct cm_str tw_needs_summary(struct cm_arena *arena, const struct tw_needs_document *document) {
  const struct cm_needs *needs = &document->needs;
  const char *kind = needs->artifact == CM_ARTIFACT_MODULE ? "core module" : needs->is_wit ? "WIT package" : "component";
  struct line line = {.arena = arena, .text = cm_str_of(kind)};
  add(&line, ", ", size_for_people(arena, document->size));
  add_languages(&line, needs);
  add_wasi(&line, needs);
  add_exports(&line, needs);
  return line.failed ? (struct cm_str){NULL, 0} : line.text;
}
