// Adapters: components made out of the types that another component imports, to stand in front of it.
//
// An adapter exports interfaces which an *app* imports, under the same names and with the same types: any version and any subset of an
// interface works. Composed with the app (component/compose.h) it is what the app sees instead of the host. What an adapter passes on it imports
// itself.
//
// `app` must be valid, and be what adapter_view made of it. Its imports are named by their items: members of app->scope.items of kind CM_ITEM_IMPORT whose type is an
// instance. What comes out is in the arena, borrows from the app, and is to be encoded (component/encode.h); it is valid, unless there
// is a bug. On false `diag` says why.
//
// Spec: Explainer.md, "Component Definitions"; CanonicalABI.md.
#ifndef ADAPTER_ADAPTER_H
#define ADAPTER_ADAPTER_H

#include <component/component.h>

// One interface, or several that share resources, of an app.
struct adapter_subject {
  const struct cm_component *app;
  const struct cm_item *const *imports;
  uint32_t import_count;
};

// The app as adapters see it, which is what all functions here want: where functions and types are imported outside of interfaces, each stands in
// an interface of its own, that has the import's name and one member, whose name is empty. Adapters import and export them as the app has them.
// Where there are none it is `app` itself. False: `diag` says why.
bool adapter_view(struct cm_arena *arena, const struct cm_component *app, const struct cm_component **out, struct cm_diag *diag);

// The import of that name; NULL: the app has none. `name` may lack the version, if only one import has that name without it.
const struct cm_item *adapter_import_named(const struct cm_component *app, struct cm_str name);

// Exports what it imports: changes nothing, and holds no code.
bool adapter_pass_all(struct cm_arena *arena, const struct adapter_subject *subject, struct cm_component **out,
                      struct cm_diag *diag);

// Every call traps, in a core function that is called "not provided: INTERFACE.FUNCTION". Imports nothing, so that an app in front of which it
// stands for all imports can be instantiated anywhere.
bool adapter_stub(struct cm_arena *arena, const struct adapter_subject *subject, struct cm_component **out, struct cm_diag *diag);

// What a denied call does. A function whose result is no `result` traps in any case, unless `empty` gives it an answer, or it returns a resource
// that is the adapter's own: such a one is made, and its methods are denied.
struct adapter_denying {
  bool trap;            // even where there is an error to return
  struct cm_str error;  // which case of the error; empty: the one that means it best. An interface without it has its own best
  bool *found;          // set where a function has the error that is named; may be NULL
  bool empty;           // first the answer that says there is nothing: an option's none, false, an empty list; `ok` of these
  // Resources stay the host's; so they do anyway if the app exports them, or an import that is not of the subject uses them.
  bool keep_types;
};
bool adapter_deny(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_denying *denying,
                  struct cm_component **out, struct cm_diag *diag);

// The same with one `denying` for each import of the subject.
bool adapter_deny_each(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_denying *denying,
                       struct cm_component **out, struct cm_diag *diag);

// Exports the imports of the subject and imports each under another name, of `names`: another version, or another interface with the same
// functions. Resources stay the same among them.
bool adapter_rename(struct cm_arena *arena, const struct adapter_subject *subject, const struct cm_str *names,
                    struct cm_component **out, struct cm_diag *diag);

// Hands each call on and says which it was, by a line: the interface, the function, and where the host is asked by a name (a key, a bucket) that name,
// nothing else. `to`: "wasi:logging/logging@…", or "wasi:cli/stderr@0.2.…" for standard error.
bool adapter_log(struct cm_arena *arena, const struct adapter_subject *subject, struct cm_str to, struct cm_component **out,
                 struct cm_diag *diag);

// --- names ---

// Which parameter of a function is a name: "open", "identifier"; "publish", "msg.subject" (cm_place_of). Of a path with a bar in it
// ("topic|channel") each side is tried, for parameters that are called otherwise in another version. Or where in the result a name of the host's is, which
// becomes what the app calls it: "[method]container.info", "ok.name".
struct adapter_named {
  struct cm_str function, path;
  bool returned;
};

struct adapter_renaming {
  struct cm_str from, to;  // as the app says it, and what the host is told
};

// What becomes of names that an app hands over. A renaming comes first; then what is denied, or not allowed; then the prefix.
struct adapter_names {
  const struct adapter_renaming *renames;
  uint32_t rename_count;
  const struct cm_str *denied, *allowed;  // as the app says them
  uint32_t denied_count, allowed_count;
  bool only_allowed;               // what is neither allowed nor renamed is denied
  struct cm_str prefix;            // put before names that are not renamed
  struct adapter_denying denying;  // what a call with a denied name does; keep_types has no meaning here
};

// Rewrites names in calls of the one import of the subject, and passes all else. Functions that the app does not import are left out; if none
// is left, that is an error. In memory or not, in options or not: a parameter that is no string is an error. A name that is returned is what a
// renaming says, or what an allowed name became, or loses the prefix if it has it.
bool adapter_rewrite(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_named *functions,
                     uint32_t count, const struct adapter_names *names, struct cm_component **out, struct cm_diag *diag);

