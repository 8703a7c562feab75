// wasi:http, filtered by where a request goes.
//
// The function that sends is lifted; it asks the request, which is the host's, for its authority and scheme, looks these up in a table
// of rules, and hands the request on or drops it. wasi:http/types stays the host's: the adapter imports it for the types and two getters,
// whether or not the app imports these.

#include <adapter/adapter.h>
#include <component/semver.h>

#include "forward.h"
#include "known.h"
#include "texts.h"
#include "values.h"

#include <stdlib.h>

enum { PORT_OF_SCHEME = 65536, ANY_PORT };
enum host_kind { THAT_HOST, HOSTS_ENDING, EVERY_HOST };

struct filter {
  struct adapter adapter;
  struct adapter_export *e;
  struct adapter_host *types;
  struct cm_buffer rows;
  uint32_t at, end;  // the rows, in memory
};

// --- rules ---

struct rule {
  enum host_kind kind;
  struct cm_str host;
  uint32_t port, scheme;
};

static bool bad_rule(struct cm_diag *diag, struct cm_str text, const char *why) {
  return cm_fail_at_large(diag, CM_INVALID, "`%.*s` is no authority: %s", CM_STR_ARG(text), why);
}

static struct cm_str from(struct cm_str text, size_t at) { return (struct cm_str){text.at + at, text.size - at}; }

static bool take_port(struct cm_str text, struct cm_str port, struct rule *rule, struct cm_diag *diag) {
  rule->port = PORT_OF_SCHEME;
  if (!port.size) return true;
  if (port.at[0] != ':' || port.size == 1) return bad_rule(diag, text, "behind the host may stand a port");
  rule->port = ANY_PORT;
  if (cm_str_is(port, ":*")) return true;
  rule->port = 0;
  for (size_t i = 1; i < port.size; i++) {
    if (port.at[i] < '0' || port.at[i] > '9') return bad_rule(diag, text, "the port is no number");
    rule->port = rule->port * 10 + (uint32_t)(port.at[i] - '0');
    if (rule->port > 65535) return bad_rule(diag, text, "ports end at 65535");
  }
  return true;
}

// Small letters, digits, `-`, `.`, `_`, and in brackets colons: what `$host_byte` lets through.
static bool take_host(struct adapter *a, struct cm_str text, struct cm_str host, struct rule *rule) {
  bool brackets = host.size && host.at[0] == '[';
  rule->kind = THAT_HOST;
  if (cm_str_is(host, "*")) return rule->kind = EVERY_HOST, true;
  if (cm_str_starts(host, CM_STR("*."))) {
    rule->kind = HOSTS_ENDING;
    host = from(host, 1);
    if (host.size == 1) return bad_rule(a->diag, text, "there is no host behind `*.`");
  }
  char *small = cm_alloc_text(a->arena, host.at, host.size);
  if (!small) return cm_fail_memory(a->diag);
  for (size_t i = brackets; i < host.size - brackets; i++) {
    if (small[i] >= 'A' && small[i] <= 'Z') small[i] = (char)(small[i] | 0x20);
    bool letter = (small[i] >= 'a' && small[i] <= 'z') || (small[i] >= '0' && small[i] <= '9');
    if (!letter && !strchr(brackets ? ":." : "-._", small[i]))
      return bad_rule(a->diag, text,
                      "a host is of letters, digits, `-`, `.` and `_`, or an IPv6 address in brackets; `*.` may stand before it");
  }
  rule->host = (struct cm_str){small, host.size};
  return host.size > brackets * 2U || bad_rule(a->diag, text, "there is no host");
}

