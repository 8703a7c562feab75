// SARIF 2.1.0, all that GitHub code scanning asks for.
//
// A result points at a line of a committed text file, the manifest or the policy: what a finding in a binary would point at is not shown on
// a pull request. The file that was judged is its analysis target, and where that asks is told as code flows: a flow for each place,
// its steps the functions on the way, each with its offset in the file. GitHub takes no place without a line, so these have one
// beside the offset. What would be an empty string is left out or said in other words: GitHub refuses them.
//
// Specification: OASIS SARIF 2.1.0; the sections are named where a rule is not obvious.

#include <component/version.h>
#include <strings.h>

#include "demangle.h"
#include "findings_parts.h"
#include "gate_formats.h"

// GitHub takes up to 10,000 steps of code flows for a result; a thousand are more than anyone reads.
enum { FLOW_STEPS = 1000 };

struct sarif {
  struct tw_json json;
  struct tw_needs_words words;
  const struct tw_gate *gate;
  bool any_waived;
};

// Text of a message: 3.11.5 doubles braces, which else would be placeholders; 3.11.6 escapes brackets, which else would be links. It ends
// as a sentence does.
static struct cm_str message_text(struct sarif *sarif, struct cm_str text) {
  char *escaped = cm_alloc(sarif->words.arena, 2 * text.size + 2);
  if (!escaped) {
    sarif->words.failed = true;
    return CM_STR("?");
  }
  size_t size = 0;
  for (size_t i = 0; i < text.size; i++) {
    char c = text.at[i];
    if (c == '[' || c == ']' || c == '\\') {
      escaped[size++] = '\\';
    } else if (c == '{' || c == '}') {
      escaped[size++] = c;
    }
    escaped[size++] = c;
  }
  if (size > 0 && !strchr(".!?", escaped[size - 1])) {
    escaped[size++] = '.';
  }
  return (struct cm_str){escaped, size};
}

// {"text": …}; nothing where there is no text.
static void put_message(struct sarif *sarif, const char *key, struct cm_str text) {
  if (text.size > 0) {
    tw_json_row(&sarif->json, key);
    tw_json_string(&sarif->json, "text", message_text(sarif, text));
    tw_json_end(&sarif->json);
  }
}

// Safe text, else the first one of the others that says something.
static struct cm_str some_text(struct sarif *sarif, struct cm_str text, struct cm_str other) {
  return tw_word_safe(&sarif->words, text.size ? text : other);
}

static void put_artifact_location(struct sarif *sarif, const char *key, const char *path) {
  struct tw_json *json = &sarif->json;
  struct cm_str uri = tw_path_uri(&sarif->words, path);
  tw_json_row(json, key);
  tw_json_string(json, "uri", uri.size ? uri : CM_STR("."));
  // Only what is relative is so to something (3.14.3).
  if (!cm_str_starts(uri, CM_STR("file:"))) {
    tw_json_text(json, "uriBaseId", "%SRCROOT%");
  }
  tw_json_end(json);
}

// --- rules

static bool is_same_word(struct cm_str a, struct cm_str b) { return a.size == b.size && strncasecmp(a.at, b.at, a.size) == 0; }

// 3.49.7: a name is for people; by custom it is in Pascal case. "known-env" is KnownEnv. Empty where the id has no letter.
static struct cm_str rule_name(struct sarif *sarif, struct cm_str id) {
  char *name = cm_alloc(sarif->words.arena, id.size + 1);
  if (!name) {
    sarif->words.failed = true;
    return CM_STR("");
  }
  size_t size = 0;
  bool begins = true;
  for (size_t i = 0; i < id.size; i++) {
    char c = id.at[i];
    bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
    if (lower || upper || (digit && size > 0)) {
      name[size++] = (char)(begins && lower ? c - 'a' + 'A' : c);
      begins = false;
    } else {
      begins = true;
    }
  }
  return (struct cm_str){name, size};
}

// What to do, of rules that do not say it.
static const char *const section_help[TW_SECTION_COUNT] = {
    "Change the program so that it does not ask, or the policy: allow it there, or waive it for a time and say why.",
    "Give in the manifest what is asked for, and nothing else.",
    "Renew the waiver or take it out of the policy.",
    "Correct the rule or take it out of the policy.",
};

