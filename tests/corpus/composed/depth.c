/* A library that reads one variable. */
#include <stdint.h>
#include <stdlib.h>
__attribute__((export_name("tidewaiter:corpus/depth#depth"))) uint32_t depth(void) { return getenv("DRAUGHT") ? 7 : 0; }
