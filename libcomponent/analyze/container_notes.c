// What is noted while a program runs that is to show how its container is asked: texts, names that are asked for, calls.

#include "container_stage.h"

#include <stdio.h>
#include <string.h>

enum { VALUE_ROOM = 8 };

int stage_name_at(const struct stage *s, const uint8_t *memory, uint64_t size, uint32_t at, uint32_t length) {
  if (at > size || length > size - at) return -1;
  for (size_t i = 0; i <= s->in_run; i++)
    if ((!length || memory[at] == (uint8_t)s->environment[i].name[0]) && strlen(s->environment[i].name) == length &&
        !memcmp(memory + at, s->environment[i].name, length))
      return (int)i;
  return -1;
}

bool stage_is_printable(const uint8_t *text, uint32_t size) {
  for (uint32_t i = 0; i < size; i++)
    if (text[i] <= ' ' || text[i] == 0x7f || text[i] == '=') return false;
  return true;
}

// Stands the text where the program began with it? What the host handed over does not.
bool stage_is_own_text(const struct stage *s, uint32_t instance, const uint8_t *memory, uint32_t at, uint32_t length) {
  const struct image *image = program_image(s->program, instance);
  for (uint32_t i = 0; i < length; i++) {
    uint8_t byte;
    bool weak;
    if (!image || !image_byte(image, (uint64_t)at + i, &byte, &weak) || byte != memory[at + i]) return false;
  }
  return true;
}

size_t stage_asked(const struct stage *s, struct cm_str text) {
  for (size_t i = s->made_up_count; i < s->variable_count; i++)
    if (cm_str_is(text, s->variables[i].name)) return i;
  return 0;
}

// The program asks for the name, perhaps: it is in the environment of the next run.
void stage_ask(struct stage *s, struct cm_str text) {
  if (stage_asked(s, text) || s->variable_count == STAGE_VARIABLES) return;
  // Its value is a number, for that is what it may have to be, and no other variable's.
  char *copy = cm_alloc_text(s->arena, text.at, text.size), *value = cm_alloc(s->arena, VALUE_ROOM);
  if (copy && value) {
    snprintf(value, VALUE_ROOM, "%zu", s->variable_count - s->made_up_count + 1);
    s->variables[s->variable_count++] = (struct laboratory_variable){copy, value};
  }
  s->failed |= !copy || !value;
  s->news = true;
}

void stage_note_key(struct stage *s, struct cm_str text, uint32_t caller, uint32_t callee, uint64_t offset) {
  struct container *out = s->out;
  stage_ask(s, text);
  for (size_t i = 0; i < out->key_count; i++)
    if (out->keys[i].offset == offset && out->keys[i].gid == caller && cm_str_equal(out->keys[i].key, text)) return;
  char *kept = cm_alloc_text(s->program->arena, text.at, text.size);
  if (!kept || !cm_grow(s->program->arena, &out->keys, &out->key_room, out->key_count, sizeof *out->keys)) {
    s->failed = true;
    return;
  }
  out->keys[out->key_count++] = (struct container_key){.key = {kept, text.size}, .gid = caller, .callee = callee, .offset = offset};
}

void stage_note_among(struct stage *s, const struct container_site *site, struct cm_str text) {
  for (size_t i = 0; i < s->out->key_count; i++) {
    struct container_key *key = &s->out->keys[i];
    if (key->offset == site->offset && key->gid == site->gid && cm_str_equal(key->key, text)) key->among = true;
  }
}

void stage_note_other(struct stage *s, struct cm_str text) {
  struct container *out = s->out;
  for (size_t i = 0; i < out->other_count; i++)
    if (cm_str_equal(out->others[i], text)) return;
  char *kept = cm_alloc_text(s->program->arena, text.at, text.size);
  if (kept && cm_grow(s->program->arena, &out->others, &out->other_room, out->other_count, sizeof *out->others))
    out->others[out->other_count++] = (struct cm_str){kept, text.size};
  else
    s->failed = true;
}

struct container_call *stage_note_call(struct stage *s, uint32_t caller, uint64_t offset) {
  struct container *out = s->out;
  for (size_t i = 0; i < out->call_count; i++)
    if (out->calls[i].gid == caller && out->calls[i].offset == offset) return &out->calls[i];
  if (!cm_grow(s->program->arena, &out->calls, &out->call_room, out->call_count, sizeof *out->calls)) {
    s->failed = true;
    return NULL;
  }
  out->calls[out->call_count] = (struct container_call){.gid = caller, .offset = offset};
  return &out->calls[out->call_count++];
}

static bool has_key(const struct container_key *keys, size_t count, struct cm_str text, uint32_t gid, uint64_t offset) {
  for (size_t i = 0; i < count; i++)
    if (keys[i].offset == offset && keys[i].gid == gid && cm_str_equal(keys[i].key, text)) return true;
  return false;
}

