// Programs whose stack lies in memory: how deep it is, what their functions do to it, which variables are written to through addresses that are
// handed on, and which ones are the runtime's books.

#include "analyze/books.h"
#include "analyze/stacked_depth.h"
#include "analyze/stacked_flow.h"
#include "analyze_samples.h"
#include "data/analyze.h"

enum { VARIABLES = 8192, MEMORY = 20480 };

// --- depth ---

// Behind each instruction: what the stack pointer was put to, if that is no 0; the depth.
struct turn {
  enum core_op op;
  int64_t put, depth;
};

static void assert_depths(const struct turn *turns, size_t count) {
  struct stacked_depth d = stacked_depth_at_entry();
  for (size_t i = 0; i < count; i++) {
    if (turns[i].put) d.now = turns[i].put;
    stacked_depth_turn(&d, turns[i].op);
    if (d.now != turns[i].depth) fail_msg("behind turn %zu it is %lld", i, (long long)d.now);
  }
}

// Behind a jump the stack is as deep as it was at the last label that code came to.
static void depths_behind_jumps(void **state) {
  (void)state;
  static const struct turn turns[] = {
      {CORE_OP_BLOCK, 0, 0},         {CORE_OP_BR_TABLE, 0, 0}, {CORE_OP_END, 0, 0},
      {CORE_OP_LOCAL_SET, -40, -40}, {CORE_OP_BLOCK, 0, -40},  {CORE_OP_END, 0, -40},  // a label at which it is 40
      {CORE_OP_LOCAL_SET, 8, 8},     {CORE_OP_RETURN, 0, -40}, {CORE_OP_END, 0, -40},
      {CORE_OP_LOCAL_SET, -48, -48}, {CORE_OP_BLOCK, 0, -48},  {CORE_OP_BR, 0, -48},
      {CORE_OP_LOCAL_SET, -96, -96}, {CORE_OP_END, 0, -48},    {CORE_OP_UNREACHABLE, 0, -48},
  };
  assert_depths(turns, sizeof turns / sizeof *turns);
}

// Both arms of an `if` begin where it stands, and so does what comes behind.
static void depths_in_arms(void **state) {
  (void)state;
  static const struct turn turns[] = {
      {CORE_OP_LOCAL_SET, -16, -16}, {CORE_OP_IF, 0, -16},  {CORE_OP_LOCAL_SET, -24, -24}, {CORE_OP_ELSE, 0, -16},
      {CORE_OP_LOCAL_SET, -32, -32}, {CORE_OP_IF, 0, -32},  {CORE_OP_LOCAL_SET, -40, -40}, {CORE_OP_END, 0, -32},
      {CORE_OP_LOOP, 0, -32},        {CORE_OP_END, 0, -32}, {CORE_OP_END, 0, -16},
  };
  assert_depths(turns, sizeof turns / sizeof *turns);
}

// More of them nested than are remembered: nothing is made up.
static void depths_of_many_ifs(void **state) {
  (void)state;
  struct stacked_depth d = stacked_depth_at_entry();
  d.now = -8;
  for (unsigned i = 0; i < 2 * STACKED_IFS; i++) stacked_depth_turn(&d, CORE_OP_IF);
  d.now = -16;
  stacked_depth_turn(&d, CORE_OP_ELSE);
  assert_int_equal(d.now, -16);
  for (unsigned i = 0; i < 3 * STACKED_IFS; i++) stacked_depth_turn(&d, CORE_OP_END);
  assert_int_equal(d.ifs, 64);  // which of the outermost blocks are such is not known any more
}

// --- functions ---

struct sample_stacked {
  struct built built;
  struct stacked *stacked;
  uint8_t *own;  // by gid: the runtime's
  uint8_t memory[MEMORY];
};

static struct sample_stacked *begin(void) {
  struct sample_stacked *s = calloc(1, sizeof *s);
  assert_non_null(s);
  s->built = build_sample(analyze_samples, "stacked_flow");
  number_sample(&s->built);
  s->stacked = s->built.program.instances[0].stacked;
  assert_non_null(s->stacked);
  s->stacked->variables = VARIABLES;
  assert_int_equal(s->stacked->data.size, MEMORY);
  memcpy(s->memory, s->stacked->data.at, MEMORY);
  s->own = calloc(s->built.program.func_count, 1);
  assert_non_null(s->own);
  s->own[called(&s->built, 0, "runtime.typedmemmove")] = 1;
  s->own[called(&s->built, 0, "runtime.core")] = 1;
  return s;
}

static void end(struct sample_stacked *s) {
  drop_sample(&s->built);
  free(s->own);
  free(s);
}

static const struct stacked_function *function(struct sample_stacked *s, const char *name) {
  return stacked_function_of(s->stacked, program_func(&s->built.program, called(&s->built, 0, name)));
}

