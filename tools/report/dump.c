// The dump, written.
//
//     app.wasm  component, 1234 bytes
//     0x00000000         8  component, version 0x0d
//     0x00000008        13  type section: 2 items
//     0x0000000b         1    type 0: string
//     0x00000015       540  core module section: core module 0 `main`, 12 types, 3 imports
//     0x00000019         8    core module, version 1
//
// Rows come one by one from the walk and are written as they come.

#include <inttypes.h>

#include "dump_rows.h"
#include "text.h"

enum { NAME_COLUMNS = 100 };

struct writer {
  FILE *to;
  struct cm_arena *arena;
  const char *dim, *strong, *alarm, *plain;  // colours, or nothing
  struct tw_json *json;
  bool failed;  // no memory
};

// A name of the file between backquotes, behind `before`.
static void put_name(struct writer *w, const char *before, struct cm_str name) {
  struct cm_str safe = tw_text_safe(w->arena, name);
  struct cm_str shown = safe.at ? tw_text_shorten(w->arena, safe, NAME_COLUMNS) : safe;
  if (name.size && !shown.at) {
    w->failed = true;
    return;
  }
  fprintf(w->to, "%s`%.*s`", before, CM_STR_ARG(shown));
}

static void put_attributes(struct writer *w, const struct cm_name *name) {
  if (name->has_implements) {
    put_name(w, ", implements ", name->implements);
  }
  if (name->has_version_suffix) {
    put_name(w, ", version suffix ", name->version_suffix);
  }
  if (name->has_external_id) {
    put_name(w, ", external id ", name->external_id);
  }
}

// "type 3", "types 3 to 5"
static void put_indices(struct writer *w, const struct tw_dump_row *row) {
  if (!row->sort) {
    return;
  }
  // `type 3` needs no sort in front; an import does.
  bool same = row->row == TW_DUMP_ITEM && strcmp(row->sort, row->kind) == 0;
  fprintf(w->to, "%s%s %u", same ? "" : row->row == TW_DUMP_SECTION ? ": " : ", ", same ? "" : row->sort, row->index);
  if (row->width > 1) {
    fprintf(w->to, " to %u", row->index + row->width - 1);
  }
}

static void put_row(void *context, const struct tw_dump_row *row) {
  struct writer *w = context;
  uint64_t indent = 2 * (2 * row->depth + (row->row == TW_DUMP_ITEM));
  fprintf(w->to, "%s0x%08" PRIx64 " %9" PRIu64 "%s  %*s", w->dim, row->offset, row->size, w->plain, (int)indent, "");
  switch (row->row) {
    case TW_DUMP_PREAMBLE: fprintf(w->to, "%s, preamble", row->kind); break;
    case TW_DUMP_SECTION: fprintf(w->to, "%s%s section%s", w->strong, row->kind, w->plain); break;
    case TW_DUMP_ITEM: fputs(row->kind, w->to); break;
  }
  put_indices(w, row);
  if (row->module.size) {
    put_name(w, " ", row->module);
  }
  if (row->name.size) {
    put_name(w, " ", row->name);
  }
  if (row->has_count) {
    fprintf(w->to, ": %" PRIu32 " item%s", row->count, row->count == 1 ? "" : "s");
  }
  if (row->text[0]) {
    fprintf(w->to, "%s%s", row->row == TW_DUMP_SECTION && row->sort ? ", " : ": ", row->text);
  }
  if (row->attributes) {
    put_attributes(w, row->attributes);
  }
  fprintf(w->to, "%s%s%s\n", row->broken ? w->alarm : "", row->broken ? "  <- broken" : "", row->broken ? w->plain : "");
}

static const char *artifact_name(enum cm_artifact artifact) {
  static const char *const names[] = {
      [CM_ARTIFACT_UNKNOWN] = "unknown", [CM_ARTIFACT_MODULE] = "module", [CM_ARTIFACT_COMPONENT] = "component"};
  return names[artifact];
}

