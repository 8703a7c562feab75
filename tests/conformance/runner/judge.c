// A directive, held against the library.
//
// The static ones only, so far. A module or component must be accepted, or refused for the reason that is asserted: what a script
// calls malformed must not merely be invalid, and what it calls invalid must be well-formed. A limit of ours or a thing that is not supported
// is no refusal that counts.

#include "judge.h"

#include <component/component.h>
#include <component/validate_core.h>
#if __has_include(<component/validate.h>)
#include <component/validate.h>
#endif

#include <stdio.h>

// What the library says of bytes.
struct answer {
  bool is_checked;  // false: there is nothing here that could say
  bool is_component, accepted;
  struct cm_diag diag;  // the first error where not accepted
};

static bool take_first(void *context, const struct cm_diag *diag) {
  struct answer *answer = context;
  answer->diag = *diag;
  return false;
}

static void ask_about_module(struct cm_arena *arena, struct cm_span bytes, struct cm_features features, struct answer *answer) {
  struct core_validate_options options = {.features = features, .threads = 1};
  struct cm_diag_sink sink = {take_first, answer};
  answer->is_checked = true;
  answer->accepted = core_validate_bytes(arena, bytes, bytes.at, NULL, &options, NULL, NULL, NULL, &sink);
}

// Where the component validator is not built in, what does not even decode can be refused, and nothing else be said.
static void ask_about_component(struct cm_arena *arena, struct cm_span bytes, struct cm_features features, struct answer *answer) {
  struct cm_component *component;
  answer->is_component = true;
#ifdef COMPONENT_VALIDATE_H
  struct cm_validate_options options = {.features = features, .threads = 1};
  struct cm_diag_sink sink = {take_first, answer};
  answer->is_checked = true;
  answer->accepted = cm_decode(arena, bytes, &component, &answer->diag) && cm_validate(component, &options, &sink, NULL);
#else
  (void)features;
  answer->is_checked = !cm_decode(arena, bytes, &component, &answer->diag);
#endif
}

enum { PREAMBLE = 8 };  // bytes: the magic number, version, layer

static void judge_module(const struct directive *directive, struct cm_features features, struct judgement *out) {
  struct answer answer = {0};
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  if (cm_sniff(directive->bytes) == CM_ARTIFACT_COMPONENT) {
    ask_about_component(&arena, directive->bytes, features, &answer);
  } else {
    ask_about_module(&arena, directive->bytes, features, &answer);
  }
  cm_arena_free(&arena);
  if (!answer.is_checked) {
    *out = (struct judgement){.verdict = SKIPPED, .skipped = "component validation is not built in"};
    return;
  }
  if (!answer.accepted) cm_diag_format(&answer.diag, out->why, sizeof out->why);
  enum cm_error error = answer.accepted ? CM_OK : answer.diag.error;
  // A version that is unknown to us is one that the grammar does not have.
  if (error == CM_UNSUPPORTED && answer.diag.offset < PREAMBLE) error = CM_MALFORMED;
  bool is_as_asserted;
  switch (directive->kind) {
    case ASSERT_MALFORMED: is_as_asserted = error == CM_MALFORMED || (answer.is_component && error == CM_INVALID); break;
    case ASSERT_INVALID: is_as_asserted = error == CM_INVALID || (answer.is_component && error == CM_MALFORMED); break;
    default: is_as_asserted = error == CM_OK; break;
  }
  out->verdict = is_as_asserted ? PASSED : FAILED;
  if (answer.accepted && !is_as_asserted) snprintf(out->why, sizeof out->why, "accepted");
}

void judge(const struct directive *directive, struct cm_features features, bool only_static, struct judgement *out) {
  *out = (struct judgement){.verdict = only_static ? LEFT_OUT : SKIPPED, .skipped = "execution is not built in"};
  if (directive->kind > ASSERT_UNINSTANTIABLE) return;
  bool is_static = directive->kind <= ASSERT_MALFORMED;
  if (directive->form == FORM_TEXT) {
    if (is_static) *out = (struct judgement){.verdict = SKIPPED, .skipped = "the text parser is not built in"};
    return;
  }
  struct judgement valid = {0};
  judge_module(directive, features, &valid);
  // What cannot be linked or instantiated is valid, but that alone does not make the assertion true.
  if (is_static || valid.verdict == FAILED) *out = valid;
}
