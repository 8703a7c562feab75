// The table of `tidewaiter declare`, which is a program of its own (adapt/declare.c).

#include "options.h"
#include "status.h"

static const char *const others[] = {"refused", "passed", NULL};

static const struct tw_option options[] = {
    {
        .name = "secret",
        .metavar = "KEY=LABEL",
        .repeats = true,
        .help = "The label for a key that APP asks of `wasmcloud:secrets/store`. Without it the label is the key in kebab case.",
    },
    {
        .name = "env",
        .metavar = "NAME=LABEL",
        .repeats = true,
        .help = "Let the environment variable NAME be the secret LABEL.",
    },
    {
        .name = "others",
        .metavar = "WHAT",
        .values = others,
        .help =
            "What becomes of keys that are computed when APP runs: `refused`, they are not found, or `passed` on to the host's store. "
            "Without it an APP that may ask for such a key is refused.",
    },
    {
        .name = "secrets-interface",
        .metavar = "NAME",
        .fallback = "wasmcloud:secrets/store@2.1.0",
        .help = "The store whose version the labels have, where APP's own is too old to have labels.",
    },
    {
        .name = "for",
        .metavar = "INSTANCE",
        .help = "Let all of this be for one instance within APP, a composed component, as of `tidewaiter virt`.",
    },
    {
        .name = "file",
        .letter = 'f',
        .metavar = "FILE",
        .help = "Read options from a YAML or JSON document, as of `tidewaiter virt`.",
    },
    {
        .name = "explain",
        .help = "Print which labels there are. The output itself is only written where `--output` names a file.",
    },
    {
        .name = "dry-run",
        .help = "Do all but write the output.",
    },
    {.name = NULL},
};

static const char *const description[] = {
    "Secrets that APP asks for by key, of `wasmcloud:secrets/store`, become secrets that it imports under labels. A host can then tell from "
    "APP's type which secrets it needs, and refuse to instantiate it where one is missing. The keys are found as `tidewaiter needs` finds them.",
    "With `--env`, so do secrets that APP reads from its environment. APP itself is not changed: adapters stand in front of it.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter declare app.wasm -o declared.wasm", "Every key becomes a label."},
    {"tidewaiter declare app.wasm --secret db/password=database-password --env TOKEN=api-token -o declared.wasm",
     "With labels of one's own."},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_NO, "A secret is asked for whose key is not known, and `--others` does not say what becomes of it."},
    {0, NULL},
};

const struct tw_command tw_cmd_declare = {
    .name = "declare",
    .summary = "Turn secrets that a component asks for into secrets that its type declares",
    .description = description,
    .usage = "declare [OPTION]... APP",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 1,
    .operands_max = 1,
    .examples = examples,
    .exit_notes = exit_notes,
};
