// A directive, held against the library.
//
// The static ones only, so far. A module or component must be accepted, or refused for the reason that is asserted: what a script
// calls malformed must not merely be invalid, and what it calls invalid must be well-formed. A limit of ours or a thing that is not supported
// is no refusal that counts, unless a script asserts the very limit.

#include "judge.h"

#include <component/parse.h>
#include <component/validate.h>
#include <component/validate_core.h>

#include <stdio.h>
#include <string.h>

// What the library says of bytes.
struct answer {
  bool is_component, accepted;
  struct cm_diag diag;  // the first error where not accepted
  unsigned count;       // of those that the validator told
  char others[2 * CM_DIAG_MESSAGE];
};

// The verdict is that of the first error; of the others the messages are kept, as far as there is room.
static bool take(void *context, const struct cm_diag *diag) {
  struct answer *answer = context;
  size_t used = strlen(answer->others);
  if (!answer->count++)
    answer->diag = *diag;
  else
    snprintf(answer->others + used, sizeof answer->others - used, "; also: %s", diag->message);
  return used + 1 < sizeof answer->others;
}

static void ask_about_module(struct cm_arena *arena, struct cm_span bytes, struct cm_features features, struct answer *answer) {
  struct core_validate_options options = {.features = features, .threads = 1};
  struct cm_diag_sink sink = {take, answer};
  answer->accepted = core_validate_bytes(arena, bytes, bytes.at, NULL, &options, NULL, NULL, NULL, &sink);
}

static void ask_about_component(const struct cm_component *component, struct cm_features features, struct answer *answer) {
  struct cm_validate_options options = {.features = features, .threads = 1};
  struct cm_diag_sink sink = {take, answer};
  answer->accepted = cm_validate(component, &options, &sink, NULL);
}

static void ask_about_binary(struct cm_arena *arena, struct cm_span bytes, struct cm_features features, struct answer *answer) {
  struct cm_component *component;
  answer->is_component = cm_sniff(bytes) == CM_ARTIFACT_COMPONENT;
  if (!answer->is_component) {
    ask_about_module(arena, bytes, features, answer);
  } else if (cm_decode(arena, bytes, &component, &answer->diag)) {
    ask_about_component(component, features, answer);
  }
}

static void ask_about_text(struct cm_arena *arena, struct cm_span text, struct cm_features features, struct answer *answer) {
  struct cm_parsed parsed;
  if (!cm_parse_text(arena, (struct cm_str){(const char *)text.at, text.size}, NULL, &parsed, &answer->diag)) return;
  if (parsed.bytes.size) {
    ask_about_binary(arena, parsed.bytes, features, answer);
  } else {
    answer->is_component = true;
    ask_about_component(parsed.component, features, answer);
  }
}

// What the answer amounts to, in the terms of scripts.
static enum cm_error verdict_of(const struct answer *answer, const struct directive *directive) {
  enum { PREAMBLE = 8 };  // bytes: the magic number, version, layer
  const struct cm_diag *diag = &answer->diag;
  if (answer->accepted) return CM_OK;
  // A version that is unknown to us is one that the grammar does not have.
  if (diag->error == CM_UNSUPPORTED && diag->offset < PREAMBLE) return CM_MALFORMED;
  // A limit counts where the script asks for that very limit.
  if (diag->error == CM_LIMIT && directive->expected && strstr(diag->message, directive->expected))
    return directive->kind == ASSERT_MALFORMED ? CM_MALFORMED : CM_INVALID;
  return diag->error;
}

// The two are not told apart where components are concerned: Binary.md leaves to the validator what others' decoders refuse.
static bool is_as_asserted(const struct directive *directive, enum cm_error verdict, bool is_component) {
  bool is_malformed = verdict == CM_MALFORMED, is_invalid = verdict == CM_INVALID;
  switch (directive->kind) {
    case ASSERT_MALFORMED: return is_malformed || (is_component && is_invalid);
    case ASSERT_INVALID: return is_invalid || (is_component && is_malformed);
    default: return verdict == CM_OK;
  }
}

static void judge_module(const struct directive *directive, struct cm_features features, struct judgement *out) {
  struct answer answer = {0};
  struct cm_arena arena;
  cm_arena_init(&arena, NULL);
  if (directive->form == FORM_TEXT) {
    ask_about_text(&arena, directive->bytes, features, &answer);
  } else {
    ask_about_binary(&arena, directive->bytes, features, &answer);
  }
  cm_arena_free(&arena);
  if (!answer.accepted) {
    cm_diag_format(&answer.diag, out->why, sizeof out->why);
    size_t used = strlen(out->why);
    snprintf(out->why + used, sizeof out->why - used, "%s", answer.others);
  }
  out->verdict = is_as_asserted(directive, verdict_of(&answer, directive), answer.is_component) ? PASSED : FAILED;
  if (answer.accepted && out->verdict == FAILED) snprintf(out->why, sizeof out->why, "accepted");
}

void judge(const struct directive *directive, struct cm_features features, bool only_static, struct judgement *out) {
  *out = (struct judgement){.verdict = only_static ? LEFT_OUT : SKIPPED, .skipped = "execution is not built in"};
  if (directive->kind > ASSERT_UNINSTANTIABLE) return;
  bool is_static = directive->kind <= ASSERT_MALFORMED;
  struct judgement valid = {0};
  judge_module(directive, features, &valid);
  // What cannot be linked or instantiated is valid, but that alone does not make the assertion true.
  if (is_static || valid.verdict == FAILED) *out = valid;
}
