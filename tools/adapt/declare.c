// `tidewaiter declare`: secrets that an app asks for by key become secrets that its type declares.
//
// Which keys it asks for is found by the analysis, as `needs` does. A place that asks for a key which is not known would go on asking for whatever
// it likes, so that nobody could tell from the type what the app needs: it is an error, unless --others says what becomes of it.

#include <component/semver.h>

#include <stdio.h>

#include "adapt.h"
#include "cmd/status.h"
#include "subject.h"
#include "virt.h"

struct declaring {
  struct tw_virt *virt;
  struct adapter_secret *secrets;
  size_t count, room;
  uint32_t undecided;
};

// "db/Password_2" as a label: lower case, hyphens for whatever else there is, no word that begins with a digit.
static struct cm_str label_of(struct cm_arena *arena, struct cm_str key) {
  char *label = cm_alloc(arena, 2 * key.size + 2);
  size_t size = 0;
  if (!label) return (struct cm_str){0};
  for (size_t i = 0; i < key.size; i++) {
    char c = key.at[i];
    bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
    bool begins = !size || label[size - 1] == '-';
    if (!upper && !lower && !digit) {
      if (!begins) label[size++] = '-';
      continue;
    }
    if (digit && begins) label[size++] = 'k';
    label[size++] = (char)(upper ? c - 'A' + 'a' : c);
  }
  while (size && label[size - 1] == '-') size--;
  return (struct cm_str){label, size};
}

static bool find_label(const struct declaring *d, struct cm_str label, const struct adapter_secret **out) {
  for (size_t i = 0; i < d->count; i++)
    if (cm_str_equal(d->secrets[i].label, label)) return *out = &d->secrets[i], true;
  return false;
}

static int add(struct declaring *d, struct cm_str key, struct cm_str label) {
  const struct adapter_secret *other;
  for (size_t i = 0; i < d->count; i++)
    if (cm_str_equal(d->secrets[i].key, key)) return TW_DONE;
  if (!label.size) {
    fprintf(stderr, "tidewaiter: the key '%.*s' makes no label; say which one it gets: --secret '%.*s=LABEL'\n", CM_STR_ARG(key),
            CM_STR_ARG(key));
    return TW_USAGE;
  }
  if (find_label(d, label, &other)) {
    fprintf(stderr,
            "tidewaiter: '%.*s' and '%.*s' would both get the label '%.*s'; give one of them another: --secret '%.*s=LABEL'\n",
            CM_STR_ARG(other->key), CM_STR_ARG(key), CM_STR_ARG(label), CM_STR_ARG(key));
    return TW_USAGE;
  }
  if (!cm_grow(&d->virt->compose.arena, &d->secrets, &d->room, d->count, sizeof *d->secrets)) return TW_BUG;
  d->secrets[d->count++] = (struct adapter_secret){key, label};
  return TW_DONE;
}

// --- what it asks for ---

static int add_given(struct declaring *d) {
  const char *text;
  int status = TW_DONE;
  struct cm_str key, label;
  for (size_t i = 0; status == TW_DONE && (text = tw_args_each(d->virt->args, "secret", i)); i++)
    status = tw_virt_pair(d->virt, "secret", text, &key, &label) && tw_virt_label(d->virt, "secret", label) ? add(d, key, label)
                                                                                                            : TW_USAGE;
  return status;
}

static int add_found(struct declaring *d, const struct cm_needs *needs) {
  struct cm_arena *arena = &d->virt->compose.arena;
  int status = TW_DONE;
  for (uint32_t i = 0; status == TW_DONE && i < needs->need_count; i++) {
    const struct cm_need *need = &needs->needs[i];
    if (need->kind != CM_NEED_SECRET || need->has_label) continue;
    struct cm_str key = {cm_alloc_text(arena, need->key.at, need->key.size), need->key.size};
    status = key.at ? add(d, key, label_of(arena, key)) : TW_BUG;
  }
  for (uint32_t i = 0; i < needs->unresolved_count; i++) {
    const struct cm_unresolved *u = &needs->unresolved[i];
    if (u->kind != CM_NEED_SECRET || tw_args_has(d->virt->args, "others")) continue;
    const struct cm_evidence *e = u->evidence_count ? u->evidence : NULL;
    fprintf(stderr, "tidewaiter: %s: a secret is asked for whose key is not known: %s%s%.*s\n", d->virt->compose.paths[0],
            cm_reasons[u->reason], e && e->name.size ? ", in " : "", CM_STR_ARG(e ? e->name : CM_STR("")));
    d->undecided++;
  }
  return status;
}

static int find(struct declaring *d) {
  struct tw_analysis analysis;
  int status = add_given(d);
  if (status == TW_DONE) status = tw_virt_analyse(d->virt, &analysis);
  if (status) return status;
  status = add_found(d, &analysis.document.needs);
  tw_analysis_close(&analysis);
  if (status == TW_DONE && d->undecided) {
    fputs("tidewaiter: say with --others whether such keys are `refused` or `passed` on to the host's store\n", stderr);
    return TW_NO;
  }
  return status;
}

// --- the adapters ---

static int declare_store(struct declaring *d, const struct cm_item *store) {
  const struct tw_args *args = d->virt->args;
  const char *others = tw_args_value(args, "others");
  struct cm_str own = tw_virt_interface(store), host = cm_str_of(tw_args_value(args, "secrets-interface"));
  // Secrets can be imported by label since 2.1.0.
  bool same = cm_semver_compare_texts(cm_name_version(own), CM_STR("2.1.0")) >= 0;
  struct adapter_secrets secrets = {d->secrets, (uint32_t)d->count, others && strcmp(others, "passed") == 0, same ? own : host};
  for (size_t i = 0; i < d->count; i++)
    fprintf(d->virt->note, "secret %.*s: declared, import %.*s\n", CM_STR_ARG(d->secrets[i].key), CM_STR_ARG(d->secrets[i].label));
  return tw_virt_secrets(d->virt, "secrets", store, &secrets);
}

static int apply(struct tw_virt *virt) {
  struct declaring d = {.virt = virt};
  struct adapter_subject all;
  int status = find(&d);
  if (status || !d.count) return status;
  status = tw_virt_subject(virt, "secret", "wasmcloud:secrets/store", &all);
  for (uint32_t i = 0; status == TW_DONE && i < all.import_count; i++) status = declare_store(&d, all.imports[i]);
  return status;
}

static const struct tw_capability secrets = {"secrets", apply};
static const struct tw_capability *const capabilities[] = {&tw_capability_env_declared, &secrets, NULL};

int tw_run_declare(const struct tw_args *args) {
  return tw_virt_run(args, capabilities,
                     "nothing is to be declared: no secret is asked for by a key that is known, and no --env says more");
}
