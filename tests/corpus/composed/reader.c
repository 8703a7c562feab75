/* Reads the environment through libc; what provides it is decided outside. */
#include <stdint.h>
#include <stdlib.h>
__attribute__((export_name("run"))) uint32_t run(void) { return (getenv("MOORING") ? 1 : 0) + (getenv("DRAUGHT") ? 2 : 0); }
