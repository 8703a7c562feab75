// Files of lines.

#include "lines.h"

#include <component/reader.h>

#include <stdio.h>
#include <string.h>

#include "cmd/input.h"
#include "cmd/status.h"

static struct cm_str trimmed(struct cm_str line) {
  while (line.size && (*line.at == ' ' || *line.at == '\t')) line.at++, line.size--;
  while (line.size && strchr(" \t\r", line.at[line.size - 1])) line.size--;
  return line;
}

bool tw_is_text(struct cm_str text) { return cm_utf8_valid((const uint8_t *)text.at, text.size) && !memchr(text.at, 0, text.size); }

// Of a line that is no text nothing is shown: it may hold a secret.
static int take(const char *path, unsigned number, struct cm_str line, tw_each_line *each, void *context) {
  if (!line.size || *line.at == '#') return TW_DONE;
  if (tw_is_text(line)) return each(context, path, number, line);
  fprintf(stderr, "tidewaiter: %s:%u: what stands there is not UTF-8, as texts of components are, or holds the character 0\n", path,
          number);
  return TW_USAGE;
}

int tw_lines_read(struct cm_arena *arena, const char *path, tw_each_line *each, void *context) {
  char why[TW_INPUT_MESSAGE];
  struct tw_input input;
  if (!tw_input_open(&input, path, why)) return tw_input_report(path, why), TW_INPUT;
  size_t size = input.size;
  const char *at = cm_alloc_text(arena, (const char *)input.data, size);
  tw_input_close(&input);
  if (!at) return TW_BUG;
  const char *end = at + size;
  int status = TW_DONE;
  for (unsigned number = 1; status == TW_DONE && at < end; number++) {
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    if (!line_end) line_end = end;
    status = take(path, number, trimmed((struct cm_str){at, (size_t)(line_end - at)}), each, context);
    at = line_end + 1;
  }
  return status;
}

struct cm_str tw_unquoted(struct cm_str text) {
  char quote = text.size >= 2 ? *text.at : '\0';
  bool quoted = (quote == '"' || quote == '\'') && text.at[text.size - 1] == quote;
  return quoted ? (struct cm_str){text.at + 1, text.size - 2} : text;
}
