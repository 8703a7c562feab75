// The made-up outside of a provider on trial.
//
// An answer is made from the function's own component type: results are successes and options are there, unless the outside is to have
// nothing; handles are numbers that remember what was asked for them; a text is the value of what was asked, by this call or for the handle
// that it is given.
//
// Spec: CanonicalABI.md, "Storing", "canon lower", "canon resource.new".

#include "trial.h"

#include "laboratory.h"
#include "sinks.h"

#include <component/semver.h>
#include <component/types.h>

#include <stdio.h>
#include <string.h>

enum { TYPE_DEPTH = 12, KEY_MOST = 4096, RETURNED = 2 };
#define NO_ASK UINT32_MAX

static const char *const beginnings[2][2] = {{"ebb-", "flood-"}, {"70", "80"}};
static const char *const endings[2][2] = {{"-4c1f", "-93ab"}, {"", ""}};

size_t trial_value_text(struct trial_value value, unsigned shape, char out[TRIAL_TEXT]) {
  unsigned which = value.from == TRIAL_ASKED;
  return (size_t)snprintf(out, TRIAL_TEXT, "%s%06u%s", beginnings[shape][which], (unsigned)value.number, endings[shape][which]);
}

struct trial_value trial_value_in(struct cm_str text, unsigned shape) {
  for (unsigned which = 0; which < 2; which++) {
    size_t size = strlen(beginnings[shape][which]);
    for (size_t at = 0; at + size + 6 <= text.size; at++) {
      if (memcmp(text.at + at, beginnings[shape][which], size) != 0) continue;
      uint32_t number = 0, digits = 0;
      for (; digits < 6 && text.at[at + size + digits] >= '0' && text.at[at + size + digits] <= '9'; digits++)
        number = number * 10 + (uint32_t)(text.at[at + size + digits] - '0');
      if (digits == 6) return (struct trial_value){which ? TRIAL_ASKED : TRIAL_LISTED, number};
    }
  }
  return (struct trial_value){TRIAL_CONSTANT, 0};
}

// One answer in the making.
struct answering {
  struct trial *trial;
  const struct laboratory_foreign *call;
  uint32_t ask;        // whose value it is; NO_ASK: nobody's
  bool gives_list;     // of the environment, or of all configuration
  struct cm_str text;  // what its texts are; NULL: the value
  bool is_absent;      // options are not there
  bool fails;          // results are errors
  uint32_t choice;     // which case variants have
};

static bool put_words(const struct answering *w, uint64_t address, uint32_t first, uint32_t second) {
  uint8_t *to = laboratory_foreign_bytes(w->call, address, 8);
  if (!to) return false;
  memcpy(to, &first, 4);
  memcpy(to + 4, &second, 4);
  return true;
}

static bool put_text(const struct answering *w, uint64_t address, const char *text, size_t size) {
  uint32_t at;
  if (!laboratory_foreign_new(w->call, 1, (uint32_t)size, &at)) return false;
  uint8_t *to = laboratory_foreign_bytes(w->call, at, size);
  if (!to) return false;
  if (size) memcpy(to, text, size);
  return put_words(w, address, at, (uint32_t)size);
}

static bool put_value(const struct answering *w, uint64_t address) {
  char text[TRIAL_TEXT];
  if (w->text.at) return put_text(w, address, w->text.at, w->text.size);
  if (w->ask == NO_ASK) return put_text(w, address, "", 0);
  return put_text(w, address, text, trial_value_text((struct trial_value){TRIAL_ASKED, w->ask}, w->trial->question->shape, text));
}

static bool put_list(const struct answering *w, uint64_t address) {
  const struct trial_question *q = w->trial->question;
  uint32_t list;
  if (!laboratory_foreign_new(w->call, 4, (uint32_t)q->name_count * 16, &list)) return false;
  for (size_t i = 0; i < q->name_count; i++) {
    char text[TRIAL_TEXT];
    size_t size = trial_value_text((struct trial_value){TRIAL_LISTED, (uint32_t)i}, q->shape, text);
    uint64_t pair = list + 16 * (uint64_t)i;
    if (!put_text(w, pair, q->names[i].at, q->names[i].size) || !put_text(w, pair + 8, text, size)) return false;
  }
  return put_words(w, address, list, (uint32_t)q->name_count);
}

