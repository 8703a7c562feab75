// The table of `tidewaiter virt`, which is a program of its own (adapt/virt.c).

#include "options.h"
#include "status.h"

static const struct tw_option options[] = {
    {
        .name = "env",
        .metavar = "NAME=VALUE",
        .repeats = true,
        .help = "Set an environment variable, whatever the host has. VALUE is baked into the output, where everybody can read it.",
    },
    {
        .name = "allow-env",
        .metavar = "NAME,...",
        .repeats = true,
        .help = "Let only these variables of the host through.",
    },
    {.name = "deny-env", .help = "Let no variable of the host through."},
    {
        .name = "rename-env",
        .metavar = "HOST=APP",
        .repeats = true,
        .help = "Let APP see the host's variable HOST under the name APP.",
    },
    {
        .name = "env-from-config",
        .metavar = "NAME=KEY",
        .repeats = true,
        .help = "Set a variable to what the host's configuration has for KEY.",
    },
    {
        .name = "env-from-secret",
        .metavar = "NAME=KEY",
        .repeats = true,
        .help = "Set a variable to the secret KEY of the host.",
    },
    {
        .name = "declare",
        .help =
            "Import secrets under labels, so that the component's type says which it needs: KEY of `--env-from-secret` is a label then.",
    },
    {
        .name = "config",
        .metavar = "KEY=VALUE",
        .repeats = true,
        .help = "Set a configuration key, whatever the host has. VALUE is baked into the output.",
    },
    {
        .name = "config-default",
        .metavar = "KEY=VALUE",
        .repeats = true,
        .help = "Set a configuration key where the host has none.",
    },
    {
        .name = "allow-config",
        .metavar = "KEY,...",
        .repeats = true,
        .help = "Let only these keys of the host's configuration through, and those that are renamed.",
    },
    {.name = "deny-config", .metavar = "KEY,...", .repeats = true, .help = "Let these keys of the host's configuration not through."},
    {.name = "deny-all-config", .help = "Let none of the host's configuration through, but for what other options say."},
    {
        .name = "rename-config",
        .metavar = "HOST=APP",
        .repeats = true,
        .help = "Let APP see the host's key HOST under the name APP.",
    },
    {
        .name = "config-prefix",
        .metavar = "TEXT",
        .help = "Ask the host for TEXT and the key, whatever key APP asks for: APP has a part of the configuration for its own.",
    },
    {
        .name = "config-interface",
        .metavar = "NAME",
        .fallback = "wasi:config/store@0.2.0-rc.1",
        .help = "The interface that configuration is read from.",
    },
    {
        .name = "secrets-interface",
        .metavar = "NAME",
        .fallback = "wasmcloud:secrets/store@2.1.0",
        .help = "The interface that secrets are read from.",
    },
    {
        .name = "allow-host",
        .metavar = "AUTHORITY,...",
        .repeats = true,
        .help =
            "Let HTTP requests go out only to these: `api.example.com`, `*.example.com:8443`, `[::1]:80`; without a port it is the scheme's own, "
            "`:*` is any, and `https://` before it lets only that scheme through. Others get the error HTTP-request-denied.",
    },
    {.name = "deny-http", .help = "Let no HTTP request go out."},
    {.name = "deny-fs", .help = "Let APP see no folder of the host."},
    {
        .name = "allow-dir",
        .metavar = "NAME,...",
        .repeats = true,
        .help = "Let APP see only these folders of the host, by the names that it would see them under.",
    },
    {
        .name = "rename-dir",
        .metavar = "HOST=APP",
        .repeats = true,
        .help = "Let APP see the host's folder HOST under the name APP.",
    },
    {.name = "read-only-dirs", .help = "Let APP change nothing in the host's folders: what would gets the error `read-only`."},
    {
        .name = "explain",
        .help = "Print what the output grants, takes away and bakes in, instead of the output.",
    },
    {.name = NULL},
};

static const char *const description[] = {
    "Puts adapters in front of what APP imports, one for each capability that an option names. An adapter is made from the type of the import, "
    "so every version and every subset of an interface works. All else passes unchanged.",
    NULL,
};

static const struct tw_example examples[] = {
    {"tidewaiter virt app.wasm --env LOG=info --allow-env PORT -o out.wasm", "One variable baked in, one of the host's."},
    {"tidewaiter virt app.wasm --env-from-secret DB_PASSWORD=database-password --declare -o out.wasm",
     "An app that reads a secret from its environment becomes one that declares it."},
    {NULL, NULL},
};

const struct tw_command tw_cmd_virt = {
    .name = "virt",
    .summary = "Put adapters in front of what a component imports",
    .description = description,
    .usage = "virt [OPTION]... APP",
    .options = options,
    .operand = TW_OPERAND_WASM,
    .operands_min = 1,
    .operands_max = 1,
    .examples = examples,
};
