// Names: those of imports and exports with their attributes, and those that the `component-name` section gives to indices.
//
// A name is kept as it stands in the file, and beside it what it means. Whether it is in kebab case or names an interface is a
// matter of validation.
//
// Spec: Binary.md, "Import and Export Definitions" (nameattributes) and "Name Section".

#include "binary/decode.h"

// Takes `[implements=<I>]label` apart; false when `text` is not of that shape.
static bool split_implements(struct cm_str text, struct cm_str *implements, struct cm_str *label) {
  static const char open[] = "[implements=<";
  enum { OPEN = sizeof open - 1 };
  if (!cm_str_starts(text, (struct cm_str){open, OPEN})) return false;
  for (size_t i = OPEN; i + 1 < text.size; i++) {
    if (text.at[i] != '>' || text.at[i + 1] != ']') continue;
    *implements = (struct cm_str){text.at + OPEN, i - OPEN};
    *label = (struct cm_str){text.at + i + 2, text.size - i - 2};
    return true;
  }
  return false;
}

bool decode_core_name(struct decoder *d, struct cm_reader *r, const char *what, struct cm_name *out) {
  struct cm_str text;
  if (!cm_read_name(r, what, &text)) return false;
  *out = (struct cm_name){.name = text, .raw = text};
  if (d->item) d->item->name = text;
  return true;
}

// A reader who asks for a name by its label must find it in whichever form it was written.
bool decode_plain_name(struct decoder *d, struct cm_reader *r, const char *what, struct cm_name *out) {
  if (!decode_core_name(d, r, what, out)) return false;
  out->has_implements = split_implements(out->raw, &out->implements, &out->name);
  return true;
}

// attribute ::= 0x00 implements | 0x01 versionsuffix | 0x02 external-id
static bool decode_attribute(struct cm_reader *r, struct cm_attribute *out) {
  static const char *const what[] = {"the interface of an implements attribute", "a version suffix", "an external id"};
  return read_choice(r, 3, "a name attribute (0x00 implements, 0x01 versionsuffix, 0x02 external-id)", &out->code) &&
         cm_read_name(r, what[out->code], &out->text);
}

static bool decode_attributes(struct decoder *d, struct cm_reader *r, struct cm_name *out) {
  uint32_t count;
  if (!cm_read_count(r, "a count of name attributes", 2, CM_LIMIT_OPTIONS, &count)) return false;
  struct cm_attribute *attributes = decoder_alloc(d, count, sizeof *attributes);
  if (!attributes) return false;
  for (uint32_t i = 0; i < count; i++)
    if (!decode_attribute(r, &attributes[i])) return false;
  out->attribute_count = count;
  out->attributes = attributes;
  struct cm_str *const texts[] = {&out->implements, &out->version_suffix, &out->external_id};
  bool *const has[] = {&out->has_implements, &out->has_version_suffix, &out->has_external_id};
  for (uint32_t i = 0; i < count; i++) {
    uint8_t code = attributes[i].code;
    if (*has[code]) continue;
    *has[code] = true;
    *texts[code] = attributes[i].text;
  }
  return true;
}

bool decode_name(struct decoder *d, struct cm_reader *r, struct cm_name *out) {
  uint8_t form;
  if (!read_choice(r, 3, "the form of a name (0x00, 0x01 or 0x02)", &form)) return false;
  if (!decode_plain_name(d, r, "a name", out)) return false;
  out->form = form;
  return form < 2 || decode_attributes(d, r, out);
}

// The `component-name` section. It is custom: whatever is wrong in it ends its reading and is no error.

// Opens the next subsection whose id is `id`; false at the end.
static bool next_subsection(struct cm_reader *r, uint8_t id, struct cm_reader *out) {
  while (cm_left(r)) {
    uint8_t found;
    uint32_t size;
    struct cm_span contents;
    if (!cm_read_u8(r, "a subsection", &found) || !cm_read_u32(r, "its size", &size) ||
        !cm_read_bytes(r, size, "a subsection", &contents))
      return false;
    if (found != id) continue;
    *out = cm_reader_of(contents, r->file, NULL, NULL);
    return true;
  }
  return false;
}

void read_component_name(struct cm_span contents, struct cm_str *out) {
  struct cm_reader r = cm_reader_of(contents, contents.at, NULL, NULL), names;
  if (next_subsection(&r, 0, &names)) cm_read_name(&names, "a component name", out);
}

static void read_name_map(struct cm_reader *r, struct cm_str *names, uint32_t count) {
  uint32_t entries, index;
  if (!cm_read_count(r, "a count of names", 2, UINT32_MAX, &entries)) return;
  for (uint32_t i = 0; i < entries; i++) {
    struct cm_str name;
    if (!cm_read_u32(r, "an index", &index) || !cm_read_name(r, "a name", &name)) return;
    if (index < count) names[index] = name;
  }
}

bool cm_names_read(struct cm_arena *arena, const struct cm_component *component, enum cm_sort sort, struct cm_str **out,
                   struct cm_diag *diag) {
  uint32_t count = component->scope.spaces[sort].count;
  struct cm_str *names = cm_alloc_array(arena, count, sizeof *names);
  if (!names) return cm_fail_memory(diag);
  for (uint32_t i = 0; i < component->scope.item_count; i++) {
    const struct cm_item *item = component->scope.items[i];
    if (item->kind != CM_ITEM_CUSTOM || !cm_str_is(item->custom.name, "component-name")) continue;
    struct cm_reader r = cm_reader_of(item->custom.bytes, component->file, NULL, NULL), map;
    enum cm_sort found;
    while (next_subsection(&r, 1, &map))
      if (decode_sort(&map, &found) && found == sort) read_name_map(&map, names, count);
  }
  *out = names;
  return true;
}
