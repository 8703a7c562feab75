// Validation of a file, and its answer as text and as JSON.

#include "validation.h"

#include <component/print.h>
#include <component/validate.h>
#include <component/validate_core.h>
#include <inttypes.h>

#include "needs_words.h"
#include "text.h"

// Errors being gathered.
struct gathering {
  struct cm_arena *arena;
  struct tw_validation *to;
  bool failed;
};

static bool gather(void *context, const struct cm_diag *diag) {
  struct gathering *gathering = context;
  struct tw_validation *to = gathering->to;
  if (diag->error == CM_NO_MEMORY ||
      !cm_grow(gathering->arena, &to->errors, &to->error_room, to->error_count, sizeof *to->errors)) {
    gathering->failed = true;
    return false;
  }
  to->errors[to->error_count++] = *diag;
  return true;
}

static void validate_component(struct gathering *gathering, const struct cm_component *component, struct cm_features features,
                               unsigned threads) {
  struct cm_validate_options options = {.features = features, .threads = threads};
  struct cm_diag_sink sink = {gather, gathering};
  cm_validate(component, &options, &sink, NULL);
}

// Text that grows in an arena.
struct excerpt {
  struct cm_arena *arena;
  char *text;
  size_t size, room;
};

static bool add(void *context, const char *text, size_t size) {
  struct excerpt *excerpt = context;
  for (size_t i = 0; i < size; i++) {
    if (!cm_grow(excerpt->arena, &excerpt->text, &excerpt->room, excerpt->size, 1)) return false;
    excerpt->text[excerpt->size++] = text[i];
  }
  return true;
}

// The lines around the error's place; NULL where the file does not decode that far, or it has none.
static const char *excerpt_of(struct cm_arena *arena, struct cm_span bytes, const struct cm_diag *error) {
  enum { AROUND = 1 };
  struct excerpt excerpt = {.arena = arena};
  struct cm_text_sink sink = {add, &excerpt};
  if (!error->has_offset || !cm_print_excerpt(bytes, error->offset, AROUND, NULL, sink) || !add(&excerpt, "", 1)) return NULL;
  return excerpt.text;
}

static bool make_excerpts(struct cm_arena *arena, struct cm_span bytes, struct tw_validation *to) {
  size_t count = to->error_count < TW_EXCERPTS ? to->error_count : TW_EXCERPTS;
  to->excerpts = cm_alloc_array(arena, count, sizeof *to->excerpts);
  for (size_t i = 0; to->excerpts && i < count; i++) to->excerpts[i] = excerpt_of(arena, bytes, &to->errors[i]);
  return to->excerpts;
}

bool tw_validate(struct cm_arena *arena, struct cm_span bytes, struct cm_features features, unsigned threads,
                 struct tw_validation *out) {
  struct gathering gathering = {arena, out, false};
  struct cm_component *component;
  struct cm_diag diag = {0};
  out->artifact = cm_sniff(bytes);
  out->size = bytes.size;
  if (out->artifact == CM_ARTIFACT_MODULE) {
    struct core_validate_options options = {.features = features, .threads = threads};
    struct cm_diag_sink sink = {gather, &gathering};
    core_validate_bytes(arena, bytes, bytes.at, NULL, &options, NULL, NULL, NULL, &sink);
  } else if (cm_decode(arena, bytes, &component, &diag)) {
    validate_component(&gathering, component, features, threads);
  } else {
    gather(&gathering, &diag);
  }
  return !gathering.failed && make_excerpts(arena, bytes, out);
}

// ---- For people

static void put_safe(FILE *to, const char *text) {
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  struct cm_str safe = tw_text_safe(&arena, cm_str_of(text));
  fwrite(safe.at ? safe.at : "?", 1, safe.at ? safe.size : 1, to);
  cm_arena_free(&arena);
}

static const char *excerpt_at(const struct tw_validation *validation, size_t error) {
  return error < TW_EXCERPTS ? validation->excerpts[error] : NULL;
}

// Line by line, since what makes text safe takes line ends for control characters.
static void put_excerpt(FILE *to, const char *excerpt) {
  char line[512];
  for (; excerpt && *excerpt; excerpt += strcspn(excerpt, "\n") + 1) {
    snprintf(line, sizeof line, "    %.*s", (int)strcspn(excerpt, "\n"), excerpt);
    put_safe(to, line);
    fputc('\n', to);
    if (!strchr(excerpt, '\n')) break;
  }
}

