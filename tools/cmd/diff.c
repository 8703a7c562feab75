// `tidewaiter diff`: what a file needs that another did not.

#include <stdlib.h>

#include "gate/differ.h"
#include "gate/differ_write.h"
#include "judged_by.h"
#include "memory.h"
#include "options.h"
#include "output.h"
#include "status.h"

enum format { TEXT, JSON };

static bool write_difference(struct tw_output *output, struct cm_arena *arena, const struct tw_difference *difference, int format) {
  if (format == TEXT) {
    return tw_difference_text(output->stream, arena, difference, output->color);
  }
  tw_difference_json(output->stream, difference, TW_JSON_PRETTY);
  return true;
}

static int run(const struct tw_args *args) {
  struct tw_sides sides;
  int status = TW_INPUT;
  if (tw_sides_read(args->operands, &sides)) {
    struct tw_difference difference = {.before = sides.documents[0], .now = sides.documents[1]};
    struct tw_output output;
    if (!tw_differ(&sides.arena, &difference.before->needs, &difference.now->needs, &difference.changes, &difference.count)) {
      tw_out_of_memory();
    }
    status = TW_OUTPUT;
    if (tw_output_open(&output, args)) {
      if (!write_difference(&output, &sides.arena, &difference, tw_args_choice(args, "format"))) {
        tw_out_of_memory();
      }
      status = tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
    }
  }
  tw_sides_free(&sides);
  return status;
}

static const char *const formats[] = {"text", "json", NULL};

static const struct tw_option options[] = {
    {
        .name = "format",
        .letter = 'f',
        .metavar = "FORMAT",
        .help = "How to answer: for people, or as JSON.",
        .values = formats,
        .fallback = "text",
    },
    {.name = NULL},
};

static const char *const description[] = {
    "Says which needs, undecided places and imports NEW has and OLD has not, with who asks for them, and which are gone. Needs are told "
    "apart by kind and key, undecided places by kind, reason and what is known of the key, imports by name; offsets, which differ in any "
    "two builds, do not count.",
    "OLD and NEW are components, core modules, or the JSON of `tidewaiter needs`. There is no verdict: for one see `tidewaiter gate "
    "--baseline`.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter diff old.wasm new.wasm", "What does the new version need that the old one did not?"},
    {"tidewaiter diff needs-1.0.json app.wasm", "The same, where only the needs of the old one were kept."},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_DONE, "Both could be read, whatever the difference."},
    {0, NULL},
};

const struct tw_command tw_cmd_diff = {
    .name = "diff",
    .summary = "Show what a component needs that another did not",
    .description = description,
    .usage = "diff [OPTION]... OLD NEW",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 2,
    .operands_max = 2,
    .examples = examples,
    .exit_notes = exit_notes,
    .run = run,
};
