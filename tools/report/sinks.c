// The table of sinks, as `needs --list-sinks` shows it.
//
// Written straight from the analysis' own table, so that the documentation of what is known cannot drift from what is known.

#include "needs_words.h"

static size_t widest(size_t have, const char *text) {
  size_t size = strlen(text);
  return size > have ? size : have;
}

// What stands where a sink hands over everything and no parameter holds a key.
static const char *parameter_of(const struct cm_sink *sink) { return sink->parameter[0] ? sink->parameter : "(the whole list)"; }

void tw_sinks_text(FILE *to, bool color) {
  size_t columns[4] = {4, 9, 8, 9};
  for (size_t i = 0; i < cm_sink_count; i++) {
    columns[0] = widest(columns[0], cm_need_kinds[cm_sinks[i].kind]);
    columns[1] = widest(columns[1], cm_sinks[i].interface);
    columns[2] = widest(columns[2], cm_sinks[i].function);
    columns[3] = widest(columns[3], parameter_of(&cm_sinks[i]));
  }
  char head[512];
  snprintf(head, sizeof head, "%-*s  %-*s  %-*s  %-*s  %s", (int)columns[0], "KIND", (int)columns[1], "INTERFACE", (int)columns[2],
           "FUNCTION", (int)columns[3], "PARAMETER", "SINCE");
  tw_put_colored(to, color, TW_COLOR_TITLE, cm_str_of(head));
  fputc('\n', to);
  for (size_t i = 0; i < cm_sink_count; i++) {
    const struct cm_sink *sink = &cm_sinks[i];
    fprintf(to, "%-*s  %-*s  %-*s  %-*s  %s\n", (int)columns[0], cm_need_kinds[sink->kind], (int)columns[1], sink->interface,
            (int)columns[2], sink->function, (int)columns[3], parameter_of(sink), sink->since);
  }
}

void tw_sinks_json(FILE *to, enum tw_json_style style) {
  struct tw_json json = tw_json_to(to, style);
  tw_json_object(&json, NULL);
  tw_json_text(&json, "format", "tidewaiter.sinks/1");
  tw_json_array(&json, "sinks");
  for (size_t i = 0; i < cm_sink_count; i++) {
    const struct cm_sink *sink = &cm_sinks[i];
    tw_json_row(&json, NULL);
    tw_json_text(&json, "kind", cm_need_kinds[sink->kind]);
    tw_json_text(&json, "interface", sink->interface);
    tw_json_text(&json, "function", sink->function);
    tw_json_text(&json, "parameter", sink->parameter[0] ? sink->parameter : NULL);
    tw_json_text(&json, "since", sink->since);
    tw_json_end(&json);
  }
  tw_json_end(&json);
  tw_json_end(&json);
}
