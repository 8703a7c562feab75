// What findings and changes are about, made of what a document holds.
#ifndef TW_GATE_SUBJECT_H
#define TW_GATE_SUBJECT_H

#include "report/findings.h"

struct tw_subject tw_subject_of_need(const struct cm_need *need);
struct tw_subject tw_subject_of_place(const struct cm_unresolved *place);

// An import, export or host interface, by its name with the version.
struct tw_subject tw_subject_of_interface(struct cm_str name);

#endif
