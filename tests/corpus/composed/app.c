/* A program around that library; it reads one variable of its own. */
#include <stdint.h>
#include <stdlib.h>
__attribute__((import_module("tidewaiter:corpus/depth"), import_name("depth"))) uint32_t depth(void);
__attribute__((export_name("run"))) uint32_t run(void) { return depth() + (getenv("KEEL_CLEARANCE") ? 1 : 0); }
