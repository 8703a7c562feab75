// Names that are compared where they are read, and by no function.
//
// What a compiler inlined into a loop over all entries of a container (is it one of these names?) has no call that could be tried. What is left
// is that bytes of an entry's name are read, and beside them as many bytes of a text of the program's own. Where a text is so compared
// with names of one length only, it is a name of that length, and asked for if it is compared up to its end when a variable of that name is
// there. Texts that are compared with names of several lengths are beginnings, and a name that is read beside nothing else is read for
// another purpose: both are told as leaks. So that no length is left out, the environment has a name of each (container.c).
//
// Who takes capitals for small letters compares a text with more names than it spells. So the next environment has two twins of each text: one
// letter of the first has the other case, and is another letter in the second. Who tells an equal name from others reads both as far.

#include "container_stage.h"

#include <string.h>

enum { READS_BETWEEN = 12, WIDEST = 8 };

bool stage_is_like_name(const uint8_t *text, uint32_t size) {
  for (uint32_t i = 0; i < size; i++) {
    bool letter = (text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z', digit = text[i] >= '0' && text[i] <= '9';
    if (!letter && text[i] != '_' && (!i || (!digit && text[i] != '-' && text[i] != '.'))) return false;
  }
  return true;
}

static uint32_t innermost(const struct stage *s) {
  return s->depth && s->depth <= STAGE_DEPTH ? s->stack[s->depth - 1] : UINT32_MAX;
}

static bool is_letter(uint8_t byte) { return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z'; }

// Puts the twins of the text into the next environment.
static void ask_twins(struct stage *s, struct spelled *text, const char *own) {
  char *twin = cm_alloc_text(s->arena, own, text->length);
  size_t at = 0;
  if (!twin) s->failed = true;
  while (twin && at < text->length && !is_letter((uint8_t)own[at])) at++;
  for (unsigned i = 0; twin && i < 2 && at < text->length; i++) {
    struct cm_str name = {twin, text->length};
    twin[at] = (char)(i ? 'a' + (own[at] - 'A' + 1) % 26 : own[at] ^ 0x20);
    stage_ask(s, name);
    text->twins[i] = stage_asked(s, name);
  }
}

// Was the one of other case compared as no name is that differs there? A loop over the entries may end before the other one.
static bool is_any_case(const struct spelled *text) {
  if (!text->twins[0] || !text->twins[1]) return false;
  return text->reach[1] ? text->reach[0] != text->reach[1] : text->reach[0] == text->length;
}

// The text at `base`, of which one byte or more were compared with a name of `length`; NULL: it is none, or there is no room. What is not the
// `first` that comes behind a read of the name may be what the next one is compared with.
static struct spelled *find_spelled(struct stage *s, uint64_t base, uint32_t length, bool first) {
  struct spelled *text = NULL;
  for (size_t i = 0; i < s->spelled_count && !text; i++)
    if (s->spelled[i].base == base && s->spelled[i].gid == innermost(s)) text = &s->spelled[i];
  if (text && text->length == length) return text;
  if (text && text->counts) {
    if (first) stage_leak_of(s, s->name_read.variable);
    text->several |= first && !s->is_made;
    return first ? text : NULL;
  }
  uint64_t size;
  const uint8_t *memory = laboratory_memory(s->lab, s->subject, &size);
  if (base > size || length > size - base || (text ? !first : s->spelled_count == STAGE_SPELLED)) return NULL;
  if (!stage_is_like_name(memory + base, length) || !stage_is_own_text(s, s->subject, memory, (uint32_t)base, length)) return NULL;
  if (!text) text = &s->spelled[s->spelled_count++];
  *text = (struct spelled){.base = base, .length = length, .gid = innermost(s)};
  stage_ask(s, (struct cm_str){(const char *)memory + base, length});
  ask_twins(s, text, (const char *)memory + base);
  return text;
}

// The bytes of the program's own at `at` are compared with those of the name that were read. `first`: and no others were before.
static bool meet(struct stage *s, uint64_t at, bool first) {
  const struct spell_read *read = &s->name_read;
  if (at < read->at || innermost(s) == UINT32_MAX) return false;
  uint32_t length = (uint32_t)strlen(s->variables[read->variable].name);
  struct spelled *text = find_spelled(s, at - read->at, length, first);
  if (!text) return false;
  text->counts |= first;
  for (unsigned i = 0; i < 2; i++)
    if (read->variable && read->variable == text->twins[i] && read->at + read->size > text->reach[i])
      text->reach[i] = read->at + read->size;
  if (read->at + read->size != length || !s->knows_copies) return true;  // where the code is that reads is not known until then
  uint64_t size;
  const char *own = (const char *)laboratory_memory(s->lab, s->subject, &size) + text->base;
  if (memcmp(own, s->variables[read->variable].name, length) != 0) return true;
  stage_seek(s, text->gid, s->offsets[s->depth - 1], read->variable, false);
  if (text->found) return true;
  text->found = s->news = true;
  stage_mark(s, STAGE_ASKS);
  stage_note_key(s, (struct cm_str){own, length}, text->gid, text->gid, s->offsets[s->depth - 1]);
  return true;
}

// What was read of a name last was read for nothing that is understood.
static void give_up(struct stage *s) {
  struct spell_read *read = &s->name_read;
  if (read->waits && !read->met && read->variable < s->foreign_count) {
    // Who reads names anyhow may have been led astray.
    if (innermost(s) != UINT32_MAX && s->marks[innermost(s)] & STAGE_READS)
      stage_leak_of(s, read->variable);
    else
      stage_leak(s);
  }
  read->waits = 0;
}

void stage_read_end(struct stage *s) {
  give_up(s);
  s->own_read.waits = 0;
}

void stage_drop_spelled(struct stage *s) {
  struct container *out = s->out;
  uint64_t size;
  const char *memory = (const char *)laboratory_memory(s->lab, s->subject, &size);
  for (size_t i = 0; i < s->spelled_count; i++) {
    const struct spelled *text = &s->spelled[i];
    size_t kept = 0;
    for (size_t k = 0; k < out->key_count; k++) {
      const struct container_key *key = &out->keys[k];
      bool is_it = text->several && key->gid == text->gid && key->callee == text->gid &&
                   cm_str_equal(key->key, (struct cm_str){memory + text->base, text->length});
      if (!is_it) out->keys[kept++] = *key;
    }
    out->key_count = kept;
  }
}

bool stage_spells_unknown(const struct stage *s, uint32_t *gid) {
  for (size_t i = 0; i < s->spelled_count; i++)
    if (s->spelled[i].counts && (!s->spelled[i].found || is_any_case(&s->spelled[i]))) {
      *gid = s->spelled[i].gid;
      return true;
    }
  return false;
}

static void pass(struct stage *s) {
  if (s->name_read.waits == 1)
    give_up(s);
  else if (s->name_read.waits)
    s->name_read.waits--;
  if (s->own_read.waits) s->own_read.waits--;
}

void stage_read_name(struct stage *s, const struct range *copy, uint64_t at, uint64_t size) {
  give_up(s);
  if (!s->is_made && innermost(s) != UINT32_MAX) s->marks[innermost(s)] |= STAGE_READS;
  if (at < copy->from || at + size > copy->to) at = copy->from, size = UINT64_MAX;  // more than the name
  s->name_read = (struct spell_read){
      .at = at - copy->from, .size = size, .variable = copy->variable, .depth = s->depth, .waits = READS_BETWEEN};
  struct spell_read *own = &s->own_read;
  if (own->waits && !own->met && own->size == size && own->depth == s->depth) s->name_read.met = own->met = meet(s, own->at, true);
}

// Of what comes behind a name that was read, the first is compared with it; others may be, for a byte that was read once can be compared often.
void stage_read_other(struct stage *s, uint64_t at, uint64_t size) {
  struct spell_read *name = &s->name_read;
  if (size > WIDEST) return;
  bool fits = name->waits && name->size == size && name->depth == s->depth;
  bool met = fits && meet(s, at, !name->met);
  s->own_read = (struct spell_read){.at = at, .size = size, .depth = s->depth, .waits = READS_BETWEEN, .met = met && !name->met};
  if (met) name->met = true;
  pass(s);
}
