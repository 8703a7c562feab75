// A component that was built here, on its way to the user: written, read again, judged, and only then delivered.
#ifndef TW_DELIVER_H
#define TW_DELIVER_H

#include <component/buffer.h>
#include <component/component.h>

#include "options.h"

// What was built, as it came back from its own bytes.
struct tw_delivery {
  struct cm_buffer bytes;
  struct cm_component *component;  // decoded from them, in the arena that was given; valid until the delivery is freed
};

// Encodes what was built and decodes the bytes again, so that index spaces and offsets are there; forms of older tools are kept. False: `diag`
// says why. To be freed in either case.
bool tw_deliver_reread(struct cm_arena *arena, const struct cm_component *built, struct tw_delivery *out, struct cm_diag *diag);

// The same, with the bytes in the arena.
bool tw_deliver_kept(struct cm_arena *arena, const struct cm_component *built, struct cm_component **out, struct cm_diag *diag);

// As tw_deliver_reread, and validates with every feature. Each error goes to `sink`, to standard error where that is NULL; when the sink hears of it,
// `out` is filled in. Returns TW_DONE, TW_NO when what was built is not valid, or another status whose message is on standard error.
int tw_deliver_judge(struct cm_arena *arena, const struct cm_component *built, const struct cm_diag_sink *sink,
                     struct tw_delivery *out);

// Writes the bytes where --output says, whole or not at all. Returns a status.
int tw_deliver_write(const struct tw_args *args, const struct tw_delivery *delivery);

// What commands with `--explain` and `--dry-run` do: the first prints the explanation on standard output, and leaves the output for a file that
// --output names; the second writes none. Returns a status.
int tw_deliver_explained(const struct tw_args *args, const struct tw_delivery *delivery, const char *explanation, size_t size);

void tw_delivery_free(struct tw_delivery *delivery);

#endif
