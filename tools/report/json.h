// The writer of JSON, at its old place.
#ifndef TW_REPORT_JSON_H
#define TW_REPORT_JSON_H

#include "doc/json.h"

#endif
