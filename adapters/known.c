// Types as text, a family of interfaces each, read like any component.

#include "known.h"

#include <component/parse.h>
#include <component/semver.h>

#include "view.h"

// `%1$s` is what stands behind the interface's name, from the `@` on; `%2$s` is "async" where the version has it so.
static const char config_text[] =
    "(component\n"
    "  (import \"wasi:config/store%1$s\" (instance\n"
    "    (type $e (variant (case \"upstream\" string) (case \"io\" string))) (export \"error\" (type $error (eq $e)))\n"
    "    (export \"get\" (func %2$s (param \"key\" string) (result (result (option string) (error $error)))))\n"
    "    (export \"get-all\" (func %2$s (result (result (list (tuple string string)) (error $error)))))))\n"
    "  (import \"wasi:config/runtime%1$s\" (instance\n"
    "    (type $e (variant (case \"upstream\" string) (case \"io\" string))) (export \"config-error\" (type $error (eq $e)))\n"
    "    (export \"get\" (func %2$s (param \"key\" string) (result (result (option string) (error $error)))))\n"
    "    (export \"get-all\" (func %2$s (result (result (list (tuple string string)) (error $error))))))))\n";

static const char secrets_text[] =
    "(component\n"
    "  (import \"wasmcloud:secrets/store%1$s\" (instance $store\n"
    "    (export \"secret\" (type $secret (sub resource)))\n"
    "    (type $e (variant (case \"upstream\" string) (case \"io\" string) (case \"not-found\")))\n"
    "    (export \"secrets-error\" (type $error (eq $e)))\n"
    "    (type $v (variant (case \"string\" string) (case \"bytes\" (list u8)))) (export \"secret-value\" (type $value (eq $v)))\n"
    "    (export \"get\" (func %2$s (param \"key\" string) (result (result (own $secret) (error $error)))))))\n"
    "  (alias export $store \"secret\" (type $secret))\n"
    "  (alias export $store \"secret-value\" (type $value))\n"
    "  (import \"wasmcloud:secrets/reveal%1$s\" (instance\n"
    "    (alias outer 1 $secret (type $s)) (export \"secret\" (type $secret (eq $s)))\n"
    "    (alias outer 1 $value (type $v)) (export \"secret-value\" (type $value (eq $v)))\n"
    "    (export \"reveal\" (func %2$s (param \"s\" (borrow $secret)) (result $value)))))\n"
    "  (import \"wasmcloud:secrets/secret%1$s\" (instance\n"
    "    (alias outer 1 $secret (type $s)) (export \"secret\" (type $secret (eq $s)))\n"
    "    (export \"get\" (func %2$s (result (own $secret)))))))\n";

static const char clocks_text[] = "(component\n"
                                  "  (import \"wasi:io/poll%1$s\" (instance $poll (export \"pollable\" (type (sub resource)))))\n"
                                  "  (alias export $poll \"pollable\" (type $pollable))\n"
                                  "  (import \"wasi:clocks/monotonic-clock%1$s\" (instance\n"
                                  "    (alias outer 1 $pollable (type $p)) (export \"pollable\" (type $pollable (eq $p)))\n"
                                  "    (export \"subscribe-duration\" (func (param \"when\" u64) (result (own $pollable)))))))\n";

static const char logging_text[] =
    "(component\n"
    "  (import \"wasi:logging/logging%1$s\" (instance\n"
    "    (type $l (enum \"trace\" \"debug\" \"info\" \"warn\" \"error\" \"critical\")) (export \"level\" (type $level (eq $l)))\n"
    "    (export \"log\" (func (param \"level\" $level) (param \"context\" string) (param \"message\" string))))))\n";

