// The table of `tidewaiter stub`, which is a program of its own (adapt/stub.c).

#include "options.h"
#include "status.h"

static const struct tw_option options[] = {
    {.name = NULL},
};

static const char *const description[] = {
    "Makes a component that exports everything which APP imports: interfaces, labelled ones too, functions and types that stand by themselves, "
    "all with exactly the types that APP has. Each function traps; the backtrace of an engine names it: "
    "`not provided: wasi:cli/environment@0.2.3.get-environment`. It imports nothing, so that, with the stub plugged in, anything can be "
    "instantiated, and tells what it calls first.",
    "What no stub can provide is an error: core modules, components and values, and imports whose names tell a place or a version range, for "
    "no export can be called so.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter stub app.wasm -o stub.wasm", "Make it."},
    {"tidewaiter compose app.wasm --plug stub.wasm -o alone.wasm", "And put it in the place of the host."},
    {"tidewaiter compose service.wasm --plug stub=stub.wasm --export stub -o alone.wasm",
     "What a service exports has types of what it imports; these must be exported too."},
    {NULL, NULL},
};

const struct tw_command tw_cmd_stub = {
    .name = "stub",
    .summary = "Make a component that provides all that another imports, and traps",
    .description = description,
    .usage = "stub [OPTION]... APP",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 1,
    .operands_max = 1,
    .examples = examples,
};
