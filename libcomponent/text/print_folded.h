// What folding needs to know of instructions. Private.
#ifndef TEXT_PRINT_FOLDED_H
#define TEXT_PRINT_FOLDED_H

#include "text/print_code.h"

struct effect {
  uint32_t takes, gives;
};

// How many values a branch to each block takes, the outermost (the function) first.
struct label_arities {
  uint32_t *at;
  size_t count, room;
};

static inline uint32_t label_arity(const struct label_arities *labels, uint32_t label) {
  return label < labels->count ? labels->at[labels->count - 1 - label] : 0;
}

// print_effect.c. `results` is how many the function has. Of blocks effect_of says nothing.
struct effect effect_of(const struct core_module *m, const struct core_instr *instr, const struct label_arities *labels,
                        uint32_t results);
struct effect block_effect(const struct core_module *m, const struct core_blocktype *type);

#endif
