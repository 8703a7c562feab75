// The words for people that the text forms of needs share.
#ifndef TW_NEEDS_WORDS_H
#define TW_NEEDS_WORDS_H

#include "needs.h"

// What holds for one document while it is written.
struct tw_needs_words {
  struct cm_arena *arena;
  bool failed;          // the arena had no memory for a word; the words are then incomplete
  bool names_instance;  // evidence lies in different instances, so a place must say in which
};

struct tw_needs_words tw_needs_words_of(struct cm_arena *arena, const struct cm_needs *needs);

// What the document is called: its path.
struct cm_str tw_needs_title(const struct tw_needs_document *document);

// Formats a word; harmless characters are the caller's business.
struct cm_str tw_word(struct tw_needs_words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Text from the file, safe to print.
struct cm_str tw_word_safe(struct tw_needs_words *words, struct cm_str text);

// A key as it stands in a list: in quotes where the list's commas and blanks could be taken for the key's.
struct cm_str tw_word_key(struct tw_needs_words *words, struct cm_str key);

// A function's name, demangled; "module 0, function 88" where it has none. Long names are shortened where `columns` is not 0.
struct cm_str tw_word_function(struct tw_needs_words *words, struct cm_str name, uint32_t module, uint32_t function,
                               size_t columns);

// Where a need comes from: the functions that decide its key, or the import that declares it.
struct cm_str tw_word_places(struct tw_needs_words *words, const struct cm_need *need);

// A place in the program of an interpreter: "settings.js:9:5", or "settings.py, Settings.load+42".
struct cm_str tw_word_source(struct tw_needs_words *words, const struct cm_source_place *source);

// "app::lookup (module 0, function 91, offset 0xcf86)"
struct cm_str tw_word_exact_place(struct tw_needs_words *words, const struct cm_evidence *evidence);

// "2 env lookups, name starts with "DEMO_""
struct cm_str tw_word_undecided(struct tw_needs_words *words, const struct cm_unresolved *entry, uint64_t count);

// How many places an undecided entry stands for: at least one.
uint32_t tw_undecided_places(const struct cm_unresolved *entry);

// Colours, by what they mean. Each is a number for "\033[%sm".
#define TW_COLOR_TITLE "1"
#define TW_COLOR_KIND "36"
#define TW_COLOR_QUIET "2"
#define TW_COLOR_DOUBT "33"

// Writes `text` in a colour where colours are wanted.
void tw_put_colored(FILE *to, bool color, const char *code, struct cm_str text);

#endif
