// The whole: imports, the parts, their instances, exports, and names.

#include "exports.h"
#include "outside.h"

#include <component/buffer.h>

struct composing {
  struct cm_arena *arena;
  const struct cm_compose_request *request;
  struct plan plan;
  struct build build;
  struct outside outside;
  struct cm_compose_problem *problem;
  uint32_t *components;  // by part: index in the whole
  uint32_t *instances;   // by node
};

static bool no_memory(struct composing *c) {
  c->problem->fault = CM_COMPOSE_DIAG;
  return cm_fail_memory(&c->problem->diag);
}

static bool add_imports(struct composing *c) {
  for (uint32_t p = 0; p < c->request->part_count; p++)
    for (uint32_t l = 0; l < c->plan.parts[p].link_count; l++) {
      const struct plan_link *link = &c->plan.parts[p].links[l];
      uint32_t index;
      if (!link->inside && !outside_index(&c->outside, p, link->import, &index)) return false;
    }
  return true;
}

// One component, though it may be the part of several names, stands in the whole once.
static void add_components(struct composing *c) {
  for (uint32_t p = 0; p < c->request->part_count; p++) {
    const struct cm_component *component = c->request->parts[p].component;
    uint32_t same = 0;
    while (same < p && c->request->parts[same].component != component) same++;
    if (same < p) {
      c->components[p] = c->components[same];
      continue;
    }
    struct cm_item item = {.kind = CM_ITEM_COMPONENT, .component = (struct cm_component *)(uintptr_t)component};
    c->components[p] = build_add(&c->build, item);
  }
}

static bool add_instance(struct composing *c, uint32_t number) {
  const struct plan_node *node = &c->plan.nodes[number];
  const struct plan_part *part = &c->plan.parts[node->part];
  struct cm_argument *arguments = cm_alloc_array(c->arena, part->link_count, sizeof *arguments);
  if (!arguments) return no_memory(c);
  for (uint32_t l = 0; l < part->link_count; l++) {
    const struct plan_link *link = &part->links[l];
    enum cm_sort sort = link->import->import.type.sort;
    uint32_t index;
    if (link->inside)
      index =
          build_alias(&c->build, c->instances[node->from[l]], sort, link->export->export.name.name, link->export->export.name.raw);
    else if (!outside_index(&c->outside, node->part, link->import, &index))
      return false;
    // Attributes belong to the import; an argument has the text of its name, in whichever form.
    const struct cm_name *name = &link->import->import.name;
    arguments[l] = (struct cm_argument){{.name = name->name, .raw = name->raw}, {sort, index}};
  }
  struct cm_instance_expr expr = {.definition = c->components[node->part], .count = part->link_count, .arguments = arguments};
  c->instances[number] = build_add(&c->build, (struct cm_item){.kind = CM_ITEM_INSTANCE, .instance = expr});
  return true;
}

// --- names ---

static bool put_instance_names(struct composing *c, struct cm_buffer *out) {
  enum { SORT_NAMES = 1, SORT_INSTANCE = 5 };  // Binary.md, "Name Section"
  cm_put_u8(out, SORT_NAMES);
  size_t mark = cm_buffer_open(out);
  cm_put_u8(out, SORT_INSTANCE);
  cm_put_u32(out, c->plan.node_count);
  for (uint32_t n = 0; n < c->plan.node_count; n++) {
    const struct plan_node *node = &c->plan.nodes[n];
    struct cm_str name = c->request->parts[node->part].name;
    if (node->number) name = cm_alloc_format(c->arena, "%.*s-%u", CM_STR_ARG(name), node->number + 1);
    if (!name.at) return false;
    cm_put_u32(out, c->instances[n]);
    cm_put_name(out, name);
  }
  cm_buffer_close(out, mark);
  return !out->failed;
}

static bool add_names(struct composing *c) {
  struct cm_buffer out;
  cm_buffer_init(&out, NULL);
  bool ok = put_instance_names(c, &out);
  char *bytes = ok ? cm_alloc_text(c->arena, (const char *)out.at, out.size) : NULL;
  if (bytes) {
    struct cm_custom custom = {CM_STR("component-name"), {(const uint8_t *)bytes, out.size}};
    build_add(&c->build, (struct cm_item){.kind = CM_ITEM_CUSTOM, .custom = custom});
  }
  cm_buffer_free(&out);
  return bytes || no_memory(c);
}

// --- all of it ---

static bool put_together(struct composing *c) {
  uint32_t nodes = c->plan.node_count;
  c->components = cm_alloc_array(c->arena, c->request->part_count, sizeof *c->components);
  c->instances = cm_alloc_array(c->arena, nodes, sizeof *c->instances);
  if (!c->components || !c->instances) return no_memory(c);
  if (!outside_begin(&c->outside, &c->plan, &c->build, c->problem) || !add_imports(c)) return false;
  add_components(c);
  for (uint32_t n = 0; n < nodes; n++)
    if (!add_instance(c, n)) return false;
  // The last node of a part is the one that was made because its exports are wanted.
  for (uint32_t n = 0; n < nodes; n++) {
    bool last = true;
    for (uint32_t later = n + 1; later < nodes; later++) last &= c->plan.nodes[later].part != c->plan.nodes[n].part;
    uint32_t part = c->plan.nodes[n].part, cover = c->request->cover;
    if (last && c->request->parts[part].exported)
      exports_add(&c->outside.parts[part], c->instances[n],
                  cover && cover != part + 1 ? c->request->parts[cover - 1].component : NULL);
  }
  return add_names(c) && (!c->build.failed || no_memory(c));
}

static bool list_links(struct composing *c, struct cm_composed *out) {
  uint32_t count = 0;
  for (uint32_t p = 0; p < c->request->part_count; p++) count += c->plan.parts[p].link_count;
  struct cm_compose_link *links = cm_alloc_array(c->arena, count, sizeof *links);
  if (!links) return no_memory(c);
  for (uint32_t p = 0; p < c->request->part_count; p++)
    for (uint32_t l = 0; l < c->plan.parts[p].link_count; l++) {
      const struct plan_link *link = &c->plan.parts[p].links[l];
      struct cm_str export = link->inside ? link->export->export.name.name : (struct cm_str){0};
      links[out->link_count++] = (struct cm_compose_link){p, link->import->import.name.name, link->inside, link->from, export};
    }
  out->links = links;
  return true;
}

bool cm_compose(struct cm_arena *arena, const struct cm_compose_request *request, struct cm_composed *out,
                struct cm_compose_problem *problem) {
  *out = (struct cm_composed){0};
  struct composing c = {.arena = arena, .request = request, .problem = problem};
  *problem = (struct cm_compose_problem){0};
  if (!build_init(&c.build, arena)) return no_memory(&c);
  if (!plan_make(arena, request, &c.plan, problem) || !put_together(&c)) return false;
  struct cm_component *component = cm_alloc(arena, sizeof *component);
  if (!component) return no_memory(&c);
  component->scope.kind = CM_SCOPE_COMPONENT;
  component->scope.component = component;
  component->scope.items = c.build.items;
  component->scope.item_count = (uint32_t)c.build.item_count;
  out->component = component;
  return list_links(&c, out);
}
