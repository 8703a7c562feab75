// `tidewaiter parse`: text to binary.
//
// The text is parsed whole before the output is opened, so that a mistake in it leaves nothing behind. Each mistake is shown with the line
// it is in and a caret under the place.

#include <component/encode.h>
#include <component/limits.h>
#include <component/parse.h>

#include <stdlib.h>
#include <unistd.h>

#include "input.h"
#include "options.h"
#include "output.h"
#include "status.h"

// The line that holds the place, shortened to what surrounds it.
enum { EXCERPT_BEFORE = 60, EXCERPT_AFTER = 40 };

// What stands before the place is at most `most` characters; returns how many bytes of the line to leave out.
static size_t skipped(struct cm_str line, size_t bytes_before, size_t most) {
  size_t start = bytes_before;
  for (size_t characters = 0; start > 0 && characters < most; characters++) do {
      start--;
    } while (start > 0 && ((unsigned char)line.at[start] & 0xc0) == 0x80);
  return start;
}

static void show_line(struct cm_text_place place, size_t bytes_before) {
  size_t start = skipped(place.text, bytes_before, EXCERPT_BEFORE), end = bytes_before, shown = 0;
  while (end < place.text.size && shown < EXCERPT_AFTER) {
    end++;
    while (end < place.text.size && ((unsigned char)place.text.at[end] & 0xc0) == 0x80) end++;
    shown++;
  }
  int width = fprintf(stderr, "%7llu | ", (unsigned long long)place.line);
  fprintf(stderr, "%s", start ? "…" : "");
  for (size_t i = start; i < end; i++) {
    unsigned char c = (unsigned char)place.text.at[i];
    fputc(c < ' ' || c == 0x7f ? ' ' : c, stderr);
  }
  fprintf(stderr, "%s\n%*s| ", end < place.text.size ? "…" : "", width > 2 ? width - 2 : 0, "");
  if (start) fputc(' ', stderr);
  for (size_t i = start; i < bytes_before; i++)
    if (((unsigned char)place.text.at[i] & 0xc0) != 0x80) fputc(' ', stderr);
  fputs("^\n", stderr);
}

// "tidewaiter: PATH:LINE:COLUMN: MESSAGE (in WHERE)" and the line.
static void report(const struct tw_input *input, const struct cm_diag *diag) {
  char message[CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64], path[4096];
  struct cm_str text = {(const char *)input->data, input->size};
  if (!diag->has_offset) {
    tw_input_report(input->path, cm_diag_format(diag, message, sizeof message));
    return;
  }
  struct cm_text_place place = cm_text_place(text, diag->offset);
  snprintf(path, sizeof path, "%s:%llu:%llu", input->path, (unsigned long long)place.line, (unsigned long long)place.column);
  snprintf(message, sizeof message, "%s%s%s%s", diag->message, diag->where[0] ? " (in " : "", diag->where,
           diag->where[0] ? ")" : "");
  tw_input_report(path, message);
  show_line(place, (size_t)(text.at + diag->offset - place.text.at));
}

// Mistakes are gathered, and shown in the order of the text: some are only found when the names of a whole module are known. Beyond some,
// only their number is told.
enum { SHOWN_MAX = 20 };

struct mistakes {
  struct cm_diag *items;  // NULL: there was no memory for them
  unsigned count;
};

static bool hear(void *context, const struct cm_diag *diag) {
  struct mistakes *mistakes = context;
  mistakes->items[mistakes->count++] = *diag;
  return mistakes->count < CM_LIMIT_ERRORS;
}

static int by_place(const void *a, const void *b) {
  uint64_t first = ((const struct cm_diag *)a)->offset, second = ((const struct cm_diag *)b)->offset;
  return (first > second) - (first < second);
}

static void report_all(const struct tw_input *input, struct mistakes *mistakes) {
  char message[64];
  qsort(mistakes->items, mistakes->count, sizeof *mistakes->items, by_place);
  for (unsigned i = 0; i < mistakes->count && i < SHOWN_MAX; i++) report(input, &mistakes->items[i]);
  if (mistakes->count <= SHOWN_MAX) return;
  snprintf(message, sizeof message, "%u more mistakes%s", mistakes->count - SHOWN_MAX,
           mistakes->count < CM_LIMIT_ERRORS ? "" : ", and perhaps others");
  tw_input_report(input->path, message);
}

