// The whole analysis over small components and modules: which keys are found, how certain they are, what stays undecided and why; and
// that memory which runs out anywhere is said.

#include "analyze/runtime_names.h"
#include "analyze_samples.h"
#include "data/analyze.h"
#include "data/graph.h"

#include <component/encode.h>
#include <component/needs.h>
#include <component/parse.h>

struct answer {
  struct built built;
  struct cm_needs needs;
  struct cm_diag diag;
  bool ok;
};

static void ask(struct answer *a, const struct sample *sample, const struct cm_allocator *allocator,
                const struct cm_needs_options *options) {
  memset(a, 0, sizeof *a);
  if (!link_sample(&a->built, sample, allocator, &a->diag)) return;
  a->ok = a->built.component
              ? cm_needs_of_component(&a->built.arena, a->built.component, a->built.graph, options, &a->needs, &a->diag)
              : cm_needs_of_module(&a->built.arena, a->built.module, options, &a->needs, &a->diag);
}

static struct answer needs_of(const char *name) {
  struct answer a;
  ask(&a, sample_named(analyze_samples, name), NULL, NULL);
  if (!a.ok) fail_msg("%s: %s", name, a.diag.message);
  return a;
}

static void put_away(struct answer *a) { cm_arena_free(&a->built.arena); }

// The needs in one line: "config constant exact, config first possible".
static void assert_needs(const struct answer *a, const char *expected) {
  char line[1000] = "";
  for (uint32_t i = 0; i < a->needs.need_count; i++) {
    const struct cm_need *n = &a->needs.needs[i];
    size_t at = strlen(line);
    snprintf(line + at, sizeof line - at, "%s%s %.*s %s", i ? ", " : "", cm_need_kinds[n->kind], CM_STR_ARG(n->key),
             cm_certainties[n->certainty]);
  }
  assert_string_equal(line, expected);
}

// Each of the calls that are undecided is said, at its own place.
static void assert_each_unresolved(const struct answer *a, enum cm_need_kind kind, enum cm_reason reason, const char *pattern,
                                   uint32_t count) {
  assert_int_equal(a->needs.unresolved_count, count);
  for (uint32_t i = 0; i < count; i++) {
    const struct cm_unresolved *u = &a->needs.unresolved[i];
    assert_int_equal(u->kind, kind);
    assert_string_equal(cm_reasons[u->reason], cm_reasons[reason]);
    assert_int_equal(u->has_pattern, *pattern != 0);
    assert_true(cm_str_is(u->pattern, pattern));
    assert_true(u->evidence_count > 0);
    if (i) assert_int_not_equal(u->evidence->offset, u[-1].evidence->offset);
  }
  for (unsigned k = 0; k < CM_NEED_KIND_COUNT; k++) assert_int_equal(a->needs.complete[k], k != (unsigned)kind);
}

static void assert_unresolved(const struct answer *a, enum cm_need_kind kind, enum cm_reason reason, const char *pattern) {
  assert_each_unresolved(a, kind, reason, pattern, 1);
}

static void assert_all_complete(const struct answer *a) {
  assert_int_equal(a->needs.unresolved_count, 0);
  for (unsigned k = 0; k < CM_NEED_KIND_COUNT; k++) assert_true(a->needs.complete[k]);
}

static const struct cm_need *need_of(const struct answer *a, const char *key) {
  for (uint32_t i = 0; i < a->needs.need_count; i++)
    if (cm_str_is(a->needs.needs[i].key, key)) return &a->needs.needs[i];
  fail_msg("no need %s", key);
  return NULL;
}

static void known_keys(void **state) {
  (void)state;
  struct answer a = needs_of("config_known");
  assert_needs(&a, "config constant exact, config first possible, config four exact, config helped exact, config one exact, "
                   "config second-one possible, config to exact");
  assert_all_complete(&a);
  put_away(&a);
}

// A core module does not tell where the parameters of an interface's functions stand: what it asks by these is not known.
static void the_core_of_a_component(void **state) {
  (void)state;
  struct answer a = needs_of("core_of_component");
  assert_needs(&a, "");
  static const enum cm_need_kind kinds[] = {CM_NEED_ENV, CM_NEED_CONFIG, CM_NEED_SECRET, CM_NEED_KEYVALUE_BUCKET};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    uint32_t count = 0;
    for (uint32_t u = 0; u < a.needs.unresolved_count; u++) count += a.needs.unresolved[u].kind == kinds[i];
    assert_int_equal(count, 1);
    assert_false(a.needs.complete[kinds[i]]);
  }
  assert_int_equal(a.needs.unresolved_count, 4);
  assert_true(a.needs.complete[CM_NEED_HTTP_HOST]);
  put_away(&a);
}

// A text that was cut into pieces on another way is no key as a whole: who finds its end knows that it has no separator.
static void keys_cut_into_pieces(void **state) {
  (void)state;
  struct answer a = needs_of("config_cut");
  assert_needs(&a, "config changed possible, config first exact");
  assert_int_equal(a.needs.unresolved_count, 2);  // and for what was changed
  put_away(&a);
}

// What code writes to through pointers that it was given is not what it was; all else is.
static void overwritten_keys(void **state) {
  (void)state;
  struct answer a = needs_of("config_overwritten");
  assert_needs(&a, "config beside exact, config constant exact, config either exact, config first possible, config head exact, "
                   "config passed exact");
  assert_each_unresolved(&a, CM_NEED_CONFIG, CM_REASON_COMPUTED, "", 3);
  put_away(&a);
}

// So is what it writes to through pointers in memory that leads there: a list, a field of a struct.
static void overwritten_keys_that_are_led_to(void **state) {
  (void)state;
  struct answer a = needs_of("config_led");
  assert_needs(&a, "config from exact, config listed exact, config slice exact");
  assert_each_unresolved(&a, CM_NEED_CONFIG, CM_REASON_COMPUTED, "", 4);
  put_away(&a);
}