static bool parse_rule(struct adapter *a, struct cm_str text, struct rule *rule) {
  const struct cm_str schemes[] = {CM_STR("http://"), CM_STR("https://")};
  struct cm_str rest = text;
  *rule = (struct rule){0};
  for (uint32_t i = 0; i < 2; i++)
    if (cm_str_starts(text, schemes[i])) {
      rule->scheme = i + 1;
      rest = from(text, schemes[i].size);
    }
  if (memmem(rest.at, rest.size, "://", 3)) return bad_rule(a->diag, text, "schemes are `http://` and `https://`");
  size_t end = 0;
  if (rest.size && rest.at[0] == '[') {
    while (end < rest.size && rest.at[end] != ']') end++;
    if (end++ == rest.size) return bad_rule(a->diag, text, "a `]` is missing");
  } else {
    while (end < rest.size && rest.at[end] != ':') end++;
  }
  return take_port(text, from(rest, end), rule, a->diag) && take_host(a, text, (struct cm_str){rest.at, end}, rule);
}

bool adapter_http_rule(struct cm_arena *arena, struct cm_str rule, struct cm_diag *diag) {
  struct adapter a = {.arena = arena, .diag = diag};
  struct rule parsed;
  return parse_rule(&a, rule, &parsed);
}

static bool put_rules(struct filter *f, const struct adapter_http *http) {
  struct adapter *a = &f->adapter;
  struct rule rule;
  for (uint32_t i = 0; i < http->allowed_count; i++) {
    if (!parse_rule(a, http->allowed[i], &rule)) return false;
    cm_put_le32(&f->rows, rule.host.size ? adapter_data(a, rule.host.at, rule.host.size, 1) : 0);
    cm_put_le32(&f->rows, (uint32_t)rule.host.size);
    cm_put_le32(&f->rows, rule.kind);
    cm_put_le32(&f->rows, rule.port);
    cm_put_le32(&f->rows, rule.scheme);
  }
  f->at = adapter_data(a, f->rows.at, f->rows.size, 4);
  f->end = f->at + (uint32_t)f->rows.size;
  return cm_buffer_ok(&f->rows, a->diag);
}

// --- code ---

// What the versions call things.
static const struct {
  const char *function, *shape, *authority, *scheme;
} families[] = {
    {"handle", "func(own<outgoing-request>, option<own<request-options>>)", "[method]outgoing-request.authority",
     "[method]outgoing-request.scheme"},
    {"send", "func(own<request>)", "[method]request.get-authority", "[method]request.get-scheme"},
    {"handle", "func(own<request>)", "[method]request.get-authority", "[method]request.get-scheme"},
};

// What was asked is needed no more: two texts, if the scheme is another than these two.
static const char asked[] =
    "      (call $give (i32.load offset=4 (local.get $at)) (i32.load offset=8 (local.get $at)))\n"
    "      (if (i32.and (i32.load8_u offset=16 (local.get $at)) (i32.eq (i32.load8_u offset=20 (local.get $at)) (i32.const 2)))\n"
    "        (then (call $give (i32.load offset=24 (local.get $at)) (i32.load offset=28 (local.get $at)))))\n";

// `$may`: whether a request may go out. An option<string> is a discriminant at 0, a pointer and a size from 4 on; in an option<scheme> the scheme's
// own discriminant is at 4. Without a scheme it is HTTPS for the host.
static bool put_question(struct filter *f, size_t family) {
  struct adapter *a = &f->adapter;
  struct cm_str authority = cm_str_of(families[family].authority), scheme = cm_str_of(families[family].scheme);
  if (!known_extend(f->types) || !adapter_lower(f->types, authority) || !adapter_lower(f->types, scheme)) return false;
  authority = adapter_lowered_ident(f->types, authority);
  scheme = adapter_lowered_ident(f->types, scheme);
  if (!authority.at || !scheme.at) return cm_fail_memory(a->diag);
  code_put(&a->code, "%s%s", text_common, text_http);
  code_put(&a->code,
           "  (func $may (param $request i32) (result i32) (local $at i32) (local $may i32)\n"
           "    (local.set $at (call $new (i32.const 32)))\n"
           "    (call %.*s (local.get $request) (local.get $at))\n"
           "    (if (i32.load8_u (local.get $at)) (then\n"
           "      (call %.*s (local.get $request) (i32.add (local.get $at) (i32.const 16)))\n"
           "      (local.set $may (call $allowed (i32.load offset=4 (local.get $at)) (i32.load offset=8 (local.get $at))\n"
           "        (select (i32.load8_u offset=20 (local.get $at)) (i32.const 1) (i32.load8_u offset=16 (local.get $at)))\n"
           "        (i32.const %u) (i32.const %u)))\n"
           "%s    ))\n%s"
           "    (local.get $may))\n",
           CM_STR_ARG(authority), CM_STR_ARG(scheme), f->at, f->end, a->overlaps ? asked : "",
           a->overlaps ? "    (call $free (local.get $at))\n" : "");
  return true;
}

