// Reports of a gate's result whose texts are the input, in every format. The first byte picks what else there is; zero bytes part the texts.

#include "reports/sound.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_report(const struct tw_gate_format *format, const struct tw_gate *gate) {
  char *text = NULL;
  size_t length = 0;
  FILE *to = open_memstream(&text, &length);
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  bool good = to && format->write(to, &arena, gate, false);
  cm_arena_free(&arena);
  fclose(to);
  const char *fault = good ? report_fault(format->name, text) : NULL;
  if (fault) {
    fprintf(stderr, "%s: %s\n", format->name, fault);
    abort();
  }
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cm_str texts[REPORT_TEXTS] = {S("id"), S("message"), S(""), S(""), S(""), S(""), S("")};
  const char *at = (const char *)data, *end = at + size;
  int choice = size > 0 ? *at++ & 0x7f : 0;
  for (int i = 0; i < REPORT_TEXTS && at < end; i++) {
    // The last one takes what is left, zero bytes too.
    const char *zero = i < REPORT_TEXTS - 1 ? memchr(at, 0, (size_t)(end - at)) : NULL;
    struct cm_str text = {at, (size_t)((zero ? zero : end) - at)};
    texts[i] = text.size > 0 ? text : texts[i];
    at = zero ? zero + 1 : end;
  }
  struct report_of_texts report;
  report_of_texts(texts, choice, &report);
  for (const struct tw_gate_format *format = tw_gate_formats; format->name; format++) {
    write_report(format, &report.gate);
  }
  return 0;
}