// And what it writes to through pointers that calls give back, or that it finds in memory.
static void overwritten_keys_that_are_returned(void **state) {
  (void)state;
  struct answer a = needs_of("config_returned");
  assert_needs(&a, "config listed exact, config read exact, config read-only exact, config row-one exact, config row-two exact");
  assert_int_equal(a.needs.unresolved_count, 9);  // one of them is written to behind its beginning
  for (uint32_t i = 0; i < a.needs.unresolved_count; i++)
    assert_true(cm_str_is(a.needs.unresolved[i].pattern, i + 1 < a.needs.unresolved_count ? "" : "gi*"));
  assert_false(a.needs.complete[CM_NEED_CONFIG]);
  put_away(&a);
}

// And what it writes to through pointers that blocks of the heap hold.
static void overwritten_keys_that_the_heap_leads_to(void **state) {
  (void)state;
  struct answer a = needs_of("config_kept");
  assert_needs(&a, "config beside exact, config first possible, config fourth exact, config second exact");
  assert_each_unresolved(&a, CM_NEED_CONFIG, CM_REASON_EXPORTED, "", 2);
  put_away(&a);
}

// What was stored in a variable is one of the things that it can be once code was passed over that touches it.
static void touched_variables(void **state) {
  (void)state;
  struct answer a = needs_of("config_touched");
  assert_needs(&a, "config handed possible, config kept exact, config stored possible");
  assert_each_unresolved(&a, CM_NEED_CONFIG, CM_REASON_COMPUTED, "", 2);
  put_away(&a);
}

// A variable of which each store is known is asked for by all that it may hold.
static void variables_of_known_values(void **state) {
  (void)state;
  struct answer a = needs_of("environ_variables");
  assert_needs(
      &a, "env BLANK exact, env CPY_A possible, env CUT_A possible, env GIV_A possible, env LED_A possible, env LED_B possible, "
          "env LOC_A possible, env LOC_B possible, env RND_A possible, env SET_A possible, env SET_B possible");
  // What is given, what differs between rounds, what is set in part, and what is copied.
  assert_int_equal(a.needs.unresolved_count, 4);
  for (uint32_t i = 0; i < a.needs.unresolved_count; i++) assert_int_equal(a.needs.unresolved[i].reason, CM_REASON_COMPUTED);
  put_away(&a);
}

// What the data say holds where the host starts the program, until code may have written there: a list is what was added to it.
static void variables_at_the_outset(void **state) {
  (void)state;
  struct answer a = needs_of("environ_begun");
  assert_needs(&a, "env LATER exact, env THIRD exact");
  assert_all_complete(&a);
  put_away(&a);
  // So do zeros that nobody but who leads there writes to.
  a = needs_of("environ_begun_blank");
  assert_needs(&a, "env LATER exact, env THIRD exact");
  assert_all_complete(&a);
  put_away(&a);
  // So do those that nobody writes to, whoever has their address.
  a = needs_of("environ_begun_unset");
  assert_needs(&a, "env FIRST exact, env LATER possible, env SECOND possible");
  assert_all_complete(&a);
  put_away(&a);
}

// What a function chooses from is asked for where it is called with what chooses it.
static void names_that_callers_choose(void **state) {
  (void)state;
  struct answer a = needs_of("environ_chosen");
  assert_needs(&a, "env FIRST exact, env THIRD exact");
  assert_all_complete(&a);
  put_away(&a);
}

// Each of several texts that are copied keeps its own length.
static void names_of_several_lengths(void **state) {
  (void)state;
  struct answer a = needs_of("environ_sized");
  assert_needs(&a, "env FIRST possible, env SECOND possible, env THIRDS possible, env THIRDSS possible");
  assert_all_complete(&a);
  put_away(&a);
}

// Nor is one that does so where a variable is set.
static void variables_that_steer_lookups(void **state) {
  (void)state;
  struct answer a = needs_of("environ_steered");
  assert_needs(&a, "env BERTH possible, env HOME_PORT exact, env QUAY exact");
  assert_all_complete(&a);
  put_away(&a);
  // Or where it leads to a text: a prefix.
  a = needs_of("environ_led");
  assert_needs(&a, "env HOME_PORT exact, env OLD_BERTH exact, env OLD_QUAY exact");
  assert_all_complete(&a);
  put_away(&a);
}

// Nor is one that puts what another argument brings, or leads to, to the name.
static void names_made_of_two_arguments(void **state) {
  (void)state;
  struct answer a = needs_of("environ_prefixed");
  assert_needs(&a, "env HOME_PORT exact, env OLD_BERTH exact");
  assert_all_complete(&a);
  put_away(&a);
}

// The memory of a program with threads comes from the host.
static void memory_of_the_host(void **state) {
  (void)state;
  struct answer a = needs_of("environ_shared");
  assert_needs(&a, "env BERTH exact, env HOME_PORT exact");
  assert_all_complete(&a);
  put_away(&a);
}

// A function that looks up made-up names, and something else in the place of one of the program's own, is no lookup.
static void renamed_variables(void **state) {
  (void)state;
  struct answer a = needs_of("environ_renamed");
  assert_needs(&a, "env HOME_PORT exact, env PLAIN exact, env QUAY exact");
  assert_all_complete(&a);
  put_away(&a);
  // Nor is one that goes through the list by itself. What it asks for is not known to the last letter, and that is said.
  a = needs_of("environ_renamed_alone");
  assert_needs(&a, "env HOME_PORT exact, env PLAIN exact, env QUAY exact");
  assert_false(a.needs.complete[CM_NEED_ENV]);
  put_away(&a);
}

