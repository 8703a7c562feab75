// An app being virtualized: adapters made for its imports, one a capability, and put in front of it.
//
// Each capability is a file of its own, and a row in virt_capabilities (virt.c): a function that looks at the options, and adds an adapter where
// they ask for one. The order of the rows is the order of the layers: what the app sees first comes first, and takes from those behind it.
#ifndef TW_VIRT_H
#define TW_VIRT_H

#include <adapter/adapter.h>

#include "cmd/analyse.h"
#include "cmd/compose_request.h"
#include "cmd/options.h"
#include "consumer.h"

struct tw_virt {
  struct tw_compose compose;         // part 0 is the app, the others are adapters
  const struct cm_component *first;  // the app as it is, and as adapters see it (adapter_view)
  const struct cm_component *app;    // the same of what an adapter is made for: the app with those that are in front of it by now
  size_t settled;                    // with how many parts
  bool begins;                       // a capability has not looked at the app yet
  struct tw_consumer consumer;  // `--for`: whom the app is the definition of; its component is NULL where the app is the operand
  const struct tw_args *args;
  char *notes;  // what the output grants, takes away, bakes in: lines
  size_t note_size;
  FILE *note;
};

struct tw_capability {
  const char *name;
  // Returns a status. TW_DONE also where the options ask for nothing.
  int (*apply)(struct tw_virt *virt);
};
extern const struct tw_capability tw_capability_env, tw_capability_config, tw_capability_http;
extern const struct tw_capability tw_capability_arguments, tw_capability_clocks, tw_capability_random, tw_capability_exit,
    tw_capability_stdio;
extern const struct tw_capability tw_capability_secrets;
extern const struct tw_capability tw_capability_keyvalue, tw_capability_blobstore, tw_capability_messaging, tw_capability_deny;
extern const struct tw_capability tw_capability_log, tw_capability_rename;
extern const struct tw_capability tw_capability_files;
extern const struct tw_capability tw_capability_env_declared;  // of `declare`

// What both commands do: applies capabilities, of a list that NULL ends, to the operand, composes and delivers. `nothing`: what is wrong when
// none asked for an adapter. Returns a status.
int tw_virt_run(const struct tw_args *args, const struct tw_capability *const *capabilities, const char *nothing);

// Puts secrets of a store in front of the app: `store` and, unless they stay the host's own, the `reveal` of the same version. Returns a
// status.
int tw_virt_secrets(struct tw_virt *virt, const char *name, const struct cm_item *store, const struct adapter_secrets *secrets);

// What an import is an instance of: its name, or what its label implements.
struct cm_str tw_virt_interface(const struct cm_item *import);

// Lets `app` be the app with all adapters that there are by now, so that the next is asked only for what these ask for. Within a capability what
// was looked up before is of no use then. Returns a status.
int tw_virt_settle(struct tw_virt *virt);

// The imports of the app whose name is `base` ("wasi:cli/environment"), of any version, labelled ones too. None: a message is on standard
// error that says what `option` would have been for, and what the app imports, or that adapters in
// front leave nothing of them to be asked for. Returns a status.
int tw_virt_subject(struct tw_virt *virt, const char *option, const char *base, struct adapter_subject *out);

// The same of several names; one may end in `*` ("wasi:sockets/*"), or have a version, or be a label.
int tw_virt_subject_of(struct tw_virt *virt, const char *option, const char *const *bases, size_t count,
                       struct adapter_subject *out);

// Tells on standard error that nothing is called `wanted`, and what there is. Returns TW_USAGE.
int tw_virt_nothing(struct tw_virt *virt, const char *option, struct cm_str wanted);

// Whether one of the imports has one of these functions; else a message says what `option` would have been for. `names` ends with NULL.
bool tw_virt_has_function(const struct tw_virt *virt, const char *option, const struct adapter_subject *subject,
                          const char *const *names);

// What denied calls do: `how` is "error", "error:CASE", "empty" or "trap"; NULL: what `--deny-with` says. False: a message is on standard error.
bool tw_virt_denying(const struct tw_virt *virt, const char *option, const char *how, struct adapter_denying *out);

// "A,B,C" each time the option is given: the next name; `at` is where the last one ended, at first NULL. False: there is no more. An empty
// text has no name in it.
bool tw_virt_next_name(const struct tw_virt *virt, const char *option, size_t *given, const char **at, struct cm_str *name);

// Adds what an adapter function made. `made`: what it returned; on false `diag` is told.
int tw_virt_add(struct tw_virt *virt, const char *name, bool made, const struct cm_component *adapter, const struct cm_diag *diag);

// Puts what the app alone has to do with within it. *out is the result if nothing is left to be composed, else NULL. Returns a status.
int tw_virt_within(struct tw_virt *virt, struct cm_component **out);

// Analyses the app, as `tidewaiter needs` does. To be closed. Returns a status; a message is on standard error.
int tw_virt_analyse(struct tw_virt *virt, struct tw_analysis *analysis);

// Whether the options can be meant, whatever the app imports; else a message is on standard error.
bool tw_virt_check(const struct tw_virt *virt);

// "K=V", split at the first '='. False: there is none, or nothing before it; a message is on standard error.
bool tw_virt_pair(const struct tw_virt *virt, const char *option, const char *text, struct cm_str *key, struct cm_str *value);

// Whether a text can be a label; else a message is on standard error.
bool tw_virt_label(const struct tw_virt *virt, const char *option, struct cm_str text);

// What is asked for by a document that `--file` names, if it does, and by the command line: *out, whose `given` the caller frees. Returns a
// status.
int tw_virt_document(struct tw_virt *virt, const struct tw_args *given, struct tw_args *out);

#endif
