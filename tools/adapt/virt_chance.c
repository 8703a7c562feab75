// What is different in each run, made the same: clocks and random numbers.

#include <stdio.h>

#include "cmd/status.h"
#include "moment.h"
#include "virt.h"

// --- clocks ---

// One of the options that say how a clock goes.
struct way {
  const char *option;
  enum adapter_clock_way way;
  bool is_moment, is_step;
};

static const struct way of_time[] = {
    {"time", ADAPTER_CLOCK_FIXED, true, false},
    {"time-step", ADAPTER_CLOCK_FIXED, false, true},
    {"time-offset", ADAPTER_CLOCK_OFFSET, false, false},
    {NULL, 0, false, false},
};
static const struct way of_monotonic[] = {
    {"monotonic", ADAPTER_CLOCK_FIXED, false, false},
    {"monotonic-step", ADAPTER_CLOCK_FIXED, false, true},
    {"monotonic-offset", ADAPTER_CLOCK_OFFSET, false, false},
    {NULL, 0, false, false},
};

// What a clock can be told: nanoseconds since it began are 64 bits.
static bool fits_nanoseconds(const struct tw_moment *moment) {
  return moment->seconds < INT64_MAX / 1000000000 && moment->seconds > INT64_MIN / 1000000000;
}

static bool read_way(struct tw_virt *virt, const struct way *way, bool monotonic, struct adapter_clock *clock) {
  const char *text = tw_args_value(virt->args, way->option);
  struct tw_moment moment;
  bool ok = way->is_moment ? tw_moment_read(text, &moment) : tw_duration_read(text, &moment);
  if (ok && (monotonic || way->is_step))
    ok = fits_nanoseconds(&moment) && (way->way == ADAPTER_CLOCK_OFFSET || moment.seconds >= 0);
  if (!ok) {
    tw_usage_error(virt->args->command, "--%s: `%s` is no %s", way->option, text, way->is_moment ? "moment" : "duration");
    return false;
  }
  clock->way = way->way;
  if (way->is_step) {
    clock->step = (uint64_t)moment.seconds * 1000000000 + moment.nanoseconds;
  } else {
    clock->seconds = moment.seconds;
    clock->nanoseconds = moment.nanoseconds;
  }
  fprintf(virt->note, "clocks: %s %s\n", way->option, text);
  return true;
}

static int apply_clock(struct tw_virt *virt, const struct way *ways, const char *const *interfaces, size_t count) {
  struct adapter_clock clock = {0};
  struct adapter_subject all;
  const struct way *given = NULL;
  for (const struct way *way = ways; way->option; way++) {
    if (!tw_args_has(virt->args, way->option)) continue;
    if (given && way->way == ADAPTER_CLOCK_OFFSET)
      return tw_usage_error(virt->args->command, "--%s and --%s are of the same clock", given->option, way->option);
    given = way;
    if (!read_way(virt, way, ways == of_monotonic, &clock)) return TW_USAGE;
  }
  if (!given) return TW_DONE;
  static const char *const shown[] = {"now", "subscribe-instant", "wait-until", NULL};
  int status = tw_virt_subject_of(virt, given->option, interfaces, count, &all);
  if (status == TW_DONE && !tw_virt_has_function(virt, given->option, &all, shown)) return TW_USAGE;
  for (uint32_t i = 0; status == TW_DONE && i < all.import_count; i++) {
    struct adapter_subject one = {virt->app, &all.imports[i], 1};
    struct cm_component *adapter = NULL;
    struct cm_diag diag = {0};
    bool made = adapter_clock(&virt->compose.arena, &one, &clock, &adapter, &diag);
    status = tw_virt_add(virt, "clock", made, adapter, &diag);
  }
  return status;
}

static int apply_clocks(struct tw_virt *virt) {
  static const char *const time[] = {"wasi:clocks/wall-clock", "wasi:clocks/system-clock"};
  static const char *const monotonic[] = {"wasi:clocks/monotonic-clock"};
  int status = apply_clock(virt, of_time, time, 2);
  return status == TW_DONE ? apply_clock(virt, of_monotonic, monotonic, 1) : status;
}

const struct tw_capability tw_capability_clocks = {"clocks", apply_clocks};

// --- random numbers ---

static int apply_random(struct tw_virt *virt) {
  static const char *const interfaces[] = {"wasi:random/random", "wasi:random/insecure", "wasi:random/insecure-seed"};
  const char *seed = tw_args_value(virt->args, "random-seed");
  struct adapter_subject all;
  if (!seed) return TW_DONE;
  int status = tw_virt_subject_of(virt, "random-seed", interfaces, 3, &all);
  for (uint32_t i = 0; status == TW_DONE && i < all.import_count; i++) {
    struct adapter_subject one = {virt->app, &all.imports[i], 1};
    struct cm_component *adapter = NULL;
    struct cm_diag diag = {0};
    bool made = adapter_random(&virt->compose.arena, &one, cm_str_of(seed), &adapter, &diag);
    fprintf(virt->note, "random: numbers of %.*s follow from a seed\n", CM_STR_ARG(all.imports[i]->import.name.name));
    status = tw_virt_add(virt, "random", made, adapter, &diag);
  }
  return status;
}

const struct tw_capability tw_capability_random = {"random", apply_random};
