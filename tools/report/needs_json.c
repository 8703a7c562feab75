// Needs as JSON: the contract with other programs, schemas/needs.schema.json.
//
// The order of members and of array elements is fixed, and nothing of the time or the place of the run goes in, so that equal
// input gives equal bytes. Members that can be unknown are null, not absent, but for a need's `label` and `external-id`, which only
// needs that an import declares have, and for what only files with an interpreter have: `interpreters`, and the `source` of evidence.

#include "demangle.h"
#include "needs_parts.h"

static void put_optional(struct tw_json *json, const char *key, bool has, struct cm_str value) {
  if (has) {
    tw_json_string(json, key, value);
  } else {
    tw_json_null(json, key);
  }
}

static void put_number(struct tw_json *json, const char *key, bool has, uint64_t value) {
  if (has) {
    tw_json_number(json, key, value);
  } else {
    tw_json_null(json, key);
  }
}

static const char *artifact_kind(const struct cm_needs *needs) {
  return needs->artifact == CM_ARTIFACT_MODULE ? "module" : needs->is_wit ? "wit" : "component";
}

static void put_artifact(struct tw_json *json, const struct tw_needs_document *document) {
  tw_json_row(json, "artifact");
  tw_json_text(json, "path", document->path);
  tw_json_text(json, "sha256", document->sha256);
  tw_json_number(json, "size", document->size);
  tw_json_text(json, "kind", artifact_kind(&document->needs));
  tw_json_end(json);
}

static void put_imports(struct tw_json *json, const struct cm_needs *needs) {
  tw_json_array(json, "imports");
  for (uint32_t i = 0; i < needs->import_count; i++) {
    const struct cm_needs_import *import = &needs->imports[i];
    tw_json_row(json, NULL);
    tw_json_string(json, "name", import->name);
    tw_json_text(json, "type", cm_sort_names[import->sort]);
    put_optional(json, "implements", import->has_implements, import->implements);
    put_optional(json, "external-id", import->has_external_id, import->external_id);
    tw_json_list(json, "functions");
    for (uint32_t j = 0; j < import->function_count; j++) {
      tw_json_string(json, NULL, import->functions[j]);
    }
    tw_json_end(json);
    tw_json_bool(json, "reached", import->reached);
    tw_json_end(json);
  }
  tw_json_end(json);
}

static void put_exports(struct tw_json *json, const struct cm_needs *needs) {
  tw_json_array(json, "exports");
  for (uint32_t i = 0; i < needs->export_count; i++) {
    tw_json_row(json, NULL);
    tw_json_string(json, "name", needs->exports[i].name);
    tw_json_text(json, "type", cm_sort_names[needs->exports[i].sort]);
    tw_json_end(json);
  }
  tw_json_end(json);
}

// The functions on the way by name, one without a name by its number.
static void put_path(struct tw_json *json, const struct cm_evidence *evidence) {
  char demangled[TW_DEMANGLED_MAX];
  tw_json_list(json, "path");
  for (uint32_t i = 0; i < evidence->path_count; i++) {
    const struct cm_frame *frame = &evidence->path[i];
    char number[48];
    if (frame->name.size > 0) {
      tw_json_string(json, NULL, tw_demangle(frame->name, demangled));
    } else {
      snprintf(number, sizeof number, "module %u function %u", (unsigned)frame->module, (unsigned)frame->function);
      tw_json_text(json, NULL, number);
    }
  }
  tw_json_end(json);
}

// Only evidence in a program of an interpreter has it.
static void put_source(struct tw_json *json, const struct cm_source_place *source) {
  tw_json_row(json, "source");
  put_optional(json, "file", source->file.size > 0, source->file);
  put_number(json, "line", source->line > 0, source->line);
  put_number(json, "column", source->column > 0, source->column);
  put_optional(json, "code", source->code.size > 0, source->code);
  put_number(json, "offset", source->code.size > 0, source->offset);
  tw_json_end(json);
}

