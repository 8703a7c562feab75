// Addresses that are followed (stacked_flow.c): what a value may be. Private to that.
#ifndef ANALYZE_STACKED_LEAD_H
#define ANALYZE_STACKED_LEAD_H

#include <stdbool.h>
#include <stdint.h>

struct lead {
  uint64_t bases;         // bits by base
  uint32_t given, found;  // bits by argument: it is that, or was found where that leads to
  bool frame;
  bool books;       // it is where the collector wants to be told of pointers that are replaced
  uint32_t stride;  // 0: `delta` is exact; 1: nothing is known of it; else so many bytes apart
  int64_t delta;    // added to any of them, or the number that it is
};

// Offsets as large as no memory is are none.
static const int64_t delta_most = INT64_C(1) << 40;

static inline bool is_pointer(struct lead v) { return v.bases || v.given || v.found || v.frame; }
static const struct lead unknown = {.stride = 1};

static inline struct lead bounded(struct lead v) {
  if (v.delta < -delta_most || v.delta > delta_most) v.stride = 1;
  if (v.stride == 1) v.delta = 0;
  return v;
}
static inline struct lead blurred(struct lead v) {
  v.stride = 1;
  return bounded(v);
}
static inline struct lead number(int64_t n) { return bounded((struct lead){.delta = n}); }

static inline uint32_t common(uint64_t a, uint64_t b) {
  while (b) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a > UINT32_MAX ? 1 : (uint32_t)a;
}

static inline struct lead either(struct lead a, struct lead b) {
  if (!is_pointer(a) && is_pointer(b)) return b;
  if (is_pointer(a) && !is_pointer(b)) return a;
  uint64_t apart = (uint64_t)(a.delta > b.delta ? a.delta - b.delta : b.delta - a.delta);
  return bounded((struct lead){.bases = a.bases | b.bases,
                               .given = a.given | b.given,
                               .found = a.found | b.found,
                               .frame = a.frame || b.frame,
                               .stride = common(common(a.stride, b.stride), apart),
                               .delta = a.delta < b.delta ? a.delta : b.delta});
}

static inline bool same(struct lead a, struct lead b) {
  return a.bases == b.bases && a.given == b.given && a.found == b.found && a.frame == b.frame && a.stride == b.stride &&
         a.delta == b.delta;
}

static inline struct lead sum(struct lead a, struct lead b, bool minus) {
  struct lead v = {.bases = a.bases | b.bases, .given = a.given | b.given, .found = a.found | b.found, .frame = a.frame || b.frame};
  v.stride = common(a.stride, b.stride);
  v.delta = minus ? (int64_t)((uint64_t)a.delta - (uint64_t)b.delta) : (int64_t)((uint64_t)a.delta + (uint64_t)b.delta);
  return bounded(v);
}

#endif
