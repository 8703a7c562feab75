// Experiments with a provider that is on trial (trial.h).
//
// Of a list: the outside has every name that could matter, each with a value of its own, and the answer tells whose value each key has.
// Names that were found are taken away, and it is asked again, until nothing more comes of the list: what is left is the provider's own, or
// nothing. That must be so as well when the list is empty; the first that was found must be enough on its own; and other values must make
// no difference. Names that could matter are the keys, the texts that the provider knows, and what is made of both by putting one before the
// other or taking it away. Two names that nobody knows tell what becomes of all others.
//
// Of a key: what is asked is seen. That must not depend on the values either.

#include "study.h"

#include <string.h>

enum { ROUNDS = 8, TEXTS_MOST = 768, NAMES_MOST = 1536, STRANGERS = 2 };

const struct cm_str study_stranger = {"QZ_Tide_STRANGER_5", sizeof("QZ_Tide_STRANGER_5") - 1};
static const struct cm_str other_stranger = {"qz.tide-unheard-of", sizeof("qz.tide-unheard-of") - 1};

size_t study_stranger_in(struct cm_str text) {
  for (size_t at = 0; at + study_stranger.size <= text.size; at++)
    if (!memcmp(text.at + at, study_stranger.at, study_stranger.size)) return at;
  return SIZE_MAX;
}

bool study_add(struct trial *t, struct study_asks *to, struct trial_ask ask) {
  for (size_t i = 0; i < to->count; i++)
    if (to->list[i].slot == ask.slot && to->list[i].row == ask.row && cm_str_equal(to->list[i].key, ask.key)) return true;
  if (!cm_grow(t->arena, &to->list, &to->room, to->count, sizeof *to->list)) return false;
  to->list[to->count++] = ask;
  return true;
}

bool study_texts(struct trial *t, struct cm_str **names, size_t *count, size_t *room) {
  return trial_texts(t, names, count, room, TEXTS_MOST);
}

// --- names that could matter ---

static bool add_name(struct study *s, struct cm_str name) {
  if (!name.size) return true;
  for (size_t i = 0; i < s->name_count; i++)
    if (cm_str_equal(s->names[i], name)) return true;
  if (s->name_count == NAMES_MOST || !cm_grow(s->trial->arena, &s->names, &s->name_room, s->name_count, sizeof *s->names))
    return false;
  s->names[s->name_count++] = name;
  return true;
}

// Names that a key, or a stranger, and a known text make together, as far as there is room: few providers do such things.
static bool add_made(struct study *s, size_t texts) {
  size_t keys = s->key_count + STRANGERS;
  if (texts * keys > NAMES_MOST / 2) return true;
  for (size_t i = keys; i < texts; i++)
    for (size_t k = 0; k < keys; k++) {
      struct cm_str text = s->names[i], key = s->names[k];
      struct cm_str longer = cm_alloc_format(s->trial->arena, "%.*s%.*s", CM_STR_ARG(text), CM_STR_ARG(key));
      bool begins = cm_str_starts(key, text);
      struct cm_str shorter = begins ? (struct cm_str){key.at + text.size, key.size - text.size} : (struct cm_str){0};
      if (!longer.at || !add_name(s, longer) || !add_name(s, shorter)) return false;
    }
  return true;
}

// --- a list ---

struct round {
  struct trial_answer answer;
  uint32_t *number;  // of the question's names: positions in the study's
};

static bool ask(struct study *s, const uint8_t *gone, bool has_nothing, unsigned shape, struct round *out) {
  struct trial *t = s->trial;
  struct cm_str *names = cm_alloc_array(t->arena, s->name_count, sizeof *names);
  struct trial_question q = {.origin = s->origin, .row = s->row, .names = names, .has_nothing = has_nothing, .shape = shape};
  out->number = cm_alloc_array(t->arena, s->name_count, sizeof *out->number);
  if (!names || !out->number) return false;
  for (size_t i = 0; i < s->name_count; i++) {
    if (gone && gone[i]) continue;
    out->number[q.name_count] = (uint32_t)i;
    names[q.name_count++] = s->names[i];
  }
  if (!trial_call(t, &q, &out->answer)) return false;
  for (size_t i = 0; i < out->answer.ask_count; i++)
    if (!study_add(t, &s->asked, out->answer.asks[i])) return false;
  for (size_t i = 0; i < out->answer.pair_count; i++) {
    struct trial_value *v = &out->answer.pairs[i].value;
    if (v->from == TRIAL_LISTED && v->number >= q.name_count) return false;
    if (v->from == TRIAL_ASKED && v->number >= out->answer.ask_count) return false;
    if (v->from == TRIAL_LISTED) v->number = out->number[v->number];
  }
  return true;
}