void tw_needs_put_evidence(struct tw_json *json, const struct cm_evidence *evidence, uint32_t count) {
  char demangled[TW_DEMANGLED_MAX];
  tw_json_array(json, "evidence");
  for (uint32_t i = 0; i < count; i++, evidence++) {
    tw_json_row(json, NULL);
    tw_json_text(json, "by", cm_evidence_bys[evidence->by]);
    tw_json_string(json, "instance", evidence->instance);
    tw_json_number(json, "module", evidence->module);
    tw_json_number(json, "function", evidence->function);
    put_optional(json, "name", evidence->name.size > 0, tw_demangle(evidence->name, demangled));
    tw_json_number(json, "offset", evidence->offset);
    put_path(json, evidence);
    if (evidence->source) {
      put_source(json, evidence->source);
    }
    tw_json_end(json);
  }
  tw_json_end(json);
}

static void put_needs(struct tw_json *json, const struct cm_needs *needs) {
  tw_json_array(json, "needs");
  for (uint32_t i = 0; i < needs->need_count; i++) {
    const struct cm_need *need = &needs->needs[i];
    tw_json_object(json, NULL);
    tw_json_text(json, "kind", cm_need_kinds[need->kind]);
    tw_json_string(json, "key", need->key);
    tw_json_text(json, "origin", cm_origins[need->origin]);
    tw_json_text(json, "certainty", cm_certainties[need->certainty]);
    tw_json_string(json, "source", need->source);
    if (need->has_label || need->has_external_id) {
      put_optional(json, "label", need->has_label, need->label);
      put_optional(json, "external-id", need->has_external_id, need->external_id);
    }
    tw_needs_put_evidence(json, need->evidence, need->evidence_count);
    tw_json_end(json);
  }
  tw_json_end(json);
}

static void put_unresolved(struct tw_json *json, const struct cm_needs *needs) {
  tw_json_array(json, "unresolved");
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    const struct cm_unresolved *place = &needs->unresolved[i];
    tw_json_object(json, NULL);
    tw_json_text(json, "kind", cm_need_kinds[place->kind]);
    tw_json_string(json, "source", place->source);
    tw_json_text(json, "reason", cm_reasons[place->reason]);
    put_optional(json, "pattern", place->has_pattern, place->pattern);
    tw_needs_put_evidence(json, place->evidence, place->evidence_count);
    tw_json_end(json);
  }
  tw_json_end(json);
}

static void put_interpreters(struct tw_json *json, const struct cm_needs *needs) {
  tw_json_array(json, "interpreters");
  for (uint32_t i = 0; i < needs->interpreter_count; i++) {
    const struct cm_interpreter *one = &needs->interpreters[i];
    tw_json_row(json, NULL);
    tw_json_string(json, "language", one->language);
    tw_json_string(json, "engine", one->engine);
    tw_json_string(json, "instance", one->instance);
    tw_json_number(json, "module", one->module);
    tw_json_end(json);
  }
  tw_json_end(json);
}

void tw_needs_json(FILE *to, const struct tw_needs_document *document, enum tw_json_style style, unsigned margin) {
  struct tw_json json = tw_json_to(to, style);
  json.margin = margin;
  tw_json_object(&json, NULL);
  tw_json_text(&json, "format", "tidewaiter.needs/1");
  put_artifact(&json, document);
  put_imports(&json, &document->needs);
  put_exports(&json, &document->needs);
  if (document->needs.interpreter_count > 0) {
    put_interpreters(&json, &document->needs);
  }
  put_needs(&json, &document->needs);
  put_unresolved(&json, &document->needs);
  tw_json_row(&json, "complete");
  for (int kind = 0; kind < CM_NEED_KIND_COUNT; kind++) {
    tw_json_bool(&json, cm_need_kinds[kind], document->needs.complete[kind]);
  }
  tw_json_end(&json);
  tw_json_end(&json);
}