// --- arguments, clocks, random, exit ---

// What an app is told of how it was started: first the program's name, then `values`, then what the host has behind its own first argument.
struct adapter_arguments {
  bool set;  // else arguments are the host's
  bool has_program;
  struct cm_str program;  // else the host's first argument; empty where it has none
  const struct cm_str *values;
  uint32_t value_count;
  bool host;  // the host's follow
  enum { ADAPTER_CWD_HOST, ADAPTER_CWD_SET, ADAPTER_CWD_NONE } cwd;
  struct cm_str directory;
};

// For wasi:cli/environment: functions that are about other things pass.
bool adapter_arguments(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_arguments *arguments,
                       struct cm_component **out, struct cm_diag *diag);

// What a clock shows.
struct adapter_clock {
  enum adapter_clock_way { ADAPTER_CLOCK_FIXED, ADAPTER_CLOCK_OFFSET } way;
  int64_t seconds;       // of the moment, or to be added
  uint32_t nanoseconds;  // always added, so that -0.5 s is -1 s and 500000000 ns
  uint64_t step;         // FIXED: nanoseconds by which each look moves it on
};

// For wasi:clocks/wall-clock and system-clock, and for monotonic-clock: of the first two `now`; of the last, what waits until a moment too, which is
// the app's and must become the host's. What waits for a duration, and resolutions, pass.
bool adapter_clock(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_clock *clock,
                   struct cm_component **out, struct cm_diag *diag);

// For wasi:random/random, insecure and insecure-seed: numbers that follow from `seed` and the interface's name, in each instance from the beginning.
bool adapter_random(struct cm_arena *arena, const struct adapter_subject *subject, struct cm_str seed, struct cm_component **out,
                    struct cm_diag *diag);

// For wasi:cli/exit: however the app ends, the host is told this code; where it can only be told of success or failure, which of them it is.
bool adapter_exit(struct cm_arena *arena, const struct adapter_subject *subject, uint8_t code, struct cm_component **out,
                  struct cm_diag *diag);

// --- standard streams ---

enum adapter_stdio_way {
  ADAPTER_STDIO_HOST,
  ADAPTER_STDIO_NOTHING,  // empty; what is written is taken and forgotten
  ADAPTER_STDIO_CLOSED,
  ADAPTER_STDIO_LOGGED,  // of output: each line is logged
};
struct adapter_stdio {
  enum adapter_stdio_way in, out, err;
  struct cm_str logging_interface;  // "wasi:logging/logging@0.1.0-draft"
};

// Standard streams of WASI 0.2 that are the adapter's own, beside those of the host. All that the app imports of streams goes through the adapter:
// wasi:io/streams and each interface that uses its resources. The imports of the subject are those of wasi:cli/stdin, stdout and stderr.
bool adapter_stdio(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_stdio *stdio,
                   struct cm_component **out, struct cm_diag *diag);

// Where lines of the streams above are logged, and a program may end within one: a component to stand around its `run`, which imports what the app exports
// as *run and what that adapter exports as *end, and exports *run. *out is NULL where the app is no program of 0.2.
bool adapter_stdio_end(struct cm_arena *arena, const struct cm_component *app, const struct cm_component **out, struct cm_str *run,
                       struct cm_str *end, struct cm_diag *diag);

// adapter_stdio for one of these interfaces of WASI 0.3, the one import of the subject.
bool adapter_stdio_tasks(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_stdio *stdio,
                         struct cm_component **out, struct cm_diag *diag);

// --- environment ---

// Where the value of a variable comes from that the host does not give.
enum adapter_env_origin {
  ADAPTER_ENV_VALUE,   // baked in: `text`
  ADAPTER_ENV_CONFIG,  // of wasi:config, key `text`; absent where the host has none
  ADAPTER_ENV_SECRET,  // of wasmcloud:secrets, key `text`; absent where it is not found
  ADAPTER_ENV_LABEL,   // of a secret imported under the label `text`
};
struct adapter_env_variable {
  struct cm_str name;
  enum adapter_env_origin origin;
  struct cm_str text;
};
struct adapter_env_rename {
  struct cm_str from, to;
};

// What an environment becomes. First what the host has: all of it, or only `allowed`, or nothing; some of it under other names. Upon that
// `variables`, which come before what the host has of the same name; of two of the same name the last counts.
struct adapter_env {
  enum { ADAPTER_ENV_ALL, ADAPTER_ENV_ALLOWED, ADAPTER_ENV_NONE } host;
  const struct cm_str *allowed;  // names as the host has them
  uint32_t allowed_count;
  const struct adapter_env_rename *renames;
  uint32_t rename_count;
  const struct adapter_env_variable *variables;
  uint32_t variable_count;
  struct cm_str config_interface;   // "wasi:config/store@0.2.0-rc.1"
  struct cm_str secrets_interface;  // "wasmcloud:secrets/store@2.1.0"; reveal and secret are its siblings
};