// What can be told of a key's value when nothing of the list is left that it could be.
static const struct trial_pair *settled(const struct trial_answer *a, struct cm_str key) {
  for (size_t i = 0; i < a->pair_count; i++)
    if (cm_str_equal(a->pairs[i].name, key)) return &a->pairs[i];
  return NULL;
}

static bool same_pair(const struct trial_pair *a, const struct trial_pair *b) {
  if (!a || !b) return a == b;
  return a->value.from == b->value.from && a->value.number == b->value.number &&
         (a->value.from != TRIAL_CONSTANT || cm_str_equal(a->text, b->text));
}

// Takes away what the keys' values are, until they are no name's any more.
static bool find_values(struct study *s, bool has_nothing) {
  struct trial *t = s->trial;
  uint8_t *gone = cm_alloc_array(t->arena, s->name_count, 1);
  struct round round = {0}, empty = {0};
  bool any = true;
  if (!gone) return false;
  for (unsigned n = 0; any; n++) {
    if (n == ROUNDS || !ask(s, gone, has_nothing, 0, &round)) return false;
    any = false;
    for (size_t k = 0; k < s->key_count; k++)
      for (size_t i = 0; i < round.answer.pair_count; i++) {
        const struct trial_pair *p = &round.answer.pairs[i];
        if (!cm_str_equal(p->name, s->keys[k]) || p->value.from == TRIAL_CONSTANT) continue;
        bool listed = p->value.from == TRIAL_LISTED;
        struct trial_ask found = listed
                                     ? (struct trial_ask){round.answer.list_slot, round.answer.list_row, s->names[p->value.number]}
                                     : round.answer.asks[p->value.number];
        if (!study_add(t, &s->of[k], found)) return false;
        if (!listed || gone[p->value.number]) continue;
        gone[p->value.number] = 1;
        any = true;
      }
  }
  memset(gone, 1, s->name_count);
  if (!ask(s, gone, has_nothing, 0, &empty)) return false;
  for (size_t k = 0; k < s->key_count; k++)
    if (!same_pair(settled(&round.answer, s->keys[k]), settled(&empty.answer, s->keys[k]))) return false;
  return true;
}

// Is the first name of the list that was found for a key enough?
static bool first_is_enough(struct study *s) {
  uint8_t *gone = cm_alloc_array(s->trial->arena, s->name_count, 1);
  struct round round = {0};
  if (!gone) return false;
  memset(gone, 1, s->name_count);
  for (size_t k = 0; k < s->key_count; k++)
    for (size_t i = 0; s->of[k].count && i < s->name_count; i++)
      if (s->of[k].list[0].slot == s->list_slot && cm_str_equal(s->of[k].list[0].key, s->names[i])) gone[i] = 0;
  if (!ask(s, gone, false, 0, &round)) return false;
  for (size_t k = 0; k < s->key_count; k++) {
    if (!s->of[k].count || s->of[k].list[0].slot != s->list_slot) continue;
    const struct trial_pair *p = settled(&round.answer, s->keys[k]);
    if (!p || p->value.from != TRIAL_LISTED || !cm_str_equal(s->names[p->value.number], s->of[k].list[0].key)) return false;
  }
  return true;
}

// A name with a stranger in it came through. Who shows it as another does so by a rule: a prefix that is taken away is understood, of
// others a key without a name may have one.
static bool see_stranger(struct study *s, struct cm_str name, struct cm_str shown) {
  size_t at = study_stranger_in(name);
  bool same = cm_str_equal(shown, name), shortened = cm_str_equal(shown, study_stranger);
  if (same && at) return true;  // it is let through like the stranger itself
  if (!same && !shortened)
    for (size_t k = 0; k < s->key_count; k++)
      if (!s->of[k].count) return false;
  struct cm_str prefix = {name.at, shortened ? at : 0};
  if (s->lets_strangers_through && !cm_str_equal(prefix, s->prefix)) prefix.size = 0;
  s->lets_strangers_through = true;
  s->prefix = prefix;
  return true;
}

