// What is wrong with options whatever the app imports: texts that no component could be given, lists with a hole, and options that say
// something of others which were not given, and so would do nothing.

#include <stdio.h>
#include <string.h>

#include "cmd/status.h"
#include "lines.h"
#include "virt.h"

// Options whose value is the path of a file that is read, rather than a text for the output.
static const char *const paths[] = {"file", "env-file", "args-from", NULL};

// An option that only says something of others, and these.
static const struct modifier {
  const char *option, *of[16];
  const char *value;  // which these must have; NULL: any
} modifiers[] = {
    {"declare", {"env-from-secret"}, NULL},
    {"config-interface", {"env-from-config"}, NULL},
    {"secrets-interface", {"env-from-secret"}, NULL},
    {"host-args", {"arg", "args-from", "program"}, NULL},
    {"time-step", {"time"}, NULL},
    {"logging-interface", {"stdout", "stderr"}, "log"},
    {"log-to", {"log"}, NULL},
    {"deny-with",
     {"deny", "deny-sockets", "deny-keyvalue", "deny-blobstore", "deny-messaging", "allow-secret", "deny-secret", "allow-bucket",
      "deny-bucket", "allow-container", "deny-container", "allow-subject", "deny-subject"},
     NULL},
};

static bool is_one_of(const char *const *names, const char *name) {
  while (*names && strcmp(*names, name) != 0) names++;
  return *names;
}

// A text is never shown: it may be a secret.
static bool check_text(const struct tw_virt *virt, const struct tw_given *given) {
  const char *text = given->value;
  if (!text || is_one_of(paths, given->option->name)) return true;
  const char *equals = strcmp(given->option->name, "bake-dir") == 0 ? strchr(text, '=') : NULL;
  if (tw_is_text(cm_str_of(equals ? equals : text))) return true;
  tw_usage_error(virt->args->command, "--%s: what stands there is not UTF-8, as texts of components are", given->option->name);
  return false;
}

// "A,B". Nothing at all lets through, or takes away, nothing.
static bool check_list(const struct tw_virt *virt, const struct tw_given *given) {
  const char *metavar = given->option->metavar, *text = given->value;
  size_t size = metavar ? strlen(metavar) : 0;
  if (size < 4 || strcmp(metavar + size - 4, ",...") != 0) return true;
  bool denies = strncmp(given->option->name, "deny-", 5) == 0;
  bool holed = *text ? *text == ',' || text[strlen(text) - 1] == ',' || strstr(text, ",,") : denies;
  if (!holed) return true;
  tw_usage_error(virt->args->command, "--%s: a name is missing%s%s", given->option->name, *text ? " in " : "", text);
  return false;
}

static bool goes_with(const struct tw_args *args, const struct modifier *modifier) {
  for (const char *const *of = modifier->of; *of; of++)
    if (tw_args_has(args, *of) && (!modifier->value || strcmp(tw_args_value(args, *of), modifier->value) == 0)) return true;
  return false;
}

static bool check_modifier(const struct tw_virt *virt, const struct modifier *modifier) {
  char of[256] = "";
  if (!tw_args_has(virt->args, modifier->option) || goes_with(virt->args, modifier)) return true;
  for (size_t i = 0, size = 0; modifier->of[i] && size < sizeof of; i++)
    size += (size_t)snprintf(of + size, sizeof of - size, "%s--%s%s%s",
                             !i                    ? ""
                             : modifier->of[i + 1] ? ", "
                                                   : " or ",
                             modifier->of[i], modifier->value ? " " : "", modifier->value ? modifier->value : "");
  tw_usage_error(virt->args->command, "--%s only says something of %s, which is not given", modifier->option, of);
  return false;
}

bool tw_virt_check(const struct tw_virt *virt) {
  struct adapter_denying denying;
  for (size_t i = 0; i < virt->args->given_count; i++)
    if (!check_text(virt, &virt->args->given[i]) || !check_list(virt, &virt->args->given[i])) return false;
  if (strcmp(virt->args->command->name, "virt") != 0) return true;
  for (size_t i = 0; i < sizeof modifiers / sizeof *modifiers; i++)
    if (!check_modifier(virt, &modifiers[i])) return false;
  return tw_virt_denying(virt, NULL, NULL, &denying);
}
