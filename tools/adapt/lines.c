// Files of lines.

#include "lines.h"

#include <string.h>

#include "cmd/input.h"
#include "cmd/status.h"

static struct cm_str trimmed(struct cm_str line) {
  while (line.size && (*line.at == ' ' || *line.at == '\t')) line.at++, line.size--;
  while (line.size && strchr(" \t\r", line.at[line.size - 1])) line.size--;
  return line;
}

int tw_lines_read(struct cm_arena *arena, const char *path, tw_each_line *each, void *context) {
  char why[TW_INPUT_MESSAGE];
  struct tw_input input;
  if (!tw_input_open(&input, path, why)) return tw_input_report(path, why), TW_INPUT;
  const char *at = cm_alloc_text(arena, (const char *)input.data, input.size), *end = at + input.size;
  tw_input_close(&input);
  if (!at) return TW_BUG;
  int status = TW_DONE;
  for (unsigned number = 1; status == TW_DONE && at < end; number++) {
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    if (!line_end) line_end = end;
    struct cm_str line = trimmed((struct cm_str){at, (size_t)(line_end - at)});
    if (line.size && *line.at != '#') status = each(context, path, number, line);
    at = line_end + 1;
  }
  return status;
}

struct cm_str tw_unquoted(struct cm_str text) {
  char quote = text.size >= 2 ? *text.at : '\0';
  bool quoted = (quote == '"' || quote == '\'') && text.at[text.size - 1] == quote;
  return quoted ? (struct cm_str){text.at + 1, text.size - 2} : text;
}
