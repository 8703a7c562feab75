// Static variables of which each store is known, and so all that they may hold.
//
// What a setter puts into a variable, another function finds there: in a program that asks for `name`, which is "A" at the start and "B" once somebody
// called use_b(), both are asked for, and nothing else.
#ifndef ANALYZE_VARIABLES_H
#define ANALYZE_VARIABLES_H

#include "program.h"

// One store to static memory: `size` bytes (0: nobody knows how many) at `address`; `is_known`: always this value.
struct variable_store {
  uint64_t address, size, value;
  bool is_known;
};

enum variables_wanted { VARIABLES_NONE, VARIABLES_OF_TEXTS, VARIABLES_ALL };

// Finds the variables among `stores`, all there are to `ranges` (sorted, disjoint), and puts them to the memory's image: all, or those that
// hold the address of a text at times. Stores are reordered. *news: there are new ones. False: memory is exhausted.
bool variables_find(struct program *program, uint32_t owner, enum variables_wanted wanted, struct variable_store *stores,
                    size_t count, const struct image_range *ranges, size_t range_count, bool *news);

// The one that lies just there; NULL: there is none.
const struct image_variable *variables_at(const struct image *image, uint64_t address, uint64_t size);

#endif
