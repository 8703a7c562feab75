// Holding components against the manifests that deploy them.
//
// Each file is paired with its component in the manifests. The files of one workload are then made into the workload that `tidewaiter
// manifest` would deploy them as, and what that wants is compared with what the manifests grant, part by part. What a component may
// want beyond what is known, because a place in it could not be decided, is never called a surplus.

#include "supply.h"

#include "report/needs_words.h"
#include "subject.h"
#include "supply_parts.h"

enum { NAMES_SHOWN = 5 };

// --- words and findings ---

struct tw_finding tw_supply_finding(const struct tw_deployment *in, enum tw_builtin rule, struct tw_subject subject,
                                    const struct tw_spot *at, const struct tw_spot *otherwise) {
  const struct tw_spot *spot = at && at->doc ? at : otherwise;
  struct tw_finding finding = {.rule = in->rules[rule], .level = tw_builtins[rule].level, .subject = subject};
  if (spot && spot->doc) {
    finding.place = (struct tw_place){.path = spot->doc->path, .line = spot->at.line, .column = spot->at.column};
  }
  return finding;
}

struct tw_subject tw_subject_of_want(const struct tw_want *want) {
  // A want has the key that the platform knows it by, and may come without a need.
  struct tw_subject subject = want->need ? tw_subject_of_need(want->need) : (struct tw_subject){.about = TW_ABOUT_NEED};
  subject.has_kind = true;
  subject.kind = want->kind;
  subject.key = want->key;
  return subject;
}

struct tw_subject tw_subject_of_grant(enum cm_need_kind kind, struct cm_str key) {
  return (struct tw_subject){.about = TW_ABOUT_GRANT, .has_kind = true, .kind = kind, .key = key};
}

struct cm_str tw_deployed_name(const struct tw_deployed *one) {
  return one->granted->name.size ? one->granted->name : CM_STR("the service");
}

struct tw_fix_home tw_resource_home(const struct tw_deployment *in, const struct tw_deployed *one, const char *outer,
                                    const char *inner) {
  if (one->granted->resources.node) {
    return (struct tw_fix_home){&one->granted->resources, {outer, inner}};
  }
  if (in->granted->kind == TW_GRANTS_WASH) {
    return (struct tw_fix_home){0};
  }
  return (struct tw_fix_home){&one->granted->at, {"localResources", outer, inner}};
}

bool tw_place_tells(const struct cm_unresolved *place) {
  return place->has_pattern && place->pattern.size > 0 && !cm_str_is(place->pattern, "*");
}

enum tw_asks tw_may_ask(const struct cm_needs *needs, enum cm_need_kind kind, struct cm_str key) {
  enum tw_asks asks = TW_ASKS_NOT;
  bool some = false;
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    const struct cm_unresolved *place = &needs->unresolved[i];
    if (place->kind != kind) {
      continue;
    }
    some = true;
    if (!tw_place_tells(place)) {
      asks = TW_ASKS_PERHAPS;
    } else if (tw_needs_pattern_fits(place->pattern, key)) {
      return TW_ASKS_LIKELY;
    }
  }
  // A list that is not complete has its places listed; where it has not, something was left out of a document that was read.
  return some || needs->complete[kind] ? asks : TW_ASKS_PERHAPS;
}

// --- what is said of a component as a whole ---

// Undecided places of a kind, all together: what the manifest must give for them is for people to know.
static void note_undecided(const struct tw_deployment *in, const struct tw_deployed *one) {
  const struct cm_needs *needs = &one->document->needs;
  struct tw_needs_words words = {.arena = one->to->arena};
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    const struct cm_unresolved *place = &needs->unresolved[i];
    struct tw_finding finding = tw_supply_finding(in, TW_BUILTIN_UNDECIDED, tw_subject_of_place(place), &one->granted->at, NULL);
    struct cm_str what = tw_word_undecided(&words, place, tw_undecided_places(place));
    finding.message =
        tw_collect_format(one->to, "%.*s may need more than is known: %.*s", CM_STR_ARG(tw_deployed_name(one)), CM_STR_ARG(what));
    tw_collect_measured(one->to, &finding, tw_undecided_places(place));
  }
  one->to->failed |= words.failed;
}

static void judge_image(const struct tw_deployment *in, const struct tw_deployed *one) {
  const struct tw_granted_component *granted = one->granted;
  bool wash = in->granted->kind == TW_GRANTS_WASH;
  bool placeholder = granted->image.size > 0 && memmem(granted->image.at, granted->image.size, "replace-me", 10);
  if (wash || (granted->image.size > 0 && !placeholder)) {
    return;
  }
  const struct tw_node *node = tw_node_get(granted->at.node, "image");
  struct tw_spot spot = {granted->at.doc, node, node ? node->from : granted->at.at};
  struct tw_subject subject = {.about = TW_ABOUT_ARTIFACT, .key = CM_STR("image")};
  struct tw_finding finding = tw_supply_finding(in, TW_BUILTIN_UNSET_VALUE, subject, &spot, NULL);
  finding.message = tw_collect_format(one->to, "the image of %.*s is not filled in", CM_STR_ARG(tw_deployed_name(one)));
  tw_collect(one->to, &finding);
}

// --- pairing ---

static size_t component_count(const struct tw_grants *grants) {
  size_t count = 0;
  for (size_t i = 0; i < grants->workload_count; i++) {
    count += grants->workloads[i].component_count;
  }
  return count;
}

