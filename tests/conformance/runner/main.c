// The conformance runner.
//
//   run [--static] [--allow-skip] [--features LIST] [--differences FILE] [--verbose] DIR|FILE...
//
// A folder stands for the scripts in it at any depth. Prints what failed, one line for each script, and a table of all. What FILE lists
// is judged with other features, or is known to differ; what is listed and does not differ fails. Exit status 0 where nothing
// failed and, without --allow-skip, nothing was skipped; 1 otherwise; 2 for wrong usage; 3 where a script could not be read or none
// was found.

#include "differences.h"
#include "judge.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_REASONS = 16 };

struct tally {
  size_t counts[DIRECTIVE_KINDS][VERDICTS];
  const char *reasons[MOST_REASONS];  // of skipping
  size_t reason_counts[MOST_REASONS];
};

static struct {
  struct cm_features features;
  bool only_static, allow_skip, verbose;
  struct differences differences;
} options;

static struct {
  char **at;
  size_t count, room;
} paths;

static void add_path(const char *path) {
  if (paths.count == paths.room) {
    paths.room = paths.room ? 2 * paths.room : 64;
    paths.at = realloc(paths.at, paths.room * sizeof *paths.at);
  }
  if (!paths.at || !(paths.at[paths.count++] = strdup(path))) abort();  // no memory for a list of names: nothing can be said
}

