// Sets of features, and the lists that name them.

#include <component/features.h>

_Static_assert(CM_FEATURE_COUNT <= 64, "a set of features is one 64-bit number");

const struct cm_feature_info cm_feature_table[CM_FEATURE_COUNT] = {
#define CM_FEATURE(NAME, name, scope, in_default, in_official, doc) \
  [CM_FEATURE_##NAME] = {name, scope, in_default, in_official, doc},
#include <component/features.def>
#undef CM_FEATURE
};

static const char *const presets[CM_PRESET_COUNT] = {"default", "official", "all"};

const char *cm_preset_name(enum cm_preset preset) { return presets[preset]; }

struct cm_features cm_features_of(enum cm_preset preset) {
  struct cm_features set = {0};
  for (unsigned i = 0; i < CM_FEATURE_COUNT; i++) {
    const struct cm_feature_info *info = &cm_feature_table[i];
    if (preset == CM_PRESET_ALL || (preset == CM_PRESET_DEFAULT ? info->in_default : info->in_official))
      set.bits |= UINT64_C(1) << i;
  }
  return set;
}

// What one name of a list stands for; empty: it is unknown.
static uint64_t named(struct cm_str name) {
  for (unsigned i = 0; i < CM_FEATURE_COUNT; i++)
    if (cm_str_is(name, cm_feature_table[i].name)) return UINT64_C(1) << i;
  for (unsigned i = 0; i < CM_PRESET_COUNT; i++)
    if (cm_str_is(name, presets[i])) return cm_features_of(i).bits;
  return 0;
}

static struct cm_str trimmed(struct cm_str text) {
  while (text.size && text.at[0] == ' ') text = (struct cm_str){text.at + 1, text.size - 1};
  while (text.size && text.at[text.size - 1] == ' ') text.size--;
  return text;
}

bool cm_features_read(struct cm_str list, struct cm_features *features, struct cm_diag *diag) {
  struct cm_features set = *features;
  if (!trimmed(list).size) return true;
  for (;;) {
    const char *comma = memchr(list.at, ',', list.size);
    struct cm_str item = trimmed((struct cm_str){list.at, comma ? (size_t)(comma - list.at) : list.size});
    bool minus = item.size && item.at[0] == '-';
    uint64_t bits = named(minus ? (struct cm_str){item.at + 1, item.size - 1} : item);
    if (!bits) return cm_fail_at_large(diag, CM_INVALID, "there is no feature called \"%.*s\"", CM_STR_ARG(item));
    set.bits = minus ? set.bits & ~bits : set.bits | bits;
    if (!comma) break;
    list = (struct cm_str){comma + 1, list.size - (size_t)(comma + 1 - list.at)};
  }
  *features = set;
  return true;
}