// For wasi:cli/environment of any version: the one import of the subject. Functions that have nothing to do with the environment pass.
bool adapter_environment(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_env *env,
                         struct cm_component **out, struct cm_diag *diag);

// --- configuration ---

// What becomes of a key.
enum adapter_config_kind {
  ADAPTER_CONFIG_SET,      // its value is `text`, whatever the host has
  ADAPTER_CONFIG_DEFAULT,  // its value is `text` where the host has none
  ADAPTER_CONFIG_RENAME,   // the host is asked for `text`
  ADAPTER_CONFIG_ALLOW,    // it is the host's, where others are not
  ADAPTER_CONFIG_DENY,     // the host is not asked: it is what is set, or a default, or there is none
};
struct adapter_config_rule {
  enum adapter_config_kind kind;
  struct cm_str key, text;
};
struct adapter_config {
  const struct adapter_config_rule *rules;  // of two of one kind for one key the last counts
  uint32_t rule_count;
  bool closed;           // the host has nothing but what rules allow or rename
  struct cm_str prefix;  // stands before each key that the host is asked for
};

// For wasi:config/store and wasi:config/runtime of any version: the one import of the subject.
bool adapter_configuration(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_config *config,
                           struct cm_component **out, struct cm_diag *diag);

// --- secrets ---

struct adapter_secret {
  struct cm_str key, label;
};

// Constant keys of wasmcloud:secrets/store become imports of wasmcloud:secrets/secret under labels, so that a host can check each from the
// component's type alone. Keys that are not listed are asked of the host's store, or are not found.
struct adapter_secrets {
  const struct adapter_secret *secrets;
  uint32_t count;
  bool others;
  struct cm_str store;  // the host's store, "wasmcloud:secrets/store@2.1.0"; another version than the app's, or the app's own
};

// `subject`: a store of any version, and where it is not the host's version the `reveal` of the app's version too, and its labelled secrets (as far as
// the app imports them): the secrets that the app has are then the adapter's own, which hold the host's.
bool adapter_declare(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_secrets *secrets,
                     struct cm_component **out, struct cm_diag *diag);

// --- http ---

// Which requests go out: those to an authority that a rule names. A rule is a host and a port, `api.example.com:8443`, `[::1]:80`; without a port it is
// that of the scheme, with `:*` any. `*.example.com` is every host whose name ends with `.example.com`, `*` every host. `https://` before
// it lets only that scheme through. Case does not matter. A request without an authority, or with one that is not just a host and a
// port (user:password@host), does not go out.
struct adapter_http {
  const struct cm_str *allowed;
  uint32_t allowed_count;
};

// Whether that is a rule.
bool adapter_http_rule(struct cm_arena *arena, struct cm_str rule, struct cm_diag *diag);

// For wasi:http/outgoing-handler of 0.2, client and handler of 0.3: the one import of the subject. The error of what does not go out is
// HTTP-request-denied.
bool adapter_http(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_http *http,
                  struct cm_component **out, struct cm_diag *diag);

// --- filesystem ---

struct adapter_files_rename {
  struct cm_str from, to;
};

// What an app has of the host's folders (preopens): all of them, those whose names are in `allowed`, or none; some under other names, which
// allows them too. `read_only`: nothing in them can be changed.
struct adapter_files {
  enum { ADAPTER_FILES_ALL, ADAPTER_FILES_ALLOWED, ADAPTER_FILES_NONE } host;
  const struct cm_str *allowed;  // names as the host has them
  uint32_t allowed_count;
  const struct adapter_files_rename *renames;
  uint32_t rename_count;
  bool read_only;
};

// For wasi:filesystem/types and preopens of one version, as far as the app imports them.
bool adapter_filesystem(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_files *files,
                        struct cm_component **out, struct cm_diag *diag);

// Folders that the app cannot change anything in, by the names that it sees them under; in others it can.
struct adapter_guard {
  const struct cm_str *names;
  uint32_t name_count;
};

// For wasi:filesystem/types and preopens of one version, as far as the app imports them. What would change something in such a folder, or between it
// and another, gets the error `read-only`.
bool adapter_guard(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_guard *guard,
                   struct cm_component **out, struct cm_diag *diag);

// A file or a folder that is baked in.
struct adapter_node {
  struct cm_str name;
  bool is_folder;
  struct cm_span bytes;                 // of a file
  const struct adapter_node *children;  // of a folder, sorted by name, bytewise
  uint32_t child_count;
};

// Folders that an app finds as preopens, each by its root's name, beside the host's or, without `host`, in place of them. What the host has under
// the same name is hidden.
struct adapter_tree {
  const struct adapter_node *roots;
  uint32_t count;
  bool host;
};

// For wasi:filesystem/types and preopens of one version of 0.2, as far as the app imports them. Interfaces that give the app descriptors or, where
// it reads files through them, input streams are exported too. What would change a file gets the error `read-only`.
bool adapter_bake(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_tree *tree,
                  struct cm_component **out, struct cm_diag *diag);

#endif