// What becomes of the list as a whole; and whether other values make a difference.
static bool see_all(struct study *s) {
  struct round full = {0}, other = {0};
  if (!ask(s, NULL, false, 0, &full) || !ask(s, NULL, false, 1, &other)) return false;
  if (full.answer.pair_count != other.answer.pair_count || full.answer.ask_count != other.answer.ask_count) return false;
  s->list_slot = full.answer.list_slot;
  s->list_row = full.answer.list_row;
  s->shown = cm_alloc_array(s->trial->arena, full.answer.pair_count, sizeof *s->shown);
  if (!s->shown) return false;
  for (size_t i = 0; i < full.answer.pair_count; i++) {
    const struct trial_pair *p = &full.answer.pairs[i];
    if (!cm_str_equal(p->name, other.answer.pairs[i].name) || !same_pair(p, &other.answer.pairs[i])) return false;
    if (p->value.from != TRIAL_LISTED || !p->name.size) continue;
    struct cm_str name = s->names[p->value.number];
    bool strange = study_stranger_in(name) != SIZE_MAX || cm_str_equal(name, other_stranger);
    if (!strange) s->shown[s->shown_count++] = *p;
    if (study_stranger_in(name) != SIZE_MAX && !see_stranger(s, name, p->name)) return false;
  }
  return true;
}

bool study_list(struct study *s) {
  s->of = cm_alloc_array(s->trial->arena, s->key_count, sizeof *s->of);
  if (!s->of) return false;
  for (size_t k = 0; k < s->key_count; k++)
    if (!add_name(s, s->keys[k])) return false;
  if (!add_name(s, study_stranger) || !add_name(s, other_stranger)) return false;
  struct round first = {0};
  if (!ask(s, NULL, false, 0, &first) || !study_texts(s->trial, &s->names, &s->name_count, &s->name_room) ||
      !add_made(s, s->name_count))
    return false;
  return find_values(s, false) && find_values(s, true) && see_all(s) && first_is_enough(s);
}

// --- a key ---

// The list is asked for as well: the value is one of its, or it is not known what that is for.
static bool find_listed(struct trial *t, struct trial_question q, struct study_asks *out) {
  struct cm_str *names = NULL;
  size_t count = 0, room = 0, before = out->count;
  struct trial_answer answer;
  bool any = true;
  if (!cm_grow(t->arena, &names, &room, count, sizeof *names)) return false;
  names[count++] = q.key;
  if (!study_texts(t, &names, &count, &room)) return false;
  for (unsigned n = 0; any; n++) {
    q.names = names;
    q.name_count = count;
    if (n == ROUNDS || !trial_call(t, &q, &answer)) return false;
    any = false;
    for (size_t i = 0; i < answer.pair_count && !any; i++) {
      struct trial_value v = answer.pairs[i].value;
      if (v.from != TRIAL_LISTED || v.number >= count) continue;
      if (!study_add(t, out, (struct trial_ask){answer.list_slot, answer.list_row, names[v.number]})) return false;
      memmove(names + v.number, names + v.number + 1, (count - v.number - 1) * sizeof *names);
      count--;
      any = true;
    }
  }
  return out->count > before;
}

bool study_key(struct trial *t, const struct cm_func_origin *origin, const struct cm_sink *row, struct cm_str key,
               struct study_asks *out) {
  bool listed = false;
  size_t counts[2] = {0, 0};
  for (unsigned manner = 0; manner < 3; manner++) {
    struct trial_question q = {.origin = origin, .row = row, .key = key, .has_nothing = manner == 2, .shape = manner == 1};
    struct trial_answer answer;
    if (!trial_call(t, &q, &answer)) return false;
    listed |= answer.list_slot != NO_FUNC;
    for (size_t i = 0; i < answer.ask_count; i++)
      if (!study_add(t, out, answer.asks[i])) return false;
    if (manner < 2) counts[manner] = out->count;
  }
  struct trial_question q = {.origin = origin, .row = row, .key = key};
  return counts[0] == counts[1] && (!listed || find_listed(t, q, out));
}