static bool put_filter(struct filter *f, struct adapter_function *function) {
  struct adapter *a = &f->adapter;
  bool found = false;
  const struct adapter_denying denying = {.error = CM_STR("HTTP-request-denied"), .found = &found};
  struct adapter_answer answer;
  struct value_drops drops;
  struct forward fw;
  if (!forward_begin(&fw, f->e, function, f->e->host, function->name) || !adapter_answer(f->e, function, &denying, &answer) ||
      !value_drops_of(f->e, function, false, &drops))
    return false;
  if (answer.traps || !found)
    return cm_fail_at_large(a->diag, CM_UNSUPPORTED, "`%.*s` has no error HTTP-request-denied", CM_STR_ARG(f->e->name.name));
  if (!forward_put_head(&fw, drops.locals)) return false;
  code_put(&a->code, "    (if (i32.eqz (call $may (local.get $0))) (then\n");
  forward_put_refusal(&fw, &answer, &drops);
  code_put(&a->code, "    ))\n");
  return forward_put_call(&fw);
}

// --- the adapter ---

// The import of the app that the request is a resource of: of the same package and version.
static struct adapter_host *types_of(struct filter *f) {
  struct adapter *a = &f->adapter;
  const struct cm_component *app = a->sources[0]->component;
  struct cm_str version = cm_name_version(f->e->name.has_implements ? f->e->name.implements : f->e->name.name);
  struct cm_str name = cm_alloc_format(a->arena, "wasi:http/types@%.*s", CM_STR_ARG(version));
  if (!name.at) return cm_fail_memory(a->diag), NULL;
  const struct cm_item *import = adapter_import_named(app, name);
  if (import) return adapter_import(a, app, import, import->import.name);
  cm_fail_at_large(a->diag, CM_INVALID, "the component does not import `%.*s`", CM_STR_ARG(name));
  return NULL;
}

static bool fill_function(struct filter *f, struct adapter_function *function) {
  struct adapter *a = &f->adapter;
  struct cm_str shape = value_shape(a->arena, function->scope, function->type);
  for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
    struct cm_str family = cm_str_of(families[i].shape);
    if (!cm_str_is(function->name, families[i].function) || !shape.at || !cm_str_starts(shape, family)) continue;
    return put_question(f, i) && put_filter(f, function);
  }
  return cm_fail_at_large(a->diag, CM_UNSUPPORTED, "`%.*s` of `%.*s` is none that an adapter knows: %.*s",
                          CM_STR_ARG(function->name), CM_STR_ARG(f->e->name.name), CM_STR_ARG(shape));
}

static bool fill(struct filter *f, const struct adapter_subject *subject, const struct adapter_http *http) {
  f->e = subject->import_count == 1 ? adapter_export(&f->adapter, subject->imports[0]) : NULL;
  if (!f->e || !put_rules(f, http)) return false;
  adapter_overlap(&f->adapter);
  f->types = types_of(f);
  if (!f->types) return false;
  for (uint32_t i = 0; i < f->e->count; i++)
    if (!fill_function(f, &f->e->functions[i])) return false;
  return true;
}

bool adapter_http(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_http *http,
                  struct cm_component **out, struct cm_diag *diag) {
  struct filter f = {0};
  cm_buffer_init(&f.rows, NULL);
  bool ok = adapter_begin(&f.adapter, arena, subject->app, diag) && fill(&f, subject, http) && adapter_finish(&f.adapter, out);
  adapter_end(&f.adapter);
  cm_buffer_free(&f.rows);
  return ok;
}
