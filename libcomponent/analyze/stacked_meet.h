// What locals and words of the frame hold where ways of a body meet, in a program whose stack lies in memory. Private to stacked_flow.c.
//
// Code for such a stack goes from label to label by way of one loop, whose first instruction is a table of them (dispatch.h), a few locals are the
// registers of all that the function does, and words of its frame are used for one thing after the other. What each may be is told label by label.
#ifndef ANALYZE_STACKED_MEET_H
#define ANALYZE_STACKED_MEET_H

#include "stacked_lead.h"

#include <component/instr.h>

enum { STACKED_KEPT = 120 };  // places, the first ones that were given an address

struct stacked_kept {
  unsigned count;  // those behind have nothing
  struct lead at[STACKED_KEPT];
};

struct stacked_meet;

// NULL: memory is exhausted. What jumps brought to labels is kept from one reading of the body to the next, each of which has to begin.
struct stacked_meet *stacked_meet_new(void);
void stacked_meet_free(struct stacked_meet *meet);
void stacked_meet_begin(struct stacked_meet *meet);

// To be called with each instruction; and with each that is control flow, behind it: *kept becomes what they are there. True: something new was
// brought to a label, and the body has to be read again.
void stacked_meet_see(struct stacked_meet *meet, const struct core_instr *instr);
bool stacked_meet_turn(struct stacked_meet *meet, const struct core_instr *instr, struct stacked_kept *kept);

// False: the body has other jumps, or memory is exhausted.
bool stacked_meet_is_sound(const struct stacked_meet *meet);

#endif
