// The table of names that languages' own libraries ask for, as `needs --list-runtime-names` shows it.
//
// Written straight from the analysis' own table, like that of the sinks.

#include "needs_words.h"

enum { COLUMNS = 4 };

static const char *const titles[COLUMNS] = {"NAME", "LANGUAGE", "LIBRARY", "VERSIONS"};

static const char *cell(const struct cm_runtime_name *row, int column) {
  const char *const cells[COLUMNS] = {row->key, row->language, row->library, row->versions};
  return cells[column];
}

void tw_runtime_names_text(FILE *to, bool color) {
  int widths[COLUMNS];
  for (int c = 0; c < COLUMNS; c++) {
    size_t widest = strlen(titles[c]);
    for (size_t i = 0; i < cm_runtime_name_count; i++) {
      size_t size = strlen(cell(&cm_runtime_names[i], c));
      widest = size > widest ? size : widest;
    }
    widths[c] = (int)widest;
  }
  char head[512];
  snprintf(head, sizeof head, "%-*s  %-*s  %-*s  %-*s  %s", widths[0], titles[0], widths[1], titles[1], widths[2], titles[2],
           widths[3], titles[3], "ASKED BY");
  tw_put_colored(to, color, TW_COLOR_TITLE, cm_str_of(head));
  fputc('\n', to);
  for (size_t i = 0; i < cm_runtime_name_count; i++) {
    const struct cm_runtime_name *row = &cm_runtime_names[i];
    for (int c = 0; c < COLUMNS; c++) fprintf(to, "%-*s  ", widths[c], cell(row, c));
    for (const char *at = row->asker; *at; at++) fputs(*at == '|' ? ", " : (char[]){*at, 0}, to);
    fputc('\n', to);
  }
}

void tw_runtime_names_json(FILE *to, enum tw_json_style style) {
  struct tw_json json = tw_json_to(to, style);
  tw_json_object(&json, NULL);
  tw_json_text(&json, "format", "tidewaiter.runtime-names/1");
  tw_json_array(&json, "names");
  for (size_t i = 0; i < cm_runtime_name_count; i++) {
    const struct cm_runtime_name *row = &cm_runtime_names[i];
    tw_json_row(&json, NULL);
    tw_json_text(&json, "name", row->key);
    tw_json_text(&json, "language", row->language);
    tw_json_text(&json, "library", row->library);
    tw_json_text(&json, "versions", row->versions);
    tw_json_text(&json, "asked-by", row->asker);
    tw_json_end(&json);
  }
  tw_json_end(&json);
  tw_json_end(&json);
}
