// Target `sbom`: a CycloneDX bill of materials.
//
// What a component is made of, as far as the file says: inner components and core modules, nested as they are, with their digests; the
// languages and tools of the `producers` sections; the crates that cargo-auditable has noted, with what depends on what. What it
// needs stands in properties of its own. There is no time stamp and no serial number, so that equal files give equal documents.
//
// Spec: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/; property names: the project's own namespace, `tidewaiter:`.

#include <component/component.h>
#include <component/version.h>
#include <stdio.h>

#include "crates.h"
#include "parts.h"
#include "render.h"
#include "report/digest.h"
#include "report/text.h"

enum { NESTING = 40 };

struct bill {
  struct tw_rendering *rendering;
  struct cm_arena *arena;
  struct tw_node *dependencies;  // of the document
  const struct tw_component *component;
  struct tw_node *parts;   // components of the file at hand
  struct tw_node *parent;  // "dependsOn" of the file at hand
  size_t modules, inner;   // counted, for references
  struct cm_str holder;    // of the crates: the core module that lists them
};

static struct tw_node *add_part(struct bill *bill, struct tw_node *list, const char *type, struct cm_str ref, struct cm_str name,
                                struct cm_str version) {
  struct tw_node *part = tw_add_map(bill->rendering, list, NULL);
  tw_put_words(bill->rendering, part, "type", type);
  tw_put(bill->rendering, part, "bom-ref", ref, NULL);
  tw_put(bill->rendering, part, "name", name, NULL);
  if (version.size) {
    tw_put(bill->rendering, part, "version", version, NULL);
  }
  return part;
}

static void add_hash(struct bill *bill, struct tw_node *part, struct cm_span bytes) {
  char digest[TW_SHA256_TEXT];
  tw_sha256(bytes, digest);
  struct tw_node *hash = tw_add_map(bill->rendering, tw_put_list(bill->rendering, part, "hashes", NULL), NULL);
  tw_put_words(bill->rendering, hash, "alg", "SHA-256");
  tw_put(bill->rendering, hash, "content", cm_alloc_format(bill->arena, "%s", digest), NULL);
}

static void add_property(struct bill *bill, struct tw_node *list, struct cm_str name, struct cm_str value) {
  struct tw_node *property = tw_add_map(bill->rendering, list, NULL);
  tw_put(bill->rendering, property, "name", name, NULL);
  tw_put(bill->rendering, property, "value", value, NULL);
}

static struct tw_node *add_dependency(struct bill *bill, struct cm_str ref) {
  struct tw_node *map = tw_add_map(bill->rendering, bill->dependencies, NULL);
  tw_put(bill->rendering, map, "ref", ref, NULL);
  return tw_put_list(bill->rendering, map, "dependsOn", NULL);
}

static struct cm_str reference(struct bill *bill, const char *what, size_t number) {
  return cm_alloc_format(bill->arena, "%.*s/%s-%zu", CM_STR_ARG(bill->component->name), what, number);
}

// --- crates

static struct cm_str crate_reference(struct bill *bill, const struct tw_crate *crate) {
  return cm_alloc_format(bill->arena, "%.*s/crate/%.*s@%.*s", CM_STR_ARG(bill->holder), CM_STR_ARG(crate->name),
                         CM_STR_ARG(crate->version));
}

// A part of a package URL: what is not of its plain characters is percent-encoded.
static struct cm_str purl_part(struct bill *bill, struct cm_str part) {
  char *to = cm_alloc(bill->arena, part.size * 3 + 1);
  size_t size = 0;
  for (size_t i = 0; to && i < part.size; i++) {
    char c = part.at[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c != '\0' && strchr("-_.~", c));
    size += (size_t)sprintf(to + size, plain ? "%c" : "%%%02X", (unsigned char)c);
  }
  return (struct cm_str){to, to ? size : 0};
}

static void add_crate(struct bill *bill, const struct tw_crate *crate) {
  struct tw_rendering *rendering = bill->rendering;
  struct tw_node *part = add_part(bill, bill->parts, crate->root ? "application" : "library", crate_reference(bill, crate),
                                  crate->name, crate->version);
  tw_put_words(rendering, part, "scope", crate->build ? "excluded" : "required");
  if (cm_str_is(crate->source, "crates.io")) {
    tw_put(rendering, part, "purl",
           cm_alloc_format(bill->arena, "pkg:cargo/%.*s@%.*s", CM_STR_ARG(purl_part(bill, crate->name)),
                           CM_STR_ARG(purl_part(bill, crate->version))),
           NULL);
  }
  if (crate->source.size) {
    add_property(bill, tw_put_list(rendering, part, "properties", NULL), CM_STR("tidewaiter:crate:source"), crate->source);
  }
}

