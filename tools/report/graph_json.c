// The graph as a `tidewaiter.graph/1` document (schemas/graph.schema.json).

#include "graph.h"

static void put_end(struct tw_json *json, const char *key, struct tw_graph_end end) {
  static const char *const kinds[] = {[TW_GRAPH_CORE] = "core", [TW_GRAPH_IMPORT] = "import", [TW_GRAPH_EXPORT] = "export"};
  tw_json_row(json, key);
  tw_json_number(json, kinds[end.kind], end.index);
  tw_json_end(json);
}

static void put_components(struct tw_json *json, const struct tw_graph_document *document) {
  tw_json_array(json, "components");
  for (uint32_t i = 0; i < document->component_count; i++) {
    const struct tw_graph_component *component = &document->components[i];
    tw_json_row(json, NULL);
    if (component->parent == CM_NOWHERE) {
      tw_json_null(json, "parent");
    } else {
      tw_json_number(json, "parent", component->parent);
    }
    tw_json_string(json, "name", component->name);
    tw_json_string(json, "path", component->path);
    tw_json_bool(json, "shared", component->shared);
    tw_json_end(json);
  }
  tw_json_end(json);
}

static void put_core(struct tw_json *json, const struct tw_graph_core *core) {
  tw_json_object(json, NULL);
  tw_json_number(json, "component", core->component);
  if (core->module == CM_NOWHERE) {
    tw_json_null(json, "module");
  } else {
    tw_json_number(json, "module", core->module);
  }
  tw_json_string(json, "name", core->name);
  tw_json_string(json, "path", core->path);
  tw_json_number(json, "functions", core->function_count);
  tw_json_bool(json, "start", core->has_start);
  tw_json_array(json, "builtins");
  for (uint32_t i = 0; i < core->builtin_count; i++) {
    tw_json_row(json, NULL);
    tw_json_text(json, "name", core->builtins[i].name);
    tw_json_number(json, "count", core->builtins[i].count);
    tw_json_end(json);
  }
  tw_json_end(json);
  tw_json_end(json);
}

static void put_terminals(struct tw_json *json, const char *key, const struct tw_graph_terminal *terminals, uint32_t count) {
  tw_json_array(json, key);
  for (uint32_t i = 0; i < count; i++) {
    tw_json_row(json, NULL);
    tw_json_string(json, "name", terminals[i].name);
    tw_json_text(json, "sort", terminals[i].sort);
    if (terminals[i].implements.at) {
      tw_json_string(json, "implements", terminals[i].implements);
    }
    if (terminals[i].external_id.at) {
      tw_json_string(json, "external-id", terminals[i].external_id);
    }
    tw_json_end(json);
  }
  tw_json_end(json);
}

static void put_edge(struct tw_json *json, const struct tw_graph_edge *edge) {
  static const char *const counts[CORE_KIND_COUNT] = {"functions", "tables", "memories", "globals", "tags"};
  tw_json_object(json, NULL);
  put_end(json, "from", edge->from);
  tw_json_text(json, "via", tw_graph_vias[edge->via]);
  put_end(json, "to", edge->to);
  tw_json_row(json, "counts");
  for (int kind = 0; kind < CORE_KIND_COUNT; kind++) {
    if (edge->counts[kind]) {
      tw_json_number(json, counts[kind], edge->counts[kind]);
    }
  }
  tw_json_end(json);
  tw_json_array(json, "functions");
  for (uint32_t i = 0; i < edge->function_count; i++) {
    tw_json_string(json, NULL, edge->functions[i]);
  }
  tw_json_end(json);
  tw_json_end(json);
}

void tw_graph_json(FILE *to, const struct tw_graph_document *document) {
  struct tw_json json = tw_json_to(to, TW_JSON_PRETTY);
  tw_json_object(&json, NULL);
  tw_json_text(&json, "format", "tidewaiter.graph/1");
  tw_json_row(&json, "artifact");
  tw_json_text(&json, "path", document->path);
  tw_json_number(&json, "size", document->size);
  tw_json_text(&json, "kind", document->artifact == CM_ARTIFACT_MODULE ? "module" : "component");
  tw_json_end(&json);
  put_components(&json, document);
  tw_json_array(&json, "cores");
  for (uint32_t i = 0; i < document->core_count; i++) {
    put_core(&json, &document->cores[i]);
  }
  tw_json_end(&json);
  put_terminals(&json, "imports", document->imports, document->import_count);
  put_terminals(&json, "exports", document->exports, document->export_count);
  tw_json_array(&json, "edges");
  for (uint32_t i = 0; i < document->edge_count; i++) {
    put_edge(&json, &document->edges[i]);
  }
  tw_json_end(&json);
  tw_json_end(&json);
  fputc('\n', to);
}
