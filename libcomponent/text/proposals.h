// Words of the text format that proposals add which are not read here, so that they are refused for what they are. Private to text/.
#ifndef TEXT_PROPOSALS_H
#define TEXT_PROPOSALS_H

#include <component/span.h>

// The proposal that has that word; NULL when none is known to.
const char *text_proposal_of(struct cm_str word);

#endif
