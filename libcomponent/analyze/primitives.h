// Small functions of every libc, recognized by what they do, so that the evaluator need not go through their loops.
#ifndef ANALYZE_PRIMITIVES_H
#define ANALYZE_PRIMITIVES_H

#include "program.h"

enum primitive {
  PRIMITIVE_UNTRIED,
  PRIMITIVE_NONE,
  PRIMITIVE_OTHER,            // none of those that write or allocate; those that only read were not tried
  PRIMITIVE_COPY,             // (to, from, size) -> to, or nothing: memcpy, memmove
  PRIMITIVE_FILL,             // (to, byte, size) -> to, or nothing: memset
  PRIMITIVE_LENGTH,           // (text) -> length: strlen
  PRIMITIVE_ALLOCATE,         // (size) or (size, alignment) -> fresh memory: malloc, __rust_alloc
  PRIMITIVE_ALLOCATE_ZEROED,  // the same, zeroed: TinyGo's alloc
  PRIMITIVE_ALLOCATE_MANY,    // (count, size) -> fresh memory, zeroed: calloc
  PRIMITIVE_REALLOCATE,       // (block, size) -> fresh memory that begins as the block did; of no block, 0: malloc: realloc
  PRIMITIVE_FREE,             // (block) or (block, size): free, operator delete
  PRIMITIVE_FIND,             // (text, byte[, size]) -> where it stands: strchr, strchrnul, memchr
  PRIMITIVE_COMPARE,          // (a, b, size) -> 0 where equal: memcmp
  PRIMITIVE_COMPARE_TEXT,     // (a, b, size) -> 0 where equal up to a zero: strncmp
  PRIMITIVE_COMPARE_TEXTS,    // (a, b) -> 0 where equal up to a zero: strcmp
};

struct laboratory;

// What is known of the functions of a program, and where it is found out: opened at the first question.
struct primitives {
  struct program *program;
  uint8_t *of;                    // by gid: enum primitive
  struct laboratory *laboratory;  // any will do, whatever its environment
  bool closed;                    // it could not be opened
  unsigned tried, tried_mute;     // those that give nothing back
  uint32_t allocator;             // gid of a function that allocates, + 1; 0: none is known yet
  // of printing.h
  struct laboratory *lively;
  uint8_t *prints;  // by gid
  unsigned tried_printing;
};

// Tells what `gid` is; a function whose type no primitive has is not tried. `reading` false: those that find and compare do not matter.
enum primitive primitive_of(struct primitives *primitives, uint32_t gid, bool reading);

void primitives_close(struct primitives *primitives);

#endif
