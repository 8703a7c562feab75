// Results of gates made by hand, for the tests of their formats: one with all that can be in it and with text that wants to break out of
// each format, one that passed, one with a file that could not be read.
#ifndef TESTS_REPORTS_SAMPLE_H
#define TESTS_REPORTS_SAMPLE_H

#include "report/gate_formats.h"

#define S(literal) \
  { (literal), sizeof(literal) - 1 }

// What no format may let through: controls, a NUL, the end of CDATA, a template, percent signs, line ends, a workflow command, markup,
// mentions, links, a mark that turns the direction of writing, wide characters, bytes that are no UTF-8.
#define AWKWARD                                                                              \
  "a\001b\033[31m\0c]]>d<x y=\"1\">&amp;{0}%0A\r\n::error::e|f`g``h*_[l](http://m)@n #1\xe2" \
  "\x80\xae\xe6\xbd\xae\xff\xef\xbf\xbf\\"

static const struct cm_frame sample_path[] = {
    {S("_ZN3app7connect17h0123456789abcdefE"), 0, 88, 0xcb2b},
    {S("std::env::_var_os"), 0, 140, 0x11f20},
    {S(""), 0, 203, 0x1b3c2},
};
static const struct cm_evidence sample_evidence[] = {
    {CM_BY_STATIC, S("app"), 0, 88, S("_ZN3app7connect17h0123456789abcdefE"), 0xcb2b, 3, sample_path, NULL},
    {CM_BY_EXECUTED, S("app > " AWKWARD), 0, 95, S(""), 0xd000, 0, NULL, NULL},
    {CM_BY_STATIC, S("app"), 0, 96, S(AWKWARD), 0xd100, 0, NULL, NULL},
    {CM_BY_STATIC, S("app"), 0, 97, S("last"), 0xd200, 0, NULL, NULL},
};

static const struct tw_rule sample_rules[] = {
    {S("known-env"),
     TW_OF_POLICY,
     TW_ERROR,
     S("Only listed variables are read"),
     S("Others are nobody's business."),
     S("Add it to the list."),
     NULL,
     {"policy.yaml", 3, 5, 3, 18}},
    {S("manifest/missing-key"),
     TW_OF_MANIFEST,
     TW_ERROR,
     S("The manifest gives each key that is asked for"),
     S(""),
     S(""),
     "https://example.test/missing",
     {NULL, 0, 0, 0, 0}},
    {S("manifest/surplus"),
     TW_OF_MANIFEST,
     TW_WARNING,
     S("The manifest gives nothing that nobody asks for"),
     S(""),
     S(""),
     NULL,
     {NULL, 0, 0, 0, 0}},
    {S("size"), TW_OF_POLICY, TW_NOTE, S("Files stay small"), S(""), S(""), NULL, {"policy.yaml", 9, 0, 0, 0}},
    {S("unused-waiver"), TW_OF_WAIVER, TW_WARNING, S("Each waiver waives something"), S(""), S(""), NULL, {NULL, 0, 0, 0, 0}},
    {S(AWKWARD), TW_OF_POLICY, TW_ERROR, S(AWKWARD), S(AWKWARD), S(AWKWARD), NULL, {"./a b/p%:,?#.yaml", 20, 3, 22, 1}},
};

static const struct tw_waiver sample_waivers[] = {
    {S("removed with the next release"), S("platform"), S("2027-01-31"), false, {"policy.yaml", 30, 5, 34, 1}},
    {S("too long ago"), S(""), S("2026-01-31"), true, {"policy.yaml", 36, 5, 0, 0}},
};

static const struct tw_fix sample_fixes[] = {
    {"policy.yaml", 7, 6, S("        - DEBUG\n"), S("allow it in policy.yaml")},
    {"deploy.yaml", 12, 13, S("    # [why] {0}\n    env:\n\n      DEBUG: \"\"\n"), S("give it in deploy.yaml")},
    {"deploy.yaml", 15, 15, S(""), S("take it out of deploy.yaml")},
    {"deploy.yaml", 0, 0, S("---\n" AWKWARD "\n```\n"), S(AWKWARD)},
};