static void functions(void **state) {
  (void)state;
  struct sample_stacked *s = begin();
  const struct stacked_function *f = function(s, "main.frame");
  assert_int_equal(f->frame, 72);
  assert_int_equal(f->area, 0);
  assert_int_equal(f->count, 2);
  assert_int_equal(f->taken[0], 16);
  assert_int_equal(f->taken[1], 40);
  assert_false(f->is_leaf || f->never_returns);
  f = function(s, "main.optimized");
  assert_int_equal(f->frame, 72);
  assert_int_equal(f->count, 2);
  assert_int_equal(f->taken[0], 16);
  assert_int_equal(f->taken[1], 40);
  assert_false(f->never_returns);
  f = function(s, "main.goes-on");
  assert_int_equal(f->area, 8);
  assert_int_equal(f->reads, 1);
  assert_false(f->never_returns);
  assert_true(function(s, "main.ends")->never_returns);
  f = function(s, "main.sets");
  assert_int_equal(f->area, 8);
  assert_int_equal(f->reads, 1);
  assert_int_equal(f->frame, 0);
  assert_true(f->is_leaf);
  f = function(s, "runtime.typedmemmove");
  assert_int_equal(f->area, 16);
  assert_int_equal(f->reads, 2);
  f = function(s, "main.gives");
  assert_int_equal(f->area, 8);
  assert_int_equal(f->reads, 0);
  end(s);
}

// --- writes through addresses ---

struct writes {
  const struct stacked_write *list;
  size_t count;
};

// Who writes to the byte at `at`; NO_FUNC: nobody. *later: some do so later.
static uint32_t writer_at(const struct writes *w, uint64_t at, bool *later) {
  uint32_t writer = NO_FUNC;
  *later = false;
  for (size_t i = 0; i < w->count; i++) {
    if (at < w->list[i].range.from || at >= w->list[i].range.to) continue;
    writer = w->list[i].writer;
    *later |= w->list[i].later;
  }
  return writer;
}

static void variables_that_are_written_to(void **state) {
  (void)state;
  struct sample_stacked *s = begin();
  static const struct {
    const char *what;
    uint64_t from, to;  // the bytes that are, of the 512 from `at` on
    uint64_t at;
    bool later;
    const char *by;
  } rows[] = {
      {"by who is given the address", 0, 8, 8192, false, "main.main"},
      {"behind it", 8, 16, 8704, false, "main.main"},
      {"by who keeps it", 0, 64, 9216, true, "main.main"},
      {"by nobody, for it is read alone", 0, 0, 9728, false, "main.main"},
      {"by who is handed the address on", 0, 8, 10240, false, "main.main"},
      {"right there", 16, 24, 10752, false, "main.main"},
      {"not the word, but where it leads", 0, 0, 11264, false, "main.main"},
      {"as a word says", 0, 320, 11776, true, "main.main"},
      {"by nobody, for texts are not", 0, 0, 12288, false, "main.main"},
      {"by the runtime", 0, 64, 12800, false, "main.main"},
      {"by who gets the address back", 0, 64, 13312, false, "main.main"},
      {"by a method that may be meant", 0, 8, 13824, false, "main.main"},
      {"by who is not known", 0, 64, 14336, true, "main.main"},
      {"by who is handed what lies behind", 8, 16, 16384, false, "main.main"},
      {"by who goes on as another function", 0, 8, 17408, false, "main.main"},
      {"by who keeps the frame's object that leads there", 0, 64, 16896, true, "main.object"},
  };
  struct stacked_write *list;
  struct writes w;
  assert_true(stacked_flow_find(&s->built.program, 0, s->own, (struct cm_span){s->memory, MEMORY}, MEMORY, &list, &w.count));
  w.list = list;
  bool good = true;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint32_t by = called(&s->built, 0, rows[i].by);
    for (uint64_t n = 0; n < 512; n++) {
      bool later, expected = n >= rows[i].from && n < rows[i].to;
      uint64_t at = rows[i].at + n;
      uint32_t writer = writer_at(&w, at, &later);
      bool as_expected = expected ? writer == by && later == rows[i].later : writer == NO_FUNC;
      if (!as_expected && good)
        print_error("%s: %llu is written to by %u, later: %d\n", rows[i].what, (unsigned long long)at, (unsigned)writer, later);
      good &= as_expected;
    }
  }
  assert_true(good);
  end(s);
}

// --- books ---

static void books(void **state) {
  (void)state;
  struct sample_stacked *s = begin();
  uint8_t *marks = calloc(MEMORY / 8 + 1, 1);
  assert_non_null(marks);
  assert_true(books_find(&s->built.program, 0, s->own, marks, MEMORY));
  assert_false(image_is_marked(marks, 8192));
  // The runtime alone mentions it, up to what begins next, which the program mentions as well.
  assert_false(image_is_marked(marks, 15359));
  for (uint64_t at = 15360; at < 15872; at++) assert_true(image_is_marked(marks, at));
  assert_false(image_is_marked(marks, 15872));
  // The runtime alone mentions this, too, but a variable of the program's leads there.
  assert_false(image_is_marked(marks, 11776));
  free(marks);
  end(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(depths_behind_jumps), cmocka_unit_test(depths_in_arms), cmocka_unit_test(depths_of_many_ifs),
      cmocka_unit_test(functions),           cmocka_unit_test(books),          cmocka_unit_test(variables_that_are_written_to),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