static void put_rule(struct sarif *sarif, const struct tw_rule *rule) {
  struct tw_json *json = &sarif->json;
  struct cm_str summary = some_text(sarif, rule->summary, rule->id);
  struct cm_str description = some_text(sarif, rule->description, rule->summary.size ? rule->summary : rule->id);
  tw_json_object(json, NULL);
  tw_json_string(json, "id", rule->id);
  struct cm_str name = rule_name(sarif, rule->id);
  // A name that only repeats the id is to be left out.
  if (name.size > 0 && !is_same_word(name, rule->id)) {
    tw_json_string(json, "name", name);
  }
  put_message(sarif, "shortDescription", summary);
  put_message(sarif, "fullDescription", description);
  put_message(sarif, "help", some_text(sarif, rule->help, cm_str_of(section_help[rule->section])));
  tw_json_text(json, "helpUri", rule->help_uri ? rule->help_uri : TW_HELP_GATE);
  tw_json_row(json, "defaultConfiguration");
  tw_json_text(json, "level", tw_levels[rule->level]);
  tw_json_end(json);
  tw_json_row(json, "properties");
  // GitHub shows these: the severity of what is no security alert, and how often it is right.
  tw_json_text(json, "problem.severity", rule->level == TW_NOTE ? "recommendation" : tw_levels[rule->level]);
  tw_json_text(json, "precision", "very-high");
  tw_json_list(json, "tags");
  tw_json_text(json, NULL, "deployment");
  tw_json_text(json, NULL, tw_sections[rule->section]);
  tw_json_end(json);
  tw_json_end(json);
  tw_json_end(json);
}

static void put_tool(struct sarif *sarif) {
  struct tw_json *json = &sarif->json;
  tw_json_object(json, "tool");
  tw_json_object(json, "driver");
  tw_json_text(json, "name", "tidewaiter");
  tw_json_text(json, "version", cm_version());
  tw_json_text(json, "semanticVersion", cm_version());
  tw_json_text(json, "informationUri", TW_HOME);
  tw_json_array(json, "rules");
  for (uint32_t i = 0; i < sarif->gate->rule_count; i++) {
    put_rule(sarif, &sarif->gate->rules[i]);
  }
  tw_json_end(json);
  tw_json_end(json);
  tw_json_end(json);
}

// --- where the file asks

static void put_step(struct sarif *sarif, const char *path, const struct cm_frame *frame, struct cm_str instance) {
  struct tw_json *json = &sarif->json;
  struct tw_needs_words *words = &sarif->words;
  struct cm_str name = tw_word_function(words, frame->name, frame->module, frame->function, 0);
  struct cm_str where = tw_word_safe(words, instance);
  tw_json_object(json, NULL);
  tw_json_object(json, "location");
  tw_json_object(json, "physicalLocation");
  put_artifact_location(sarif, "artifactLocation", path);
  tw_json_row(json, "region");
  tw_json_number(json, "startLine", 1);
  tw_json_number(json, "byteOffset", frame->offset);
  tw_json_number(json, "byteLength", 1);
  tw_json_end(json);
  tw_json_end(json);
  tw_json_list(json, "logicalLocations");
  tw_json_row(json, NULL);
  tw_json_string(json, "name", name);
  tw_json_string(json, "fullyQualifiedName",
                 where.size ? tw_word(words, "%.*s > %.*s", CM_STR_ARG(where), CM_STR_ARG(name)) : name);
  tw_json_text(json, "kind", "function");
  tw_json_end(json);
  tw_json_end(json);
  put_message(sarif, "message",
              tw_word(words, "%.*s (module %u, function %u, offset 0x%llx)", CM_STR_ARG(name), (unsigned)frame->module,
                      (unsigned)frame->function, (unsigned long long)frame->offset));
  tw_json_end(json);
  tw_json_end(json);
}

// A flow begins where the key is decided; where the way from there is not known that is all of it.
static void put_flow(struct sarif *sarif, const char *path, const struct cm_evidence *evidence) {
  struct tw_json *json = &sarif->json;
  tw_json_object(json, NULL);
  tw_json_array(json, "threadFlows");
  tw_json_object(json, NULL);
  tw_json_array(json, "locations");
  struct cm_frame only = {evidence->name, evidence->module, evidence->function, evidence->offset};
  put_step(sarif, path, evidence->path_count > 0 ? &evidence->path[0] : &only, evidence->instance);
  for (uint32_t i = 1; i < evidence->path_count; i++) {
    put_step(sarif, path, &evidence->path[i], CM_STR(""));
  }
  tw_json_end(json);
  tw_json_end(json);
  tw_json_end(json);
  tw_json_end(json);
}

static void put_flows(struct sarif *sarif, const struct tw_finding_walk *walk) {
  const struct tw_subject *subject = &walk->finding->subject;
  if (!walk->app || subject->evidence_count == 0) {
    return;
  }
  tw_json_array(&sarif->json, "codeFlows");
  uint32_t steps = 0;
  for (uint32_t i = 0; i < subject->evidence_count; i++) {
    steps += subject->evidence[i].path_count ? subject->evidence[i].path_count : 1;
    if (i > 0 && steps > FLOW_STEPS) {
      break;
    }
    put_flow(sarif, walk->app->path, &subject->evidence[i]);
  }
  tw_json_end(&sarif->json);
}

