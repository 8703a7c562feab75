// Requests that an adapter does not let out.
#ifndef ANALYZE_SENT_H
#define ANALYZE_SENT_H

#include "analysis.h"

// Drops the hosts that were found of which no request goes out. To be called when all else is settled. False: memory is exhausted.
bool sent_settle(struct analysis *a);

#endif