static uint32_t new_handle(const struct answering *w) {
  struct trial *t = w->trial;
  if (t->handle_count == TRIAL_HANDLES) {
    t->not_understood = true;
    return 0;
  }
  t->handles[t->handle_count++] = w->ask;
  return (uint32_t)t->handle_count;
}

static bool put_u32(const struct answering *w, uint64_t address, uint32_t v, size_t size) {
  uint8_t *to = laboratory_foreign_bytes(w->call, address, size);
  if (to) memcpy(to, &v, size < 4 ? size : 4);
  return to != NULL;
}

static bool put(const struct answering *w, const struct cm_scope *scope, struct cm_valtype type, uint64_t address, unsigned depth);

static bool put_fields(const struct answering *w, struct cm_typeref of, uint64_t address, unsigned depth) {
  for (uint32_t i = 0; i < of.type->count; i++) {
    struct cm_layout layout;
    if (!cm_layout_of(of.scope, of.type->fields[i].type, 4, &layout, NULL)) return false;
    address = (address + layout.align - 1) / layout.align * layout.align;
    if (!put(w, of.scope, of.type->fields[i].type, address, depth)) return false;
    address += layout.size;
  }
  return true;
}

// The error that says that there is nothing: one without more to it. None: it is a success after all.
static bool is_missing_case(struct cm_typeref error, uint32_t *number) {
  if (!error.type) return false;
  for (uint32_t i = 0; error.type->kind == CM_TYPE_VARIANT && i < error.type->count; i++)
    if (error.type->fields[i].type.kind == CM_VAL_NONE) {
      *number = i;
      return true;
    }
  return false;
}

static bool put_result(const struct answering *w, struct cm_typeref of, uint64_t address, uint64_t payload, unsigned depth) {
  struct cm_typeref ok = {0}, error = {0};
  uint32_t number = 0;
  if (of.type->element.kind != CM_VAL_NONE) cm_valtype_resolve(of.scope, of.type->element, &ok, NULL);
  if (of.type->error.kind != CM_VAL_NONE) cm_valtype_resolve(of.scope, of.type->error, &error, NULL);
  if (w->fails) return put_u32(w, address, 1, 1);
  bool is_handle = ok.type && ok.type->kind == CM_TYPE_OWN;
  if (w->trial->question->has_nothing && is_handle && is_missing_case(error, &number))
    return put_u32(w, address, 1, 1) && put_u32(w, address + payload, number, 1);
  return of.type->element.kind == CM_VAL_NONE || put(w, of.scope, of.type->element, address + payload, depth);
}

static bool put_resolved(const struct answering *w, struct cm_typeref of, uint64_t address, unsigned depth) {
  struct cm_typeref element = {0};
  uint64_t payload = 0;
  uint32_t discriminant = 1;
  switch (of.type->kind) {
    case CM_TYPE_PRIM: return of.type->prim != CM_STRING || put_value(w, address);
    case CM_TYPE_LIST:
      if (w->gives_list) return put_list(w, address);
      if (cm_valtype_resolve(of.scope, of.type->element, &element, NULL) && element.type && element.type->kind == CM_TYPE_PRIM &&
          element.type->prim == CM_U8)
        return put_value(w, address);
      return put_words(w, address, 4, 0);
    case CM_TYPE_OWN:
    case CM_TYPE_BORROW: return put_u32(w, address, new_handle(w), 4);
    case CM_TYPE_RECORD:
    case CM_TYPE_TUPLE: return put_fields(w, of, address, depth);
    case CM_TYPE_OPTION:
    case CM_TYPE_RESULT:
    case CM_TYPE_VARIANT: break;
    default: return true;
  }
  if (!cm_variant_layout(of, 4, &payload, &discriminant, NULL)) return false;
  if (of.type->kind == CM_TYPE_RESULT) return put_result(w, of, address, payload, depth);
  if (of.type->kind == CM_TYPE_OPTION) {
    if (w->trial->question->has_nothing || w->is_absent) return true;
    return put_u32(w, address, 1, 1) && put(w, of.scope, of.type->element, address + payload, depth);
  }
  if (w->choice >= of.type->count) return false;
  struct cm_valtype of_case = of.type->fields[w->choice].type;
  return put_u32(w, address, w->choice, discriminant) &&
         (of_case.kind == CM_VAL_NONE || put(w, of.scope, of_case, address + payload, depth));
}

// Writes a value of the type to memory that is zeros.
static bool put(const struct answering *w, const struct cm_scope *scope, struct cm_valtype type, uint64_t address, unsigned depth) {
  struct cm_typeref of = {0};
  if (depth == TYPE_DEPTH || !cm_valtype_resolve(scope, type, &of, NULL)) return false;
  return !of.type || put_resolved(w, of, address, depth + 1);
}