void tw_validation_text(FILE *to, const struct tw_validation *validation, bool color) {
  for (size_t i = 0; i < validation->error_count; i++) {
    const struct cm_diag *error = &validation->errors[i];
    put_safe(to, validation->path);
    fputs(": ", to);
    tw_put_colored(to, color, TW_COLOR_DOUBT, CM_STR("error: "));
    put_safe(to, error->message);
    fputc('\n', to);
    if (error->has_offset) fprintf(to, "  at offset 0x%" PRIx64, error->offset);
    if (error->has_offset && error->where[0]) {
      fputs(", in ", to);
      put_safe(to, error->where);
    }
    if (error->has_offset) fputc('\n', to);
    if (error->rule) {
      fputs("  ", to);
      tw_put_colored(to, color, TW_COLOR_QUIET, cm_str_of(error->rule));
      fputc('\n', to);
    }
    put_excerpt(to, excerpt_at(validation, i));
  }
}

// ---- JSON

// The kinds of errors that say something about a file.
static const char *const error_kinds[] = {[CM_OK] = NULL,       [CM_MALFORMED] = "malformed", [CM_INVALID] = "invalid",
                                          [CM_LIMIT] = "limit", [CM_NO_MEMORY] = NULL,        [CM_UNSUPPORTED] = "unsupported"};

static void put_error(struct tw_json *json, const struct cm_diag *error, const char *excerpt) {
  tw_json_object(json, NULL);
  tw_json_text(json, "kind", error_kinds[error->error]);
  tw_json_text(json, "message", error->message);
  if (error->has_offset) {
    tw_json_number(json, "offset", error->offset);
  } else {
    tw_json_null(json, "offset");
  }
  tw_json_text(json, "where", error->where);
  tw_json_text(json, "rule", error->rule);
  tw_json_text(json, "excerpt", excerpt);
  tw_json_end(json);
}

void tw_validation_json(FILE *to, const struct tw_validation *validation, struct cm_features features, enum tw_json_style style,
                        unsigned margin) {
  struct tw_json json = tw_json_to(to, style);
  json.margin = margin;
  tw_json_object(&json, NULL);
  tw_json_text(&json, "format", "tidewaiter.validate/1");
  tw_json_row(&json, "artifact");
  tw_json_text(&json, "path", validation->path);
  tw_json_text(&json, "sha256", validation->sha256);
  tw_json_number(&json, "size", validation->size);
  tw_json_text(&json, "kind", validation->artifact == CM_ARTIFACT_MODULE ? "module" : "component");
  tw_json_end(&json);
  tw_json_list(&json, "features");
  for (unsigned i = 0; i < CM_FEATURE_COUNT; i++)
    if (cm_has(features, (enum cm_feature)i)) tw_json_text(&json, NULL, cm_feature_table[i].name);
  tw_json_end(&json);
  tw_json_bool(&json, "valid", validation->error_count == 0);
  tw_json_array(&json, "errors");
  for (size_t i = 0; i < validation->error_count; i++) put_error(&json, &validation->errors[i], excerpt_at(validation, i));
  tw_json_end(&json);
  tw_json_end(&json);
}

// ---- The table of features

static const char *const scopes[] = {[CM_FEATURE_CORE] = "core", [CM_FEATURE_COMPONENT] = "component", [CM_FEATURE_BOTH] = "both"};

void tw_features_text(FILE *to, bool color) {
  char head[128];
  snprintf(head, sizeof head, "%-26s  %-9s  %-7s  %-8s  %s", "FEATURE", "SCOPE", "DEFAULT", "OFFICIAL", "WHAT");
  tw_put_colored(to, color, TW_COLOR_TITLE, cm_str_of(head));
  fputc('\n', to);
  for (unsigned i = 0; i < CM_FEATURE_COUNT; i++) {
    const struct cm_feature_info *info = &cm_feature_table[i];
    fprintf(to, "%-26s  %-9s  %-7s  %-8s  %s\n", info->name, scopes[info->scope], info->in_default ? "yes" : "-",
            info->in_official ? "yes" : "-", info->doc);
  }
}

void tw_features_json(FILE *to, enum tw_json_style style) {
  struct tw_json json = tw_json_to(to, style);
  tw_json_object(&json, NULL);
  tw_json_text(&json, "format", "tidewaiter.features/1");
  tw_json_array(&json, "features");
  for (unsigned i = 0; i < CM_FEATURE_COUNT; i++) {
    const struct cm_feature_info *info = &cm_feature_table[i];
    tw_json_row(&json, NULL);
    tw_json_text(&json, "name", info->name);
    tw_json_text(&json, "scope", scopes[info->scope]);
    tw_json_bool(&json, "default", info->in_default);
    tw_json_bool(&json, "official", info->in_official);
    tw_json_text(&json, "doc", info->doc);
    tw_json_end(&json);
  }
  tw_json_end(&json);
  tw_json_end(&json);
}
