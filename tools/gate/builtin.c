// The rules that tidewaiter brings along: one table.

#include "builtin.h"

#define DOCS "https://github.com/tidewaiter/tidewaiter/blob/main/docs/gate.md"
#define S(literal) \
  { (literal), sizeof(literal) - 1 }
#define ROW(name, of, how_bad, said, why, what_to_do)                                                                     \
  {                                                                                                                       \
    .id = S(name), .section = (of), .level = (how_bad), .summary = S(said), .description = S(why), .help = S(what_to_do), \
    .help_uri = DOCS                                                                                                      \
  }

const struct tw_rule tw_builtins[TW_BUILTIN_COUNT] = {
    [TW_BUILTIN_NO_COMPONENT] = ROW("manifest/no-component", TW_OF_MANIFEST, TW_ERROR, "The manifest deploys the component.",
                                    "What the manifest does not deploy cannot be held against it.",
                                    "Give the component in the manifest the name of the file, or an image of that name."),
    [TW_BUILTIN_MISSING_KEY] = ROW("manifest/missing-key", TW_OF_MANIFEST, TW_ERROR,
                                   "The manifest gives every variable, configuration key and secret that is asked for.",
                                   "What is asked for and not given fails when the component runs, not when it is deployed.",
                                   "Add the key where the manifest gives the others, or stop asking for it."),
    [TW_BUILTIN_MISSING_HOST] =
        ROW("manifest/missing-host", TW_OF_MANIFEST, TW_ERROR,
            "The manifest lets the component reach every host that it calls, and look up every name.",
            "The platform refuses what is not in the list.", "Add the host to the list, or stop calling it."),
    [TW_BUILTIN_MISSING_INTERFACE] =
        ROW("manifest/missing-interface", TW_OF_MANIFEST, TW_ERROR,
            "The manifest lists every host interface that the component imports.",
            "A component with an import that nobody provides is not started.", "Add the interface to `hostInterfaces`."),
    [TW_BUILTIN_WRONG_VERSION] = ROW("manifest/wrong-version", TW_OF_MANIFEST, TW_ERROR,
                                     "The manifest lists host interfaces in a version that fits the import.",
                                     "The host takes the version of an entry by the letter; an entry without one fits any.",
                                     "Write the version that is imported, or build the component against the other one."),
    [TW_BUILTIN_MISSING_LABEL] =
        ROW("manifest/missing-label", TW_OF_MANIFEST, TW_ERROR,
            "The manifest has an entry for every label that the component imports by.",
            "The platform binds a labelled import to the entry of that name.", "Add an entry with the label as its `name`."),
    [TW_BUILTIN_MISSING_MOUNT] =
        ROW("manifest/missing-mount", TW_OF_MANIFEST, TW_WARNING, "A component that opens preopened folders is given some.",
            "Which folders they are cannot be told from the component.", "Mount a volume, if it needs one."),
    [TW_BUILTIN_SURPLUS_KEY] = ROW("manifest/surplus-key", TW_OF_MANIFEST, TW_ERROR,
                                   "The manifest gives no variable, configuration key or secret that nobody asks for.",
                                   "What is given and not asked for is a leftover or a misspelt key.", "Take it out."),
    [TW_BUILTIN_SURPLUS_HOST] = ROW("manifest/surplus-host", TW_OF_MANIFEST, TW_ERROR,
                                    "The manifest lets the component reach no host that it does not call.",
                                    "Every host in the list is a way out for whoever takes the component over.", "Take it out."),
    [TW_BUILTIN_WIDE_EGRESS] =
        ROW("manifest/wide-egress", TW_OF_MANIFEST, TW_ERROR, "The manifest opens the network no wider than it is used.",
            "A wildcard lets the component reach hosts that it never calls.", "List the hosts that are called."),
    [TW_BUILTIN_SURPLUS_INTERFACE] =
        ROW("manifest/surplus-interface", TW_OF_MANIFEST, TW_ERROR, "The manifest lists no host interface that nobody imports.",
            "An entry that no import is bound to is a leftover, or its label is misspelt.", "Take it out."),
    [TW_BUILTIN_SURPLUS_MOUNT] = ROW("manifest/surplus-mount", TW_OF_MANIFEST, TW_ERROR,
                                     "The manifest mounts no volume into a component that opens no folder.",
                                     "What is mounted can be read by whoever takes the component over.", "Take it out."),
    [TW_BUILTIN_PLAIN_SECRET] = ROW("manifest/plain-secret", TW_OF_MANIFEST, TW_ERROR, "Secrets come from Secrets.",
                                    "Whoever may read the manifest or a ConfigMap would know the secret.",
                                    "Put it into a Secret, or let an ExternalSecret make one, and name that in `secretFrom`."),
    [TW_BUILTIN_UNSET_VALUE] =
        ROW("manifest/unset-value", TW_OF_MANIFEST, TW_WARNING, "The manifest is filled in.",
            "An empty value or `replace-me` is what a generated manifest has where something must be filled in.", "Fill it in."),
    [TW_BUILTIN_UNKNOWN_OBJECT] =
        ROW("manifest/unknown-object", TW_OF_MANIFEST, TW_WARNING,
            "ConfigMaps and Secrets that the manifest names are among the files.",
            "What an object holds that is not there cannot be checked.", "Give the file that holds it with another --manifest."),
    [TW_BUILTIN_UNDECIDED] =
        ROW("manifest/undecided", TW_OF_MANIFEST, TW_NOTE, "What the component asks for is known.",
            "A place that could not be decided may ask for more than the manifest gives.", "`tidewaiter needs` shows the places."),
    [TW_BUILTIN_NEW_NEED] = ROW("baseline/new-need", TW_OF_POLICY, TW_ERROR, "Nothing is needed that the baseline did not need.",
                                "", "Take note of it by taking the new file or its needs as the baseline, or write a policy."),
    [TW_BUILTIN_NEW_UNDECIDED] =
        ROW("baseline/new-undecided", TW_OF_POLICY, TW_ERROR, "No place is undecided that was not undecided in the baseline.", "",
            "Make the key a constant, or take the new file or its needs as the baseline."),
    [TW_BUILTIN_EXPIRED_WAIVER] =
        ROW("waiver/expired", TW_OF_WAIVER, TW_ERROR, "No waiver has expired.", "A waiver is for a time; its day has passed.",
            "Take it out, or agree on another day with its owner."),
    [TW_BUILTIN_UNUSED_WAIVER] = ROW("waiver/unused", TW_OF_WAIVER, TW_WARNING, "Every waiver waives something.",
                                     "What it was for is gone, or its rule or key is misspelt.", "Take it out."),
    [TW_BUILTIN_IDLE_RULE] = ROW("rule/idle", TW_OF_RULE, TW_WARNING, "Every rule of the policy can find something.",
                                 "A rule that can match nothing protects from nothing.", "Correct it, or take it out."),
};