// --- what is asked ---

static uint64_t argument(const struct laboratory_foreign *call, uint32_t i) {
  return i < call->type->param_count ? call->arguments[i].u32 : 0;
}

// The key that stands at `place`; false: it is absent, or cannot be read.
static bool read_key(const struct laboratory_foreign *call, const struct key_place *place, struct cm_str *out) {
  uint64_t base = argument(call, 0);
  uint32_t words[2] = {(uint32_t)argument(call, place->argument), (uint32_t)argument(call, place->argument + 1)};
  if (place->has_discriminant) {
    uint32_t discriminant = (uint32_t)argument(call, place->discriminant_argument);
    if (place->kind == KEY_IN_MEMORY) {
      const uint8_t *at = laboratory_foreign_bytes(call, base + place->discriminant_offset, place->discriminant_size);
      if (!at || place->discriminant_size > 4) return false;
      discriminant = 0;
      memcpy(&discriminant, at, place->discriminant_size);
    }
    if (discriminant != place->discriminant_value) return false;
  }
  if (place->kind == KEY_IN_MEMORY) {
    const uint8_t *at = laboratory_foreign_bytes(call, base + place->offset, sizeof words);
    if (!at) return false;
    memcpy(words, at, sizeof words);
  }
  const uint8_t *text = words[1] <= KEY_MOST ? laboratory_foreign_bytes(call, words[0], words[1]) : NULL;
  *out = (struct cm_str){(const char *)text, words[1]};
  return text != NULL;
}

static uint32_t add_ask(struct trial *t, uint32_t slot, const struct cm_sink *row, struct cm_str key) {
  for (uint32_t i = 0; i < t->ask_count; i++)
    if (t->asks[i].slot == slot && t->asks[i].row == row && cm_str_equal(t->asks[i].key, key)) return i;
  const char *copy = t->ask_count < TRIAL_ASKS ? cm_alloc_text(t->arena, key.at, key.size) : NULL;
  if (!copy) {
    t->not_understood = true;
    return NO_ASK;
  }
  t->asks[t->ask_count] = (struct trial_ask){slot, row, {copy, key.size}};
  return (uint32_t)t->ask_count++;
}

// --- requests ---

static const struct {
  const char *interface, *function;
} sending[] = {
    {"wasi:http/outgoing-handler", "handle"},
    {"wasi:http/handler", "handle"},
    {"wasi:http/client", "send"},
};

bool trial_is_sending(struct cm_str interface, struct cm_str function) {
  for (size_t i = 0; i < sizeof sending / sizeof *sending; i++)
    if (cm_str_is(cm_name_base(interface), sending[i].interface) && cm_str_is(function, sending[i].function)) return true;
  return false;
}

bool trial_names(const struct cm_graph *graph, const struct cm_core_target *target, struct cm_str *interface,
                 struct cm_str *function) {
  const struct cm_func_origin *origin = target->kind == CM_TARGET_LOWERED ? target->origin : NULL;
  if (origin && origin->kind == CM_ORIGIN_IMPORT && origin->import) {
    const struct cm_name *name = &origin->import->import.name;
    *interface = name->has_implements ? name->implements : name->name;
    *function = origin->function;
    return true;
  }
  return origin && target->component < graph->component_count &&
         provided_names(&graph->components[target->component].component->scope, target->canon->func, interface, function);
}

// The request on its way, and what it is asked.
static const struct {
  const char *function;
  bool is_scheme;
} getters[] = {
    {"[method]outgoing-request.authority", false},
    {"[method]outgoing-request.scheme", true},
    {"[method]request.get-authority", false},
    {"[method]request.get-scheme", true},
};

static bool note_request(struct answering *w, const struct cm_core_target *target) {
  struct trial *t = w->trial;
  struct cm_str interface, function;
  if (!t->request || argument(w->call, 0) != 1 || !trial_names(t->program->graph, target, &interface, &function)) return false;
  if (trial_is_sending(interface, function)) {
    t->sent_slot = w->call->gid;
    return true;
  }
  if (!cm_str_is(cm_name_base(interface), "wasi:http/types")) return false;
  for (size_t i = 0; i < sizeof getters / sizeof *getters; i++) {
    if (!cm_str_is(function, getters[i].function)) continue;
    if (!getters[i].is_scheme) {
      w->text = t->request->authority;
    } else if (t->request->scheme == TRIAL_NO_SCHEME) {
      w->is_absent = true;
    } else {
      w->choice = (uint32_t)t->request->scheme - TRIAL_HTTP;
      w->text = CM_STR("tide");
    }
    return true;
  }
  return false;
}

