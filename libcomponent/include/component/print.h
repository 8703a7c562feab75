// Components and core modules as text.
//
// Spec: the core text format (https://webassembly.github.io/spec/core/text/index.html) with its annotations, and Explainer.md of the
// component model, whose grammar is given there section by section.
//
// The text says all that the bytes say, but for how they were written: parsed, it gives the same definitions in the same order. Names
// of the name sections become identifiers, quoted where they need it ($"[method]tcp-socket.shutdown") and made unique where they
// must be; the name itself then stands in a (@name …) annotation. Other custom sections are (@custom …) and (@producers …).
#ifndef COMPONENT_PRINT_H
#define COMPONENT_PRINT_H

#include <component/component.h>

// Where the text goes, piece by piece, as it comes to be; at no time is there more of it in memory than a small buffer. `write`
// returns false to stop the printing.
struct cm_text_sink {
  bool (*write)(void *context, const char *text, size_t size);
  void *context;
};

struct cm_print_options {
  bool folded;    // instructions around their operands, (i32.add (local.get 0) (i32.const 1)), instead of one a line
  bool offsets;   // each line begins with the offset in the file of what it shows, in a comment
  bool skeleton;  // `...` in place of bodies and the contents of segments and custom sections; such text cannot be parsed
  bool color;     // with ANSI colours
};

// Prints a decoded module or component. `options` may be NULL. Each needs the bytes that it was decoded from. Only what the binary format
// demands is demanded: an invalid module is printed as it is. False: a body is malformed, or memory is exhausted, or the sink refused;
// `diag` says which (CM_MALFORMED and the like, with an offset; CM_NO_MEMORY; CM_UNSUPPORTED without an offset for the sink). What was
// printed until then has reached the sink.
bool cm_print_module(const struct core_module *module, const struct cm_print_options *options, struct cm_text_sink sink,
                     struct cm_diag *diag);
bool cm_print_component(const struct cm_component *component, const struct cm_print_options *options, struct cm_text_sink sink,
                        struct cm_diag *diag);

// Decodes `file`, whichever of the two it is, and prints it.
bool cm_print(struct cm_span file, const struct cm_print_options *options, struct cm_text_sink sink, struct cm_diag *diag);

// The part of the text that shows what stands at `offset` in the file: at most `around` lines before the line that shows it and as many
// behind, that line itself marked with `> `, the others indented by as much. For errors that have an offset. Nothing is printed, and the
// result is false, where the file does not decode that far or nothing of it is at that offset; there is no diagnostic for that.
bool cm_print_excerpt(struct cm_span file, uint64_t offset, unsigned around, const struct cm_print_options *options,
                      struct cm_text_sink sink);

#endif