bool tw_dump_text(FILE *to, struct cm_arena *arena, const struct tw_dump_document *document, bool color) {
  struct writer w = {.to = to, .arena = arena};
  w.dim = color ? "\033[2m" : "";
  w.strong = color ? "\033[1m" : "";
  w.alarm = color ? "\033[31m" : "";
  w.plain = color ? "\033[0m" : "";
  struct tw_dump_walk walk = {document, arena, put_row, &w};
  struct cm_str path = tw_text_safe(arena, cm_str_of(document->path));
  if (!path.at) {
    return false;
  }
  fprintf(to, "%.*s  %s, %zu bytes\n", CM_STR_ARG(path), artifact_name(document->artifact), document->bytes.size);
  if (!tw_dump_rows(&walk) || w.failed) {
    return false;
  }
  if (document->error) {
    char text[CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64];
    struct cm_str safe = tw_text_safe(arena, cm_str_of(cm_diag_format(document->error, text, sizeof text)));
    fprintf(to, "%serror: %.*s%s\n", w.alarm, CM_STR_ARG(safe), w.plain);
  }
  return true;
}

static void json_row(void *context, const struct tw_dump_row *row) {
  static const char *const rows[] = {[TW_DUMP_PREAMBLE] = "preamble", [TW_DUMP_SECTION] = "section", [TW_DUMP_ITEM] = "item"};
  struct tw_json *json = ((struct writer *)context)->json;
  tw_json_row(json, NULL);
  tw_json_number(json, "depth", row->depth);
  tw_json_number(json, "offset", row->offset);
  tw_json_number(json, "size", row->size);
  tw_json_text(json, "row", rows[row->row]);
  tw_json_text(json, "kind", row->kind);
  if (row->row == TW_DUMP_SECTION) {
    tw_json_number(json, "id", (uint64_t)row->id);
  }
  if (row->has_count) {
    tw_json_number(json, "count", row->count);
  }
  if (row->sort) {
    tw_json_text(json, "sort", row->sort);
    tw_json_number(json, "index", row->index);
    tw_json_number(json, "indices", row->width);
  }
  if (row->module.size) {
    tw_json_string(json, "module", row->module);
  }
  if (row->name.size) {
    tw_json_string(json, "name", row->name);
  }
  const struct cm_name *name = row->attributes;
  if (name && name->has_implements) {
    tw_json_string(json, "implements", name->implements);
  }
  if (name && name->has_version_suffix) {
    tw_json_string(json, "version-suffix", name->version_suffix);
  }
  if (name && name->has_external_id) {
    tw_json_string(json, "external-id", name->external_id);
  }
  if (row->text[0]) {
    tw_json_text(json, "text", row->text);
  }
  if (row->broken) {
    tw_json_bool(json, "broken", true);
  }
  tw_json_end(json);
}

static void json_error(struct tw_json *json, const struct cm_diag *error) {
  if (!error) {
    tw_json_null(json, "error");
    return;
  }
  tw_json_object(json, "error");
  tw_json_text(json, "message", error->message);
  if (error->has_offset) {
    tw_json_number(json, "offset", error->offset);
  } else {
    tw_json_null(json, "offset");
  }
  tw_json_text(json, "where", error->where);
  tw_json_end(json);
}

bool tw_dump_json(FILE *to, struct cm_arena *arena, const struct tw_dump_document *document) {
  struct tw_json json = tw_json_to(to, TW_JSON_PRETTY);
  struct writer w = {.to = to, .arena = arena, .json = &json};
  struct tw_dump_walk walk = {document, arena, json_row, &w};
  tw_json_object(&json, NULL);
  tw_json_text(&json, "format", "tidewaiter.dump/1");
  tw_json_row(&json, "artifact");
  tw_json_text(&json, "path", document->path);
  tw_json_number(&json, "size", document->bytes.size);
  tw_json_text(&json, "kind", artifact_name(document->artifact));
  tw_json_end(&json);
  tw_json_array(&json, "rows");
  bool ok = tw_dump_rows(&walk);
  tw_json_end(&json);
  json_error(&json, document->error);
  tw_json_end(&json);
  fputc('\n', to);
  return ok;
}
