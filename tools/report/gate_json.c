// The result of a gate as JSON: schemas/gate.schema.json, all there is.
//
// Members that can be unknown are null, not absent; texts are as they are in the model, not made safe for people.

#include <component/version.h>

#include "findings_parts.h"
#include "gate_formats.h"
#include "needs_parts.h"

// A text that may be empty: null then.
static void put_text(struct tw_json *json, const char *key, struct cm_str text) {
  if (text.size > 0) {
    tw_json_string(json, key, text);
  } else {
    tw_json_null(json, key);
  }
}

// Numbers that are 0 where they are not known.
static void put_known(struct tw_json *json, const char *key, uint32_t number) {
  if (number > 0) {
    tw_json_number(json, key, number);
  } else {
    tw_json_null(json, key);
  }
}

static void put_place(struct tw_json *json, const char *key, struct tw_place place) {
  if (!place.path) {
    tw_json_null(json, key);
    return;
  }
  tw_json_row(json, key);
  tw_json_text(json, "path", place.path);
  put_known(json, "line", place.line);
  put_known(json, "column", place.column);
  put_known(json, "end-line", place.end_line);
  put_known(json, "end-column", place.end_column);
  tw_json_end(json);
}

void tw_findings_put_subject(struct tw_json *json, const char *key, const struct tw_subject *subject) {
  bool need = subject->about == TW_ABOUT_NEED, undecided = subject->about == TW_ABOUT_UNDECIDED;
  tw_json_object(json, key);
  tw_json_text(json, "about", tw_abouts[subject->about]);
  tw_json_text(json, "kind", subject->has_kind ? cm_need_kinds[subject->kind] : NULL);
  if (need || subject->key.size > 0) {
    tw_json_string(json, "key", subject->key);
  } else {
    tw_json_null(json, "key");
  }
  put_text(json, "source", subject->source);
  tw_json_text(json, "certainty", need ? cm_certainties[subject->certainty] : NULL);
  tw_json_text(json, "origin", need ? cm_origins[subject->origin] : NULL);
  tw_json_text(json, "reason", undecided ? cm_reasons[subject->reason] : NULL);
  tw_needs_put_evidence(json, subject->evidence, subject->evidence_count);
  tw_json_end(json);
}

static void put_waiver(struct tw_json *json, const struct tw_waiver *waiver) {
  if (!waiver) {
    tw_json_null(json, "waiver");
    return;
  }
  tw_json_object(json, "waiver");
  tw_json_string(json, "reason", waiver->reason);
  put_text(json, "owner", waiver->owner);
  put_text(json, "expires", waiver->expires);
  tw_json_bool(json, "expired", waiver->expired);
  put_place(json, "place", waiver->place);
  tw_json_end(json);
}

static void put_fixes(struct tw_json *json, const struct tw_finding *finding) {
  tw_json_array(json, "fixes");
  for (uint32_t i = 0; i < finding->fix_count; i++) {
    const struct tw_fix *fix = &finding->fixes[i];
    tw_json_object(json, NULL);
    tw_json_string(json, "what", fix->what);
    tw_json_text(json, "path", fix->path);
    put_known(json, "first-line", fix->first);
    put_known(json, "last-line", fix->last);
    tw_json_string(json, "text", fix->text);
    tw_json_end(json);
  }
  tw_json_end(json);
}

static void put_findings(struct tw_json *json, const struct tw_gate *gate, const struct tw_gate_app *app,
                         const struct tw_fingerprint **prints) {
  const struct tw_finding *finding = app ? app->findings : gate->findings;
  tw_json_array(json, "findings");
  for (uint32_t i = 0; i < (app ? app->finding_count : gate->finding_count); i++, finding++) {
    char fingerprint[96];
    snprintf(fingerprint, sizeof fingerprint, "%s:%u", (*prints)->hash, (unsigned)(*prints)->ordinal);
    ++*prints;
    tw_json_object(json, NULL);
    tw_json_string(json, "rule", gate->rules[finding->rule].id);
    tw_json_text(json, "level", tw_levels[finding->level]);
    tw_json_text(json, "fate", tw_fates[tw_finding_fate(finding)]);
    tw_json_text(json, "baseline", tw_sinces[finding->since]);
    tw_json_string(json, "message", finding->message);
    put_text(json, "help", finding->help.size ? finding->help : gate->rules[finding->rule].help);
    put_place(json, "place", finding->place);
    tw_findings_put_subject(json, "subject", &finding->subject);
    put_waiver(json, finding->waiver);
    put_fixes(json, finding);
    tw_json_text(json, "fingerprint", fingerprint);
    tw_json_end(json);
  }
  tw_json_end(json);
}