#define PLACE(path, line, column, end) \
  { path, line, column, line, end }
static const struct tw_finding sample_findings[] = {
    {0,
     TW_ERROR,
     TW_SINCE_NEW,
     NULL,
     {TW_ABOUT_NEED, true, CM_NEED_ENV, S("DEBUG"), S("wasi:cli/environment@0.2.6"), CM_EXACT, CM_ORIGIN_APP, 0, 4,
      sample_evidence},
     S("env \"DEBUG\" is not in the list of rule known-env"),
     S(""),
     PLACE("policy.yaml", 4, 5, 18),
     1,
     sample_fixes},
    {0,
     TW_ERROR,
     TW_SINCE_NEW,
     &sample_waivers[0],
     {TW_ABOUT_NEED, true, CM_NEED_ENV, S("LEGACY_MODE"), S("wasi:cli/environment@0.2.6"), CM_EXACT, CM_ORIGIN_APP, 0, 1,
      sample_evidence},
     S("env \"LEGACY_MODE\" is not in the list of rule known-env"),
     S(""),
     PLACE("policy.yaml", 4, 5, 18),
     1,
     sample_fixes},
    {1,
     TW_ERROR,
     TW_SINCE_UNCHANGED,
     NULL,
     {TW_ABOUT_UNDECIDED, true, CM_NEED_HTTP_HOST, S("*.example.test"), S("wasi:http/types@0.2.6"), 0, 0, CM_REASON_COMPUTED, 1,
      sample_evidence},
     S("hosts like \"*.example.test\" are called, and deploy.yaml allows none"),
     S(""),
     PLACE("deploy.yaml", 11, 0, 0),
     0,
     NULL},
    {2,
     TW_WARNING,
     TW_SINCE_NEW,
     NULL,
     {TW_ABOUT_GRANT, true, CM_NEED_CONFIG, S("colour"), S(""), 0, 0, 0, 0, NULL},
     S("config \"colour\" is given, and nobody asks for it."),
     S(""),
     PLACE("deploy.yaml", 15, 7, 20),
     2,
     &sample_fixes[1]},
    {3,
     TW_NOTE,
     TW_SINCE_NEW,
     NULL,
     {TW_ABOUT_ARTIFACT, false, 0, S(""), S(""), 0, 0, 0, 0, NULL},
     S("the file takes 549 kB"),
     S("Strip it."),
     PLACE(NULL, 0, 0, 0),
     0,
     NULL},
    {2,
     TW_WARNING,
     TW_SINCE_ABSENT,
     NULL,
     {TW_ABOUT_INTERFACE, false, 0, S("wasi:blobstore/blobstore"), S(""), 0, 0, 0, 0, NULL},
     S("the host interface wasi:blobstore is given, and nobody imports it"),
     S(""),
     PLACE("deploy.yaml", 20, 0, 0),
     0,
     NULL},
    {5,
     TW_ERROR,
     TW_SINCE_NEW,
     &sample_waivers[1],
     {TW_ABOUT_NEED, true, CM_NEED_SECRET, S(AWKWARD), S(AWKWARD), CM_DECLARED, CM_ORIGIN_APP, 0, 0, NULL},
     S(AWKWARD),
     S(AWKWARD),
     {"./a b/p%:,?#.yaml", 20, 3, 22, 1},
     2,
     &sample_fixes[2]},
    // The same once more: only the ordinal of its fingerprint is another.
    {5,
     TW_ERROR,
     TW_SINCE_NEW,
     &sample_waivers[1],
     {TW_ABOUT_NEED, true, CM_NEED_SECRET, S(AWKWARD), S(AWKWARD), CM_DECLARED, CM_ORIGIN_APP, 0, 0, NULL},
     S(AWKWARD),
     S(AWKWARD),
     {"./a b/p%:,?#.yaml", 20, 3, 22, 1},
     2,
     &sample_fixes[2]},
};