// --- results

static void put_physical(struct sarif *sarif, struct tw_place place) {
  struct tw_json *json = &sarif->json;
  tw_json_object(json, "physicalLocation");
  put_artifact_location(sarif, "artifactLocation", place.path);
  tw_json_row(json, "region");
  tw_json_number(json, "startLine", place.line);
  tw_json_number(json, "startColumn", place.column);
  tw_json_number(json, "endLine", place.end_line);
  tw_json_number(json, "endColumn", place.end_column);
  tw_json_end(json);
  tw_json_end(json);
}

// 3.35: the waiver is a line of the policy, outside of what it waives.
static void put_suppression(struct sarif *sarif, const struct tw_finding *finding) {
  struct tw_json *json = &sarif->json;
  tw_json_object(json, NULL);
  tw_json_text(json, "kind", "external");
  tw_json_text(json, "status", "accepted");
  tw_json_string(json, "justification", message_text(sarif, tw_word_waiver(&sarif->words, finding)));
  if (finding->waiver->place.path) {
    const struct tw_finding at = {.place = finding->waiver->place};
    tw_json_object(json, "location");
    put_physical(sarif, tw_finding_place(sarif->gate, NULL, &at));
    tw_json_end(json);
  }
  tw_json_end(json);
}

// 3.55: what goes out is a region, empty at the beginning of a line where lines only come in. A fix without a place is told in the
// message alone.
static void put_fixes(struct sarif *sarif, const struct tw_finding *finding) {
  struct tw_json *json = &sarif->json;
  bool any = false;
  for (uint32_t i = 0; i < finding->fix_count; i++) {
    const struct tw_fix *fix = &finding->fixes[i];
    if (fix->first == 0) {
      continue;
    }
    if (!any) {
      tw_json_array(json, "fixes");
      any = true;
    }
    tw_json_object(json, NULL);
    put_message(sarif, "description", tw_word_safe(&sarif->words, fix->what));
    tw_json_array(json, "artifactChanges");
    tw_json_object(json, NULL);
    put_artifact_location(sarif, "artifactLocation", fix->path);
    tw_json_array(json, "replacements");
    tw_json_object(json, NULL);
    tw_json_row(json, "deletedRegion");
    tw_json_number(json, "startLine", fix->first);
    tw_json_number(json, "startColumn", 1);
    tw_json_number(json, "endLine", fix->last + 1);
    tw_json_number(json, "endColumn", 1);
    tw_json_end(json);
    if (fix->text.size > 0) {
      tw_json_row(json, "insertedContent");
      tw_json_string(json, "text", fix->text);
      tw_json_end(json);
    }
    tw_json_end(json);
    tw_json_end(json);
    tw_json_end(json);
    tw_json_end(json);
    tw_json_end(json);
  }
  if (any) {
    tw_json_end(json);
  }
}

static void put_result(struct sarif *sarif, const struct tw_finding_walk *walk, const struct tw_fingerprint *print) {
  struct tw_json *json = &sarif->json;
  const struct tw_finding *finding = walk->finding;
  tw_json_object(json, NULL);
  tw_json_string(json, "ruleId", walk->rule->id);
  tw_json_number(json, "ruleIndex", finding->rule);
  tw_json_text(json, "level", tw_levels[finding->level]);
  if (tw_sinces[finding->since]) {
    tw_json_text(json, "baselineState", tw_sinces[finding->since]);
  }
  put_message(sarif, "message", tw_word_finding(&sarif->words, walk->rule, finding));
  if (walk->app) {
    put_artifact_location(sarif, "analysisTarget", walk->app->path);
  }
  tw_json_array(json, "locations");
  tw_json_object(json, NULL);
  put_physical(sarif, tw_finding_place(sarif->gate, walk->app, finding));
  tw_json_end(json);
  tw_json_end(json);
  tw_json_row(json, "partialFingerprints");
  // As GitHub's own: a short hash, and which one of equals it is.
  tw_json_string(json, "primaryLocationLineHash", tw_word(&sarif->words, "%.16s:%u", print->hash, (unsigned)print->ordinal));
  tw_json_end(json);
  put_flows(sarif, walk);
  // 3.27.23: all results say whether they are suppressed, or none does.
  if (sarif->any_waived) {
    tw_json_array(json, "suppressions");
    if (tw_finding_fate(finding) == TW_WAIVED) {
      put_suppression(sarif, finding);
    }
    tw_json_end(json);
  }
  put_fixes(sarif, finding);
  tw_json_end(json);
}

// --- the run