static bool encode(const struct cm_parsed *parsed, struct cm_buffer *buffer, struct cm_span *bytes, struct cm_diag *diag) {
  static const struct cm_encode_options as_written = {.keep_forms = true};
  *bytes = parsed->bytes;
  if (!parsed->component || parsed->bytes.size) return true;
  if (!cm_encode(parsed->component, &as_written, buffer, diag)) return false;
  *bytes = cm_buffer_span(buffer);
  return true;
}

static int write_bytes(const struct tw_args *args, struct cm_span bytes) {
  struct tw_output output;
  if (!tw_output_open(&output, args)) return TW_OUTPUT;
  if (bytes.size) fwrite(bytes.at, 1, bytes.size, output.stream);
  return tw_output_finish(&output) ? TW_DONE : TW_OUTPUT;
}

static int parse(const struct tw_args *args, struct cm_arena *arena, const struct tw_input *input) {
  struct mistakes mistakes = {.items = malloc(CM_LIMIT_ERRORS * sizeof *mistakes.items)};
  const struct cm_diag_sink sink = {hear, &mistakes};
  struct cm_parse_options options = {.no_names = tw_args_has(args, "no-names"), .sink = mistakes.items ? &sink : NULL};
  struct cm_parsed parsed;
  struct cm_diag diag = {0};
  struct cm_buffer buffer;
  struct cm_span bytes;
  cm_buffer_init(&buffer, NULL);
  int status = TW_INPUT;
  if (cm_parse_text(arena, (struct cm_str){(const char *)input->data, input->size}, &options, &parsed, &diag) &&
      encode(&parsed, &buffer, &bytes, &diag))
    status = write_bytes(args, bytes);
  else if (mistakes.count)
    report_all(input, &mistakes);
  else
    report(input, &diag);
  cm_buffer_free(&buffer);
  free(mistakes.items);
  return status;
}

static int run(const struct tw_args *args) {
  struct tw_input input;
  char why[TW_INPUT_MESSAGE];
  bool to_stdout = !args->output || strcmp(args->output, "-") == 0;
  if (to_stdout && isatty(STDOUT_FILENO)) {
    tw_input_report("standard output", "is a terminal, and the answer is not text: give `-o FILE`, or send it elsewhere");
    return TW_OUTPUT;
  }
  if (!tw_input_open(&input, args->operands[0], why)) {
    tw_input_report(args->operands[0], why);
    return TW_INPUT;
  }
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  int status = parse(args, &arena, &input);
  cm_arena_free(&arena);
  tw_input_close(&input);
  return status;
}

static const struct tw_option options[] = {
    {
        .name = "no-names",
        .letter = 'n',
        .help = "Leave out the sections that keep the identifiers of the text (`name`, `component-name`).",
    },
    {.name = NULL},
};

static const char *const description[] = {
    "Turns the text of a core module or of a component into its binary. It takes the whole text format of WebAssembly 3.0, with threads, "
    "wide arithmetic and the annotations `@custom`, `@name` and `@producers`, and the text format of components with all its "
    "abbreviations. Identifiers are kept in name sections. The bytes are those that `wasm-tools parse` makes.",
    "Each mistake is shown with its line and column and what was expected there, at most one for each definition; nothing is written "
    "then. What is written is well-formed, but need not be valid: `tidewaiter validate` tells.",
    "FILE is a text; `-` is standard input. Binary is not written to a terminal.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter parse app.wat -o app.wasm", "The binary of a text."},
    {"tidewaiter parse --no-names app.wat | tidewaiter dump -", "Which sections does the text become?"},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_INPUT, "FILE could not be read, or its text is malformed; nothing was written."},
    {TW_OUTPUT, "The binary could not be written, or standard output is a terminal."},
    {0, NULL},
};

const struct tw_command tw_cmd_parse = {
    .name = "parse",
    .summary = "Turn the text of a module or component into its binary",
    .description = description,
    .usage = "parse [OPTION]... FILE",
    .options = options,
    .operand = TW_OPERAND_FILE,
    .operands_min = 1,
    .operands_max = 1,
    .examples = examples,
    .exit_notes = exit_notes,
    .run = run,
};
