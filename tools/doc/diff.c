// The difference of two texts.
//
// Lines at the beginning and at the end that are equal are set aside. What is left goes through the greedy algorithm of Eugene W. Myers ("An
// O(ND) Difference Algorithm and Its Variations", 1986): for each number of edits d, the furthest place that d edits reach on each
// diagonal; those of every d are kept, so that the way can be walked back. Where more than EDITS would be needed, all of the middle is shown
// as replaced: nobody reads such a difference, and the algorithm's memory is d squared.

#include "diff.h"

enum { CONTEXT = 3, EDITS = 2000 };

struct line {
  struct cm_str text;  // with its line end
  uint64_t hash;
  bool changed;  // removed from the old text, or added in the new one
};

struct lines {
  struct line *at;
  size_t count;
};

static bool split(struct cm_arena *arena, struct cm_str text, struct lines *lines) {
  size_t count = 0;
  for (size_t i = 0; i < text.size; i++) {
    count += text.at[i] == '\n' || i + 1 == text.size;
  }
  lines->at = cm_alloc_array(arena, count, sizeof *lines->at);
  lines->count = 0;
  while (lines->at && text.size > 0) {
    const char *end = memchr(text.at, '\n', text.size);
    struct line *line = &lines->at[lines->count++];
    line->text = (struct cm_str){text.at, end ? (size_t)(end - text.at) + 1 : text.size};
    line->hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < line->text.size; i++) {
      line->hash = (line->hash ^ (unsigned char)line->text.at[i]) * UINT64_C(1099511628211);
    }
    text = (struct cm_str){text.at + line->text.size, text.size - line->text.size};
  }
  return lines->at != NULL;
}

static bool same(const struct line *a, const struct line *b) { return a->hash == b->hash && cm_str_equal(a->text, b->text); }

// --- the edits ---

// Places on the diagonals -d … d, by d + k; each is how many old lines are behind it.
struct front {
  int *reach;
};

// Walks back from the end of both middles to their beginning, marking what was removed and added.
static void mark_edits(struct lines old, struct lines new, const struct front *fronts, int edits) {
  int x = (int)old.count, y = (int)new.count;
  for (int d = edits; d > 0; d--) {
    const int *before = fronts[d - 1].reach;
    int k = x - y;
    bool down = k == -d || (k != d && before[d - 1 + k - 1] < before[d - 1 + k + 1]);
    int from = down ? k + 1 : k - 1, start = before[d - 1 + from];
    if (down) {
      new.at[start - from].changed = true;
    } else {
      old.at[start].changed = true;
    }
    x = start;
    y = start - from;
  }
}

static bool find_edits(struct cm_arena *arena, struct lines old, struct lines new) {
  int n = (int)old.count, m = (int)new.count, most = n + m < EDITS ? n + m : EDITS;
  struct front *fronts = cm_alloc_array(arena, (size_t)most + 1, sizeof *fronts);
  if (!fronts) {
    return false;
  }
  for (int d = 0; d <= most; d++) {
    int *reach = fronts[d].reach = cm_alloc_array(arena, 2 * (size_t)d + 1, sizeof *reach);
    if (!reach) {
      return false;
    }
    const int *before = d > 0 ? fronts[d - 1].reach : NULL;
    for (int k = -d; k <= d; k += 2) {
      int x = 0;
      if (before) {
        bool down = k == -d || (k != d && before[d - 1 + k - 1] < before[d - 1 + k + 1]);
        x = down ? before[d - 1 + k + 1] : before[d - 1 + k - 1] + 1;
      }
      int y = x - k;
      while (x < n && y >= 0 && y < m && same(&old.at[x], &new.at[y])) {
        x++;
        y++;
      }
      reach[d + k] = x;
      if (x >= n && y >= m) {
        mark_edits(old, new, fronts, d);
        return true;
      }
    }
  }
  for (int i = 0; i < n; i++) {
    old.at[i].changed = true;
  }
  for (int i = 0; i < m; i++) {
    new.at[i].changed = true;
  }
  return true;
}