static void put_artifact(struct sarif *sarif, const char *path, const char *role, const char *sha256, const uint64_t *size) {
  struct tw_json *json = &sarif->json;
  tw_json_object(json, NULL);
  put_artifact_location(sarif, "location", path);
  if (size) {
    tw_json_number(json, "length", *size);
    tw_json_text(json, "mimeType", "application/wasm");
  }
  tw_json_list(json, "roles");
  tw_json_text(json, NULL, role);
  tw_json_end(json);
  if (sha256 && sha256[0]) {
    tw_json_row(json, "hashes");
    tw_json_text(json, "sha-256", sha256);
    tw_json_end(json);
  }
  tw_json_end(json);
}

static void put_artifacts(struct sarif *sarif) {
  const struct tw_gate *gate = sarif->gate;
  tw_json_array(&sarif->json, "artifacts");
  for (uint32_t i = 0; i < gate->app_count; i++) {
    const struct tw_needs_document *document = gate->apps[i].document;
    put_artifact(sarif, gate->apps[i].path, "analysisTarget", document ? document->sha256 : NULL,
                 document ? &document->size : NULL);
  }
  for (uint32_t i = 0; i < gate->input_count; i++) {
    put_artifact(sarif, gate->inputs[i].path, "userSpecifiedConfiguration", gate->inputs[i].sha256, NULL);
  }
  tw_json_end(&sarif->json);
}

// 3.20: what could not be read is no finding but a failure of the run.
static void put_invocation(struct sarif *sarif) {
  struct tw_json *json = &sarif->json;
  tw_json_array(json, "invocations");
  tw_json_object(json, NULL);
  tw_json_bool(json, "executionSuccessful", tw_gate_tally(sarif->gate).unreadable == 0);
  tw_json_array(json, "toolExecutionNotifications");
  for (uint32_t i = 0; i < sarif->gate->app_count; i++) {
    const struct tw_gate_app *app = &sarif->gate->apps[i];
    if (app->document) {
      continue;
    }
    tw_json_object(json, NULL);
    tw_json_text(json, "level", "error");
    struct cm_str path = tw_word_safe(&sarif->words, cm_str_of(app->path)), fault = tw_word_safe(&sarif->words, app->fault);
    put_message(sarif, "message", tw_word(&sarif->words, "%.*s could not be judged: %.*s", CM_STR_ARG(path), CM_STR_ARG(fault)));
    tw_json_array(json, "locations");
    tw_json_object(json, NULL);
    tw_json_object(json, "physicalLocation");
    put_artifact_location(sarif, "artifactLocation", app->path);
    tw_json_end(json);
    tw_json_end(json);
    tw_json_end(json);
    tw_json_end(json);
  }
  tw_json_end(json);
  tw_json_end(json);
  tw_json_end(json);
}

static void put_run(struct sarif *sarif, const struct tw_fingerprint *prints) {
  struct tw_json *json = &sarif->json;
  tw_json_object(json, NULL);
  put_tool(sarif);
  put_invocation(sarif);
  // GitHub tells runs of one commit apart by the category, which is what stands before the last slash.
  tw_json_row(json, "automationDetails");
  tw_json_text(json, "id", "tidewaiter/");
  tw_json_end(json);
  tw_json_object(json, "originalUriBaseIds");
  tw_json_object(json, "%SRCROOT%");
  put_message(sarif, "description", CM_STR("The folder that tidewaiter was run in, usually the top of the checkout"));
  tw_json_end(json);
  tw_json_end(json);
  // Columns count characters, not UTF-16 code units (3.14.27).
  tw_json_text(json, "columnKind", "unicodeCodePoints");
  put_artifacts(sarif);
  tw_json_array(json, "results");
  for (struct tw_finding_walk walk = {.gate = sarif->gate}; tw_next_finding(&walk);) {
    put_result(sarif, &walk, &prints[walk.number]);
  }
  tw_json_end(json);
  tw_json_row(json, "properties");
  tw_json_text(json, "verdict", tw_gate_passes(sarif->gate) ? "passed" : "failed");
  tw_json_end(json);
  tw_json_end(json);
}

bool tw_gate_sarif(FILE *to, struct cm_arena *arena, const struct tw_gate *gate, bool color) {
  (void)color;
  struct sarif sarif = {tw_json_to(to, TW_JSON_PRETTY), {.arena = arena}, gate, tw_gate_tally(gate).fates[TW_WAIVED] > 0};
  const struct tw_fingerprint *prints = tw_gate_fingerprints(arena, gate);
  if (!prints) {
    return false;
  }
  tw_json_object(&sarif.json, NULL);
  tw_json_text(&sarif.json, "$schema",
               "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
  tw_json_text(&sarif.json, "version", "2.1.0");
  tw_json_array(&sarif.json, "runs");
  put_run(&sarif, prints);
  tw_json_end(&sarif.json);
  tw_json_end(&sarif.json);
  fputc('\n', to);
  return !sarif.words.failed;
}
