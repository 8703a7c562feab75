// An in-toto attestation of a gate: a Statement v1 whose subjects are the files that were judged and whose predicate says what they need and
// what the verdict was.
//
// `cosign attest --predicate` takes the predicate alone and makes the statement itself, so that is a format of its own. The predicate is
// described in docs/attestation.md, to which its type points, and in schemas/gate-predicate.schema.json. Files that could not be read have
// no digest: they are told in the predicate and fail it, and are no subject.

#include <component/version.h>

#include "findings_parts.h"
#include "gate_formats.h"

#define STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define PREDICATE_TYPE TW_HOME "/blob/main/docs/attestation.md#gate-v1"

static void put_digest(struct tw_json *json, const char *sha256) {
  tw_json_row(json, "digest");
  tw_json_text(json, "sha256", sha256);
  tw_json_end(json);
}

static void put_optional(struct tw_json *json, const char *key, bool has, struct cm_str text) {
  if (has) {
    tw_json_string(json, key, text);
  }
}

static void put_needs(struct tw_json *json, const struct cm_needs *needs) {
  tw_json_array(json, "needs");
  for (uint32_t i = 0; i < needs->need_count; i++) {
    const struct cm_need *need = &needs->needs[i];
    tw_json_row(json, NULL);
    tw_json_text(json, "kind", cm_need_kinds[need->kind]);
    tw_json_string(json, "key", need->key);
    tw_json_text(json, "origin", cm_origins[need->origin]);
    tw_json_text(json, "certainty", cm_certainties[need->certainty]);
    tw_json_string(json, "source", need->source);
    put_optional(json, "externalId", need->has_external_id, need->external_id);
    tw_json_end(json);
  }
  tw_json_end(json);
  tw_json_array(json, "undecided");
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    const struct cm_unresolved *entry = &needs->unresolved[i];
    tw_json_row(json, NULL);
    tw_json_text(json, "kind", cm_need_kinds[entry->kind]);
    tw_json_string(json, "source", entry->source);
    tw_json_text(json, "reason", cm_reasons[entry->reason]);
    put_optional(json, "pattern", entry->has_pattern, entry->pattern);
    tw_json_end(json);
  }
  tw_json_end(json);
  tw_json_row(json, "complete");
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    tw_json_bool(json, cm_need_kinds[kind], needs->complete[kind]);
  }
  tw_json_end(json);
}

static void put_findings(struct tw_json *json, const struct tw_gate *gate, const struct tw_finding *findings, uint32_t count) {
  tw_json_array(json, "findings");
  for (uint32_t i = 0; i < count; i++) {
    const struct tw_finding *finding = &findings[i];
    if (tw_finding_fate(finding) == TW_ABSENT) {
      continue;
    }
    tw_json_row(json, NULL);
    tw_json_string(json, "rule", gate->rules[finding->rule].id);
    tw_json_text(json, "level", tw_levels[finding->level]);
    tw_json_text(json, "fate", tw_fates[tw_finding_fate(finding)]);
    tw_json_string(json, "message", finding->message);
    if (tw_finding_fate(finding) == TW_WAIVED) {
      tw_json_string(json, "waiver", finding->waiver->reason);
    }
    tw_json_end(json);
  }
  tw_json_end(json);
}

static void put_app(struct tw_json *json, const struct tw_gate *gate, const struct tw_gate_app *app) {
  tw_json_object(json, NULL);
  tw_json_string(json, "name", tw_path_tidy(app->path));
  tw_json_text(json, "verdict", tw_app_passes(app) ? "passed" : "failed");
  if (app->document) {
    put_digest(json, app->document->sha256);
    tw_json_number(json, "size", app->document->size);
    put_needs(json, &app->document->needs);
    put_findings(json, gate, app->findings, app->finding_count);
  } else {
    tw_json_string(json, "fault", app->fault);
  }
  tw_json_end(json);
}

static void put_predicate(struct tw_json *json, const char *key, const struct tw_gate *gate) {
  tw_json_object(json, key);
  tw_json_text(json, "verdict", tw_gate_passes(gate) ? "passed" : "failed");
  tw_json_row(json, "verifier");
  tw_json_text(json, "name", "tidewaiter");
  tw_json_text(json, "version", cm_version());
  tw_json_end(json);
  put_optional(json, "date", gate->date.size > 0, gate->date);
  tw_json_array(json, "inputs");
  for (uint32_t i = 0; i < gate->input_count; i++) {
    tw_json_row(json, NULL);
    tw_json_text(json, "role", gate->inputs[i].role);
    tw_json_string(json, "name", tw_path_tidy(gate->inputs[i].path));
    put_digest(json, gate->inputs[i].sha256);
    tw_json_end(json);
  }
  tw_json_end(json);
  tw_json_array(json, "apps");
  for (uint32_t i = 0; i < gate->app_count; i++) {
    put_app(json, gate, &gate->apps[i]);
  }
  tw_json_end(json);
  put_findings(json, gate, gate->findings, gate->finding_count);
  tw_json_end(json);
}

bool tw_gate_predicate(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color) {
  (void)arena, (void)color;
  struct tw_json json = tw_json_to(to, TW_JSON_PRETTY);
  put_predicate(&json, NULL, gate);
  fputc('\n', to);
  return true;
}

bool tw_gate_intoto(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color) {
  (void)arena, (void)color;
  struct tw_json json = tw_json_to(to, TW_JSON_PRETTY);
  tw_json_object(&json, NULL);
  tw_json_text(&json, "_type", STATEMENT_TYPE);
  tw_json_array(&json, "subject");
  for (uint32_t i = 0; i < gate->app_count; i++) {
    if (gate->apps[i].document) {
      tw_json_row(&json, NULL);
      tw_json_string(&json, "name", tw_path_tidy(gate->apps[i].path));
      put_digest(&json, gate->apps[i].document->sha256);
      tw_json_end(&json);
    }
  }
  tw_json_end(&json);
  tw_json_text(&json, "predicateType", PREDICATE_TYPE);
  put_predicate(&json, "predicate", gate);
  tw_json_end(&json);
  fputc('\n', to);
  return true;
}