// --- a call ---

// What is asked by the call. False: it is not a function that asks.
static bool note_sinks(struct answering *w, const struct slot *slot) {
  struct trial *t = w->trial;
  for (uint32_t i = 0; i < slot->sink_count; i++) {
    const struct slot_sink *sink = &slot->sinks[i];
    struct cm_str key;
    if (!sink->placed) {
      t->not_understood = true;
    } else if (sink->place.kind == KEY_WHOLE_LIST) {
      if (t->list_slot != NO_FUNC && t->list_slot != w->call->gid) t->not_understood = true;
      t->list_slot = w->call->gid;
      t->list_row = sink->row;
      w->gives_list = true;
    } else if (read_key(w->call, &sink->place, &key)) {
      w->ask = add_ask(t, w->call->gid, sink->row, key);
    }
  }
  if (slot->sink_count) return true;
  if (cm_str_is(cm_name_base(slot->interface), "wasmcloud:secrets/secret") && cm_str_is(slot->function, "get")) {
    w->ask = add_ask(t, w->call->gid, NULL, slot->source);
    return true;
  }
  uint32_t handle = (uint32_t)argument(w->call, 0);
  if (!handle || handle > t->handle_count) return false;
  w->ask = t->handles[handle - 1];
  return w->ask != NO_ASK;  // what else is asked of a request is not known
}

static bool builtin(struct trial *t, const struct laboratory_foreign *call, const struct cm_canon *canon) {
  // A resource of the provider's own is its representation.
  bool same = canon->kind == CM_CANON_RESOURCE_NEW || canon->kind == CM_CANON_RESOURCE_REP;
  if (same && call->type->result_count) call->results[0] = call->arguments[0];
  if (!same && canon->kind != CM_CANON_RESOURCE_DROP) t->not_understood = true;
  return true;
}

bool trial_host(void *context, const struct laboratory_foreign *call) {
  struct trial *t = context;
  struct program *program = t->program;
  struct cm_core_target target = cm_graph_func(program->graph, program->instance_of[call->gid], program_func(program, call->gid));
  if (t->not_understood) return false;
  if (target.kind == CM_TARGET_BUILTIN && target.canon) return builtin(t, call, target.canon);
  struct slot slot;
  struct cm_typeref type = {0};
  struct cm_signature signature;
  slot_read(program, call->gid, &slot);
  bool known = target.kind == CM_TARGET_LOWERED && target.origin && target.canon &&
               cm_type_resolve(target.origin->type_scope, target.origin->type_index, &type, NULL) && type.type &&
               type.type->kind == CM_TYPE_FUNC &&
               cm_signature_of(type.scope, type.type, true, target.canon->opts.is_async, 4, &signature, NULL);
  struct answering w = {.trial = t, .call = call, .ask = NO_ASK};
  bool gives = known && type.type->func.result.kind != CM_VAL_NONE;
  if (!known) t->not_understood = true;
  if (known && !note_request(&w, &target) && !note_sinks(&w, &slot) && gives) {
    t->calls_others = true;
    w.is_absent = w.fails = t->question->shape == 1;
  }
  if (t->not_understood) return false;
  if (target.canon->opts.is_async && call->type->result_count) call->results[0].i32 = RETURNED;
  if (!gives) return true;
  if (signature.results_spilled) {
    uint64_t area = argument(call, signature.param_count - 1);
    struct cm_layout layout;
    if (!cm_layout_of(type.scope, type.type->func.result, 4, &layout, NULL)) return false;
    uint8_t *to = laboratory_foreign_bytes(call, area, layout.size);
    if (!to) return false;
    memset(to, 0, (size_t)layout.size);
    return put(&w, type.scope, type.type->func.result, area, 0);
  }
  struct cm_typeref of = {0};
  if (cm_valtype_resolve(type.scope, type.type->func.result, &of, NULL) && of.type) {
    if (of.type->kind == CM_TYPE_OWN) call->results[0].u32 = new_handle(&w);
    if (of.type->kind == CM_TYPE_RESULT) call->results[0].u32 = w.fails;
  }
  return true;
}