// A loop goes on as long as its end is known, however it is left.
static void loops_that_are_left_by_other_ways(void **state) {
  (void)state;
  struct answer a = needs_of("config_leaves");
  assert_needs(&a,
               "config five exact, config four exact, config one exact, config six exact, config three exact, config two exact");
  assert_all_complete(&a);
  put_away(&a);
}

// Nor is a key passed by because of data that code writes to. Where there is more to be learnt than there are rounds, that is said.
static void data_that_decide_what_is_asked(void **state) {
  (void)state;
  struct answer a = needs_of("config_rounds");
  assert_needs(&a, "config fifth exact, config first exact, config fourt exact, config secon exact, config third exact");
  assert_int_equal(a.needs.unresolved_count, 1);
  assert_int_equal(a.needs.unresolved[0].reason, CM_REASON_LIMIT);
  assert_false(a.needs.complete[CM_NEED_CONFIG]);
  put_away(&a);
}

// Which method is meant, and its object, were chosen together; and one of few places in a table.
static void keys_that_are_chosen(void **state) {
  (void)state;
  struct answer a = needs_of("config_chosen");
  assert_needs(&a, "config key-a exact, config key-b exact, config key-c possible, config key-d possible, config key-e possible");
  assert_all_complete(&a);
  put_away(&a);
}

static void keys_by_longer_ways(void **state) {
  (void)state;
  struct answer a = needs_of("config_ways");
  assert_needs(&a, "config far exact, config near exact");
  assert_all_complete(&a);
  put_away(&a);
}

// A key is exact where a call is known that may mean the function which asks for it: what a table holds besides may be asked by nobody.
static void functions_that_nobody_calls(void **state) {
  (void)state;
  struct answer a = needs_of("linked_tables");
  assert_needs(&a,
               "env ALWAYS exact, env BESIDE possible, env CHOSEN exact, env METHOD exact, env NEVER possible, env TAKEN exact");
  assert_all_complete(&a);
  put_away(&a);
}

// A method that is called through a pointer, with what object is not known: it is one that was made where that is known, unless it is changed
// afterwards, be it by the method. A block that it leads to alone is a part of it.
static void objects_that_are_made(void **state) {
  (void)state;
  struct answer a = needs_of("linked_made");
  assert_needs(&a, "env HOME_PORT exact");
  assert_int_equal(a.needs.unresolved_count, 0);
  put_away(&a);
  a = needs_of("linked_made_changed");
  assert_needs(&a, "env HOME_PORT exact");
  assert_unresolved(&a, CM_NEED_ENV, CM_REASON_EXPORTED, "");
  put_away(&a);
  a = needs_of("linked_made_owned");
  assert_needs(&a, "env HOME_PORT exact");
  assert_int_equal(a.needs.unresolved_count, 0);
  put_away(&a);
  a = needs_of("linked_made_shared");
  assert_unresolved(&a, CM_NEED_ENV, CM_REASON_EXPORTED, "");
  put_away(&a);
  a = needs_of("linked_made_counting");
  assert_needs(&a, "env HOME_PORT exact");
  assert_unresolved(&a, CM_NEED_ENV, CM_REASON_EXPORTED, "");
  put_away(&a);
}

static void evidence_names_who_asks(void **state) {
  (void)state;
  struct answer a = needs_of("config_known");
  const struct cm_need *n = need_of(&a, "constant");
  assert_true(cm_str_is(n->source, "wasi:config/store@0.2.0-rc.1"));
  assert_int_equal(n->origin, CM_ORIGIN_APP);
  assert_int_equal(n->evidence_count, 1);
  const struct cm_evidence *e = &n->evidence[0];
  assert_int_equal(e->by, CM_BY_STATIC);
  assert_int_equal(e->module, 1);
  assert_true(cm_str_is(e->name, "constant"));
  assert_int_equal(e->path_count, 2);
  const struct sample *sample = sample_named(analyze_samples, "config_known");
  assert_true(e->offset < sample->size);
  assert_int_equal(sample->bytes[e->offset], 0x10);  // call
  // Behind a helper the deciding function comes first.
  e = &need_of(&a, "helped")->evidence[0];
  assert_true(cm_str_is(e->name, "helped"));
  assert_int_equal(e->path_count, 3);
  assert_true(cm_str_is(e->path[1].name, "ask"));
  put_away(&a);
}

static void imports_and_exports_are_listed(void **state) {
  (void)state;
  struct answer a = needs_of("config_known");
  assert_int_equal(a.needs.artifact, CM_ARTIFACT_COMPONENT);
  assert_int_equal(a.needs.import_count, 1);
  assert_true(a.needs.imports[0].reached);
  assert_int_equal(a.needs.imports[0].function_count, 2);
  assert_true(cm_str_is(a.needs.imports[0].functions[0], "get"));
  assert_int_equal(a.needs.export_count, 4);
  put_away(&a);
  a = needs_of("config_unreached");
  assert_needs(&a, "");
  assert_all_complete(&a);
  assert_false(a.needs.imports[0].reached);
  put_away(&a);
}

static void imports_of_a_module_are_gathered(void **state) {
  (void)state;
  struct answer a = needs_of("imports");
  assert_int_equal(a.needs.import_count, 2);
  const struct cm_needs_import *b = &a.needs.imports[0], *other = &a.needs.imports[1];
  assert_true(cm_str_is(b->name, "b") && cm_str_is(other->name, "a"));
  assert_int_equal(b->function_count, 2);
  assert_true(cm_str_is(b->functions[0], "x") && cm_str_is(b->functions[1], "y"));
  assert_int_equal(other->function_count, 1);
  assert_true(cm_str_is(other->functions[0], "f"));
  put_away(&a);
}