static const struct tw_finding sample_general[] = {
    {4,
     TW_WARNING,
     TW_SINCE_UNKNOWN,
     NULL,
     {TW_ABOUT_POLICY, false, 0, S("OLD"), S(""), 0, 0, 0, 0, NULL},
     S("the waiver for \"OLD\" waives nothing"),
     S("Remove it."),
     PLACE("policy.yaml", 40, 5, 12),
     0,
     NULL},
};

static const struct tw_change sample_changes[] = {
    {TW_SINCE_NEW,
     {TW_ABOUT_NEED, true, CM_NEED_ENV, S("DEBUG"), S("wasi:cli/environment@0.2.6"), CM_EXACT, CM_ORIGIN_APP, 0, 1,
      sample_evidence}},
    {TW_SINCE_ABSENT,
     {TW_ABOUT_NEED, true, CM_NEED_CONFIG, S("old|`key`"), S("wasi:config/store@0.2.0-rc.1"), CM_POSSIBLE, CM_ORIGIN_APP, 0, 0,
      NULL}},
};

static const struct cm_need sample_needs[] = {
    {CM_NEED_ENV, S("DEBUG"), CM_ORIGIN_APP, CM_EXACT, S("wasi:cli/environment@0.2.6"), false, false, S(""), S(""), 1,
     sample_evidence},
    {CM_NEED_SECRET, S(AWKWARD), CM_ORIGIN_APP, CM_DECLARED, S(AWKWARD), true, true, S(AWKWARD), S("vault/key"), 0, NULL},
};
static const struct cm_unresolved sample_unresolved[] = {
    {CM_NEED_HTTP_HOST, S("wasi:http/types@0.2.6"), CM_REASON_COMPUTED, true, S("*.example.test"), 1, sample_evidence},
};

static const struct tw_needs_document sample_document = {
    .path = "build/shop.wasm",
    .sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
    .size = 549530,
    .needs = {.artifact = CM_ARTIFACT_COMPONENT,
              .need_count = 2,
              .unresolved_count = 1,
              .needs = sample_needs,
              .unresolved = sample_unresolved,
              .complete = {true, true, true, false, true, true, true, true}},
    .kinds = TW_ALL_KINDS,
};
static const struct tw_needs_document sample_awkward_document = {
    .path = "./a b/x%:,]]>.wasm",
    .sha256 = "0000000000000000000000000000000000000000000000000000000000000000",
    .size = 8,
    .needs = {.artifact = CM_ARTIFACT_MODULE},
    .kinds = TW_ALL_KINDS,
};

static const struct tw_gate_app sample_apps[] = {
    {"build/shop.wasm", &sample_document, S(""), "old.wasm", 2, sample_changes, 6, sample_findings},
    {"./a b/x%:,]]>.wasm", &sample_awkward_document, S(""), "old.wasm", 0, NULL, 2, &sample_findings[6]},
    {"broken.wasm", NULL, S("not WebAssembly: " AWKWARD), NULL, 0, NULL, 0, NULL},
};

static const struct tw_gate_input sample_inputs[] = {
    {"policy", "policy.yaml", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"manifest", "deploy.yaml", "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"},
    {"baseline", "old.wasm", "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"},
};

// All there is.
static const struct tw_gate sample_full = {S("2026-11-26"), 3, sample_inputs, 6, sample_rules, 3, sample_apps, 1, sample_general};
// One file without a finding, judged by one rule; no input, no baseline.
static const struct tw_gate_app sample_good_app[] = {{"build/shop.wasm", &sample_document, S(""), NULL, 0, NULL, 0, NULL}};
static const struct tw_gate sample_passed = {S("2026-11-26"), 0, NULL, 1, sample_rules, 1, sample_good_app, 0, NULL};
// A warning and what is excused, which do not fail.
static const struct tw_gate_app sample_excused_app[] = {
    {"build/shop.wasm", &sample_document, S(""), "old.wasm", 0, NULL, 4, &sample_findings[1]}};
static const struct tw_gate sample_excused = {S("2026-11-26"), 3, sample_inputs, 5, sample_rules, 1, sample_excused_app, 0, NULL};

static const struct {
  const char *name;
  const struct tw_gate *gate;
} samples[] = {{"full", &sample_full}, {"passed", &sample_passed}, {"excused", &sample_excused}};

#endif