static void put_changes(struct tw_json *json, const struct tw_gate_app *app) {
  tw_json_array(json, "changes");
  for (uint32_t i = 0; i < app->change_count; i++) {
    tw_json_object(json, NULL);
    tw_json_text(json, "baseline", tw_sinces[app->changes[i].since]);
    tw_findings_put_subject(json, "subject", &app->changes[i].subject);
    tw_json_end(json);
  }
  tw_json_end(json);
}

static void put_app(struct tw_json *json, const struct tw_gate *gate, const struct tw_gate_app *app,
                    const struct tw_fingerprint **prints) {
  const struct tw_needs_document *document = app->document;
  tw_json_object(json, NULL);
  tw_json_text(json, "path", app->path);
  tw_json_text(json, "sha256", document ? document->sha256 : NULL);
  if (document) {
    tw_json_number(json, "size", document->size);
  } else {
    tw_json_null(json, "size");
  }
  put_text(json, "fault", app->fault);
  tw_json_text(json, "verdict", tw_app_passes(app) ? "passed" : "failed");
  tw_json_text(json, "baseline", app->baseline);
  put_changes(json, app);
  put_findings(json, gate, app, prints);
  tw_json_end(json);
}

static void put_rules(struct tw_json *json, const struct tw_gate *gate) {
  tw_json_array(json, "rules");
  for (uint32_t i = 0; i < gate->rule_count; i++) {
    const struct tw_rule *rule = &gate->rules[i];
    tw_json_object(json, NULL);
    tw_json_string(json, "id", rule->id);
    tw_json_text(json, "section", tw_sections[rule->section]);
    tw_json_text(json, "level", tw_levels[rule->level]);
    put_text(json, "summary", rule->summary);
    put_text(json, "description", rule->description);
    put_text(json, "help", rule->help);
    tw_json_text(json, "help-uri", rule->help_uri);
    put_place(json, "place", rule->place);
    tw_json_end(json);
  }
  tw_json_end(json);
}

static void put_counts(struct tw_json *json, const struct tw_gate *gate) {
  struct tw_tally tally = tw_gate_tally(gate);
  tw_json_row(json, "counts");
  tw_json_number(json, "errors", tally.fates[TW_FAILS]);
  tw_json_number(json, "warnings", tally.warnings);
  tw_json_number(json, "notes", tally.notes);
  tw_json_number(json, "waived", tally.fates[TW_WAIVED]);
  tw_json_number(json, "unchanged", tally.fates[TW_UNCHANGED]);
  tw_json_number(json, "absent", tally.fates[TW_ABSENT]);
  tw_json_number(json, "unreadable", tally.unreadable);
  tw_json_end(json);
}

bool tw_gate_json(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color) {
  (void)color;
  const struct tw_fingerprint *prints = tw_gate_fingerprints(arena, gate);
  if (!prints) {
    return false;
  }
  struct tw_json json = tw_json_to(to, TW_JSON_PRETTY);
  tw_json_object(&json, NULL);
  tw_json_text(&json, "format", "tidewaiter.gate/1");
  tw_json_text(&json, "verdict", tw_gate_passes(gate) ? "passed" : "failed");
  put_text(&json, "date", gate->date);
  put_counts(&json, gate);
  tw_json_array(&json, "inputs");
  for (uint32_t i = 0; i < gate->input_count; i++) {
    tw_json_row(&json, NULL);
    tw_json_text(&json, "role", gate->inputs[i].role);
    tw_json_text(&json, "path", gate->inputs[i].path);
    tw_json_text(&json, "sha256", gate->inputs[i].sha256);
    tw_json_end(&json);
  }
  tw_json_end(&json);
  put_rules(&json, gate);
  tw_json_array(&json, "apps");
  for (uint32_t i = 0; i < gate->app_count; i++) {
    put_app(&json, gate, &gate->apps[i], &prints);
  }
  tw_json_end(&json);
  put_findings(&json, gate, NULL, &prints);
  tw_json_end(&json);
  fputc('\n', to);
  return true;
}
