// Validation as SARIF 2.1.0.
//
// A rule is a section of a specification that was broken; its id is the last part of the section's address. A result points into a binary,
// by its offset; since GitHub takes no place without a line, there is one beside it.
//
// Specification: OASIS SARIF 2.1.0.

#include <component/version.h>

#include "findings_parts.h"
#include "text.h"
#include "validation.h"

#define NO_RULE "tidewaiter"  // what an error is called that breaks no rule of a specification, but meets a limit of ours

struct sarif {
  struct tw_json json;
  struct tw_needs_words words;
  const char **rules;  // addresses, each once
  size_t rule_count, rule_room;
};

// "valid/instructions.html#numeric-instructions", "Explainer.md#type-definitions"
static const char *rule_id(const char *rule) {
  const char *id = strstr(rule, "/core/");
  if (id) return id + 1;
  const char *slash = strrchr(rule, '/');
  return slash ? slash + 1 : rule;
}

static bool note_rule(struct sarif *sarif, const char *rule, size_t *index) {
  for (*index = 0; *index < sarif->rule_count; (*index)++)
    if (strcmp(sarif->rules[*index], rule) == 0) return true;
  if (!cm_grow(sarif->words.arena, &sarif->rules, &sarif->rule_room, sarif->rule_count, sizeof *sarif->rules)) return false;
  sarif->rules[sarif->rule_count++] = rule;
  return true;
}

static bool note_rules(struct sarif *sarif, const struct tw_validation *validation) {
  size_t index;
  for (size_t i = 0; i < validation->error_count; i++)
    if (!note_rule(sarif, validation->errors[i].rule ? validation->errors[i].rule : NO_RULE, &index)) return false;
  return true;
}

static void put_text(struct sarif *sarif, const char *key, const char *text) {
  tw_json_row(&sarif->json, key);
  tw_json_string(&sarif->json, "text", tw_word_safe(&sarif->words, cm_str_of(text)));
  tw_json_end(&sarif->json);
}

// The section's title, near enough: "numeric instructions" of "…#numeric-instructions".
static const char *title_of(struct sarif *sarif, const char *rule) {
  const char *anchor = strrchr(rule, '#');
  if (!anchor) return "a rule of the specification";
  char *title = cm_alloc_text(sarif->words.arena, anchor + 1, strlen(anchor + 1));
  if (!title) {
    sarif->words.failed = true;
    return "?";
  }
  for (char *c = title; *c; c++)
    if (*c == '-') *c = ' ';
  return title;
}

static void put_rule(struct sarif *sarif, const char *rule) {
  struct tw_json *json = &sarif->json;
  bool is_ours = strcmp(rule, NO_RULE) == 0;
  tw_json_object(json, NULL);
  tw_json_text(json, "id", rule_id(rule));
  put_text(sarif, "shortDescription", is_ours ? "a limit of tidewaiter, or what it does not support" : title_of(sarif, rule));
  if (!is_ours) tw_json_text(json, "helpUri", rule);
  tw_json_end(json);
}

static void put_place(struct sarif *sarif, const struct tw_validation *validation, const struct cm_diag *error,
                      const char *excerpt) {
  struct tw_json *json = &sarif->json;
  tw_json_array(json, "locations");
  tw_json_object(json, NULL);
  tw_json_object(json, "physicalLocation");
  tw_json_row(json, "artifactLocation");
  tw_json_string(json, "uri", tw_path_uri(&sarif->words, validation->path));
  tw_json_end(json);
  tw_json_object(json, "region");
  tw_json_number(json, "startLine", 1);
  if (error->has_offset) {
    tw_json_number(json, "byteOffset", error->offset);
    tw_json_number(json, "byteLength", error->offset < validation->size);
  }
  if (excerpt) {
    tw_json_row(json, "snippet");
    tw_json_text(json, "text", excerpt);
    tw_json_end(json);
  }
  tw_json_end(json);
  tw_json_end(json);
  if (error->where[0]) {
    tw_json_list(json, "logicalLocations");
    tw_json_row(json, NULL);
    tw_json_string(json, "fullyQualifiedName", tw_word_safe(&sarif->words, cm_str_of(error->where)));
    tw_json_end(json);
    tw_json_end(json);
  }
  tw_json_end(json);
  tw_json_end(json);
}

static void put_result(struct sarif *sarif, const struct tw_validation *validation, size_t i) {
  struct tw_json *json = &sarif->json;
  const struct cm_diag *error = &validation->errors[i];
  const char *rule = error->rule ? error->rule : NO_RULE;
  size_t index = 0;
  note_rule(sarif, rule, &index);
  tw_json_object(json, NULL);
  tw_json_text(json, "ruleId", rule_id(rule));
  tw_json_number(json, "ruleIndex", index);
  tw_json_text(json, "level", "error");
  put_text(sarif, "message", error->message);
  put_place(sarif, validation, error, i < TW_EXCERPTS ? validation->excerpts[i] : NULL);
  tw_json_end(json);
}

static void put_tool(struct sarif *sarif) {
  struct tw_json *json = &sarif->json;
  tw_json_object(json, "tool");
  tw_json_object(json, "driver");
  tw_json_text(json, "name", "tidewaiter");
  tw_json_text(json, "version", cm_version());
  tw_json_text(json, "informationUri", TW_HOME);
  tw_json_array(json, "rules");
  for (size_t i = 0; i < sarif->rule_count; i++) put_rule(sarif, sarif->rules[i]);
  tw_json_end(json);
  tw_json_end(json);
  tw_json_end(json);
}

bool tw_validation_sarif(FILE *to, struct cm_arena *arena, const struct tw_validation *validations, size_t count) {
  struct sarif sarif = {.json = tw_json_to(to, TW_JSON_PRETTY), .words = {.arena = arena}};
  struct tw_json *json = &sarif.json;
  for (size_t i = 0; i < count; i++)
    if (!note_rules(&sarif, &validations[i])) return false;
  tw_json_object(json, NULL);
  tw_json_text(json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  tw_json_text(json, "version", "2.1.0");
  tw_json_array(json, "runs");
  tw_json_object(json, NULL);
  put_tool(&sarif);
  tw_json_array(json, "results");
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < validations[i].error_count; k++) put_result(&sarif, &validations[i], k);
  tw_json_end(json);
  tw_json_end(json);
  tw_json_end(json);
  tw_json_end(json);
  fputc('\n', to);
  return !sarif.words.failed;
}