const enum tw_builtin_when tw_builtin_whens[TW_BUILTIN_COUNT] = {
    [TW_BUILTIN_NO_COMPONENT] = TW_WITH_MANIFEST,      [TW_BUILTIN_MISSING_KEY] = TW_WITH_MANIFEST,
    [TW_BUILTIN_MISSING_HOST] = TW_WITH_MANIFEST,      [TW_BUILTIN_MISSING_INTERFACE] = TW_WITH_MANIFEST,
    [TW_BUILTIN_WRONG_VERSION] = TW_WITH_MANIFEST,     [TW_BUILTIN_MISSING_LABEL] = TW_WITH_MANIFEST,
    [TW_BUILTIN_MISSING_MOUNT] = TW_WITH_MANIFEST,     [TW_BUILTIN_SURPLUS_KEY] = TW_WITH_MANIFEST,
    [TW_BUILTIN_SURPLUS_HOST] = TW_WITH_MANIFEST,      [TW_BUILTIN_WIDE_EGRESS] = TW_WITH_MANIFEST,
    [TW_BUILTIN_SURPLUS_INTERFACE] = TW_WITH_MANIFEST, [TW_BUILTIN_SURPLUS_MOUNT] = TW_WITH_MANIFEST,
    [TW_BUILTIN_PLAIN_SECRET] = TW_WITH_MANIFEST,      [TW_BUILTIN_UNSET_VALUE] = TW_WITH_MANIFEST,
    [TW_BUILTIN_UNKNOWN_OBJECT] = TW_WITH_MANIFEST,    [TW_BUILTIN_UNDECIDED] = TW_WITH_MANIFEST,
    [TW_BUILTIN_NEW_NEED] = TW_WITH_BASELINE_ALONE,    [TW_BUILTIN_NEW_UNDECIDED] = TW_WITH_BASELINE_ALONE,
    [TW_BUILTIN_EXPIRED_WAIVER] = TW_WITH_POLICY,      [TW_BUILTIN_UNUSED_WAIVER] = TW_WITH_POLICY,
    [TW_BUILTIN_IDLE_RULE] = TW_WITH_POLICY,
};

void tw_builtins_text(FILE *to) {
  size_t width = 0;
  for (int i = 0; i < TW_BUILTIN_COUNT; i++) {
    width = tw_builtins[i].id.size > width ? tw_builtins[i].id.size : width;
  }
  for (int i = 0; i < TW_BUILTIN_COUNT; i++) {
    const struct tw_rule *rule = &tw_builtins[i];
    fprintf(to, "%-*.*s  %-7s  %.*s\n", (int)width, CM_STR_ARG(rule->id), tw_levels[rule->level], CM_STR_ARG(rule->summary));
  }
}
