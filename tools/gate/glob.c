// Patterns of keys: matching, covering, meeting.
//
// A pattern is read symbol by symbol: a star, or a character that stands for itself. All three questions are one walk along two rows of
// symbols. A key is a pattern without stars, so to fit is to be covered. The walk of tw_glob_covers is the usual matcher with one star
// to return to, linear but for its returns; tw_glob_meets asks whether two patterns have a text in common, which both may have to
// guess for, so it keeps the set of positions of one pattern that are possible at each symbol of the other.

#include "glob.h"

#include <stdlib.h>

// A star, or a byte. Literal bytes of keys, which know no backslash, are read with `raw`.
enum { STAR = 256, END = 257 };

struct row {
  struct cm_str text;
  bool raw, fold;
};

static int folded(unsigned char byte, bool fold) { return fold && byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte; }

// The symbol at `at`, and where the next one begins.
static int symbol(const struct row *row, size_t at, size_t *next) {
  if (at >= row->text.size) {
    *next = at;
    return END;
  }
  char byte = row->text.at[at];
  *next = at + 1;
  if (!row->raw && byte == '*') {
    return STAR;
  }
  if (!row->raw && byte == '\\' && at + 1 < row->text.size) {
    byte = row->text.at[at + 1];
    *next = at + 2;
  }
  return folded((unsigned char)byte, row->fold);
}

bool tw_glob_valid(struct cm_str glob) {
  for (size_t i = 0; i < glob.size; i++) {
    if (glob.at[i] == '\\' && ++i == glob.size) {
      return false;
    }
  }
  return glob.size > 0;
}

// A star of `inner` is a symbol like any other here: only a star of `outer` takes it in.
static bool covers(const struct row *outer, const struct row *inner) {
  size_t o = 0, i = 0, star = SIZE_MAX, resume = 0, next_o, next_i;
  for (;;) {
    int wanted = symbol(outer, o, &next_o);
    int there = symbol(inner, i, &next_i);
    if (wanted == STAR) {
      star = o = next_o;
      resume = i;
    } else if (there == END) {
      return wanted == END;
    } else if (wanted == there && there != STAR) {
      o = next_o;
      i = next_i;
    } else if (star != SIZE_MAX) {
      symbol(inner, resume, &next_i);
      o = star;
      i = resume = next_i;
    } else {
      return false;
    }
  }
}

bool tw_glob_fits(struct cm_str glob, struct cm_str key, bool fold) {
  return covers(&(struct row){glob, false, fold}, &(struct row){key, true, fold});
}

bool tw_glob_covers(struct cm_str outer, struct cm_str inner, bool fold) {
  return covers(&(struct row){outer, false, fold}, &(struct row){inner, false, fold});
}

// Adds to the positions of `b` those that stars can skip to.
static void skip_stars(const struct row *b, bool *possible) {
  size_t next;
  for (size_t at = 0; at < b->text.size; at = next) {
    bool star = symbol(b, at, &next) == STAR;
    possible[next] |= star && possible[at];
  }
}

// One symbol of `a`: the positions of `b` that are possible behind it.
static void step(const struct row *b, int taken, const bool *before, bool *behind) {
  size_t next;
  for (size_t at = 0; at <= b->text.size; at++) {
    behind[at] = taken == STAR && before[at];
  }
  for (size_t at = 0; at < b->text.size; at = next) {
    int there = symbol(b, at, &next);
    if (taken == STAR) {
      behind[next] |= behind[at];
    } else if (there == STAR) {
      behind[at] |= before[at];
    } else if (there == taken) {
      behind[next] |= before[at];
    }
  }
  skip_stars(b, behind);
}

bool tw_glob_meets(struct cm_str a, struct cm_str b, bool fold) {
  struct row rows[2] = {{a, false, fold}, {b, false, fold}};
  // Two rows of flags. Where there is no memory for them, the pair is taken to meet: nothing is concluded from that.
  bool *possible = calloc(2 * (b.size + 1), sizeof *possible);
  if (!possible) {
    return true;
  }
  bool *before = possible;
  bool *behind = possible + b.size + 1;
  size_t next;
  before[0] = true;
  skip_stars(&rows[1], before);
  for (size_t at = 0; at < a.size; at = next) {
    step(&rows[1], symbol(&rows[0], at, &next), before, behind);
    bool *swap = before;
    before = behind;
    behind = swap;
  }
  bool meets = before[b.size];
  free(possible);
  return meets;
}

static struct cm_str escaped(struct cm_arena *arena, struct cm_str text, const char *special) {
  char *to = cm_alloc(arena, 2 * text.size + 1);
  size_t size = 0;
  for (size_t i = 0; to && i < text.size; i++) {
    if (text.at[i] && strchr(special, text.at[i])) {
      to[size++] = '\\';
    }
    to[size++] = text.at[i];
  }
  return (struct cm_str){to, size};
}

struct cm_str tw_glob_of_key(struct cm_arena *arena, struct cm_str key) {
  return escaped(arena, key, "*\\");
}

struct cm_str tw_glob_of_pattern(struct cm_arena *arena, struct cm_str pattern) {
  return escaped(arena, pattern, "\\");
}
