// What every command does that builds a component. The bytes are made first and decoded again: the decoder is the judge of the encoder, and the
// validator of both and of whoever built. Nothing is opened for writing before all three agree, so a mistake leaves nothing behind.

#include "deliver.h"

#include <component/encode.h>
#include <component/validate.h>

#include <stdio.h>
#include <string.h>

#include "output.h"
#include "status.h"

bool tw_deliver_reread(struct cm_arena *arena, const struct cm_component *built, struct tw_delivery *out, struct cm_diag *diag) {
  static const struct cm_encode_options as_built = {.keep_forms = true};
  *out = (struct tw_delivery){0};
  cm_buffer_init(&out->bytes, NULL);
  return cm_encode(built, &as_built, &out->bytes, diag) && cm_decode(arena, cm_buffer_span(&out->bytes), &out->component, diag);
}

bool tw_deliver_kept(struct cm_arena *arena, const struct cm_component *built, struct cm_component **out, struct cm_diag *diag) {
  struct tw_delivery delivery;
  bool ok = tw_deliver_reread(arena, built, &delivery, diag);
  const char *kept = ok ? cm_alloc_text(arena, (const char *)delivery.bytes.at, delivery.bytes.size) : NULL;
  struct cm_span bytes = {(const uint8_t *)kept, delivery.bytes.size};
  tw_delivery_free(&delivery);
  if (!ok) return false;
  return kept ? cm_decode(arena, bytes, out, diag) : cm_fail_memory(diag);
}

static bool tell_error(void *context, const struct cm_diag *diag) {
  char message[CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64];
  struct cm_diag shown = *diag;
  shown.has_offset = false;  // of bytes that nobody will see
  (void)context;
  fprintf(stderr, "tidewaiter: %s\n", cm_diag_format(&shown, message, sizeof message));
  return true;
}

int tw_deliver_judge(struct cm_arena *arena, const struct cm_component *built, const struct cm_diag_sink *sink,
                     struct tw_delivery *out) {
  static const struct cm_diag_sink to_stderr = {tell_error, NULL};
  struct cm_diag diag = {0};
  if (!tw_deliver_reread(arena, built, out, &diag)) {
    tell_error(NULL, &diag);
    return diag.error == CM_NO_MEMORY || diag.error == CM_LIMIT ? TW_OUTPUT : TW_BUG;
  }
  struct cm_validate_options options = {.features = cm_features_of(CM_PRESET_ALL)};
  return cm_validate(out->component, &options, sink ? sink : &to_stderr, NULL) ? TW_DONE : TW_NO;
}

int tw_deliver_write(const struct tw_args *args, const struct tw_delivery *delivery) {
  return tw_output_bytes(args, delivery->bytes.at, delivery->bytes.size) ? TW_DONE : TW_OUTPUT;
}

int tw_deliver_explained(const struct tw_args *args, const struct tw_delivery *delivery, const char *explanation, size_t size) {
  bool explains = tw_args_has(args, "explain"), to_file = args->output && strcmp(args->output, "-") != 0;
  struct tw_output output;
  if (explains) {
    if (!tw_output_open_path(&output, NULL)) return TW_OUTPUT;
    fwrite(explanation, 1, size, output.stream);
    if (!tw_output_finish(&output)) return TW_OUTPUT;
  }
  return tw_args_has(args, "dry-run") || (explains && !to_file) ? TW_DONE : tw_deliver_write(args, delivery);
}

void tw_delivery_free(struct tw_delivery *delivery) {
  cm_buffer_free(&delivery->bytes);
  delivery->component = NULL;
}