static void keys_from_outside(void **state) {
  (void)state;
  struct answer a = needs_of("config_argument");
  assert_needs(&a, "");
  assert_unresolved(&a, CM_NEED_CONFIG, CM_REASON_EXPORTED, "");
  put_away(&a);
}

static void keys_that_are_computed(void **state) {
  (void)state;
  struct answer a = needs_of("config_computed");
  assert_needs(&a, "config constant exact");
  assert_unresolved(&a, CM_NEED_CONFIG, CM_REASON_COMPUTED, "prefix-*");
  put_away(&a);
}

// Each call of a helper that stays undecided is one, and what it is given there is not all that it asks for.
static void calls_that_are_undecided_in_part(void **state) {
  (void)state;
  struct answer a = needs_of("config_beside");
  assert_needs(&a, "config alone exact, config far possible, config near possible");
  assert_each_unresolved(&a, CM_NEED_CONFIG, CM_REASON_COMPUTED, "", 2);
  put_away(&a);
}

// What stands behind a table whose length may be another one is no key; that there may be more is said.
static void texts_behind_a_table(void **state) {
  (void)state;
  struct answer a = needs_of("config_behind");
  assert_needs(&a, "config one possible, config two possible");
  assert_unresolved(&a, CM_NEED_CONFIG, CM_REASON_COMPUTED, "");
  put_away(&a);
  a = needs_of("config_counted");
  assert_needs(&a, "config one possible, config two possible");
  assert_unresolved(&a, CM_NEED_CONFIG, CM_REASON_COMPUTED, "");
  put_away(&a);
}

// Nor is what a coarse look takes for more rounds of the loop.
static void the_first_texts_of_a_table(void **state) {
  (void)state;
  struct answer a = needs_of("config_first");
  assert_needs(&a, "config one exact, config two exact");
  assert_all_complete(&a);
  put_away(&a);
}

// The ways back to the start of a loop are not told apart for ever.
static void loops_that_come_back_by_many_ways(void **state) {
  (void)state;
  struct answer a = needs_of("config_stripped");
  assert_needs(&a, "config beh exact, config behind possible, config else possible");
  assert_all_complete(&a);
  put_away(&a);
}

static void whole_lists(void **state) {
  (void)state;
  struct answer a = needs_of("config_all");
  assert_needs(&a, "");
  assert_unresolved(&a, CM_NEED_CONFIG, CM_REASON_WHOLE_LIST, "");
  put_away(&a);
}

static void keys_behind_a_table(void **state) {
  (void)state;
  struct answer a = needs_of("config_indirect");
  assert_int_equal(a.needs.need_count, 1);
  assert_true(cm_str_is(a.needs.needs[0].key, "by-table"));
  assert_all_complete(&a);
  put_away(&a);
}

// Variables hold what another export left in them: both ways count.
static void variables_decide_nothing(void **state) {
  (void)state;
  struct answer a = needs_of("config_mode");
  for (const char *key = "abcd"; *key; key++) need_of(&a, (char[]){'k', 'e', 'y', '-', *key, 0});
  assert_int_equal(a.needs.need_count, 4);
  assert_all_complete(&a);
  put_away(&a);
}

static void lookups_written_by_hand(void **state) {
  (void)state;
  struct answer a = needs_of("environ");
  assert_int_equal(a.needs.artifact, CM_ARTIFACT_MODULE);
  assert_needs(&a, "env BERTH exact, env HOME_PORT exact");
  assert_all_complete(&a);
  assert_true(cm_str_is(a.needs.needs[0].evidence[0].name, "_start"));
  put_away(&a);
}

// The array of pointers is a static variable.
static void lists_without_a_pointer(void **state) {
  (void)state;
  struct answer a = needs_of("environ_array");
  assert_needs(&a, "env BERTH exact, env MOORING exact");
  assert_all_complete(&a);
  put_away(&a);
  a = needs_of("environ_array_read");
  assert_needs(&a, "");
  assert_unresolved(&a, CM_NEED_ENV, CM_REASON_WHOLE_LIST, "");
  put_away(&a);
}

static void lookups_that_were_inlined(void **state) {
  (void)state;
  struct answer a = needs_of("environ_inlined");
  assert_needs(&a, "env DINGHY exact, env HARBOUR exact, env PILOT exact, env TUG exact");
  assert_all_complete(&a);
  assert_true(cm_str_is(need_of(&a, "PILOT")->evidence[0].name, "held"));
  assert_true(cm_str_is(need_of(&a, "TUG")->evidence[0].name, "_start"));
  put_away(&a);
}

// A function that calls itself with other constants each time is followed; and what takes the variables away asks for none.
static void functions_that_call_themselves(void **state) {
  (void)state;
  struct answer a = needs_of("environ_recursive");
  assert_needs(&a, "env REEF exact, env SHOAL exact, env SPIT exact");
  assert_all_complete(&a);
  put_away(&a);
}

// A call that may mean a lookup, or what prints: a text that looks like no variable's name is not asked for, but something may be.
static void texts_of_other_functions(void **state) {
  (void)state;
  struct answer a = needs_of("environ_guessed");
  assert_needs(&a, "env REEF exact");
  assert_unresolved(&a, CM_NEED_ENV, CM_REASON_EXPORTED, "");
  put_away(&a);
}

// A name whose length was compared is a whole one where as many letters are.
static void names_of_a_known_length(void **state) {
  (void)state;
  struct answer a = needs_of("environ_length");
  assert_needs(&a, "env CABLE exact, env YZ exact");
  assert_all_complete(&a);
  put_away(&a);
}

// To walk the list for nothing is not to read it.
static void entries_that_are_counted(void **state) {
  (void)state;
  struct answer a = needs_of("environ_idle");
  assert_needs(&a, "");
  assert_all_complete(&a);
  put_away(&a);
  a = needs_of("environ_counted");
  assert_needs(&a, "");
  assert_false(a.needs.complete[CM_NEED_ENV]);
  put_away(&a);
}