static bool compare(struct cm_arena *arena, struct lines old, struct lines new) {
  size_t head = 0, tail = 0, most = old.count < new.count ? old.count : new.count;
  while (head < most && same(&old.at[head], &new.at[head])) {
    head++;
  }
  while (tail < most - head && same(&old.at[old.count - 1 - tail], &new.at[new.count - 1 - tail])) {
    tail++;
  }
  struct lines old_middle = {old.at + head, old.count - head - tail}, new_middle = {new.at + head, new.count - head - tail};
  return find_edits(arena, old_middle, new_middle);
}

// --- writing ---

static void put_line(FILE *to, char sign, const struct line *line, bool color) {
  const char *paint = !color || sign == ' ' ? "" : sign == '-' ? "\x1b[31m" : "\x1b[32m";
  bool ends = line->text.at[line->text.size - 1] == '\n';
  fprintf(to, "%s%c", paint, sign);
  fwrite(line->text.at, 1, line->text.size - ends, to);
  fprintf(to, "%s\n%s", *paint ? "\x1b[0m" : "", ends ? "" : "\\ No newline at end of file\n");
}

// "12,3": an empty range is said by the line before it.
static void put_range(FILE *to, char sign, size_t first, size_t count) {
  fprintf(to, "%c%zu", sign, count > 0 ? first + 1 : first);
  if (count != 1) {
    fprintf(to, ",%zu", count);
  }
}

// A place in both texts.
struct pair {
  size_t old, new;
};

static bool unchanged(struct lines old, struct lines new, struct pair at) {
  return at.old < old.count && at.new < new.count && !old.at[at.old].changed && !new.at[at.new].changed;
}

// Behind the hunk that begins at a change: it ends where more lines are equal than two contexts take.
static struct pair hunk_end(struct lines old, struct lines new, struct pair at) {
  struct pair end = at;
  size_t equal = 0;
  while ((at.old < old.count || at.new < new.count) && equal <= 2 * CONTEXT) {
    if (unchanged(old, new, at)) {
      equal++;
      at.old++;
      at.new ++;
      continue;
    }
    equal = 0;
    at.old += at.old < old.count && old.at[at.old].changed;
    at.new += at.new < new.count &&new.at[at.new].changed;
    end = at;
  }
  for (size_t i = 0; i < CONTEXT && unchanged(old, new, end); i++) {
    end.old++;
    end.new ++;
  }
  return end;
}

static void put_hunk(FILE *to, struct lines old, struct lines new, struct pair at, struct pair end, bool color) {
  fputs(color ? "\x1b[36m@@ " : "@@ ", to);
  put_range(to, '-', at.old, end.old - at.old);
  fputc(' ', to);
  put_range(to, '+', at.new, end.new - at.new);
  fputs(color ? " @@\x1b[0m\n" : " @@\n", to);
  while (at.old < end.old || at.new < end.new) {
    if (at.old < end.old && old.at[at.old].changed) {
      put_line(to, '-', &old.at[at.old++], color);
    } else if (at.new < end.new &&new.at[at.new].changed) {
      put_line(to, '+', &new.at[at.new ++], color);
    } else {
      put_line(to, ' ', &old.at[at.old++], color);
      at.new ++;
    }
  }
}

bool tw_diff_write(FILE *to, struct cm_arena *arena, const struct tw_diff_side *old, const struct tw_diff_side *new, bool color) {
  struct lines a, b;
  if (!split(arena, old->text, &a) || !split(arena, new->text, &b) || !compare(arena, a, b)) {
    return false;
  }
  bool any = false;
  for (struct pair at = {0}; at.old < a.count || at.new < b.count;) {
    if (unchanged(a, b, at)) {
      at.old++;
      at.new ++;
      continue;
    }
    if (!any) {
      fprintf(to, "%s--- %s\n+++ %s\n%s", color ? "\x1b[1m" : "", old->name, new->name, color ? "\x1b[0m" : "");
      any = true;
    }
    size_t before = at.old < CONTEXT ? at.old : CONTEXT;
    before = at.new < before ? at.new : before;
    struct pair start = {at.old - before, at.new - before}, end = hunk_end(a, b, at);
    put_hunk(to, a, b, start, end, color);
    at = end;
  }
  return true;
}