static int visit(const char *path, const struct stat *about, int type, struct FTW *at) {
  (void)about, (void)at;
  if (type == FTW_F && script_is(path)) add_path(path);
  return 0;
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

// Adds what an operand stands for, in the order of the names.
static bool expand(const char *operand) {
  size_t before = paths.count;
  if (nftw(operand, visit, 32, FTW_PHYS) != 0) {
    fprintf(stderr, "run: %s cannot be read\n", operand);
    return false;
  }
  if (paths.count == before) fprintf(stderr, "run: there are no scripts in %s\n", operand);
  if (paths.count > before) qsort(paths.at + before, paths.count - before, sizeof *paths.at, by_text);
  return paths.count > before;
}

static void note_skip(struct tally *tally, const char *reason) {
  size_t i = 0;
  while (i < MOST_REASONS - 1 && tally->reasons[i] && strcmp(tally->reasons[i], reason) != 0) i++;
  tally->reasons[i] = reason;
  tally->reason_counts[i]++;
}

static size_t sum(const struct tally *tally, enum verdict verdict) {
  size_t all = 0;
  for (size_t i = 0; i < DIRECTIVE_KINDS; i++) all += tally->counts[i][verdict];
  return all;
}

// Judges a directive in the light of what is listed of it.
static void judge_listed(const struct script *script, const struct directive *directive, struct judgement *out) {
  const struct difference *difference = difference_of(&options.differences, script->path, directive->line);
  judge(directive, difference && difference->has_features ? difference->features : options.features, options.only_static, out);
  if (!difference || difference->has_features) return;
  if (out->verdict == FAILED) {
    out->verdict = DIFFERS;
  } else if (out->verdict == PASSED) {
    out->verdict = FAILED;
    snprintf(out->why, sizeof out->why, "it is listed as a difference, but is as asserted");
  }
}

static void run_script(const struct script *script, struct tally *total) {
  size_t counts[VERDICTS] = {0};
  for (size_t i = 0; i < script->count; i++) {
    const struct directive *directive = &script->directives[i];
    struct judgement judgement;
    judge_listed(script, directive, &judgement);
    counts[judgement.verdict]++;
    total->counts[directive->kind][judgement.verdict]++;
    if (judgement.verdict == SKIPPED) note_skip(total, judgement.skipped);
    if (judgement.verdict != FAILED && !(options.verbose && judgement.why[0])) continue;
    printf("%s %s:%u: %s%s%s%s: %s\n", judgement.verdict == FAILED ? "FAILED" : "as asserted", script->path, directive->line,
           directive_names[directive->kind], directive->expected ? " \"" : "", directive->expected ? directive->expected : "",
           directive->expected ? "\"" : "", judgement.why);
    if (judgement.verdict == FAILED && directive->file) printf("       %s\n", directive->file);
  }
  printf("%s: %zu passed, %zu failed, %zu skipped", script->path, counts[PASSED], counts[FAILED], counts[SKIPPED]);
  if (counts[DIFFERS]) printf(", %zu differ as listed", counts[DIFFERS]);
  if (counts[LEFT_OUT]) printf(", %zu not static", counts[LEFT_OUT]);
  putchar('\n');
}

static void print_table(const struct tally *tally) {
  printf("\n%-24s%10s%10s%10s%10s%12s\n", "", "passed", "failed", "differs", "skipped", "not static");
  for (size_t i = 0; i < DIRECTIVE_KINDS; i++) {
    const size_t *c = tally->counts[i];
    if (c[PASSED] + c[FAILED] + c[DIFFERS] + c[SKIPPED] + c[LEFT_OUT] == 0) continue;
    printf("%-24s%10zu%10zu%10zu%10zu%12zu\n", directive_names[i], c[PASSED], c[FAILED], c[DIFFERS], c[SKIPPED], c[LEFT_OUT]);
  }
  printf("%-24s%10zu%10zu%10zu%10zu%12zu\n", "all", sum(tally, PASSED), sum(tally, FAILED), sum(tally, DIFFERS),
         sum(tally, SKIPPED), sum(tally, LEFT_OUT));
  for (size_t i = 0; i < MOST_REASONS && tally->reasons[i]; i++)
    printf("skipped %zu: %s\n", tally->reason_counts[i], tally->reasons[i]);
}

static int usage(const char *message, const char *argument) {
  fprintf(stderr,
          "run: %s%s\nusage: run [--static] [--allow-skip] [--features LIST] [--differences FILE] [--verbose] DIR|FILE...\n",
          message, argument);
  return 2;
}

// Reads the options; `first` becomes the index of the first operand. Returns the exit status, or -1 to go on.
static int read_options(int argc, char **argv, int *first) {
  int i = 1;
  options.features = cm_features_of(CM_PRESET_OFFICIAL);
  for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
    struct cm_diag diag;
    if (strcmp(argv[i], "--static") == 0) {
      options.only_static = true;
    } else if (strcmp(argv[i], "--allow-skip") == 0) {
      options.allow_skip = true;
    } else if (strcmp(argv[i], "--verbose") == 0) {
      options.verbose = true;
    } else if (strcmp(argv[i], "--features") == 0 && i + 1 < argc) {
      options.features = cm_features_of(CM_PRESET_DEFAULT);
      if (!cm_features_read(cm_str_of(argv[++i]), &options.features, &diag)) return usage(diag.message, "");
    } else if (strcmp(argv[i], "--differences") == 0 && i + 1 < argc) {
      char why[DIFFERENCES_WHY];
      differences_free(&options.differences);
      if (!differences_read(argv[++i], &options.differences, why)) {
        fprintf(stderr, "run: %s: ", argv[i]);
        return usage(why, "");
      }
    } else {
      return usage("unknown option ", argv[i]);
    }
  }
  *first = i;
  return i < argc ? -1 : usage("no scripts were given", "");
}

int main(int argc, char **argv) {
  static struct tally total;
  bool readable = true;
  int first, status = read_options(argc, argv, &first);
  if (status >= 0) return status;
  for (int i = first; i < argc; i++) readable &= expand(argv[i]);
  for (size_t i = 0; i < paths.count; i++) {
    struct script script;
    char why[SCRIPT_WHY];
    if (script_read(paths.at[i], &script, why)) {
      run_script(&script, &total);
      script_free(&script);
    } else {
      printf("UNREADABLE %s: %s\n", paths.at[i], why);
      readable = false;
    }
    free(paths.at[i]);
  }
  free(paths.at);
  differences_free(&options.differences);
  print_table(&total);
  if (sum(&total, FAILED) || (sum(&total, SKIPPED) && !options.allow_skip)) return 1;
  return readable ? 0 : 3;
}