// What compares each entry with two names looks up the one that is tried, and is no lookup of that alone. That it asks for two is told by the
// difference that they make.
static void walks_for_two_names(void **state) {
  (void)state;
  struct answer a = needs_of("environ_two");
  assert_needs(&a, "env HARBOUR exact, env PILOT exact");
  assert_false(a.needs.complete[CM_NEED_ENV]);
  put_away(&a);
}

// Parts of objects in frames: the name in the virtual base may be written to by who is given the object; of a text that is copied with what lies
// behind it the letters stay known.
static void objects_in_frames(void **state) {
  (void)state;
  struct answer a = needs_of("objects");
  assert_needs(&a, "env BASE possible, env REEF exact");
  assert_unresolved(&a, CM_NEED_ENV, CM_REASON_COMPUTED, "");
  put_away(&a);
}

// Where a library fills a container with the environment, the program is run to learn how it looks names up there; what it sets, and what it
// seeks in another container, is not asked for.
static void containers(void **state) {
  (void)state;
  struct answer a = needs_of("container");
  assert_needs(&a, "env MOON_PHASE exact, env TIDE_HEIGHT exact");
  assert_all_complete(&a);
  put_away(&a);
}

// A name that was looked for in the environment's container is asked for, though another one may be looked into at that place, too. A place that is
// come to only where the program has gone astray or has none yet is undecided: what was seen of it says nothing of the next time.
static void containers_that_are_not_known(void **state) {
  (void)state;
  struct answer a = needs_of("container_shared");
  assert_needs(&a, "env MOON_PHASE exact, env TIDE_HEIGHT exact");
  assert_all_complete(&a);
  put_away(&a);
  a = needs_of("container_astray");
  assert_needs(&a, "env MOON_PHASE exact");
  assert_unresolved(&a, CM_NEED_ENV, CM_REASON_COMPUTED, "");
  put_away(&a);
  // In a world with more arguments it has one, which is the environment's.
  a = needs_of("container_null");
  assert_needs(&a, "env MOON_PHASE exact, env OWN_WORD exact");
  assert_int_equal(a.needs.unresolved_count, 0);
  put_away(&a);
}

// A text of the container that goes to the host may be any variable's; that it does so only where nothing is found is seen as well.
static void containers_that_are_read(void **state) {
  (void)state;
  struct answer a = needs_of("container_written");
  assert_needs(&a, "env TIDE_HEIGHT exact");
  assert_unresolved(&a, CM_NEED_ENV, CM_REASON_WHOLE_LIST, "");
  put_away(&a);
}

static void environments_that_are_taken_whole(void **state) {
  (void)state;
  struct answer a = needs_of("environ_list");
  assert_needs(&a, "");
  assert_unresolved(&a, CM_NEED_ENV, CM_REASON_NO_LOOKUP, "");
  put_away(&a);
}

// A program with its stack in memory: its start is executed, and what follows is known from there.
static void stacks_in_memory(void **state) {
  (void)state;
  struct answer a = needs_of("stacked");
  assert_needs(&a, "env CAPTURED exact, env CONSTANT exact, env FROM_INIT exact, env GODEBUG exact, env HELPED exact, "
                   "env NOT_THERE exact, env POINTED exact, env ROW_ONE exact, env ROW_THREE exact, env ROW_TWO exact, "
                   "env SET exact, env UNSET exact");
  assert_all_complete(&a);
  assert_int_equal(need_of(&a, "GODEBUG")->origin, CM_ORIGIN_RUNTIME);
  assert_int_equal(need_of(&a, "CONSTANT")->origin, CM_ORIGIN_APP);
  const struct cm_evidence *e = &need_of(&a, "HELPED")->evidence[0];
  assert_true(cm_str_is(e->name, "main.main"));
  assert_int_equal(e->path_count, 3);
  assert_true(cm_str_is(e->path[1].name, "main.ask"));
  put_away(&a);
}

// Whose need a name is depends on the function that asks, where that has a name.
// Where a Go program has no names, its runtime may ask for GODEBUG in several functions, which ask for others of its names: Binaryen puts functions
// into others. One that asks for nothing else is the application's.
static void names_that_a_runtime_asks_for_in_several_functions(void **state) {
  (void)state;
  static const struct {
    const char *key;
    uint32_t function;
  } asked[] = {{"GODEBUG", 7}, {"GOMAXPROCS", 7}, {"GODEBUG", 9}, {"GOTRACEBACK", 9}, {"GODEBUG", 20}, {"GODEBUG", 21}};
  for (size_t count = 4; count <= 6; count += 2) {
    struct cm_arena arena;
    cm_arena_init(&arena, NULL);
    const struct core_module module = {0};
    const struct cm_core_node node = {0};
    const struct cm_graph graph = {0};
    struct stacked *stacked = cm_alloc(&arena, 1);
    struct program_instance instance = {.node = &node, .module = &module, .stacked = stacked};
    struct program program = {.arena = &arena, .graph = &graph, .instances = &instance, .instance_count = 1};
    struct findings findings;
    assert_true(findings_init(&findings, &arena, &program));
    for (size_t i = 0; i < count; i++) {
      const struct cm_frame path[] = {{.function = asked[i].function, .offset = 100 + i}, {.function = 1}};
      const struct cm_evidence e = {
          .by = CM_BY_STATIC, .function = asked[i].function, .offset = 100 + i, .path = path, .path_count = 2};
      struct cm_str key = {asked[i].key, strlen(asked[i].key)};
      findings_need(&findings, CM_NEED_ENV, key, runtime_origin(CM_NEED_ENV, key, (struct cm_str){0}), CM_EXACT, CM_STR(""), &e);
    }
    runtime_settle(&findings);
    assert_false(findings.failed);
    for (size_t i = 0; i < findings.need_count; i++) {
      bool debug = cm_str_is(findings.needs[i].need.key, "GODEBUG");
      assert_int_equal(findings.needs[i].need.origin, debug && count == 6 ? CM_ORIGIN_APP : CM_ORIGIN_RUNTIME);
    }
    cm_arena_free(&arena);
  }
}

