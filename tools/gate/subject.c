// What findings and changes are about.

#include "subject.h"

struct tw_subject tw_subject_of_need(const struct cm_need *need) {
  return (struct tw_subject){.about = TW_ABOUT_NEED,
                             .has_kind = true,
                             .kind = need->kind,
                             .key = need->key,
                             .source = need->source,
                             .certainty = need->certainty,
                             .origin = need->origin,
                             .evidence_count = need->evidence_count,
                             .evidence = need->evidence};
}

struct tw_subject tw_subject_of_place(const struct cm_unresolved *place) {
  return (struct tw_subject){.about = TW_ABOUT_UNDECIDED,
                             .has_kind = true,
                             .kind = place->kind,
                             .key = place->has_pattern ? place->pattern : CM_STR(""),
                             .source = place->source,
                             .reason = place->reason,
                             .evidence_count = place->evidence_count,
                             .evidence = place->evidence};
}

struct tw_subject tw_subject_of_interface(struct cm_str name) {
  return (struct tw_subject){.about = TW_ABOUT_INTERFACE, .key = name, .source = name};
}
