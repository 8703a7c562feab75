// How a key is asked for: every path that leads there, function by function.
//
//     app.wasm  component, 549 kB, Rust 1.96
//       env DATABASE_URL: exact, asked by the app through wasi:cli/environment@0.2.6
//         app::connect          module 0, function 88, offset 0xcb2b
//         std::env::_var_os     module 0, function 140, offset 0x11f20
//         getenv                module 0, function 203, offset 0x1b3c2
//
// Undecided places that may ask for the key follow, since the answer is not whole without them.

#include "needs_words.h"
#include "text.h"

enum { NAME_COLUMNS = 100 };

// A path without frames is told by the deciding call alone.
static struct cm_frame frame_of(const struct cm_evidence *evidence, uint32_t i) {
  if (evidence->path_count > 0) {
    return evidence->path[i];
  }
  return (struct cm_frame){evidence->name, evidence->module, evidence->function, evidence->offset};
}

static uint32_t frame_count(const struct cm_evidence *evidence) { return evidence->path_count ? evidence->path_count : 1; }

static struct cm_str frame_name(struct tw_needs_words *words, const struct cm_frame *frame) {
  return frame->name.size ? tw_word_function(words, frame->name, frame->module, frame->function, NAME_COLUMNS)
                          : CM_STR("(no name)");
}

// A function of a program that an interpreter carries. Where it asks is known of the one that does; the import follows.
static void put_source_frame(FILE *to, struct tw_needs_words *words, const struct cm_evidence *evidence, uint32_t i,
                             struct cm_str name, size_t columns) {
  if (i + 2 < evidence->path_count) {
    fprintf(to, "    %.*s\n", CM_STR_ARG(name));
    return;
  }
  struct cm_str where = tw_word_source(words, evidence->source);
  fprintf(to, "    %.*s%*s  %.*s\n", CM_STR_ARG(name), (int)(columns - tw_text_columns(name)), "", CM_STR_ARG(where));
}

static void put_path(FILE *to, struct tw_needs_words *words, const struct cm_evidence *evidence, size_t columns) {
  if (words->names_instance && evidence->instance.size > 0) {
    struct cm_str instance = tw_word_safe(words, evidence->instance);
    fprintf(to, "    in %.*s\n", CM_STR_ARG(instance));
  }
  if (evidence->by == CM_BY_EXECUTED) {
    fputs("    seen when the code was run in an experiment\n", to);
  }
  for (uint32_t i = 0; i < frame_count(evidence); i++) {
    struct cm_frame frame = frame_of(evidence, i);
    struct cm_str name = frame_name(words, &frame);
    if (evidence->source && (i + 1 < evidence->path_count || evidence->path_count == 0)) {
      put_source_frame(to, words, evidence, i, name, columns);
      continue;
    }
    fprintf(to, "    %.*s%*s  module %u, function %u", CM_STR_ARG(name), (int)(columns - tw_text_columns(name)), "",
            (unsigned)frame.module, (unsigned)frame.function);
    // The last one of a path may be the import itself, which calls nothing.
    if (frame.offset > 0) {
      fprintf(to, ", offset 0x%llx", (unsigned long long)frame.offset);
    }
    fputc('\n', to);
  }
}

static void put_paths(FILE *to, struct tw_needs_words *words, const struct cm_evidence *evidence, uint32_t count) {
  size_t columns = 0;
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t j = 0; j < frame_count(&evidence[i]); j++) {
      struct cm_frame frame = frame_of(&evidence[i], j);
      size_t n = tw_text_columns(frame_name(words, &frame));
      columns = n > columns ? n : columns;
    }
  }
  for (uint32_t i = 0; i < count; i++) {
    if (count > 1) {
      fprintf(to, "   %u of %u\n", (unsigned)i + 1, (unsigned)count);
    }
    put_path(to, words, &evidence[i], columns);
  }
}

static void put_declared(FILE *to, struct tw_needs_words *words, const struct cm_need *need) {
  struct cm_str label = tw_word_safe(words, need->has_label ? need->label : need->key);
  struct cm_str source = tw_word_safe(words, need->source);
  fprintf(to, "declared by the import %.*s (%.*s)", CM_STR_ARG(label), CM_STR_ARG(source));
  if (need->has_external_id) {
    struct cm_str id = tw_word_safe(words, need->external_id);
    fprintf(to, ", external id \"%.*s\"", CM_STR_ARG(id));
  }
  fputc('\n', to);
}

static void put_need(FILE *to, struct tw_needs_words *words, const struct cm_need *need, bool color) {
  struct cm_str key = tw_word_key(words, need->key), source = tw_word_safe(words, need->source);
  fputs("  ", to);
  tw_put_colored(to, color, TW_COLOR_KIND, cm_str_of(cm_need_kinds[need->kind]));
  fprintf(to, " %.*s: ", CM_STR_ARG(key));
  if (need->certainty == CM_DECLARED) {
    put_declared(to, words, need);
  } else {
    const char *origin = need->origin == CM_ORIGIN_RUNTIME ? "language's runtime" : "app";
    fprintf(to, "%s, asked by the %s through %.*s\n", cm_certainties[need->certainty], origin, CM_STR_ARG(source));
  }
  put_paths(to, words, need->evidence, need->evidence_count);
}

static void put_undecided(FILE *to, struct tw_needs_words *words, const struct cm_unresolved *entry, bool color) {
  struct cm_str what = tw_word_undecided(words, entry, tw_undecided_places(entry)), source = tw_word_safe(words, entry->source);
  fputs("  ", to);
  tw_put_colored(to, color, TW_COLOR_DOUBT, CM_STR("may be asked for by"));
  fprintf(to, " %.*s, through %.*s\n", CM_STR_ARG(what), CM_STR_ARG(source));
  put_paths(to, words, entry->evidence, entry->evidence_count);
}

bool tw_needs_explain(FILE *to, struct cm_arena *arena, const struct tw_needs_document *document, const char *key, bool color) {
  const struct cm_needs *needs = &document->needs;
  struct tw_needs_words words = tw_needs_words_of(arena, needs);
  struct cm_str path = tw_word_safe(&words, tw_needs_title(document)), wanted = tw_word_key(&words, cm_str_of(key));
  struct cm_str summary = tw_needs_summary(arena, document);
  if (words.failed || !summary.at) {
    return false;
  }
  tw_put_colored(to, color, TW_COLOR_TITLE, path);
  fprintf(to, "  %.*s\n", CM_STR_ARG(summary));
  if (needs->need_count == 0) {
    fprintf(to, "  %.*s is not among the needs.\n", CM_STR_ARG(wanted));
  }
  for (uint32_t i = 0; i < needs->need_count; i++) {
    put_need(to, &words, &needs->needs[i], color);
  }
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    put_undecided(to, &words, &needs->unresolved[i], color);
  }
  return !words.failed;
}
