// Random trees of documents: each draw from a stream of bytes decides one thing, so that a fuzzer can drive it as well as a seed.
#ifndef TESTS_DOC_RANDOM_H
#define TESTS_DOC_RANDOM_H

#include <stdio.h>

#include "doc/doc.h"

struct doc_random {
  struct cm_arena *arena;
  uint64_t state;
  unsigned nodes;      // left
  bool any_bytes;      // strings may hold what is no UTF-8
  unsigned key_count;  // keys made so far: each ends in its number where it could be there twice
};

static inline uint32_t doc_draw(struct doc_random *random, uint32_t below) {
  random->state = random->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(random->state >> 33) % below;
}

// What readers of YAML trip over.
static const char *const doc_awkward[] = {
    "",
    " ",
    "a",
    "no",
    "yes",
    "On",
    "OFF",
    "y",
    "N",
    "true",
    "False",
    "null",
    "~",
    "Null",
    "0",
    "-0",
    "00",
    "07",
    "0755",
    "08",
    "0o17",
    "0x1F",
    "0b101",
    "1_000",
    "+1",
    "1e3",
    "1.5e+3",
    "1E5",
    ".5",
    "5.",
    ".",
    "..",
    "...",
    ".inf",
    "-.INF",
    ".nan",
    "1:30",
    "190:20:30",
    "2027-01-31",
    "2027-01-31T10:00:00Z",
    "2027-01-31 10:00:00 +1",
    "12e03",
    "0.2.3",
    "1.2.3.4",
    "=",
    "<<",
    "-",
    "--",
    "---",
    "--- a",
    "- a",
    "-a",
    "?",
    "? a",
    "?a",
    ":",
    ": a",
    ":a",
    "a:",
    "a: b",
    "a:b",
    "a : b",
    "a #b",
    "a#b",
    "#a",
    "a ",
    " a",
    "\ta",
    "a\t",
    "a\tb",
    "!a",
    "!!str a",
    "&a",
    "*a",
    "|",
    "|-",
    ">",
    "%a",
    "@a",
    "`a`",
    "'",
    "''",
    "'a'",
    "a'b",
    "\"",
    "\"a\"",
    "a\"b",
    "\\",
    "a\\nb",
    "[",
    "]",
    "[a]",
    "{a: b}",
    "{",
    "}",
    ",",
    "a,b",
    "a, b",
    "{{ .x }}",
    "${x}",
    "$(x)",
    "<a>",
    "a\n",
    "a\nb",
    "a\nb\n",
    "a\n\nb\n\n",
    "\na",
    "\n",
    "\n\n",
    " a\nb",
    "a\n b\n",
    "a\n\tb\n",
    "a \nb\n",
    "a\n \nb\n",
    "a\n ",
    "# a\nb\n",
    "---\na\n",
    "a: b\nc: d\n",
    "- a\n- b\n",
    "a\r\nb\r\n",
    "\r",
    "a\rb",
    "\x01",
    "\x1b[31m",
    "\x7f",
    "\xc2\x80",
    "\xc2\x85",
    "a\xc2\x85z",
    "\xc2\xa0",
    "\xe2\x80\xa8",
    "a\n\xe2\x80\xa9z\n",
    "\xef\xbb\xbf",
    "\xef\xbb\xbfz",
    "\xef\xbf\xbe",
    "\xef\xbf\xbf",
    "\xef\xbf\xbd",
    "\xe2\x80\xae",
    "caf\xc3\xa9",
    "\xf0\x9f\x98\x80",
    "\xf3\xa0\x80\x81",
    "\xf4\x8f\xbf\xbf",
    "\xf0\x9f\xbf\xbe",
    "a\n\xc3\xa9\n",
    "registry.invalid/app:replace-me",
    "wasi:http/types@0.2.3",
    "OTEL_*",
    "https://a.example:8443/b?c=d&e#f",
    "-----BEGIN KEY-----\nMIIB\n-----END KEY-----\n",
    "=1+1",
    "12345678-1234",
    "1,000",
    "0.0.0.0:80",
    "_1",
    "a]b",
    "a}b",
    "a?b",
    "x: [",
    "x: |",
    "nil",
    "none",
    "undefined",
    "NaN",
    "Infinity",
    "inf",
    "e1",
    "d5d",
    "5d",
    "10m",
    "1Gi",
    "0xg",
};

