// Words of proposals that are not read. A table; who meets a word that it did not expect asks it.

#include "text/proposals.h"

static const char stacks[] = "stack-switching", descriptors[] = "custom-descriptors", shared[] = "shared-everything-threads",
                  half[] = "half-precision";

static const struct proposal_word {
  const char *word;  // ends in . : all that begin with it
  const char *proposal;
} words[] = {
    {"cont", stacks},
    {"contref", stacks},
    {"nocont", stacks},
    {"nullcontref", stacks},
    {"cont.", stacks},
    {"suspend", stacks},
    {"resume", stacks},
    {"resume_throw", stacks},
    {"resume_throw_ref", stacks},
    {"switch", stacks},
    {"descriptor", descriptors},
    {"describes", descriptors},
    {"exact", descriptors},
    {"struct.new_desc", descriptors},
    {"struct.new_default_desc", descriptors},
    {"ref.get_desc", descriptors},
    {"ref.cast_desc_eq", descriptors},
    {"br_on_cast_desc_eq", descriptors},
    {"br_on_cast_desc_eq_fail", descriptors},
    {"struct.atomic.", shared},
    {"array.atomic.", shared},
    {"global.atomic.", shared},
    {"table.atomic.", shared},
    {"ref.i31_shared", shared},
    {"f16x8.", half},
    {"f32.load_f16", half},
    {"f32.store_f16", half},
    {"item", "compact-imports"},
};

const char *text_proposal_of(struct cm_str word) {
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    size_t size = strlen(words[i].word);
    bool prefix = words[i].word[size - 1] == '.';
    if ((prefix ? word.size > size : word.size == size) && memcmp(word.at, words[i].word, size) == 0) return words[i].proposal;
  }
  return NULL;
}