static void names_that_libraries_ask_for(void **state) {
  (void)state;
  static const struct {
    const char *key, *asker;
    enum cm_origin origin;
  } cases[] = {
      {"LIBUNWIND_PRINT_APIS", "_Unwind_RaiseException", CM_ORIGIN_RUNTIME},
      {"LIBUNWIND_PRINT_APIS", "check_flags", CM_ORIGIN_APP},
      {"RUST_BACKTRACE", "_ZN3std5panic19get_backtrace_style17h0123456789abcdefE", CM_ORIGIN_RUNTIME},
      {"RUST_BACKTRACE", "_RNvNtCs1_3std9panicking12default_hook", CM_ORIGIN_RUNTIME},
      {"RUST_BACKTRACE", "std[0123456789abcdef]::panicking::default_hook", CM_ORIGIN_RUNTIME},
      {"RUST_BACKTRACE", "_ZN3app4main17h0123456789abcdefE", CM_ORIGIN_APP},
      {"RUST_BACKTRACE", "_ZN3app12default_hook17h0123456789abcdefE", CM_ORIGIN_APP},
      // Where the application's main function was put into.
      {"RUST_BACKTRACE", "_ZN3std3sys9backtrace28__rust_begin_short_backtrace17h0123456789abcdefE", CM_ORIGIN_APP},
      {"RUST_LIB_BACKTRACE", "_ZN3std9backtrace9Backtrace7capture17h0123456789abcdefE", CM_ORIGIN_RUNTIME},
      {"TZ", "time.initLocal", CM_ORIGIN_RUNTIME},
      {"TZ", "main.main", CM_ORIGIN_APP},
      {"TZ", "runtime.main", CM_ORIGIN_APP},
      {"TMPDIR", "os.TempDir", CM_ORIGIN_RUNTIME},
      {"TMPDIR", "cos.TempDir", CM_ORIGIN_APP},
      {"TMPDIR", "_ZNSt3__24__fs10filesystem21__temp_directory_pathEPNS_10error_codeE", CM_ORIGIN_RUNTIME},
      {"TMPDIR", "temp_directory_path", CM_ORIGIN_APP},
      {"LC_ALL", "__get_locale", CM_ORIGIN_RUNTIME},
      {"LC_ALL", "my_setlocale", CM_ORIGIN_APP},
      {"GODEBUG", "settings", CM_ORIGIN_APP},
      {"LOG_LEVEL", "", CM_ORIGIN_APP},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct cm_str key = {cases[i].key, strlen(cases[i].key)}, asker = {cases[i].asker, strlen(cases[i].asker)};
    if (runtime_origin(CM_NEED_ENV, key, asker) != cases[i].origin) fail_msg("%s of %s", cases[i].key, cases[i].asker);
    assert_int_equal(runtime_origin(CM_NEED_CONFIG, key, asker), CM_ORIGIN_APP);
  }
}

static void stacks_in_memory_that_tell_little(void **state) {
  (void)state;
  struct answer a = needs_of("stacked_open");
  assert_needs(&a, "env ALWAYS possible, env GODEBUG exact, env NOT_THERE exact, env SOMETIMES possible");
  unsigned told[CM_REASON_COUNT] = {0};
  for (uint32_t i = 0; i < a.needs.unresolved_count; i++)
    told[a.needs.unresolved[i].reason] += a.needs.unresolved[i].evidence_count;
  assert_int_equal(told[CM_REASON_COMPUTED], 1);    // the name that the clock gives
  assert_int_equal(told[CM_REASON_INDIRECT], 2);    // the function value that is stored, and one that nobody has
  assert_int_equal(told[CM_REASON_WHOLE_LIST], 1);  // main takes it
  assert_false(a.needs.complete[CM_NEED_ENV]);
  put_away(&a);
}

static void declared_secrets(void **state) {
  (void)state;
  struct answer a = needs_of("secret");
  assert_needs(&a, "secret alpha declared, secret zeta declared");
  assert_all_complete(&a);
  const struct cm_need *zeta = need_of(&a, "zeta");
  assert_true(zeta->has_label && zeta->has_external_id && cm_str_is(zeta->label, "zeta") &&
              cm_str_is(zeta->external_id, "vault#z"));
  assert_false(need_of(&a, "alpha")->has_external_id);
  assert_int_equal(zeta->evidence_count, 0);
  put_away(&a);
}

// The environment is reached through wit-component's shim; main asks for it and looks nothing up.
static void needs_behind_a_shim(void **state) {
  (void)state;
  struct answer a;
  ask(&a, sample_named(graph_samples, "shim"), NULL, NULL);
  assert_true(a.ok);
  assert_unresolved(&a, CM_NEED_ENV, CM_REASON_NO_LOOKUP, "");
  put_away(&a);
}

static void few_steps_leave_it_undecided(void **state) {
  (void)state;
  for (uint64_t steps = 1; steps < 60; steps += 3) {
    struct answer a;
    ask(&a, sample_named(analyze_samples, "config_known"), NULL, &(struct cm_needs_options){.step_limit = steps});
    assert_true(a.ok);
    // What is missing is said.
    if (a.needs.need_count < 7) assert_false(a.needs.complete[CM_NEED_CONFIG]);
    for (uint32_t i = 0; i < a.needs.unresolved_count; i++) assert_int_equal(a.needs.unresolved[i].reason, CM_REASON_LIMIT);
    put_away(&a);
  }
}

