// What `tidewaiter --version` says.
#ifndef TW_VERSION_H
#define TW_VERSION_H

#include <stdio.h>

void tw_version_print(FILE *to);

#endif