// Of wasi:http/types what a filter of requests asks.
static const char http2_text[] =
    "(component\n"
    "  (import \"wasi:http/types%1$s\" (instance\n"
    "    (export \"outgoing-request\" (type $request (sub resource)))\n"
    "    (type $s (variant (case \"HTTP\") (case \"HTTPS\") (case \"other\" string))) (export \"scheme\" (type $scheme (eq $s)))\n"
    "    (export \"[method]outgoing-request.authority\" (func (param \"self\" (borrow $request)) (result (option string))))\n"
    "    (export \"[method]outgoing-request.scheme\" (func (param \"self\" (borrow $request)) (result (option $scheme)))))))\n";
static const char http3_text[] =
    "(component\n"
    "  (import \"wasi:http/types%1$s\" (instance\n"
    "    (export \"request\" (type $request (sub resource)))\n"
    "    (type $s (variant (case \"HTTP\") (case \"HTTPS\") (case \"other\" string))) (export \"scheme\" (type $scheme (eq $s)))\n"
    "    (export \"[method]request.get-authority\" (func (param \"self\" (borrow $request)) (result (option string))))\n"
    "    (export \"[method]request.get-scheme\" (func (param \"self\" (borrow $request)) (result (option $scheme)))))))\n";

// What a line on standard error takes, and bytes on any stream.
static const char stderr_text[] =
    "(component\n"
    "  (import \"wasi:io/error%1$s\" (instance $error (export \"error\" (type (sub resource)))))\n"
    "  (alias export $error \"error\" (type $error))\n"
    "  (import \"wasi:io/streams%1$s\" (instance $streams\n"
    "    (alias outer 1 $error (type $r)) (export \"error\" (type $error (eq $r)))\n"
    "    (export \"output-stream\" (type $stream (sub resource)))\n"
    "    (type $e (variant (case \"last-operation-failed\" (own $error)) (case \"closed\"))) (export \"stream-error\" (type $failure (eq $e)))\n"
    "    (export \"[method]output-stream.check-write\" (func (param \"self\" (borrow $stream)) (result (result u64 (error $failure)))))\n"
    "    (export \"[method]output-stream.write\"\n"
    "      (func (param \"self\" (borrow $stream)) (param \"contents\" (list u8)) (result (result (error $failure)))))\n"
    "    (export \"[method]output-stream.blocking-write-and-flush\"\n"
    "      (func (param \"self\" (borrow $stream)) (param \"contents\" (list u8)) (result (result (error $failure)))))))\n"
    "  (alias export $streams \"output-stream\" (type $stream))\n"
    "  (import \"wasi:cli/stderr%1$s\" (instance\n"
    "    (alias outer 1 $stream (type $s)) (export \"output-stream\" (type $stream (eq $s)))\n"
    "    (export \"get-stderr\" (func (result (own $stream)))))))\n";

static const struct {
  const char *base;  // how names begin
  const char *text;
  const char *async_since;  // the first version whose functions are async; NULL: none
} known[] = {
    // clang-format off
    {"wasi:config/", config_text, "0.3.0"},
    {"wasmcloud:secrets/", secrets_text, "2.0.0"},
    {"wasi:clocks/", clocks_text, NULL},
    {"wasi:logging/", logging_text, NULL},
    {"wasi:http/types@0.2.", http2_text, NULL},
    {"wasi:http/types@0.3.", http3_text, NULL},
    {"wasi:cli/stderr@0.2.", stderr_text, NULL},
    {"wasi:io/streams@0.2.", stderr_text, NULL},
    // clang-format on
};

static bool is_async(const char *since, struct cm_str version) {
  return since && version.size && cm_semver_compare_texts(version, cm_str_of(since)) >= 0;
}