static void count_line(void *context, const char *line) {
  assert_true(*line);
  ++*(unsigned *)context;
}

static void traces(void **state) {
  (void)state;
  unsigned lines = 0;
  struct answer a;
  ask(&a, sample_named(analyze_samples, "config_known"), NULL,
      &(struct cm_needs_options){.trace = count_line, .trace_context = &lines});
  assert_true(a.ok && lines > 7);
  put_away(&a);
}

// --- memory ---

struct scarce {
  size_t left, out;
  bool refused, again;  // again: only the one allocation fails, later ones are granted
};

static void *get_scarce(void *context, size_t size) {
  struct scarce *s = context;
  if (s->left == 0 && !(s->again && s->refused)) {
    s->refused = true;
    return NULL;
  }
  if (s->left) s->left--;
  s->out++;
  return calloc(1, size);
}

static void put_scarce(void *context, void *block, size_t size) {
  struct scarce *s = context;
  (void)size;
  s->out--;
  free(block);
}

static void assert_same(const struct cm_needs *a, const struct cm_needs *b) {
  assert_int_equal(a->need_count, b->need_count);
  assert_int_equal(a->unresolved_count, b->unresolved_count);
  assert_int_equal(a->import_count, b->import_count);
  for (uint32_t i = 0; i < a->need_count; i++) {
    const struct cm_need *x = &a->needs[i], *y = &b->needs[i];
    assert_true(cm_str_equal(x->key, y->key) && x->certainty == y->certainty && x->evidence_count == y->evidence_count);
    for (uint32_t k = 0; k < x->evidence_count; k++) assert_true(cm_str_equal(x->evidence[k].name, y->evidence[k].name));
  }
  for (uint32_t i = 0; i < a->unresolved_count; i++) assert_int_equal(a->unresolved[i].reason, b->unresolved[i].reason);
  assert_memory_equal(a->complete, b->complete, sizeof a->complete);
}

// Each allocation in turn is refused: the analysis says so, or answers in full. Blocks are large, so the arena is also cut short at many
// places, whatever asks next.
static void every_allocation_fails(const struct sample *sample, bool again) {
  struct answer full, a;
  ask(&full, sample, NULL, NULL);
  assert_true(full.ok);
  for (size_t n = 0;; n++) {
    struct scarce scarce = {.left = n, .again = again};
    struct cm_allocator allocator = {get_scarce, put_scarce, &scarce};
    ask(&a, sample, &allocator, NULL);
    if (a.ok && a.needs.need_count != full.needs.need_count) print_error("%s without allocation %zu:\n", sample->name, n);
    if (a.ok)
      assert_same(&full.needs, &a.needs);
    else
      assert_int_equal(a.diag.error, CM_NO_MEMORY);
    put_away(&a);
    assert_int_equal(scarce.out, 0);
    if (!scarce.refused) break;
  }
  put_away(&full);
}

static void every_place_runs_out(const struct sample *sample) {
  struct answer full, a;
  ask(&full, sample, NULL, NULL);
  assert_true(full.ok);
  size_t total = full.built.arena.total;
  for (size_t left = 0; left < total; left += 208) {
    memset(&a, 0, sizeof a);
    assert_true(link_sample(&a.built, sample, NULL, &a.diag));
    struct cm_arena *arena = &a.built.arena;
    size_t room = (size_t)(arena->end - arena->at);
    if (left < room) {
      cm_alloc(arena, room - left);
      arena->limit = arena->total;
    } else {
      arena->limit = arena->total + left - room;
    }
    a.ok = a.built.component ? cm_needs_of_component(arena, a.built.component, a.built.graph, NULL, &a.needs, &a.diag)
                             : cm_needs_of_module(arena, a.built.module, NULL, &a.needs, &a.diag);
    if (a.ok)
      assert_same(&full.needs, &a.needs);
    else
      assert_int_equal(a.diag.error, CM_NO_MEMORY);
    put_away(&a);
  }
  put_away(&full);
}

static const char *const scarce_samples[] = {"config_known", "config_indirect", "environ", "environ_inlined"};
enum { SCARCE_SAMPLES = sizeof scarce_samples / sizeof *scarce_samples };

static void allocations_that_fail_are_said(void **state) {
  (void)state;
  for (unsigned i = 0; i < SCARCE_SAMPLES; i++) every_allocation_fails(sample_named(analyze_samples, scarce_samples[i]), false);
  for (unsigned i = 0; i < SCARCE_SAMPLES; i++) every_allocation_fails(sample_named(analyze_samples, scarce_samples[i]), true);
  every_allocation_fails(sample_named(graph_samples, "shim"), true);
  every_allocation_fails(sample_named(analyze_samples, "stacked"), true);
}

