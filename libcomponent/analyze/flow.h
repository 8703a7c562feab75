// What a function does with the addresses that it is given: a reading of its body that follows pointers.
//
// A pointer is a parameter, a word that stands where a parameter points to, or a constant near data of interest, plus an offset that is known or
// not; or one of several of these. It is followed through the operand stack, the locals and the words of the function's own frame, in the order
// of the code and without regard to branches, and through calls: of a function that was read it is known what comes back, and which pointers it
// puts where (`flow_summary`). Where the frame's address is passed on, so are the pointers in its words: lists of variable arguments are handed
// over in this way, and structs.
#ifndef ANALYZE_FLOW_H
#define ANALYZE_FLOW_H

#include "program.h"

enum flow_kind {
  FLOW_UNKNOWN,
  FLOW_NUMBER,
  FLOW_CONSTANT,
  FLOW_PARAMETER,
  FLOW_HELD,
  FLOW_HEAP,
  FLOW_FRAME,
  FLOW_TWIN,
  FLOW_SEVERAL
};

// All memory of which nobody knows what it is, blocks of an allocator most often, counts as one object that begins at this address, above all
// others; words of it are told apart by how far they are from where a pointer leads that was found in memory, or came back from a call.
#define FLOW_HEAP_BEGIN (UINT64_C(1) << 40)

#define FLOW_MADE UINT32_MAX

enum { FLOW_TARGETS = 8 };  // functions that an indirect call may mean, and is followed to

struct flow_value {
  enum flow_kind kind;
  bool exact;  // the offset is known
  bool least;  // it is not, but no less than this
  bool found;  // FLOW_CONSTANT: in the heap
  bool held;   // FLOW_CONSTANT: memory held it, and no code
  uint64_t
      of;  // FLOW_NUMBER, FLOW_CONSTANT: the value; FLOW_PARAMETER: which; FLOW_HELD: which leads to the word; FLOW_HEAP: 0; FLOW_TWIN: two words,
           // FLOW_SEVERAL: which ones, both private to flow*.c
  int64_t at;      // FLOW_HELD: how far behind the parameter the word stands,
  uint64_t step;   // or any multiple of this farther or nearer; 0: just there. FLOW_FRAME: a loop moves it on by this
  int64_t offset;  // added to it
  uint64_t
      stride;      // where it is not exact: and any multiple of this; 0: nobody knows. FLOW_UNKNOWN is `offset` and such a multiple
  uint32_t local;  // of a constant: it was taken from this one, + 1; 0: its instruction stands right there; FLOW_MADE: neither
};

enum flow_act {
  FLOW_WRITES,  // `size` bytes to where it points, 0: nobody knows how many
  FLOW_READS,   // a word from there; told of constants alone
  FLOW_PASSES,  // it is argument `argument` of a call of `callee`, a gid
  FLOW_KEEPS,   // it is put into the word at `at`, a constant address or one of the heap; `within`: or into one from there on
};

// Something is done with a pointer whose base is a constant, a parameter, or what stands where that leads to.
struct flow_effect {
  enum flow_act act;
  struct flow_value pointer;
  uint64_t size;
  uint32_t callee, argument;
  // FLOW_PASSES: the argument does not have the pointer, but leads to it, `at` bytes on. FLOW_WRITES: not there, but to where the words there
  // point.
  bool within;
  int64_t at;
  bool is_number;  // FLOW_WRITES: it is always this that is written
  uint64_t number;
};

// A pointer that is put somewhere.
struct flow_kept {
  struct flow_value value, to;
};

// What those who call a function have to know of it, in terms of its parameters. Of a function that was not read all is unknown.
enum { FLOW_KEPT = 64 };
struct flow_summary {
  struct flow_value result;
  const struct flow_kept *kept;  // in what parameters lead to; or a parameter, at a constant address
  uint8_t kept_count;
};

// A word of memory that holds a constant near the data of interest.
struct flow_cell {
  uint64_t at, value;
  bool exact, leads_exactly;  // false: it is one from there on; it leads somewhere behind that
  bool is_sum;                // code made it by adding to an address
};

uint64_t flow_common_step(uint64_t a, uint64_t b);  // the greatest common divisor; of 0 and b it is b

// The stride of a sum.
static inline uint64_t flow_stride(bool a_exact, uint64_t a, bool b_exact, uint64_t b) {
  if (a_exact || b_exact) return a_exact ? (b_exact ? 0 : b) : a;
  return a && b ? flow_common_step(a, b) : 0;
}

struct flow_reader;

// Made once for many bodies, in the arena; all its memory comes from there. `near`, sorted, is borrowed: which constants are of interest.
// `cells` are those of the data, sorted by address. NULL: memory is exhausted.
struct flow_reader *flow_reader_new(struct program *program, struct cm_arena *arena, const struct image_range *near,
                                    size_t near_count, const struct flow_cell *cells, size_t cell_count);

// Is the module as the linker made it? Then its code tells addresses from numbers.
bool flow_is_linked(const struct core_module *module);

// From now on what is found in memory, and not known, leads to the heap: who keeps pointers there was seen.
// `allocators`, by gid and borrowed: nothing of what these do to their blocks matters to those who call them.
void flow_follow_heap(struct flow_reader *f, const uint8_t *allocators);

// `near`, which is borrowed, is what is of interest from now on.
void flow_set_near(struct flow_reader *f, const struct image_range *near, size_t near_count);

// The effects of the body of `gid`, valid until the next reading. What is malformed is read up to there. `steps` is what is left of a bound
// on instructions; 0 afterwards: not all of the body is told. *changed: what its callers have to know is no longer what it was. False: memory is
// exhausted.
// *waits (NULL: it does not): the body has loops, which are read several times, and it is better to do so when what it calls is known: it was read
// once, and nothing is told but that (`flow_wanted`).
bool flow_read(struct flow_reader *f, uint32_t gid, uint64_t *steps, bool *waits, const struct flow_effect **effects, size_t *count,
               bool *changed);

// What is known of a function; NULL: nothing.
const struct flow_summary *flow_summary_of(const struct flow_reader *f, uint32_t gid);
// What it gives back may be each of the items; returns how many.
size_t flow_results(const struct flow_reader *f, const struct flow_summary *summary, const struct flow_value **items);
bool flow_summary_has_constants(const struct flow_reader *f, const struct flow_summary *summary);

// The functions that the last reading called with a pointer, and of which nothing was known.
size_t flow_wanted(const struct flow_reader *f, const uint32_t **gids);

// Code puts `cell.value` there. *news: it was not known. False: memory is exhausted.
bool flow_add_cell(struct flow_reader *f, struct flow_cell cell, bool *news);

// Tells `visit` of each constant that the word at an address may hold; if that is not exact, one of the words from there on, so many bytes apart
// (0: nobody knows), in front of `end` (0: nobody knows where that is).
void flow_cells(struct flow_reader *f, uint64_t at, bool exact, uint64_t stride, uint64_t end,
                void (*visit)(void *context, uint64_t value, bool leads_exactly), void *context);

// Tells of each cell from `from` to before `to` of which it is known where it is and leads.
void flow_each_cell(const struct flow_reader *f, uint64_t from, uint64_t to,
                    void (*visit)(void *context, const struct flow_cell *cell), void *context);

#endif