enum { DOC_AWKWARD = sizeof doc_awkward / sizeof doc_awkward[0] };

static inline struct cm_str doc_random_text(struct doc_random *random) {
  static const char alphabet[] = "ab01 :#-?,[]{}&*!|>'\"%@`\\\n\t.=~<_+eE";
  if (doc_draw(random, 2)) {
    return cm_str_of(doc_awkward[doc_draw(random, DOC_AWKWARD)]);
  }
  size_t size = doc_draw(random, doc_draw(random, 60) ? 12 : 4000);
  char *text = cm_alloc(random->arena, size + 1);
  for (size_t i = 0; text && i < size; i++) {
    bool any = random->any_bytes && doc_draw(random, 30) == 0;
    text[i] = any ? (char)doc_draw(random, 256) : alphabet[doc_draw(random, sizeof alphabet - 1)];
  }
  return (struct cm_str){text, text ? size : 0};
}

static inline struct tw_node *doc_random_node(struct doc_random *random, unsigned depth);

static inline struct tw_node *doc_random_map(struct doc_random *random, unsigned depth) {
  struct tw_node *map = tw_node_map(random->arena);
  for (unsigned n = doc_draw(random, 5); n > 0 && map; n--) {
    struct cm_str key = doc_random_text(random);
    if (tw_node_get_str(map, key) || random->any_bytes) {
      key = cm_alloc_format(random->arena, "%.*s %u", CM_STR_ARG(key), random->key_count++);
    }
    struct tw_pair *pair = tw_node_put_str(random->arena, map, key, doc_random_node(random, depth + 1));
    if (pair) {
      pair->before = doc_draw(random, 8) ? NULL : doc_awkward[doc_draw(random, DOC_AWKWARD)];
      pair->behind = doc_draw(random, 8) ? NULL : doc_awkward[doc_draw(random, DOC_AWKWARD)];
    }
  }
  return map;
}

static inline struct tw_node *doc_random_list(struct doc_random *random, unsigned depth) {
  struct tw_node *list = tw_node_list(random->arena);
  for (unsigned n = doc_draw(random, 5); n > 0 && list; n--) {
    struct tw_item *item = tw_node_add(random->arena, list, doc_random_node(random, depth + 1));
    if (item) {
      item->before = doc_draw(random, 8) ? NULL : doc_awkward[doc_draw(random, DOC_AWKWARD)];
      item->behind = doc_draw(random, 8) ? NULL : doc_awkward[doc_draw(random, DOC_AWKWARD)];
    }
  }
  return list;
}

// NULL: no memory.
static inline struct tw_node *doc_random_node(struct doc_random *random, unsigned depth) {
  static const int64_t integers[] = {0, 1, -1, 8, 10, 755, -17, 1000000, INT64_MAX, INT64_MIN};
  uint32_t what = doc_draw(random, 10);
  if (depth < 8 && random->nodes > 0 && (what < 5 || depth == 0)) {
    random->nodes--;
    struct tw_node *node = (what < 3 ? doc_random_map : doc_random_list)(random, depth);
    if (node) {
      node->flow = doc_draw(random, 5) == 0;
    }
    return node;
  }
  return what == 5   ? tw_node_null(random->arena)
         : what == 6 ? tw_node_bool(random->arena, doc_draw(random, 2))
         : what == 7 ? tw_node_integer(random->arena, integers[doc_draw(random, sizeof integers / sizeof integers[0])])
                     : tw_node_string(random->arena, doc_random_text(random));
}

#endif