// More code mentions a key than is read: whether the key is written to stays unknown.
static void keys_that_may_be_written_to(void **state) {
  (void)state;
  static const char before[] = "(component"
                               "  (import \"wasi:config/store@0.2.0-rc.1\" (instance $store"
                               "    (export \"get\" (func (param \"key\" string) (result (option string))))))"
                               "  (core module $libc-module"
                               "    (memory (export \"memory\") 1)"
                               "    (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) (i32.const 8192)))"
                               "  (core instance $libc (instantiate $libc-module))"
                               "  (core func $get (canon lower (func $store \"get\") (memory (core memory $libc \"memory\"))"
                               "    (realloc (core func $libc \"realloc\"))))"
                               "  (core module $main-module"
                               "    (import \"libc\" \"memory\" (memory 1))"
                               "    (import \"store\" \"get\" (func $get (param i32 i32 i32)))"
                               "    (data (i32.const 16) \"first\")"
                               "    (func (export \"run\") (call $get (i32.const 16) (i32.const 5) (i32.const 1024)))"
                               "    (func $poke (param i32) (i32.store8 (local.get 0) (i32.const 0x46)))"
                               "    (func (export \"long\") i32.const 16 call $poke ";
  static const char behind[] = "))"
                               "  (core instance $main (instantiate $main-module (with \"libc\" (instance $libc))"
                               "    (with \"store\" (instance (export \"get\" (func $get))))))"
                               "  (func (export \"run\") (canon lift (core func $main \"run\")))"
                               "  (func (export \"long\") (canon lift (core func $main \"long\"))))";
  static const char nop[4] = {'n', 'o', 'p', ' '};
  static const struct {
    size_t instructions;
    const char *needs;
    bool complete;
  } rows[] = {{1000, "", false}, {2000000, "config first possible", false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct cm_arena arena;
    struct cm_parsed parsed;
    struct cm_buffer bytes;
    struct cm_diag diag = {0};
    cm_arena_init(&arena, NULL);
    size_t size = sizeof before - 1 + sizeof nop * rows[i].instructions;
    char *text = cm_alloc_array(&arena, size + sizeof behind, 1);
    assert_non_null(text);
    memcpy(text, before, sizeof before - 1);
    for (size_t at = sizeof before - 1; at < size; at += sizeof nop) memcpy(text + at, nop, sizeof nop);
    memcpy(text + size, behind, sizeof behind);
    if (!cm_parse_text(&arena, (struct cm_str){text, size + sizeof behind - 1}, NULL, &parsed, &diag)) fail_msg("%s", diag.message);
    cm_buffer_init(&bytes, NULL);
    assert_true(cm_encode(parsed.component, NULL, &bytes, &diag));
    struct answer a;
    ask(&a, &(struct sample){"long", bytes.at, bytes.size}, NULL, NULL);
    assert_true(a.ok);
    assert_needs(&a, rows[i].needs);
    assert_int_equal(a.needs.complete[CM_NEED_CONFIG], rows[i].complete);
    put_away(&a);
    cm_buffer_free(&bytes);
    cm_arena_free(&arena);
  }
}

static void memory_that_runs_out_is_said(void **state) {
  (void)state;
  for (unsigned i = 0; i < SCARCE_SAMPLES; i++) every_place_runs_out(sample_named(analyze_samples, scarce_samples[i]));
  every_place_runs_out(sample_named(graph_samples, "shim"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_keys),
      cmocka_unit_test(the_core_of_a_component),
      cmocka_unit_test(overwritten_keys),
      cmocka_unit_test(keys_cut_into_pieces),
      cmocka_unit_test(touched_variables),
      cmocka_unit_test(renamed_variables),
      cmocka_unit_test(variables_of_known_values),
      cmocka_unit_test(variables_at_the_outset),
      cmocka_unit_test(names_that_callers_choose),
      cmocka_unit_test(names_of_several_lengths),
      cmocka_unit_test(variables_that_steer_lookups),
      cmocka_unit_test(names_made_of_two_arguments),
      cmocka_unit_test(memory_of_the_host),
      cmocka_unit_test(overwritten_keys_that_are_led_to),
      cmocka_unit_test(overwritten_keys_that_are_returned),
      cmocka_unit_test(overwritten_keys_that_the_heap_leads_to),
      cmocka_unit_test(keys_that_may_be_written_to),
      cmocka_unit_test(loops_that_are_left_by_other_ways),
      cmocka_unit_test(data_that_decide_what_is_asked),
      cmocka_unit_test(keys_that_are_chosen),
      cmocka_unit_test(keys_by_longer_ways),
      cmocka_unit_test(functions_that_nobody_calls),
      cmocka_unit_test(objects_that_are_made),
      cmocka_unit_test(evidence_names_who_asks),
      cmocka_unit_test(imports_and_exports_are_listed),
      cmocka_unit_test(imports_of_a_module_are_gathered),
      cmocka_unit_test(keys_from_outside),
      cmocka_unit_test(keys_that_are_computed),
      cmocka_unit_test(calls_that_are_undecided_in_part),
      cmocka_unit_test(texts_behind_a_table),
      cmocka_unit_test(the_first_texts_of_a_table),
      cmocka_unit_test(loops_that_come_back_by_many_ways),
      cmocka_unit_test(whole_lists),
      cmocka_unit_test(keys_behind_a_table),
      cmocka_unit_test(variables_decide_nothing),
      cmocka_unit_test(lookups_written_by_hand),
      cmocka_unit_test(containers),
      cmocka_unit_test(containers_that_are_not_known),
      cmocka_unit_test(containers_that_are_read),
      cmocka_unit_test(environments_that_are_taken_whole),
      cmocka_unit_test(lists_without_a_pointer),
      cmocka_unit_test(lookups_that_were_inlined),
      cmocka_unit_test(functions_that_call_themselves),
      cmocka_unit_test(texts_of_other_functions),
      cmocka_unit_test(names_of_a_known_length),
      cmocka_unit_test(entries_that_are_counted),
      cmocka_unit_test(walks_for_two_names),
      cmocka_unit_test(objects_in_frames),
      cmocka_unit_test(stacks_in_memory),
      cmocka_unit_test(names_that_libraries_ask_for),
      cmocka_unit_test(names_that_a_runtime_asks_for_in_several_functions),
      cmocka_unit_test(stacks_in_memory_that_tell_little),
      cmocka_unit_test(declared_secrets),
      cmocka_unit_test(needs_behind_a_shim),
      cmocka_unit_test(few_steps_leave_it_undecided),
      cmocka_unit_test(traces),
      cmocka_unit_test(allocations_that_fail_are_said),
      cmocka_unit_test(memory_that_runs_out_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
