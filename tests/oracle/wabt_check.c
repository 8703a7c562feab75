// Our validator of core modules beside WABT's: the worker of tests/conformance/wabt.py.
//
//   wabt_check MUTANTS FILE...
//
// Each file that is a core module, each core module of a component, and MUTANTS copies of it with a few bytes changed, are given to both, with the features that WABT has
// whole. A line for each difference that the table below does not explain; then a line of counts. Exit status 1 where there was such
// a difference.

#include <component/component.h>
#include <component/validate_core.h>
#include <wabt/oracle.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

// Differences that are WABT's, each with the reason: a part of its message, or of ours where it accepts.
static const struct known {
  bool wabt_accepts;
  const char *message, *why;
} known[] = {
    {true, "the name of a custom section", "WABT passes over custom sections, whatever is wrong with their names"},
    {true, "alignment must not be larger than natural: 2^3", "WABT takes an alignment of 2^32 and more for none"},
    {true, "END opcode expected: the constant expression", "WABT lets an expression end with its section"},
    {true, "unexpected end: END opcode expected", "WABT lets a body end without its last `end`"},
    {true, "data count and data section", "WABT does not miss a data section that has a count"},
    {true, "type mismatch: end expects", "WABT accepts an offset that yields nothing"},
    {true, "type mismatch: call_indirect expects a table", "WABT does not ask what a table holds"},
    {true, "type mismatch: return_call_indirect expects a table", "WABT does not ask what a table holds"},
    {false, "expected ref.null or ref.func in passive", "WABT does not know global.get as an element"},
};

enum { KNOWN = sizeof known / sizeof *known };

static struct {
  unsigned long compared, accepted;  // by both
  unsigned long crashed, explained[KNOWN], unexplained;
} counts;

// Where a child leaves WABT's answer.
static struct answer {
  bool accepts;
  char message[WABT_ORACLE_MESSAGE];
} * shared;

static bool take_first(void *context, const struct cm_diag *diag) {
  *(struct cm_diag *)context = *diag;
  return false;
}

static bool accept(struct cm_span bytes, struct cm_diag *diag) {
  struct core_validate_options options = {.threads = 1};
  struct cm_diag_sink sink = {take_first, diag};
  struct cm_arena arena;
  cm_features_read(cm_str_of(WABT_ORACLE_FEATURES), &options.features, NULL);
  cm_arena_init(&arena, NULL);
  bool valid = core_validate_bytes(&arena, bytes, bytes.at, NULL, &options, NULL, NULL, NULL, &sink);
  cm_arena_free(&arena);
  return valid;
}

static bool is_known(bool wabt_accepts, const char *message) {
  for (size_t i = 0; i < KNOWN; i++) {
    if (known[i].wabt_accepts != wabt_accepts || !strstr(message, known[i].message)) continue;
    counts.explained[i]++;
    return true;
  }
  return false;
}

// What WABT says. It does so in a process of its own, since it ends with a failed assertion on some inputs: false then.
static bool ask_wabt(struct cm_span bytes, bool *accepts, char message[WABT_ORACLE_MESSAGE]) {
  int status;
  pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    fclose(stderr);  // what the assertion says
    shared->accepts = wabt_oracle_validate(bytes.at, bytes.size, shared->message);
    _exit(0);
  }
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return false;
  *accepts = shared->accepts;
  memcpy(message, shared->message, WABT_ORACLE_MESSAGE);
  return true;
}

static void compare(const char *path, unsigned long mutant, struct cm_span bytes) {
  char message[WABT_ORACLE_MESSAGE];
  struct cm_diag diag = {0};
  bool ours = accept(bytes, &diag), theirs;
  if (!ask_wabt(bytes, &theirs, message)) {
    counts.crashed++;
    return;
  }
  counts.compared++;
  counts.accepted += ours && theirs;
  if (ours == theirs || (!ours && (diag.error == CM_LIMIT || diag.error == CM_UNSUPPORTED))) return;
  if (is_known(theirs, theirs ? diag.message : message)) return;
  counts.unexplained++;
  printf("%s, mutant %lu: WABT %s; ours says: %s\n", path, mutant, theirs ? "accepts it" : message, ours ? "valid" : diag.message);
}

// xorshift64*: the same mutants at every run.
static uint64_t next_random(uint64_t *state) {
  *state ^= *state >> 12, *state ^= *state << 25, *state ^= *state >> 27;
  return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static void mutate(uint8_t *bytes, size_t size, uint64_t *state) {
  unsigned changes = 1 + (unsigned)(next_random(state) % 3);
  for (unsigned i = 0; i < changes; i++) {
    uint8_t *at = &bytes[8 + next_random(state) % (size - 8)];
    switch (next_random(state) % 3) {
      case 0: *at = (uint8_t)next_random(state); break;
      case 1: *at ^= (uint8_t)(1u << next_random(state) % 8); break;
      default: *at = (uint8_t)(*at + 1); break;
    }
  }
}

// One module and its mutants.
static void check_module(const char *path, struct cm_span original, unsigned long mutants) {
  enum { LARGE = 1 << 16, OF_LARGE = 10 };
  uint8_t *copy = malloc(original.size ? original.size : 1);
  uint64_t state = UINT64_C(0x9e3779b97f4a7c15) ^ original.size;
  if (!copy) return;
  compare(path, 0, original);
  if (original.size > LARGE && mutants > OF_LARGE) mutants = OF_LARGE;
  for (unsigned long i = 1; original.size > 8 && i <= mutants; i++) {
    memcpy(copy, original.at, original.size);
    mutate(copy, original.size, &state);
    compare(path, i, (struct cm_span){copy, original.size});
  }
  free(copy);
}

// The modules of a component, at any depth.
static void check_modules_in(const char *path, const struct cm_component *component, unsigned long mutants) {
  for (uint32_t i = 0; i < component->scope.item_count; i++) {
    const struct cm_item *item = component->scope.items[i];
    if (item->kind == CM_ITEM_COMPONENT) check_modules_in(path, item->component, mutants);
    if (item->kind == CM_ITEM_CORE_MODULE) check_module(path, item->module->bytes, mutants);
  }
}

static void check(const char *path, unsigned long mutants) {
  enum { MOST = 1 << 20 };
  static uint8_t bytes[MOST];
  FILE *file = fopen(path, "rb");
  size_t size = file ? fread(bytes, 1, MOST, file) : 0;
  if (file) fclose(file);
  if (size == MOST) return;  // WABT takes its time
  struct cm_span whole = {bytes, size};
  if (cm_sniff(whole) != CM_ARTIFACT_COMPONENT) {
    check_module(path, whole, mutants);
    return;
  }
  struct cm_arena arena;
  struct cm_component *component;
  struct cm_diag diag;
  cm_arena_init(&arena, NULL);
  if (cm_decode(&arena, whole, &component, &diag)) check_modules_in(path, component, mutants);
  cm_arena_free(&arena);
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 2;
  for (int i = 2; i < argc; i++) check(argv[i], strtoul(argv[1], NULL, 10));
  printf("%lu compared, %lu valid by both, %lu differences without an explanation\n", counts.compared, counts.accepted,
         counts.unexplained);
  if (counts.crashed) printf("%lu: WABT ended with a failed assertion\n", counts.crashed);
  for (size_t i = 0; i < KNOWN; i++)
    if (counts.explained[i]) printf("%lu: %s\n", counts.explained[i], known[i].why);
  return counts.unexplained != 0;
}
