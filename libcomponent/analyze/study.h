// What a provider does with a key, learnt from trials.
#ifndef ANALYZE_STUDY_H
#define ANALYZE_STUDY_H

#include "trial.h"

struct study_asks {
  struct trial_ask *list;
  size_t count, room;
};

// A provider that gives a list: of the environment, or of all configuration.
struct study {
  struct trial *trial;
  const struct cm_func_origin *origin;
  const struct cm_sink *row;
  const struct cm_str *keys;  // that it is asked for
  size_t key_count;
  bool understood;
  struct study_asks *of;    // by key: what of the outside's its value can be
  struct study_asks asked;  // what the outside is asked for whatever the key
  bool lets_strangers_through;
  struct cm_str prefix;  // that names of the outside have then, and the provider takes away
  uint32_t list_slot;    // the slot that gave the outside's list; NO_FUNC: none did
  const struct cm_sink *list_row;
  struct trial_pair
      *shown;  // names, without strangers in them, that are let through, and as what (value.number is a position in `names`)
  size_t shown_count;
  struct cm_str *names;  // that the outside's list had
  size_t name_count, name_room;
};

// Fills what stands below `keys`, which and what stands above are given. False: what it does is not understood.
bool study_list(struct study *study);

// A provider that is asked by key: what it asks when it is given `key`. False: it is not understood.
bool study_key(struct trial *trial, const struct cm_func_origin *origin, const struct cm_sink *row, struct cm_str key,
               struct study_asks *out);

// A key that no program has, and where it stands in another; SIZE_MAX: nowhere.
extern const struct cm_str study_stranger;
size_t study_stranger_in(struct cm_str text);

// Adds what is not in it yet. False: memory is exhausted.
bool study_add(struct trial *trial, struct study_asks *to, struct trial_ask ask);

// Texts that a provider may know, after it was called. False: too many.
bool study_texts(struct trial *trial, struct cm_str **names, size_t *count, size_t *room);

#endif
