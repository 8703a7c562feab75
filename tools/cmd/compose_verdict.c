// What the validator finds is told by places in bytes that nobody will see. Here it is told by the parts: whose import it is, who gives it, or
// who else has it from outside.

#include "compose_verdict.h"

#include <component/semver.h>

#include <stdio.h>
#include <string.h>

enum { ERRORS_MOST = 20 };

// The name of the instance whose definition an offset lies in; empty: in none.
static struct cm_str instance_at(const struct tw_verdict *v, uint64_t offset) {
  struct cm_str *names;
  const struct cm_space *space = &v->delivery->component->scope.spaces[CM_SORT_INSTANCE];
  if (!cm_names_read(&v->compose->arena, v->delivery->component, CM_SORT_INSTANCE, &names, NULL)) return (struct cm_str){0};
  for (uint32_t i = 0; i < space->count; i++) {
    const struct cm_item *item = space->defs[i].item;
    if (item->kind == CM_ITEM_INSTANCE && offset >= item->offset && offset < item->offset + item->size) return names[i];
  }
  return (struct cm_str){0};
}

// The export whose definition an offset lies in; NULL: none.
static const struct cm_item *export_at(const struct tw_verdict *v, uint64_t offset) {
  const struct cm_scope *scope = &v->delivery->component->scope;
  for (uint32_t i = 0; i < scope->item_count; i++) {
    const struct cm_item *item = scope->items[i];
    if (item->kind == CM_ITEM_EXPORT && offset >= item->offset && offset < item->offset + item->size) return item;
  }
  return NULL;
}

// The import of `part` that the message is about.
static const struct cm_compose_link *link_in(const struct tw_verdict *v, struct cm_str part, const char *message) {
  for (uint32_t i = 0; i < v->composed->link_count; i++) {
    const struct cm_compose_link *link = &v->composed->links[i];
    struct cm_str quoted = cm_alloc_format(&v->compose->arena, "import `%.*s`", CM_STR_ARG(link->import));
    if (cm_str_equal(v->compose->parts[link->part].name, part) && quoted.at && strstr(message, quoted.at)) return link;
  }
  return NULL;
}

// Who gives it, or who else has it from outside: the import that the whole has for several is of the type that the first of them asks for.
static void tell_other_side(const struct tw_verdict *v, const struct cm_compose_link *link) {
  if (link->inside) {
    fprintf(stderr, " (of `%.*s` of %.*s)", CM_STR_ARG(link->export), CM_STR_ARG(v->compose->parts[link->from].name));
    return;
  }
  for (uint32_t i = 0; i < v->composed->link_count; i++) {
    const struct cm_compose_link *other = &v->composed->links[i];
    bool same =
        !other->inside && other->part != link->part && cm_str_equal(cm_name_base(other->import), cm_name_base(link->import));
    if (!same) continue;
    fprintf(stderr, " (as %.*s imports it)", CM_STR_ARG(v->compose->parts[other->part].name));
    return;
  }
}

// Whether the whole imports one interface in several versions, each with resources of its own.
static bool has_several_versions(const struct tw_verdict *v) {
  for (uint32_t i = 0; i < v->composed->link_count; i++)
    for (uint32_t k = 0; k < i; k++) {
      const struct cm_compose_link *a = &v->composed->links[i], *b = &v->composed->links[k];
      if (!a->inside && !b->inside && !cm_str_equal(a->import, b->import) &&
          cm_str_equal(cm_name_base(a->import), cm_name_base(b->import)))
        return true;
    }
  return false;
}

bool tw_verdict_tell(void *context, const struct cm_diag *diag) {
  struct tw_verdict *v = context;
  char message[CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64];
  struct cm_diag shown = *diag;
  shown.has_offset = false;  // of bytes that nobody will see
  cm_diag_format(&shown, message, sizeof message);
  if (!v->errors++) fputs("tidewaiter: the components do not fit together:\n", stderr);
  struct cm_str part = diag->has_offset ? instance_at(v, diag->offset) : (struct cm_str){0};
  const struct cm_item *export = diag->has_offset ? export_at(v, diag->offset) : NULL;
  const struct cm_compose_link *link = link_in(v, part, diag->message);
  if (export)
    fprintf(stderr, "  export `%.*s`: %s", CM_STR_ARG(export->export.name.name), message);
  else
    fprintf(stderr, "  %.*s%s%s", CM_STR_ARG(part), part.size ? ": " : "", message);
  if (link) tell_other_side(v, link);
  fputc('\n', stderr);
  v->hidden |= export != NULL;
  return v->errors < ERRORS_MOST;
}

void tw_verdict_advise(const struct tw_verdict *v) {
  if (!v->compose->request.merge_versions && has_several_versions(v))
    fputs("tidewaiter: an interface that is imported in several versions has types of its own in each; "
          "--merge-imports makes one of them\n",
          stderr);
  if (v->hidden)
    fputs("tidewaiter: where an export mentions a type that a plug provides, that must be exported too: --export PLUG\n", stderr);
}