// The text, read, and written and read again for its index spaces.
static const struct cm_component *read(struct adapter *a, const char *format, struct cm_str version, bool async) {
  struct cm_str suffix = version.size ? cm_alloc_format(a->arena, "@%.*s", CM_STR_ARG(version)) : CM_STR("");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  struct cm_str text = cm_alloc_format(a->arena, format, suffix.at, async ? "async" : "");
#pragma GCC diagnostic pop
  struct cm_parsed parsed;
  const struct cm_component *component;
  if (!suffix.at || !text.at) return cm_fail_memory(a->diag), NULL;
  bool ok = cm_parse_text(a->arena, text, &(struct cm_parse_options){.no_names = true}, &parsed, a->diag) &&
            view_reread(a->arena, parsed.component, &component, a->diag);
  return ok ? component : NULL;
}

static const struct cm_component *family_of(struct adapter *a, struct cm_str name) {
  struct cm_str version = cm_name_version(name);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (cm_str_starts(name, cm_str_of(known[i].base)))
      return read(a, known[i].text, version, is_async(known[i].async_since, version));
  return NULL;
}

// The import of that name, of a known family; *component is what imports it. NULL: `diag` says which there are.
static const struct cm_item *find_known(struct adapter *a, struct cm_str name, const struct cm_component **component) {
  // Interfaces of one family share their resources: they come from one source.
  const struct cm_component *family = NULL;
  for (size_t i = 1; i < a->source_count && !family; i++)
    for (uint32_t n = 0; n < a->sources[i]->component->scope.item_count; n++) {
      const struct cm_item *item = a->sources[i]->component->scope.items[n];
      if (item->kind == CM_ITEM_IMPORT && cm_str_equal(item->import.name.name, name)) family = a->sources[i]->component;
    }
  if (!family) family = family_of(a, name);
  for (uint32_t i = 0; family && i < family->scope.item_count; i++) {
    const struct cm_item *item = family->scope.items[i];
    if (item->kind == CM_ITEM_IMPORT && cm_str_equal(item->import.name.name, name)) return *component = family, item;
  }
  cm_fail_at_large(
      a->diag, CM_UNSUPPORTED,
      "`%.*s` is no interface that an adapter knows how to call: wasi:config/store or runtime, wasmcloud:secrets/store, "
      "reveal or secret, wasi:logging/logging",
      CM_STR_ARG(name));
  return NULL;
}

static const char *text_of(struct cm_str name) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (cm_str_starts(name, cm_str_of(known[i].base))) return known[i].text;
  return NULL;
}

bool known_is(struct cm_str name) { return text_of(name) != NULL; }

bool known_has_resources(struct cm_str name) {
  const char *text = text_of(name);
  return text && strstr(text, "(sub resource)");
}

static struct adapter_host *import_as(struct adapter *a, struct cm_str name, struct cm_name as) {
  for (size_t i = 0; i < a->host_count; i++) {
    const struct cm_name *own = &a->hosts[i]->name;
    if (cm_str_equal(own->name, as.name) && (!as.has_implements || cm_str_equal(own->implements, as.implements))) return a->hosts[i];
  }
  const struct cm_component *component;
  const struct cm_item *item = find_known(a, name, &component);
  return item ? adapter_import(a, component, item, as) : NULL;
}

bool known_extend(struct adapter_host *host) {
  const struct cm_component *component;
  const struct cm_item *item = find_known(host->adapter, host->import->import.name.name, &component);
  return item && adapter_extend(host, component, item);
}

struct adapter_host *known_import(struct adapter *a, struct cm_str name) {
  return import_as(a, name, (struct cm_name){.name = name, .raw = name});
}

struct adapter_host *known_import_labelled(struct adapter *a, struct cm_str interface, struct cm_str label) {
  struct cm_attribute *attribute = cm_alloc(a->arena, sizeof *attribute);
  if (!attribute) return cm_fail_memory(a->diag), NULL;
  *attribute = (struct cm_attribute){CM_ATTRIBUTE_IMPLEMENTS, interface};
  struct cm_name name = {.name = label,
                         .raw = label,
                         .form = 2,
                         .has_implements = true,
                         .implements = interface,
                         .attribute_count = 1,
                         .attributes = attribute};
  return import_as(a, interface, name);
}
