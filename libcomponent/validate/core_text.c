// Core types in the text format, shortened: what stands in messages.
//
// Spec: https://webassembly.github.io/spec/core/text/types.html

#include "validate/space.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { WORDS_SHOWN = 12 };

static void put(struct core_summary *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct core_summary *text, const char *format, ...) {
  size_t used = strlen(text->at);
  va_list list;
  va_start(list, format);
  vsnprintf(text->at + used, sizeof text->at - used, format, list);
  va_end(list);
}

struct core_summary word_summary(uint32_t word) {
  static const struct {
    uint32_t word;
    const char *text;
  } words[] = {{CORE_I32, "i32"},
               {CORE_I64, "i64"},
               {CORE_F32, "f32"},
               {CORE_F64, "f64"},
               {CORE_V128, "v128"},
               {CORE_I8, "i8"},
               {CORE_I16, "i16"},
               {WORD_ABSTRACT(CORE_HEAP_FUNC) | WORD_NULL, "funcref"},
               {WORD_ABSTRACT(CORE_HEAP_EXTERN) | WORD_NULL, "externref"},
               {WORD_ABSTRACT(CORE_HEAP_ANY) | WORD_NULL, "anyref"},
               {WORD_ABSTRACT(CORE_HEAP_EQ) | WORD_NULL, "eqref"},
               {WORD_ABSTRACT(CORE_HEAP_EXN) | WORD_NULL, "exnref"}};
  struct core_summary text = {{0}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (words[i].word == word) put(&text, "%s", words[i].text);
  if (!text.at[0]) put(&text, "(ref%s %s)", word & WORD_NULL ? " null" : "", word & WORD_CONCRETE ? "$type" : "…");
  return text;
}

static void put_words(struct core_summary *text, const char *what, struct core_words words) {
  if (!words.count) return;
  put(text, " (%s", what);
  for (uint32_t i = 0; i < words.count && i < WORDS_SHOWN; i++) put(text, " %s", word_summary(words.at[i]).at);
  put(text, "%s)", words.count > WORDS_SHOWN ? " …" : "");
}

static void put_limits(struct core_summary *text, const struct core_limits *limits) {
  put(text, "%s %" PRIu64, limits->is_64 ? " i64" : "", limits->min);
  if (limits->has_max) put(text, " %" PRIu64, limits->max);
  if (limits->shared) put(text, " shared");
}

struct core_summary core_summary(const struct validator *v, const struct core_entity *entity) {
  static const char *const kinds[CORE_KIND_COUNT] = {"func", "table", "memory", "global", "tag"};
  const struct core_externtype *type = &entity->type;
  struct core_summary text = {{0}};
  put(&text, "(%s", kinds[type->kind]);
  switch (type->kind) {
    case CORE_TABLE:
      put_limits(&text, &type->table.limits);
      put(&text, " %s", word_summary(core_word_of(type->table.element, entity->ids)).at);
      break;
    case CORE_MEMORY: put_limits(&text, &type->memory); break;
    case CORE_GLOBAL:
      put(&text, "%s %s", type->global.is_mutable ? " mut" : "", word_summary(core_word_of(type->global.type, entity->ids)).at);
      break;
    default:  // FUNC, TAG
      put_words(&text, "param", core_func_type_of(v, entity)->a);
      put_words(&text, "result", core_func_type_of(v, entity)->b);
  }
  put(&text, ")");
  return text;
}