// "settings, shop and 3 more"
static struct cm_str component_names(struct tw_collector *to, const struct tw_grants *grants) {
  struct cm_str names = CM_STR("");
  size_t count = 0;
  for (size_t i = 0; i < grants->workload_count; i++) {
    for (size_t j = 0; j < grants->workloads[i].component_count && count < NAMES_SHOWN; j++) {
      struct cm_str name = grants->workloads[i].components[j].name;
      names = tw_collect_format(to, "%.*s%s%.*s", CM_STR_ARG(names), count++ ? ", " : "",
                                CM_STR_ARG(name.size ? name : CM_STR("a service")));
    }
  }
  size_t all = component_count(grants);
  return all > count ? tw_collect_format(to, "%.*s and %zu more", CM_STR_ARG(names), all - count) : names;
}

static void report_unpaired(const struct tw_manifests *manifests, const struct tw_supplied *file, const uint32_t *rules,
                            struct cm_str name) {
  const struct tw_grants *grants = &manifests->grants;
  struct tw_deployment in = {.rules = rules};
  struct tw_spot top = {.doc = manifests->doc_count ? manifests->docs[0] : NULL, .at = {.line = 1, .column = 1}};
  struct tw_subject subject = {.about = TW_ABOUT_ARTIFACT, .key = name};
  struct tw_finding finding =
      tw_supply_finding(&in, TW_BUILTIN_NO_COMPONENT, subject, grants->workload_count ? &grants->workloads[0].at : NULL, &top);
  if (component_count(grants) == 0) {
    finding.message =
        CM_STR("the manifests deploy no component: there is no WorkloadDeployment and no configuration of wash among them");
  } else {
    finding.message =
        tw_collect_format(file->to, "the manifests deploy %.*s, and none of that has the name %.*s, or an image of that name",
                          CM_STR_ARG(component_names(file->to, grants)), CM_STR_ARG(name));
  }
  tw_collect(file->to, &finding);
}

// The pair of a file; `granted` NULL where there is none.
static struct tw_deployed pair(const struct tw_manifests *manifests, const struct tw_supplied *file, bool only,
                               const uint32_t *rules, const struct tw_granted_workload **workload) {
  struct tw_deployed one = {.file = file, .document = file->document, .to = file->to};
  struct cm_str name = tw_name_of_path(file->to->arena, file->path);
  one.granted = tw_grants_find(&manifests->grants, name, only, workload);
  if (!one.granted) {
    report_unpaired(manifests, file, rules, name);
  }
  return one;
}

// --- one workload ---

static bool has_component(const struct tw_deployment *in, const struct tw_granted_component *component) {
  for (size_t i = 0; i < in->count; i++) {
    if (in->all[i].granted == component) {
      return true;
    }
  }
  return false;
}

// Makes of the files what `tidewaiter manifest` would make of them. False: no memory.
static bool want_workload(struct tw_deployment *in, struct cm_arena *arena) {
  struct tw_app *apps = cm_alloc_array(arena, in->count, sizeof *apps);
  struct tw_workload_options options = {0};
  struct cm_diag diag;
  for (size_t i = 0; apps && i < in->count; i++) {
    apps[i].document = in->all[i].document;
  }
  if (!apps || !tw_workload_make(arena, apps, in->count, &options, &in->wanted, &diag)) {
    return false;
  }
  for (size_t i = 0; i < in->count; i++) {
    in->all[i].wanted = &in->wanted.components[i];
  }
  in->whole = true;
  for (size_t i = 0; i < in->granted->component_count; i++) {
    in->whole = in->whole && has_component(in, &in->granted->components[i]);
  }
  return true;
}

static void judge_workload(struct tw_deployment *in) {
  struct tw_collector *to = in->all[0].to;
  if (!want_workload(in, to->arena)) {
    to->failed = true;
    return;
  }
  for (size_t i = 0; i < in->count; i++) {
    judge_image(in, &in->all[i]);
    note_undecided(in, &in->all[i]);
  }
  tw_supply_keys(in);
  tw_supply_network(in);
  tw_supply_interfaces(in);
}

void tw_supply_judge(const struct tw_manifests *manifests, const struct tw_supplied *files, size_t count,
                     const uint32_t rules[TW_BUILTIN_COUNT]) {
  if (count == 0) {
    return;
  }
  struct cm_arena *arena = files[0].to->arena;
  struct tw_deployed *paired = cm_alloc_array(arena, count, sizeof *paired);
  struct tw_deployed *of_one = cm_alloc_array(arena, count, sizeof *of_one);
  const struct tw_granted_workload **workloads = cm_alloc_array(arena, count, sizeof(const struct tw_granted_workload *));
  if (!paired || !of_one || !workloads) {
    files[0].to->failed = true;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    if (files[i].document) {
      paired[i] = pair(manifests, &files[i], count == 1, rules, &workloads[i]);
    }
  }
  for (size_t w = 0; w < manifests->grants.workload_count; w++) {
    struct tw_deployment in = {
        .manifests = manifests, .rules = rules, .granted = &manifests->grants.workloads[w], .all = of_one, .count = 0};
    for (size_t i = 0; i < count; i++) {
      if (paired[i].granted && workloads[i] == in.granted) {
        of_one[in.count++] = paired[i];
      }
    }
    if (in.count > 0) {
      judge_workload(&in);
    }
  }
}
