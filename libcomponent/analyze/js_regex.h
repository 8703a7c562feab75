// Regular expressions, as far as names are made with them.
#ifndef ANALYZE_JS_REGEX_H
#define ANALYZE_JS_REGEX_H

#include <component/span.h>

enum { JS_GROUPS = 10 };

enum js_match { JS_MATCHES, JS_DOES_NOT, JS_NOT_KNOWN };

struct js_groups {
  struct cm_str of[JS_GROUPS];     // 0: all that matched; .at NULL: the group took no part
  struct cm_str names[JS_GROUPS];  // of those that have one
  unsigned steps;                  // that the search took, however it ended
};

// Searches `text` from `from` on. NOT_KNOWN: the expression has what is not understood here (references, properties of characters),
// or takes too long.
enum js_match js_regex(struct cm_str regex, struct cm_str flags, struct cm_str text, size_t from, struct js_groups *groups);

#endif
