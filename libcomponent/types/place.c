// Where a leaf of a parameter stands in a lowered call.
//
// The parameters are a tuple: flattened when they are few, stored behind one pointer when they are many. The path is followed inwards
// from there, one step a name, and on the way the flat index or the byte offset of what the path has reached is kept.
//
// Spec: CanonicalABI.md, "Flattening", "Storing", flatten_functype.

#include "walk.h"

// Adds what stands before field `index` of a tuple or record, and what aligning that field takes.
static bool skip_fields(struct walk *w, const struct cm_scope *scope, const struct cm_field *fields, uint32_t index,
                        struct cm_place *place) {
  if (place->in_memory) {
    uint64_t offset = 0;  // from the record's begin, which is as aligned as any field needs
    struct cm_layout layout;
    for (uint32_t i = 0; i <= index; i++) {
      if (!walk_layout(w, scope, fields[i].type, &layout)) return false;
      offset = abi_align(offset, layout.align);
      if (i < index) offset += layout.size;
    }
    place->offset += offset;
  } else {
    struct flats flats = {0};
    for (uint32_t i = 0; i < index; i++)
      if (!walk_flatten(w, scope, fields[i].type, &flats)) return false;
    place->flat += (uint32_t)flats.count;  // all parameters together are at most 16
  }
  return true;
}

// A step as a number: of a tuple's member, of a fixed-length list's element.
static bool number_of(struct cm_str step, uint32_t end, uint32_t *out) {
  uint64_t number = 0;
  if (!step.size || step.size > 9) return false;
  for (size_t i = 0; i < step.size; i++) {
    if (step.at[i] < '0' || step.at[i] > '9') return false;
    number = number * 10 + (uint64_t)(step.at[i] - '0');
  }
  *out = (uint32_t)number;
  return number < end;
}

static bool find_field(const struct cm_type *type, struct cm_str step, uint32_t *out) {
  if (type->kind == CM_TYPE_TUPLE) return number_of(step, type->count, out);
  for (*out = 0; *out < type->count; ++*out)
    if (cm_str_equal(type->fields[*out].name, step)) return true;
  return false;
}

// Enters case `index` of a variant.
static bool enter_case(struct walk *w, struct cm_typeref variant, uint32_t index, struct cm_place *place) {
  place->has_discriminant = true;
  place->discriminant_value = index;
  place->discriminant_size = type_discriminant_size(variant.type);
  place->discriminant_flat = place->flat;
  place->discriminant_offset = place->offset;
  if (place->in_memory) {
    struct cm_layout payload;
    if (!walk_cases(w, variant, &payload)) return false;
    place->offset += abi_align(place->discriminant_size, payload.align);
  } else {
    place->flat++;
  }
  place->type = type_case(variant.type, index).type;
  place->scope = variant.scope;
  return true;
}

static bool enter_element(struct walk *w, struct cm_typeref list, uint32_t index, struct cm_place *place) {
  place->type = list.type->element;
  place->scope = list.scope;
  if (place->in_memory) {
    struct cm_layout element;
    if (!walk_layout(w, place->scope, place->type, &element)) return false;
    place->offset += element.size * index;
  } else {
    struct flats flats = {0};
    if (!walk_flatten(w, place->scope, place->type, &flats)) return false;
    place->flat += (uint32_t)flats.count * index;
  }
  return true;
}

static bool no_step(struct walk *w, const char *path, struct cm_str step) {
  return cm_fail_at_large(w->diag, CM_INVALID, "path `%s`: the type has no part `%.*s`", path, CM_STR_ARG(step));
}

// One step inwards from place->type.
static bool take_step(struct walk *w, const char *path, struct cm_str step, struct cm_place *place) {
  for (;;) {
    struct cm_typeref ref;
    uint32_t index = 0;
    if (!walk_enter(w, place->scope, place->type, &ref)) return false;  // never left: a path only goes inwards
    if (type_is_record(ref.type)) {
      if (!find_field(ref.type, step, &index)) return no_step(w, path, step);
      if (!skip_fields(w, ref.scope, ref.type->fields, index, place)) return false;
      place->type = ref.type->fields[index].type;
      place->scope = ref.scope;
      return true;
    }
    if (ref.type->kind == CM_TYPE_FIXED_LIST) {
      if (!number_of(step, ref.type->length, &index)) return no_step(w, path, step);
      return enter_element(w, ref, index, place);
    }
    if (!type_is_variant(ref.type)) return no_step(w, path, step);
    uint32_t count = type_case_count(ref.type);
    while (index < count && !cm_str_equal(type_case(ref.type, index).name, step)) index++;
    if (index < count) {
      if (type_case(ref.type, index).type.kind == CM_VAL_NONE) return no_step(w, path, step);
      return enter_case(w, ref, index, place);
    }
    if (ref.type->kind != CM_TYPE_OPTION) return no_step(w, path, step);
    if (!enter_case(w, ref, 1, place)) return false;  // the step is meant for the payload
  }
}

// A path that ends at an option means its payload.
static bool enter_options(struct walk *w, struct cm_place *place) {
  for (;;) {
    struct cm_typeref ref;
    if (!walk_enter(w, place->scope, place->type, &ref)) return false;
    if (ref.type->kind != CM_TYPE_OPTION) return true;
    if (!enter_case(w, ref, 1, place)) return false;
  }
}

// The next step of a path; moves *at behind it and its dot. A path that ends in a dot has an empty last step.
static struct cm_str next_step(const char **at) {
  const char *dot = strchr(*at, '.');
  struct cm_str step = {*at, dot ? (size_t)(dot - *at) : strlen(*at)};
  *at = dot ? dot + 1 : NULL;
  return step;
}

bool cm_place_of(const struct cm_scope *scope, const struct cm_type *func, const char *path, bool is_async, unsigned pointer,
                 struct cm_place *out, struct cm_diag *diag) {
  struct walk w = walk_of(pointer, diag);
  struct cm_signature signature;
  if (!cm_signature_of(scope, func, true, is_async, pointer, &signature, diag)) return false;

  const char *at = path;
  struct cm_str step = next_step(&at);
  uint32_t index = 0;
  while (index < func->func.param_count && !cm_str_equal(func->func.params[index].name, step)) index++;
  if (index == func->func.param_count)
    return cm_fail_at_large(diag, CM_INVALID, "path `%s`: the function has no parameter `%.*s`", path, CM_STR_ARG(step));

  *out = (struct cm_place){.in_memory = signature.params_spilled, .scope = scope, .type = func->func.params[index].type};
  if (!skip_fields(&w, scope, func->func.params, index, out)) return false;
  while (at) {
    step = next_step(&at);
    if (!take_step(&w, path, step, out)) return false;
  }
  return enter_options(&w, out);
}