void stage_note_sought(struct stage *s, struct cm_str text, uint32_t caller, uint64_t offset) {
  struct container *out = s->out;
  if (has_key(out->sought, out->sought_count, text, caller, offset)) return;
  char *kept = cm_alloc_text(s->program->arena, text.at, text.size);
  if (kept && cm_grow(s->program->arena, &out->sought, &out->sought_room, out->sought_count, sizeof *out->sought))
    out->sought[out->sought_count++] =
        (struct container_key){.key = {kept, text.size}, .gid = caller, .callee = NO_FUNC, .offset = offset};
  else
    s->failed = true;
}

void stage_note_elsewhere(struct stage *s, struct cm_str text, uint32_t caller, uint64_t offset) {
  struct container_call *call = stage_note_call(s, caller, offset);
  if (call) call->elsewhere = true;
  stage_note_other(s, text);
  stage_note_sought(s, text, caller, offset);
}

void stage_note_met(struct stage *s, struct cm_str text, uint32_t caller, uint32_t callee, uint64_t offset) {
  stage_note_key(s, text, caller, callee, offset);
  for (size_t i = 0; i < s->out->key_count; i++) {
    struct container_key *key = &s->out->keys[i];
    if (key->offset == offset && key->gid == caller && cm_str_equal(key->key, text)) key->met = true;
  }
}

bool stage_is_only_sought(const struct stage *s, const struct container_key *key) {
  return !key->met && has_key(s->out->sought, s->out->sought_count, key->key, key->gid, key->offset);
}

static const struct container_call *find_call(const struct container *container, uint32_t gid, uint64_t offset) {
  for (size_t i = 0; i < container->call_count; i++)
    if (container->calls[i].gid == gid && container->calls[i].offset == offset) return &container->calls[i];
  return NULL;
}

const struct container_site *container_site_at(const struct container *container, uint32_t gid, uint64_t offset) {
  for (size_t i = 0; i < container->site_count; i++)
    if (container->sites[i].offset == offset && container->sites[i].gid == gid) return &container->sites[i];
  return NULL;
}

bool container_only_fills(const struct container *container, uint32_t gid, uint64_t offset) {
  const struct container_call *call = find_call(container, gid, offset);
  return call && call->own && !call->other;
}

bool container_compares_all(const struct container *container, uint32_t gid, uint64_t offset) {
  bool any = false, all = container->steady && container->closed && container->closed_at_all;
  for (size_t i = 0; i < container->key_count && all; i++) {
    const struct container_key *key = &container->keys[i];
    if (key->gid != gid || key->offset != offset) continue;
    any = true;
    all = key->among;
  }
  return any && all;
}

bool container_is_elsewhere(const struct container *container, uint32_t gid, uint64_t offset) {
  const struct container_call *call = find_call(container, gid, offset);
  return call && call->elsewhere && !call->finds && !call->astray;
}

bool container_is_taken(const struct container *container, uint32_t gid, uint64_t offset) {
  const struct container_call *call = find_call(container, gid, offset);
  return call && (call->taken || (call->takes && !call->leaves)) && !call->kept;
}

bool container_is_found(const struct container *container, struct cm_str key, uint32_t gid, uint64_t offset) {
  return has_key(container->keys, container->key_count, key, gid, offset);
}

bool container_is_sought_elsewhere(const struct container *container, struct cm_str key, uint32_t gid, uint64_t offset) {
  return has_key(container->sought, container->sought_count, key, gid, offset) &&
         !has_key(container->keys, container->key_count, key, gid, offset);
}

bool container_is_unsure(const struct container *container, uint32_t gid, uint64_t offset) {
  const struct container_call *call = find_call(container, gid, offset);
  return call && (call->astray ? !call->finds : (call->finds || call->untried) && call->elsewhere);
}

static bool is_tried(const struct container_call *call) { return call && (call->finds || call->elsewhere || call->astray); }

bool container_is_untried(const struct container *container, uint32_t gid, uint64_t offset, uint32_t callee) {
  bool is_lookup = false;
  for (size_t i = 0; i < container->lookup_count && !is_lookup; i++) is_lookup = container->lookups[i].gid == callee;
  return is_lookup && !container->ended && !is_tried(find_call(container, gid, offset));
}

bool container_is_seen(const struct container *container, uint32_t gid, uint64_t offset) {
  const struct container_call *call = find_call(container, gid, offset);
  return call && (is_tried(call) || container_site_at(container, gid, offset));
}

bool container_is_shared(const struct container *container, uint32_t gid, uint64_t offset, uint32_t callee) {
  if (callee == NO_FUNC || is_tried(find_call(container, gid, offset))) return false;
  for (size_t i = 0; i < container->call_count; i++)
    if (container->calls[i].callee == callee && container->calls[i].elsewhere && !container->calls[i].finds) return true;
  return false;
}