static void add_crates(struct bill *bill, struct cm_span section) {
  struct tw_crate *crates = NULL;
  size_t count = 0;
  const char *message = NULL;
  tw_crates_read(bill->arena, section, &crates, &count, &message);
  if (message) {
    tw_workload_note(bill->arena, bill->rendering->workload, TW_NOTE_WARNING, "%s: the list of crates (.dep-v0) cannot be read: %s",
                     bill->component->app->document->path, message);
  }
  for (size_t i = 0; i < count; i++) {
    if (crates[i].first != i) {
      continue;  // of two sources: one reference must stand for both
    }
    add_crate(bill, &crates[i]);
    struct tw_node *on = add_dependency(bill, crate_reference(bill, &crates[i]));
    for (size_t d = 0; d < crates[i].dependency_count; d++) {
      tw_add_text(bill->rendering, on, crate_reference(bill, &crates[crates[i].dependencies[d]]), NULL);
    }
    if (crates[i].root) {
      tw_add_text(bill->rendering, bill->parent, crate_reference(bill, &crates[i]), NULL);
    }
  }
}

// --- the file itself

static void add_module(struct bill *bill, struct tw_node *list, const struct core_module *module) {
  struct cm_str ref = reference(bill, "module", bill->modules);
  struct core_names names = {0};
  core_names_read(bill->arena, module, &names, NULL);
  struct cm_str name =
      names.module.size ? tw_text_safe(bill->arena, names.module) : cm_alloc_format(bill->arena, "core module %zu", bill->modules);
  struct tw_node *part = add_part(bill, list, "library", ref, name, CM_STR(""));
  add_hash(bill, part, module->bytes);
  add_property(bill, tw_put_list(bill->rendering, part, "properties", NULL), CM_STR("tidewaiter:part"), CM_STR("core module"));
  tw_add_text(bill->rendering, bill->parent, ref, NULL);
  bill->modules++;
  bill->holder = ref;
  const struct core_section *section = core_find_custom(module, ".dep-v0");
  if (section) {
    add_crates(bill, section->bytes);
  }
}

static void add_inside(struct bill *bill, struct tw_node *list, const struct cm_component *component, unsigned depth) {
  for (uint32_t i = 0; i < component->scope.item_count; i++) {
    const struct cm_item *item = component->scope.items[i];
    if (item->kind == CM_ITEM_CORE_MODULE) {
      add_module(bill, list, item->module);
    } else if (item->kind == CM_ITEM_CUSTOM && cm_str_is(item->custom.name, ".dep-v0")) {
      bill->holder = reference(bill, "component", bill->inner++);
      add_crates(bill, item->custom.bytes);
    } else if (item->kind == CM_ITEM_COMPONENT && depth < NESTING) {
      const struct cm_component *inner = item->component;
      struct cm_str ref = reference(bill, "component", bill->inner);
      struct cm_str name =
          inner->name.size ? tw_text_safe(bill->arena, inner->name) : cm_alloc_format(bill->arena, "component %zu", bill->inner);
      struct tw_node *part = add_part(bill, list, "library", ref, name, CM_STR(""));
      bill->inner++;
      add_hash(bill, part, inner->bytes);
      add_property(bill, tw_put_list(bill->rendering, part, "properties", NULL), CM_STR("tidewaiter:part"), CM_STR("component"));
      tw_add_text(bill->rendering, bill->parent, ref, NULL);
      struct tw_node *parts = tw_node_list(bill->arena);
      add_inside(bill, parts, inner, depth + 1);
      if (parts && parts->count) {
        tw_node_put(bill->arena, part, "components", parts);
      }
    }
  }
}

static void add_producers(struct bill *bill) {
  const struct cm_needs *needs = &bill->component->app->document->needs;
  for (uint32_t i = 0; i < needs->producer_count; i++) {
    const struct core_producer *producer = &needs->producers[i];
    bool language = cm_str_is(producer->field, "language");
    struct tw_node *part = add_part(bill, bill->parts, language ? "platform" : "application", reference(bill, "producer", i),
                                    tw_text_safe(bill->arena, producer->name), tw_text_safe(bill->arena, producer->version));
    tw_put_words(bill->rendering, part, "scope", "excluded");
    add_property(bill, tw_put_list(bill->rendering, part, "properties", NULL), CM_STR("tidewaiter:producer"),
                 tw_text_safe(bill->arena, producer->field));
  }
}

