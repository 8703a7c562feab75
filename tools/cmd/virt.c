// The table of `tidewaiter virt`, which is a program of its own (adapt/virt.c).

#include "options.h"
#include "status.h"

static const char *const in_ways[] = {"deny", "empty", NULL};
static const char *const out_ways[] = {"deny", "ignore", "log", NULL};

static const struct tw_option options[] = {
    {
        .name = "env",
        .metavar = "NAME=VALUE",
        .repeats = true,
        .help = "Set an environment variable, whatever the host has. VALUE is baked into the output, where everybody can read it.",
    },
    {
        .name = "env-file",
        .metavar = "FILE",
        .repeats = true,
        .help =
            "Set the variables of a file of lines `NAME=VALUE`; `#` begins a comment, and quotes around VALUE go. What `--env` sets counts "
            "more.",
    },
    {
        .name = "allow-env",
        .metavar = "NAME,...",
        .repeats = true,
        .help = "Let only these variables of the host through.",
    },
    {
        .name = "only-needed",
        .help =
            "Let exactly those variables of the host through that `tidewaiter needs` finds. An APP that may ask for others is refused, "
            "unless `--allow-env` says which.",
    },
    {.name = "deny-env", .help = "Let no variable of the host through."},
    {
        .name = "rename-env",
        .metavar = "APP=HOST",
        .repeats = true,
        .help = "Let the variable that APP reads be the host's HOST.",
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
    {.name = "deny-config",
     .metavar = "KEY,...",
     .repeats = true,
     .help = "Let these keys of the host's configuration not through."},
    {.name = "deny-all-config", .help = "Let none of the host's configuration through, but for what other options say."},
    {
        .name = "rename-config",
        .metavar = "APP=HOST",
        .repeats = true,
        .help = "Let the configuration key that APP asks for be the host's HOST.",
    },
    {
        .name = "prefix-config",
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
    {
        .name = "bake-dir",
        .metavar = "FOLDER=NAME",
        .repeats = true,
        .help =
            "Bake the files of FOLDER into the output, where APP finds them as NAME, to be read only. Symbolic links are followed within FOLDER.",
    },
    {
        .name = "read-only-dir",
        .metavar = "NAME,...",
        .repeats = true,
        .help =
            "Let APP change nothing in these folders, which are called as APP sees them: what would gets the error `read-only`.",
    },
    {.name = "read-only-dirs", .help = "Let APP change nothing in the host's folders: what would gets the error `read-only`."},
    {
        .name = "arg",
        .metavar = "TEXT",
        .repeats = true,
        .help = "Give APP this argument, instead of those that the host has.",
    },
    {
        .name = "args-from",
        .metavar = "FILE",
        .repeats = true,
        .help =
            "Give APP the arguments of a file, one a line, before those of `--arg`. As of `--env-file`, blank lines and those that begin "
            "with `#` say nothing, and blanks and quotes around an argument go.",
    },
    {
        .name = "host-args",
        .help = "Let the host's arguments follow those of `--arg` and `--args-from`.",
    },
    {
        .name = "program",
        .metavar = "TEXT",
        .help = "Tell APP that it is called so: its first argument. Otherwise the host says.",
    },
    {
        .name = "deny-args",
        .help = "Give APP no arguments but the program's name.",
    },
    {
        .name = "cwd",
        .metavar = "PATH",
        .help = "Tell APP that it was started in this folder.",
    },
    {
        .name = "time",
        .metavar = "MOMENT",
        .help = "Let the clock stand still: at `2024-02-29T12:00:00Z` or so many seconds after 1970 began.",
    },
    {
        .name = "time-step",
        .metavar = "DURATION",
        .help = "Let the clock go on from `--time` by so much each time it is looked at, and not otherwise.",
    },
    {
        .name = "time-offset",
        .metavar = "DURATION",
        .help =
            "Let the clock be wrong by so much: `-90`, `+1.5h`; units are ns, us, ms, s, m, h and d, without one it is seconds.",
    },
    {
        .name = "monotonic",
        .metavar = "DURATION",
        .help = "Let the monotonic clock stand still, at so much since it began.",
    },
    {
        .name = "monotonic-step",
        .metavar = "DURATION",
        .help = "Let the monotonic clock go on by so much each time it is looked at, and not otherwise.",
    },
    {
        .name = "monotonic-offset",
        .metavar = "DURATION",
        .help = "Let the monotonic clock be wrong by so much.",
    },
    {
        .name = "random-seed",
        .metavar = "TEXT",
        .help = "Let random numbers follow from TEXT: the same in each run. They are not fit for secrets.",
    },
    {
        .name = "exit-code",
        .metavar = "CODE",
        .help = "However APP ends itself, tell the host this code, from 0 to 255.",
    },
    {
        .name = "stdin",
        .metavar = "HOW",
        .values = in_ways,
        .help = "Standard input: `empty`, or closed as if it had been empty (`deny`).",
    },
    {
        .name = "stdout",
        .metavar = "HOW",
        .values = out_ways,
        .help =
            "Standard output: closed, so that writing fails (`deny`); taken and forgotten (`ignore`); a line of the log for each line (`log`).",
    },
    {.name = "stderr", .metavar = "HOW", .values = out_ways, .help = "The same for standard error."},
    {
        .name = "logging-interface",
        .metavar = "NAME",
        .fallback = "wasi:logging/logging@0.1.0-draft",
        .help = "The interface that standard streams are logged by.",
    },
    {
        .name = "rename-secret",
        .metavar = "APP=HOST",
        .repeats = true,
        .help = "Let a secret that APP asks for by key be the host's HOST.",
    },
    {
        .name = "prefix-secret",
        .metavar = "TEXT",
        .help = "Put TEXT before keys of secrets that are not renamed.",
    },
    {
        .name = "allow-secret",
        .metavar = "KEY,...",
        .repeats = true,
        .help = "Let only these secrets be found, and those that are renamed.",
    },
    {
        .name = "deny-secret",
        .metavar = "KEY,...",
        .repeats = true,
        .help = "Let these secrets not be found.",
    },
    {
        .name = "rename-bucket",
        .metavar = "APP=HOST",
        .repeats = true,
        .help = "Let a bucket of the key-value store that APP asks for be the host's HOST.",
    },
    {
        .name = "prefix-bucket",
        .metavar = "TEXT",
        .help = "Put TEXT before names of buckets that are not renamed.",
    },
    {
        .name = "allow-bucket",
        .metavar = "NAME,...",
        .repeats = true,
        .help = "Deny all buckets but these, and those that are renamed.",
    },
    {
        .name = "deny-bucket",
        .metavar = "NAME,...",
        .repeats = true,
        .help = "Deny these buckets.",
    },
    {
        .name = "rename-container",
        .metavar = "APP=HOST",
        .repeats = true,
        .help = "Let a container of the blob store that APP asks for be the host's HOST.",
    },
    {
        .name = "prefix-container",
        .metavar = "TEXT",
        .help = "Put TEXT before names of containers that are not renamed. Names that come back lose it.",
    },
    {
        .name = "allow-container",
        .metavar = "NAME,...",
        .repeats = true,
        .help = "Deny all containers but these, and those that are renamed.",
    },
    {
        .name = "deny-container",
        .metavar = "NAME,...",
        .repeats = true,
        .help = "Deny these containers.",
    },
    {
        .name = "rename-subject",
        .metavar = "APP=HOST",
        .repeats = true,
        .help = "Let a subject of messages that APP asks for be the host's HOST.",
    },
    {
        .name = "prefix-subject",
        .metavar = "TEXT",
        .help = "Put TEXT before names of subjects that are not renamed. Names that come back lose it.",
    },
    {
        .name = "allow-subject",
        .metavar = "NAME,...",
        .repeats = true,
        .help = "Deny all subjects but these, and those that are renamed.",
    },
    {
        .name = "deny-subject",
        .metavar = "NAME,...",
        .repeats = true,
        .help = "Deny these subjects.",
    },
    {
        .name = "deny-sockets",
        .help = "Deny sockets and the look-up of names: all interfaces of it that APP imports.",
    },
    {
        .name = "deny-keyvalue",
        .help = "Deny the key-value store: all interfaces of it that APP imports.",
    },
    {
        .name = "deny-blobstore",
        .help = "Deny the blob store: all interfaces of it that APP imports.",
    },
    {
        .name = "deny-messaging",
        .help = "Deny messages: all interfaces of it that APP imports.",
    },
    {
        .name = "deny-random",
        .help = "Deny random numbers: who asks for one traps.",
    },
    {
        .name = "deny-exit",
        .help = "Let APP not end itself: where it tries to, it traps.",
    },
    {
        .name = "deny",
        .metavar = "INTERFACE[=HOW]",
        .repeats = true,
        .help =
            "Deny an interface, or a function that is imported by itself: by its name, with a version or without, or all whose names begin so, as in "
            "`wasi:sockets/*`. HOW is as for `--deny-with`.",
    },
    {
        .name = "deny-with",
        .metavar = "HOW",
        .fallback = "error",
        .help =
            "What denied calls do. `error` returns the function's own error that means it best, and traps where the result has none. `error:CASE` returns that case where there is one. `empty` returns what says that there is nothing: none, false, an empty list. `trap` always traps.",
    },
    {
        .name = "rename",
        .metavar = "APP=HOST",
        .repeats = true,
        .help =
            "Import an interface under another name: in another version, `wasi:cli/stdout@0.2.0=wasi:cli/stdout@0.2.12`; a whole package, "
            "`wasi:cli@0.2.0=wasi:cli@0.2.12`; or one that has the same functions, as `wasi:config/store` has those of `wasi:config/runtime`. "
            "Between versions of `wasmcloud:secrets/store`, secrets are handed over.",
    },
    {
        .name = "log",
        .metavar = "INTERFACE",
        .repeats = true,
        .help =
            "Tell of each call: a line with the function and the name it asks for (a key, a bucket), never a value. INTERFACE as for `--deny`.",
    },
    {
        .name = "log-to",
        .metavar = "WHERE",
        .fallback = "stderr",
        .help = "Where lines go: `stderr`, `logging`, or one of their interfaces by name: `wasi:cli/stderr@0.2.6`.",
    },
    {
        .name = "for",
        .metavar = "INSTANCE",
        .help =
            "Let all of this be for one instance within APP, a composed component; the others keep what they have. INSTANCE is what `tidewaiter "
            "needs` and `graph` call it: `db`, or, where that is not clear, its path: `app.$db`.",
    },
    {
        .name = "file",
        .letter = 'f',
        .metavar = "FILE",
        .help =
            "Read options from a YAML or JSON document: each has the name of its option. What the command line says besides counts more.",
    },
    {
        .name = "explain",
        .help =
            "Print what the output grants, takes away and bakes in. The output itself is only written where `--output` names a file.",
    },
    {
        .name = "dry-run",
        .help = "Do all but write the output.",
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
    {"tidewaiter virt whole.wasm --for db --allow-config db-host,db-port -o out.wasm",
     "Of a composed component, one part alone: it gets no keys but its own."},
    {NULL, NULL},
};

static const struct tw_exit_note exit_notes[] = {
    {TW_NO,
     "What is asked for cannot be made of what APP imports, or APP may ask for variables that `--only-needed` does not know."},
    {TW_USAGE, "Wrong usage; an option that means nothing to APP."},
    {0, NULL},
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
    .exit_notes = exit_notes,
};