static void add_needs(struct bill *bill, struct tw_node *part) {
  const struct cm_needs *needs = &bill->component->app->document->needs;
  struct tw_node *list = tw_put_list(bill->rendering, part, "properties", NULL);
  add_property(bill, list, CM_STR("tidewaiter:kind"),
               needs->artifact == CM_ARTIFACT_MODULE ? CM_STR("module")
               : needs->is_wit                       ? CM_STR("wit")
                                                     : CM_STR("component"));
  for (uint32_t i = 0; i < needs->need_count; i++) {
    const struct cm_need *need = &needs->needs[i];
    add_property(bill, list, cm_alloc_format(bill->arena, "tidewaiter:need:%s", cm_need_kinds[need->kind]),
                 tw_text_safe(bill->arena, need->key));
  }
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    const struct cm_unresolved *entry = &needs->unresolved[i];
    add_property(bill, list, cm_alloc_format(bill->arena, "tidewaiter:undecided:%s", cm_need_kinds[entry->kind]),
                 entry->has_pattern ? tw_text_safe(bill->arena, entry->pattern) : cm_str_of(cm_reasons[entry->reason]));
  }
}

// All that is known of one file, in `part`.
static void fill_file(struct bill *bill, struct tw_node *part) {
  const struct tw_app *app = bill->component->app;
  struct cm_component *component = NULL;
  struct core_module *module = NULL;
  add_hash(bill, part, app->bytes);
  add_needs(bill, part);
  bill->parts = tw_node_list(bill->arena);
  bill->parent = add_dependency(bill, bill->component->name);
  add_producers(bill);
  if (app->document->needs.artifact == CM_ARTIFACT_MODULE) {
    if (core_decode(bill->arena, app->bytes, app->bytes.at, NULL, &module, NULL)) {
      add_module(bill, bill->parts, module);
    }
  } else if (cm_decode(bill->arena, app->bytes, &component, NULL)) {
    add_inside(bill, bill->parts, component, 0);
  }
  if (bill->parts && bill->parts->count) {
    tw_node_put(bill->arena, part, "components", bill->parts);
  }
}

static struct tw_node *make_head(struct tw_rendering *rendering, struct tw_node *root) {
  tw_put_words(rendering, root, "$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
  tw_put_words(rendering, root, "bomFormat", "CycloneDX");
  tw_put_words(rendering, root, "specVersion", "1.6");
  tw_put_number(rendering, root, "version", 1);
  struct tw_node *metadata = tw_put_map(rendering, root, "metadata", NULL);
  struct tw_node *tools = tw_put_list(rendering, tw_put_map(rendering, metadata, "tools", NULL), "components", NULL);
  struct tw_node *tool = tw_add_map(rendering, tools, NULL);
  tw_put_words(rendering, tool, "type", "application");
  tw_put_words(rendering, tool, "name", "tidewaiter");
  tw_put_words(rendering, tool, "version", cm_version());
  return metadata;
}

void tw_render_sbom(struct tw_rendering *rendering) {
  const struct tw_workload *workload = rendering->workload;
  struct tw_file *file = tw_render_file(rendering, "bom.json", TW_FILE_JSON);
  struct tw_node *root = tw_node_map(rendering->arena);
  struct tw_node *metadata = make_head(rendering, root);
  struct bill bill = {.rendering = rendering, .arena = rendering->arena, .dependencies = tw_node_list(rendering->arena)};
  if (!file || !metadata) {
    return;
  }
  bool one = workload->component_count == 1;
  struct tw_node *subject = tw_put_map(rendering, metadata, "component", NULL);
  tw_put_words(rendering, subject, "type", "application");
  struct cm_str ref =
      one ? workload->components[0].name : cm_alloc_format(rendering->arena, "%.*s/workload", CM_STR_ARG(workload->name));
  tw_put(rendering, subject, "bom-ref", ref, NULL);
  tw_put(rendering, subject, "name", workload->name, NULL);
  struct tw_node *parts = one ? NULL : tw_put_list(rendering, root, "components", NULL);
  struct tw_node *on = one ? NULL : add_dependency(&bill, ref);
  for (size_t i = 0; i < workload->component_count; i++) {
    bill.component = &workload->components[i];
    bill.modules = bill.inner = 0;
    struct tw_node *part =
        one ? subject : add_part(&bill, parts, "application", bill.component->name, bill.component->name, CM_STR(""));
    if (!one) {
      tw_add_text(rendering, on, bill.component->name, NULL);
    }
    fill_file(&bill, part);
  }
  tw_node_put(rendering->arena, root, "dependencies", bill.dependencies);
  file->root = root;
}
