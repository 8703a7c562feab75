// JavaScript programs evaluated from their text: those of tests/corpus/js, without the engine around them.
//
// What a program asks stands in comments at its top: "//= env API_KEY, PORT" are keys, "//~ env DEMO_*" patterns of what is not known
// whole. All of them must be told, and no other key. Programs of several files have the others in a folder of their name.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <dirent.h>

#include "analyze/js.h"
#include "analyze/js_regex.h"
#include "analyze/js_tree.h"

// JS_PROGRAMS in the environment names another folder: of the same programs bundled or minified, with the comments put back.
static const char *corpus(void) { return getenv("JS_PROGRAMS") ? getenv("JS_PROGRAMS") : "tests/corpus/js"; }

enum { SINKS = 64, KEYS = 256, FUEL = 1100000 };

struct told {
  struct cm_arena arena;
  char *keys[KEYS];
  size_t count;
};

// The table of sinks with its parameters where the interfaces have them.
static size_t make_sinks(struct interpreted_sink *sinks) {
  size_t count = 0;
  for (size_t i = 0; i < cm_sink_count && count < SINKS; i++) {
    const struct cm_sink *row = &cm_sinks[i];
    if (!strchr(row->interface, ':')) continue;
    const char *dot = strchr(row->parameter, '.');
    bool second = !strcmp(row->function, "copy-object") || !strcmp(row->function, "move-object");
    sinks[count++] = (struct interpreted_sink){.row = row,
                                               .import = cm_str_of(row->interface),
                                               .interface = cm_str_of(row->interface),
                                               .function = cm_str_of(row->function),
                                               .parameter = second && !strncmp(row->parameter, "dest", 4) ? 1
                                                            : !strcmp(row->parameter, "topic|channel")    ? 1
                                                                                                          : 0,
                                               .field = dot ? cm_str_of(dot + 1) : CM_STR("")};
  }
  return count;
}

static void add_key(struct told *told, const char *mark, const char *kind, struct cm_str key) {
  struct cm_str text = cm_alloc_format(&told->arena, "%s %s %.*s", mark, kind, CM_STR_ARG(key));
  for (size_t i = 0; i < told->count; i++)
    if (cm_str_is(text, told->keys[i])) return;
  assert_true(text.at && told->count < KEYS);
  told->keys[told->count++] = (char *)(uintptr_t)text.at;
}

static void asked(void *context, const struct js_asked *a) {
  uint32_t line, column;
  js_position(a->file->text, a->at, &line, &column);
  assert_true(a->at <= a->file->text.size && line > 0 && column > 0);
  add_key(context, a->known ? "=" : "~", cm_need_kinds[a->sink->row->kind], a->key);
}

static struct cm_str read_file(struct cm_arena *arena, const char *path) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  fseek(file, 0, SEEK_END);
  size_t size = (size_t)ftell(file);
  rewind(file);
  char *text = cm_alloc(arena, size + 1);
  assert_non_null(text);
  assert_int_equal(fread(text, 1, size, file), size);
  fclose(file);
  return (struct cm_str){text, size};
}

static bool evaluate(struct told *told, const struct js_file *files, size_t count, struct cm_str exports) {
  struct interpreted_sink sinks[SINKS];
  struct cm_str list[16];
  size_t export_count = 0;
  while (exports.size && export_count < 16) {
    const char *comma = memchr(exports.at, ',', exports.size);
    size_t size = comma ? (size_t)(comma - exports.at) : exports.size;
    list[export_count++] = (struct cm_str){exports.at, size};
    size += comma != NULL;
    exports.at += size, exports.size -= size;
  }
  struct js_world world = {
      .sinks = sinks, .exports = list, .export_count = export_count, .fuel = FUEL, .asked = asked, .context = told};
  world.sink_count = make_sinks(sinks);
  bool whole;
  assert_true(js_evaluate(&told->arena, files, count, &world, &whole));
  return whole;
}

// --- the programs of the corpus ---

static void read_expected(struct told *expected, struct cm_str text) {
  for (size_t at = 0; at < text.size;) {
    const char *end = memchr(text.at + at, '\n', text.size - at);
    size_t to = end ? (size_t)(end - text.at) : text.size;
    struct cm_str line = {text.at + at, to - at};
    at = to + 1;
    if (line.size < 4 || memcmp(line.at, "//", 2) != 0 || !strchr("=~", line.at[2])) continue;
    char mark[2] = {line.at[2], 0}, kind[32] = "";
    struct cm_str rest = {line.at + 4, line.size - 4};
    const char *space = memchr(rest.at, ' ', rest.size);
    assert_non_null(space);
    snprintf(kind, sizeof kind, "%.*s", (int)(space - rest.at), rest.at);
    rest = (struct cm_str){space + 1, rest.size - (size_t)(space + 1 - rest.at)};
    while (rest.size) {
      const char *comma = memchr(rest.at, ',', rest.size);
      size_t size = comma ? (size_t)(comma - rest.at) : rest.size;
      add_key(expected, mark, kind, (struct cm_str){rest.at, size});
      size += comma ? 2 : 0;
      rest.at += size, rest.size = rest.size > size ? rest.size - size : 0;
    }
  }
}

static bool has_key(const struct told *told, const char *key) {
  for (size_t i = 0; i < told->count; i++)
    if (!strcmp(told->keys[i], key)) return true;
  return false;
}

static size_t add_folder(struct told *told, const char *name, struct js_file *files, size_t count) {
  char folder[512], path[1024], shown[768];
  snprintf(folder, sizeof folder, "%s/%s", corpus(), name);
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir && (entry = readdir(dir)) && count < 16;) {
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    snprintf(shown, sizeof shown, "%s/%s", name, entry->d_name);
    files[count++] = (struct js_file){.name = {cm_alloc_text(&told->arena, shown, strlen(shown)), strlen(shown)},
                                      .text = read_file(&told->arena, path)};
  }
  if (dir) closedir(dir);
  return count;
}

// Says how the answer differs; the number of differences.
static unsigned judge(const char *file_name) {
  struct told told = {0}, expected = {0};
  struct js_file files[16];
  char path[1024], stem[256];
  unsigned faults = 0;
  cm_arena_init(&told.arena, NULL);
  cm_arena_init(&expected.arena, NULL);
  snprintf(path, sizeof path, "%s/%s", corpus(), file_name);
  snprintf(stem, sizeof stem, "%.*s", (int)(strlen(file_name) - 3), file_name);
  files[0] = (struct js_file){.name = cm_str_of(file_name), .text = read_file(&told.arena, path)};
  size_t count = add_folder(&told, stem, files, 1);
  bool whole = evaluate(&told, files, count, CM_STR("run,wasi:http/incoming-handler@0.2.3,acme:app/tasks"));
  read_expected(&expected, files[0].text);
  for (size_t i = 0; i < expected.count; i++)
    if (!has_key(&told, expected.keys[i])) faults++, print_error("%s: not told: %s\n", file_name, expected.keys[i]);
  for (size_t i = 0; i < told.count; i++)
    if (told.keys[i][0] == '=' && !has_key(&expected, told.keys[i]))
      faults++, print_error("%s: invented: %s\n", file_name, told.keys[i]);
  if (!whole && !strstr(file_name, "limit")) faults++, print_error("%s: not read or followed whole\n", file_name);
  cm_arena_free(&told.arena);
  cm_arena_free(&expected.arena);
  return faults;
}

static void programs(void **state) {
  (void)state;
  struct dirent **list;
  int count = scandir(corpus(), &list, NULL, alphasort);
  unsigned programs = 0, faults = 0;
  assert_true(count > 0);
  for (int i = 0; i < count; i++) {
    size_t size = strlen(list[i]->d_name);
    if (size > 3 && !strcmp(list[i]->d_name + size - 3, ".js")) {
      programs++;
      faults += judge(list[i]->d_name);
    }
    free(list[i]);
  }
  free(list);
  assert_true(programs >= 20);
  assert_int_equal(faults, 0);
}

// --- single expressions ---

static void assert_program_asks(const char *text, const char *expected) {
  struct told told = {0};
  cm_arena_init(&told.arena, NULL);
  struct js_file file = {.name = CM_STR("a.js"), .text = cm_str_of(text)};
  evaluate(&told, &file, 1, CM_STR(""));
  char all[4096] = "";
  size_t used = 0;
  for (size_t i = 0; i < told.count; i++)
    used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i ? "; " : "", told.keys[i]);
  if (strcmp(all, expected) != 0) print_error("%s\n", text);
  assert_string_equal(all, expected);
  cm_arena_free(&told.arena);
}

static void assert_asks(const char *text, const char *expected) {
  char program[2048];
  snprintf(program, sizeof program,
           "import { getEnvironment } from 'wasi:cli/environment@0.2.3';\n"
           "import { get } from 'wasi:config/store';\n"
           "export function run(x, y, z) { %s }\n",
           text);
  assert_program_asks(program, expected);
}

static void values(void **state) {
  (void)state;
  assert_asks("get(['a', 'b', 'c'].reduceRight((s, x) => s + x))", "= config cba");
  assert_asks("[(v) => get(v), (v) => 'k' + v, (v) => v.toUpperCase()].reduceRight((v, f) => f(v), 'a')", "= config kA");
  assert_asks("['a', ['b', ['c']]].flat(Infinity).forEach((k) => get(k))", "= config a; = config b; = config c");
  assert_asks("function* f() { yield 'a'; return 'r' } function* g() { const r = yield* f(); yield r } for (const k of g()) get(k)",
              "= config a; = config r");
  assert_asks("class A { static p = 'a'; q() { return 'q' } } class B extends A { static p = super.p + 'b'; r = super.q() + 'r' }"
              " get(B.p); get(new B().r)",
              "= config ab; = config qr");
  assert_asks("get('a' + 1 + true + null)", "= config a1truenull");
  assert_asks("get(`a-${1 + 2}-${'b'.toUpperCase()}`)", "= config a-3-B");
  assert_asks("get(['a', 'b'].join('.'))", "= config a.b");
  assert_asks("const a = ['x', 'y', 'z']; a.length = 1; get(a.concat(['q']).join('.'))", "= config x.q");
  assert_asks("const { old, ...rest } = { old: 'a', kept: 'b' }; Object.values(rest).forEach((k) => get(k))", "= config b");
  assert_asks("get('n' + (7).toString().padStart(2, '0')); get('m' + 3.5.toString())", "= config n07; = config m3.5");
  assert_asks("class R { static *[Symbol.iterator]() { yield 'a'; yield 'b' } } for (const k of R) get(k)",
              "= config a; = config b");
  assert_asks("get('a.b.c'.split('.')[1])", "= config b");
  assert_asks("get('serviceUrl'.replace(/([A-Z])/g, '_$1').toUpperCase())", "= config SERVICE_URL");
  assert_asks("get('a-b-c'.replaceAll('-', '_'))", "= config a_b_c");
  assert_asks("get(x ? 'a' : 'b')", "= config a; = config b");
  assert_asks("get(x || 'a')", "~ config ; = config a");
  assert_asks("get(undefined ?? 'a')", "= config a");
  assert_asks("get('' || 'a')", "= config a");
  assert_asks("get('a.' + x)", "~ config a.*");
  assert_asks("get(x + '.a')", "~ config *.a");
  assert_asks("let k = 'a'; if (x) k = 'b'; else k = 'c'; get(k)", "= config b; = config c");
  assert_asks("let k; if (x) k = 'b'; get(k)", "= config b");
  assert_asks("let k = 'a'; if (x) { k = 'b'; return k; } get(k)", "= config a");
  assert_asks("if (false) get('a'); else get('b')", "= config b");
  assert_asks("switch ('b') { case 'a': get('a'); break; case 'b': get('b'); break; default: get('c') }", "= config b");
  assert_asks("for (let i = 0; i < 3; i++) get('k' + i)", "= config k0; = config k1; = config k2");
  assert_asks("let i = 3; while (i--) get('k' + i)", "= config k2; = config k1; = config k0");
  assert_asks("for (const k in { a: 1, b: 2 }) get(k)", "= config a; = config b");
  assert_asks("const { a: { b = 'c' } = {} } = {}; get(b)", "= config c");
  assert_asks("const [, k, ...r] = ['a', 'b', 'c']; get(k); get(r[0])", "= config b; = config c");
  assert_asks("const f = (k, p = 'x') => get(p + k); f('a'); f('b', 'y')", "= config xa; = config yb");
  assert_asks("(function g(n) { if (n > 0) { get('k' + n); g(n - 1) } })(2)", "= config k2; = config k1");
  assert_asks("get.call(null, 'a'); get.apply(null, ['b']); get.bind(null, 'c')()", "= config a; = config b; = config c");
  assert_asks("get(JSON.parse('{\"k\": [\"a\"]}').k[0])", "= config a");
  assert_asks("get(String.raw`a${1}b`)", "= config a1b");
  assert_asks("class A { #k = 'a'; static p = 's.'; get k() { return A.p + this.#k } } get(new A().k)", "= config s.a");
  assert_asks("try { throw 1 } catch { get('a') } finally { get('b') }", "= config a; = config b");
  assert_asks("const a = 'a.b'.split('.'); get(a.pop()); get(a.shift()); get('c' + a.length)",
              "= config b; = config a; = config c0");
  assert_asks("const a = ['b', 'a']; get(a.sort().join()); get(a.reverse().join())", "= config a,b; = config b,a");
  assert_asks("const a = ['a', 'b', 'c']; a.splice(1, 1, 'x', 'y'); a.unshift('z'); get(a.join(''))", "= config zaxyc");
  assert_asks("const m = new Map(), k = {}; m.set(k, 'a').set({}, 'b'); get(m.get(k)); for (const [o] of m) if (o === k) get('c')",
              "= config a; = config c");
  assert_asks("try { get } catch { get('a') } try { x.y } catch { get('b') }", "= config b");
  assert_asks("function f(a, b = 1) {} get('l' + f.length + f.name)", "= config l1f");
  assert_asks("get(`${{ toString() { return 'a' } }}`); get('' + { valueOf: () => 'b' })", "= config a; = config b");
  assert_asks("for (const [, k] of 'a{b}{c}'.matchAll(/{(\\w)}/g)) get(k)", "= config b; = config c");
  assert_asks("const r = /(\\w);/g; for (let m; (m = r.exec('a;b;'));) get(m[1])", "= config a; = config b");
  assert_asks("get('a' + undefined)", "~ config a*");
  assert_asks("x.then((v) => get('a'), () => get('b'))", "= config b; = config a");
  assert_asks("const m = new WeakMap(), k = {}; m.set(k); if (m.has(k)) get('a'); if (m.has({})) get('b')", "= config a");
  assert_asks("for (let i = 0; get('k' + i); i++);", "= config k0; = config k1; ~ config k*");
  assert_asks("get('k' + parseInt('2a', 16) + Math.max(1, 3)); for (const i of Array(2).keys()) get('i' + i)",
              "= config k423; = config i0; = config i1");
  assert_asks("Array.from({ length: 2 }, (_, i) => get('k' + i))", "= config k0; = config k1");
  assert_asks("fetch(new URL('/p', x ? 'https://a.example' : 'http://b.example:80'))",
              "= http-host a.example; = http-host b.example:80");
  assert_asks("const u = new URL('https://c.example/p'); fetch(`${u.protocol}//${u.host}/q`)", "= http-host c.example");
  assert_asks("const o = { __proto__: { k: 'a' } }; get(o.k)", "= config a");
  assert_asks("const o = { a: 1 }; delete o.a; if ('a' in o) get('a'); if ('toString' in o) get('b')", "= config b");
  assert_asks("outer: for (const a of ['a', 'b']) { for (;;) { get(a); continue outer } }", "= config a; = config b");
  assert_asks("const o = { __proto__: new Proxy({}, { get: (t, k) => () => get(k) }) }; o.a()", "= config a");
  assert_asks("class A { static [Symbol.hasInstance](v) { return v.k === 1 } } get({ k: 1 } instanceof A ? 'a' : 'b')",
              "= config a");
  assert_asks("class A {} class B {} get(new A() instanceof B ? 'a' : 'b'); get(new A() instanceof A ? 'c' : 'd')",
              "= config b; = config c");
  assert_asks(
      "const l = { [Symbol.iterator]() { let i = 0; return { next: () => i < 2 ? { value: 'k' + i++ } : { done: true } } } };"
      "for (const k of l) get(k); get([...l].join(''))",
      "= config k0; = config k1; = config k0k1");
  assert_asks("get(Object.getPrototypeOf([]) === Array.prototype ? 'a' : 'b'); get(Map.name)", "= config a; = config Map");
  assert_asks("let i = 0, k = 'a'; for (;;) { if (x) { k = 'b'; break } if (++i > 1) break; } get(k)", "= config b; = config a");
  assert_asks("let k = 'a'; while (true) { try { get(k); break } catch { k = 'b' } }", "= config a; = config b");
  assert_asks("const o = {}; x.then(() => 0, () => { o[x] = 1 }); get('k' in o ? 'a' : 'b')", "= config b");
}

// What is counted, found from the end, cut, or kept by each round of a loop.
static void counts(void **state) {
  (void)state;
  assert_asks("const f = []; for (let i = 0; i < 2; i++) f.push(() => get('k' + i)); f.forEach((g) => g())",
              "= config k0; = config k1");
  assert_asks("const f = []; for (var i = 0; i < 2; i++) f.push(() => get('k' + i)); f[0]()", "= config k2");
  assert_asks("get([1, 2, 3].findLast((v) => v < 3) + 'l'); get('aXbX'.lastIndexOf('X') + 'l'); get('a'.lastIndexOf('bc') + 'l')",
              "= config 2l; = config 3l; = config -1l");
  assert_asks("get('a-b-c'.split('-', 2).join('+')); get('x'.padEnd(4, 'ab')); get(' x '.trimStart() + '|')",
              "= config a+b; = config xaba; = config x |");
  assert_asks("const m = new Map([['a', 1], ['b', 2]]); m.delete('a'); get([...m.keys()].join('')); m.clear(); get('s' + m.size)",
              "= config b; = config s0");
  assert_asks(
      "if ([1, 2].every((v) => v > 1)) get('a'); if ([1, 2].some((v) => v > 1)) get('b'); if (![x].some((v) => v)) get('c')",
      "= config b; = config c");
  assert_asks("get([1, 2, 3].fill(0, 1).join('')); get(1 / 3 + ''); get(typeof Symbol.iterator)",
              "= config 100; = config 0.3333333333333333; = config symbol");
  assert_asks("const o = Object.create({ a: 1 }, { b: { value: 2 } }); for (const k in o) get(k); get('own ' + Object.keys(o))",
              "= config b; = config a; = config own b");
  assert_asks("const l = []; if (x) l.push('a'); get('n' + l.length); get(l.length ? 'some' : 'none'); l.push('b'); get(l.at(-1))",
              "= config n0; = config n1; = config some; = config none; = config b");
  assert_asks("const o = {}; if (x) o.a = 1; for (const k of Object.keys(o)) get(k); if (!Object.keys(o).length) get('none')",
              "= config a; = config none");
  assert_asks("for (const c of 'h\xc3\xa9') get(c)", "= config h; = config \xc3\xa9");
  // A class as older engines know it, which only the outside makes an instance of.
  assert_program_asks("import { get } from 'wasi:config/store'; function T() { if (!(this instanceof T)) throw 1; get('a') } "
                      "T.prototype.m = function () { get('b') }; export const tasks = { T }",
                      "= config a; = config b");
}

// Ways that are left, for the round, the loop, a switch or the call.
static void leaving(void **state) {
  (void)state;
  assert_asks("for (const k of ['a', 'b']) { if (x[k]) continue; return get(k) } get('c')", "= config a; = config b; = config c");
  assert_asks("let n = 0; for (const k of ['a']) { if (x) continue; n++ } get('n' + n)", "= config n0; = config n1");
  // More than there are, and all that there are.
  assert_asks("let s = ''; for (const c of 'abc') { if (c === x) continue; s += c; if (s.length > 1) break } get(s)",
              "= config a; = config ab; = config b; = config ac; = config abc; = config bc; = config c");
  assert_asks(
      "for (const k of ['a', 'b']) { switch (k) { case 'a': if (x) continue; break; case 'b': get('b') } get('after ' + k) }",
      "= config after a; = config b; = config after b");
  assert_asks("const o = { k: 'a' }; (() => { if (x) return; o.k = 'b' })(); get(o.k)", "= config a; = config b");
  assert_asks(
      "const o = {}; o[x ? 'a' : 'b'] = 1; get(Object.keys(o)[0]); get('n' + Object.keys({ ...(x ? { c: 1 } : {}) }).length)",
      "= config a; = config b; = config n0; = config n1");
  assert_asks("const l = []; if (x) l.push('a'); l.push('b'); get(l.join('-')); const m = ['c', 'd']; if (x) m.shift(); get(m[0])",
              "= config a-b; = config b; = config d; = config c");
}

// What throws on every way.
static void throwing(void **state) {
  (void)state;
#define FAIL "const fail = () => { throw new Error() }; "
  assert_asks(FAIL "try { fail(); get('a') } catch { get('b') } get('c')", "= config b; = config c");
  assert_asks(FAIL "if (x) fail(); get('a'); const v = x ? fail() : 1; get('b')", "= config a; = config b");
  assert_asks(FAIL "try { get(fail() + 'a') } catch {} try { x && fail(); get('b') } catch {}", "= config b");
  assert_asks(FAIL "const f = async () => { fail() }; f().then(() => get('a'), () => get('b')).then(() => get('c'))",
              "= config b; = config c");
  assert_asks(FAIL "const f = async () => { await Promise.reject(1); get('a') }; f().catch(() => get('b'))", "= config b");
  // An export that never comes back: rather the evaluation is wrong.
  assert_asks(FAIL "get('a'); fail(); get('b')", "= config a; ~ config a; ~ config b");
#undef FAIL
}

static void entries(void **state) {
  (void)state;
  assert_asks("return new Map(getEnvironment()).get('A')", "= env A");
  assert_asks("return Object.fromEntries(getEnvironment()).A", "= env A");
  assert_asks("return Object.fromEntries(getEnvironment())[x]", "~ env ");
  assert_asks("return Object.fromEntries(getEnvironment())['A_' + x]", "~ env A_*");
  assert_asks("return getEnvironment().find(([k]) => k === 'A')?.[1]", "= env A");
  assert_asks("for (const [k, v] of getEnvironment()) if (k.startsWith('P_')) return v", "~ env P_*");
  assert_asks("const o = {}; for (const [k, v] of getEnvironment()) o[k] = v; return o.A", "= env A");
  assert_asks("const o = {}; for (const [k, v] of getEnvironment()) if (k.startsWith('P_')) o[k.slice(2)] = v; return o.A",
              "~ env P_*; = env P_A");
  assert_asks("return 'A' in Object.fromEntries(getEnvironment())", "= env A");
  assert_asks("return getEnvironment().find(([k]) => k.toLowerCase() === 'a')", "~ env ");
  assert_asks("for (const [k] of getEnvironment()) if (`${k}` === 'A' || k + '' == 'B') return", "= env A; = env B");
  assert_asks("return ['A', 'B'].includes(getEnvironment()[0][0])", "= env A; = env B");
  assert_asks("return { ...Object.fromEntries(getEnvironment()), A: 1 }.A", "");
  assert_asks("return { A: 1, ...Object.fromEntries(getEnvironment()) }.A", "= env A");
  assert_asks("} import { get as g } from './wasi__config$store@0.2.0-rc.1.js'; export function later() { return g('a')",
              "= config a");
  assert_asks("const { A, ...rest } = Object.fromEntries(getEnvironment()); return rest.B", "= env A; = env B");
  assert_asks("return Object.keys(Object.fromEntries(getEnvironment())).filter(k => /^(A|B)$/.test(k)).length", "= env A; = env B");
  assert_asks("console.log('A', getEnvironment().length)", "");
  assert_asks("for (const [k, v] of getEnvironment()) if (/^(A|B_[XY])$/.test(k)) return v", "= env A; = env B_X; = env B_Y");
  assert_asks("for (const [k, v] of getEnvironment()) if (/^P_|_Q$/.test(k)) return v", "~ env P_*; ~ env *_Q");
  assert_asks(
      "const o = {}; for (const [k, v] of getEnvironment()) { const m = k.match(/^P_(\\w+)$/); if (m) o[m[1]] = v } return o.A",
      "~ env P_*; = env P_A");
  assert_asks("const e = Object.fromEntries(getEnvironment()); e.length; e.then; e[0]; e.hasOwnProperty('A')", "= env A");
  assert_asks("for (const [k] of getEnvironment()) if (k === '__proto__' || k === 'A') return", "= env A");
  assert_asks("return getEnvironment().map(([k, v]) => `${k}=${v}`).join()", "");
}

// Texts with a name in them. Where it is not seen which name is meant, that is told.
static void lines(void **state) {
  (void)state;
#define LINES "const l = getEnvironment().map(([k, v]) => `${k}=${v}`); "
  assert_asks(LINES "return l.find(x => x.startsWith('A='))?.split('=')[1]", "= env A");
  assert_asks(LINES "return l.find(x => x.indexOf('A=') === 0)", "~ env *A; = env A");
  assert_asks(LINES "return l.find(x => x.split('=')[0] == 'A')", "= env A");
  assert_asks(LINES "return l.find(x => x.slice(0, x.indexOf('=')) == 'A')", "= env A");
  assert_asks(LINES "return l.includes('A=1')", "= env A");
  assert_asks(LINES "return l.find(x => /^(A|B)=/.test(x))", "= env A; = env B");
  assert_asks(LINES "return l.find(x => x.startsWith('A_'))?.slice(2).startsWith('B=')", "~ env A_*; = env A_B");
  assert_asks(LINES "return l.join('\\n').match(/^A=(.*)$/m)", "= env A");
  assert_asks(LINES "return l.join('\\n').split('\\n').find(x => x.startsWith('A='))", "= env A");
  assert_asks(LINES "const o = {}; l.join(';').replace(/(\\w+)=([^;]*)/g, (_, k, v) => { o[k] = v }); return o.A", "= env A");
  assert_asks(LINES "for (const m of l.join('\\n').matchAll(/^(?<k>\\w+)=(.*)$/gm)) if (m.groups.k == 'A') return", "= env A");
  assert_asks(
      "let s = ''; for (const [k, v] of getEnvironment()) s += k + '=' + v + ';'; return s.split(';').find(x => x.startsWith('A='))",
      "= env A");
  assert_asks("return getEnvironment().map(e => e.join(': ')).find(x => x.startsWith('A:'))", "= env A");
  assert_asks("const o = {}; for (const [k, v] of getEnvironment()) o['env.' + k] = v; return o['env.A']", "= env A");
  assert_asks(LINES "return l.join('\\n').includes('A')", "~ env *A*");
  assert_asks("return getEnvironment().map(([k, v]) => k + v).find(x => x.startsWith('A'))", "~ env ");
  assert_asks("return getEnvironment().map(([k, v]) => v + k).find(x => x == 'A')", "~ env ");
  assert_asks("for (const [k] of getEnvironment()) if (k.slice(2, 3) == 'A' || k.charAt(0) == 'B') return", "~ env ");
  assert_asks("const o = {}; for (const [k, v] of getEnvironment()) o[k.toLowerCase()] = v; return o.a", "~ env ");
  assert_asks("for (const [k] of getEnvironment()) if ([...k].reverse().join('') == 'A') return", "~ env ");
  assert_asks("for (const [k] of getEnvironment()) console.log(k.indexOf('='), k + '!')", "~ env *=*; ~ env ");
#undef LINES
}

// Older versions of ComponentizeJS put a module of their own before each interface.
static void interfaces_behind_modules(void **state) {
  (void)state;
  assert_program_asks(
      "import { getEnvironment as e } from './wasi__cli$environment@0.2.3.js'; export function run() { return new Map(e()).get('A') }",
      "= env A");
  assert_program_asks(
      "import { getEnvironment as e } from './wasi__cli$stdin@0.2.3.js'; export function run() { return new Map(e()).get('A') }",
      "");
  assert_program_asks("import { getEnvironment as e } from './.js'; export function run() { return new Map(e()).get('A') }", "");
}

static void regexes(void **state) {
  (void)state;
  struct js_groups groups;
  static const struct {
    const char *regex, *text, *found;
  } cases[] = {{"b+", "abbc", "bb"},
               {"^a(b|c)*d$", "abcbd", "abcbd"},
               {"a.c", "xabc", "abc"},
               {"[^a-c]", "abcd", "d"},
               {"\\d{2,3}", "a1234", "123"},
               {"(?:ab)+?", "ababab", "ab"},
               {"\\bx", "a x", "x"},
               {"a|b|c", "zzc", "c"},
               {"(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaaaaaaaaaaab"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(js_regex(cm_str_of(cases[i].regex), CM_STR(""), cm_str_of(cases[i].text), 0, &groups), JS_MATCHES);
    assert_true(cm_str_is(groups.of[0], cases[i].found));
  }
  assert_int_equal(js_regex(CM_STR("A"), CM_STR("i"), CM_STR("xa"), 0, &groups), JS_MATCHES);
  assert_int_equal(js_regex(CM_STR("^b"), CM_STR(""), CM_STR("ab"), 0, &groups), JS_DOES_NOT);
  assert_int_equal(js_regex(CM_STR("^b$"), CM_STR("m"), CM_STR("a\nb\nc"), 0, &groups), JS_MATCHES);
  assert_int_equal(js_regex(CM_STR("^b$"), CM_STR(""), CM_STR("a\nb\nc"), 0, &groups), JS_DOES_NOT);
  assert_int_equal(js_regex(CM_STR("a.c"), CM_STR("s"), CM_STR("a\nc"), 0, &groups), JS_MATCHES);
  assert_int_equal(js_regex(CM_STR("(a)\\1"), CM_STR(""), CM_STR("aa"), 0, &groups), JS_NOT_KNOWN);
  assert_int_equal(js_regex(CM_STR("(?<=b)(?=a)a"), CM_STR(""), CM_STR("aba"), 0, &groups), JS_MATCHES);
  assert_int_equal(groups.of[0].at[-1], 'b');
  assert_int_equal(js_regex(CM_STR("a(?!b)"), CM_STR(""), CM_STR("abab"), 0, &groups), JS_DOES_NOT);
  assert_int_equal(js_regex(CM_STR("(?<!a)b"), CM_STR(""), CM_STR("abab"), 0, &groups), JS_DOES_NOT);
  assert_int_equal(js_regex(CM_STR("(?<first>a)(b)"), CM_STR(""), CM_STR("ab"), 0, &groups), JS_MATCHES);
  assert_true(cm_str_is(groups.names[1], "first") && cm_str_is(groups.of[1], "a") && cm_str_is(groups.of[2], "b"));
  assert_int_equal(js_regex(CM_STR("^\\x41[\\u0042-\\u0044]\\0?$"), CM_STR(""), CM_STR("AC"), 0, &groups), JS_MATCHES);
  assert_int_equal(js_regex(CM_STR("\\u0041"), CM_STR(""), CM_STR("B"), 0, &groups), JS_DOES_NOT);
  assert_int_equal(js_regex(CM_STR("\\u00e4"), CM_STR(""), CM_STR("\xc3\xa4"), 0, &groups), JS_NOT_KNOWN);
  assert_int_equal(js_regex(CM_STR("a\\"), CM_STR(""), CM_STR("aa"), 0, &groups), JS_NOT_KNOWN);
}

static void syntax(void **state) {
  (void)state;
  static const char *const good[] = {
      "a = b / c / d; e = /x[/]y/g.test(f)",
      "`a${`b${c}`}d`",
      "x\n++y",
      "let let1 = async x => await x, y = async (a, b) => {}",
      "for await (const x of y) ;",
      "class A extends (B, C) { static { this.x = 1 } static async *[y]() {} get; set; static; async = 1 }",
      "({ get a() { return 1 }, set a(v) {}, async, get, 'b': 1, 2: 3, [c]: d, ...e, async *f() {} })",
      "a?.b?.[c]?.(d) ?? (e || f)",
      "a ? b : c ? d : e",
      "x = { if: 1, class: 2 }.if",
      "export { a as default, b as 'c-d' } from 'x' with { type: 'json' }",
      "export * as ns from 'y'; import d, { e as f } from 'z'; import * as g from 'w'; import 'v'",
      "new new A()(1).b",
      "a ?.5 : 1",
      "if (a) function f() {} else ;",
      "label: for (;;) { break label }",
      "do x++; while (x < 5) y()",
      "var yield1 = function* () { yield; yield* a; yield b }",
      ("a ?"
       "?= b; c ||= d; e &&= f; g **= h; i >>>= j"),
      "x = <!--",
      "0b11 + 0o17 + 0xff + 1_000n + .5e-3",
      "'\\u{1F600}\\x41\\\n'",
      "delete a.b, void 0, typeof c"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    struct cm_arena arena;
    unsigned errors;
    cm_arena_init(&arena, NULL);
    assert_non_null(js_parse(&arena, cm_str_of(good[i]), &errors));
    bool broken = strstr(good[i], "<!--") != NULL;
    if ((errors != 0) != broken) print_error("%s: %u errors\n", good[i], errors);
    assert_int_equal(errors != 0, broken);
    cm_arena_free(&arena);
  }
}

// Where a bound is met, what was not run leaves what it would have changed unknown: no key is made of what was there before. And it may have
// asked for anything.
static void past_bounds(void **state) {
  (void)state;
  static const struct {
    const char *before, *deep, *expected;  // what stands at the top level; what is done too deep for more calls
  } calls[] = {
      {"let p = 'A_'; function set() { p = 'B_'; }", "set(); get(p + 'X')", "= config KEY; ~ config *X; ~ config ; ~ env "},
      {"class C { constructor() { this.p = 'A_'; } set q(v) { this.p = v; } } const c = new C();", "c.q = 'B_'; get(c.p + 'X')",
       "= config KEY; ~ config *X; ~ config ; ~ env "},
      {"const o = { p: 'A_' }; function set(o, k, v) { o[k] = v; }", "set(o, 'p', 'B_'); get(o.p + 'X')",
       "= config KEY; ~ config *X; ~ config ; ~ env "},
      {"const o = { p: 'A_' }, h = { o }; function set(n) { let a = h.o; a.p = n; }", "set('B_'); get(o.p + 'X')",
       "= config KEY; ~ config *X; ~ config ; ~ env "},
      {"const o = new Map([['p', 'A_']]); function set(v) { o.set('p', v); }", "set('B_'); get(o.get('p') + 'X')",
       "= config KEY; ~ config *X; ~ config ; ~ env "},
      {"const o = ['A_']; function set(v) { o.unshift(v); }", "set('B_'); get(o[0] + 'X')",
       "= config KEY; ~ config *X; ~ config ; ~ env "},
      {"let p = 'A_'; const set = (v) => { [v].forEach((x) => { ({ p } = { p: x }); }); };", "set('B_'); get(p + 'X')",
       "= config KEY; ~ config *X; ~ config ; ~ env "},
      {"let p = 'A_', q = 'Q'; function set() { p = 'B_'; }", "set(); get(q + 'X')",
       "= config KEY; = config QX; ~ config ; ~ env "},
  };
  char text[1024];
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    snprintf(text, sizeof text,
             "import { get } from 'wasi:config/store'; %s function deep(n) { if (n > 0) return deep(n - 1); %s }"
             "export function run() { get('KEY'); deep(58); }",
             calls[i].before, calls[i].deep);
    assert_program_asks(text, calls[i].expected);
  }
  // Loops with more rounds than are run, and work that takes all steps.
  assert_asks("let i; for (i = 0; i < 1000; i++); get('N' + i)", "~ config N*; ~ config ; ~ env ");
  assert_asks("let b = 'P'; for (let i = 0; i < 900; i++) if (i === 700) b = 'R'; get(b)", "~ config ; ~ env ");
  assert_asks("const a = []; for (let i = 0; i < 900; i++) a.push('N' + i); get(a[a.length - 1])",
              "~ config ; ~ config N*; ~ env ");
  assert_asks(
      "let p = 'A_'; const burn = () => { for (let i = 0; i < 300; i++) for (let k = 0; k < 300; k++) for (let n = 0; n < 300;) n++;"
      " p = 'B_'; }; burn(); get(p + 'X')",
      "~ config *X; ~ config ; ~ env ");
  // One that ends by itself is followed to its end.
  assert_asks("let i = 0; for (;;) { i++; if (i > 10) break; } get('N' + i)", "= config N11");
}

// Elements are taken away on some ways: others come into their places.
static void taken_away(void **state) {
  (void)state;
  assert_asks("const l = ['a', 'b', 'c']; if (x) l.splice(1, 1); get(l[1]); get(l[0])", "= config c; = config b; = config a");
  assert_asks("const l = ['a', 'b']; l.splice(1, 0, 'n'); for (const k of l) get(k)", "= config a; = config n; = config b");
  assert_asks("const l = ['a', 'b', 'c']; if (x) l.shift(); if (y) l.shift(); get(l[0])", "= config b; = config a; = config c");
  assert_asks("const l = ['a', 'b', 'c']; if (x) l.pop(); if (y) l.pop(); get(l.at(-1))", "= config a; = config b; = config c");
  assert_asks("const l = ['a']; if (x) l.push('b'); get(l.concat(['c'])[1]); get(l.slice(1)[0])", "= config b; = config c");
  assert_asks("const l = ['b', 'c']; if (x) l.push('a'); get(l.sort()[0]); get(l.reverse()[0])",
              "= config a; = config b; = config c");
  assert_program_asks(
      "import { get } from 'wasi:config/store'; const l = ['a', 'b']; export function run() { get(l.at(-1)); l.pop(); }",
      "= config b; = config a");
}

// What a condition tells of the variables in it.
static void narrowing(void **state) {
  (void)state;
  assert_asks("const k = x ? 'a' : 'b'; if (k === 'a') get(k)", "= config a");
  assert_asks("const k = x ? 'a' : 'b'; if (k === 'a') return; get(k)", "= config b");
  assert_asks("const k = x ? 'a' : 'b'; k === 'a' && get(k)", "= config a");
  assert_asks("const k = x ? 'a' : 'b'; k === 'a' || get(k)", "= config b");
  assert_asks("const k = x ? 'a' : 'b'; get(k === 'a' ? 'c' + k : k)", "= config ca; = config b");
  assert_asks("const k = x ? 'a' : null; if (!k) return; get(k)", "= config a");
  assert_asks("const k = x ? 'a' : y ? 'b' : 'c'; switch (k) { case 'a': break; case 'b': get(k); break; default: get(k) }",
              "= config b; = config c");
  assert_asks("if (x === 'a' || x === 'b') get(x)", "= config a; = config b");
  assert_asks("if (x !== 'a' && x !== 'b') throw 1; get(x)", "= config a; = config b");
  assert_asks("if (['a', 'b'].includes(x)) get(x); get(x)", "= config a; = config b; ~ config ");
  assert_asks("if (x === 'a') x = 'b'; get(x)", "= config b; ~ config ");
  assert_asks("switch (x) { case 'a': case 'b': get(x) } get(x)", "= config a; = config b; ~ config ");
  assert_asks("for (const k of ['a', 'b', 'c']) { const v = y ? k : 'd'; if (v === 'd') continue; get(v) }",
              "= config a; = config b; = config c");
  // One of several lists is gone over.
  assert_asks("let n; for (const k of x ? ['a'] : ['b']) n = k; get(n)", "= config b; = config a");
  assert_asks("const s = new Set(x ? ['a'] : ['b']); get([...s][0])", "= config a; = config b");
  assert_asks("for (const k of x ? ['a'] : ['b']) return get(k)", "= config a; = config b");
  // The names of one of several objects, without those that are left out.
  assert_asks("const o = x ? { a: 1, b: 1 } : { a: 1, c: 1 }, names = Object.keys(o), r = {};"
              " for (let i = 0; i < names.length; i++) { const k = names[i]; if (['a'].indexOf(k) >= 0) continue; r[k] = 1; }"
              " Object.keys(r).forEach((k) => get(k))",
              "= config b; = config c");
}

// Iterators see what is put into what they go over; methods of arrays do not.
// What a call leaves is what the next one finds, as often as the host calls, and whatever it calls first. And a round of a loop the next round.
static void again(void **state) {
  (void)state;
#define GET "import { get } from 'wasi:config/store';\n"
  assert_program_asks(GET
                      "let n = 0; export function run() { n++; if (n === 1) get('a'); else if (n === 2) get('b'); else get('c'); }",
                      "= config a; = config b; = config c");
  assert_program_asks(GET "let a = 'a', b = 'b', c = 'c', d = 'd'; export function run() { get(a); a = b; b = c; c = d; }",
                      "= config a; = config b; = config c; = config d");
  assert_program_asks(GET "const l = ['a', 'b', 'c']; let i = 0; export function run() { get(l[i++]) }",
                      "= config a; = config b; = config c");
  assert_program_asks(GET "let f = () => { get('a'); f = g }; const g = () => { get('b'); f = h }, h = () => get('c');"
                          "export function run() { f() }",
                      "= config a; = config b; = config c");
  assert_program_asks(
      GET "let x = 'a'; export function one() { get(x) } export function two() { x = 'b' } export function three() { x = 'c' }",
      "= config a; = config c; = config b");
  assert_program_asks(
      GET "let cache; const all = () => cache ?"
          "?= { name: 'a', of: ['b'] };"
          "export function run() { get(all().name); get(all().of[0]) } export function other() { get(all().name + 'c') }",
      "= config a; = config b; = config ac");
  assert_program_asks(
      GET
      "let head, text = '', list = [], n = 0; export function run(x) { head = { next: head }; text += x; list = [...list, head];"
      " n++; get('a') }",
      "= config a");
  assert_asks("let a = 'a', b = 'b', c = 'c', d = 'd'; while (x()) { get(a); a = b; b = c; c = d; }",
              "= config a; = config b; = config c; = config d");
  assert_asks("let a = 'a'; while (x()) { get(a); a += 'b'; }",
              "= config a; = config ab; = config abb; = config abbb; = config abbbb; ~ config ");
  assert_asks(
      "const l = ['a']; if (x) l.push('b'); if (!l.includes('c')) get('d'); while (y()) l.push('e'); get(l.includes('f') ? 'g' : 'h')",
      "= config d; = config h");
#undef GET
}

static void iterators(void **state) {
  (void)state;
  assert_asks(
      "const l = ['a'], i = l[Symbol.iterator](); for (let s; !(s = i.next()).done;) { if (l.length < 3) l.push('b' + l.length);"
      " get(s.value) }",
      "= config a; = config b1; = config b2");
  assert_asks("const s = new Set(['a']), i = s.values(); i.next(); s.add('b'); get(i.next().value); get('d' + i.next().done)",
              "= config b; = config dtrue");
  assert_asks("const m = new Map([['a', 'b']]); for (const k of m.keys()) { get(k); m.set('c', 1); }", "= config a; = config c");
  assert_asks("const l = ['a']; l.forEach((k) => { l.push('b'); get(k) })", "= config a");
  assert_asks("const l = ['a', 'b'], i = l.values(); i.next(); for (const k of i) get(k)", "= config b");
  assert_asks("function* g() { yield 'a'; yield 'b' } const i = g(); i.next(); for (const k of i) get(k)", "= config b");
  assert_asks("for (const [k, v] of new Set(['a']).entries()) get(k + v)", "= config aa");
  assert_asks("const l = ['a']; if (x) l.push('b'); const i = l.values(); for (let s; !(s = i.next()).done;) get(s.value)",
              "= config a; = config b");
}

// What promises and async functions do later is not done where it stands.
static void late(void **state) {
  (void)state;
  assert_asks("let n = 'a'; Promise.resolve().then(() => { n = 'b' }); get(n)", "= config a");
  assert_asks("let n = 'a'; Promise.resolve().then(() => { n = 'b' }).then(() => get(n)); get('c' + n)", "= config b; = config ca");
  assert_asks("let n = 'a'; queueMicrotask(() => { n = 'b' }); get(n)", "= config a");
  assert_asks("let n = 'a'; const set = async () => { await x; n = 'b' }; set(); get(n)", "= config a");
  assert_asks("let n = 'a'; const set = async () => { n = 'b'; await x }; set(); get(n)", "= config b");
  assert_asks("let n = 'a'; const set = async () => { await x; n = 'b' }, go = async () => { await set(); get(n) }; go()",
              "= config b");
  assert_asks(
      "let n = 'a'; const set = async () => { await x; n = 'b' }, go = async () => { const p = set(); get(n); await p; get(n) };"
      " go()",
      "= config a; = config b");
  // Another promise is waited for: it is not known which is done first.
  assert_asks("let n = 'a'; const set = async () => { await x; n = 'b' }, go = async () => { set(); await y; get(n) }; go()",
              "= config a; = config b");
  assert_asks(
      "let n = 'a'; const set = async () => { await x; n = 'b' }, go = async () => { await Promise.all([set(), y]); get(n) };"
      " go()",
      "= config b");
  assert_asks(
      "let n = 'a'; const go = async () => { await new Promise((r) => setTimeout(() => { n = 'b'; r() }, 1)); get(n) }; go()",
      "= config b");
  assert_asks("let n = 'a'; const set = async () => { await x; n = 'b'; return 'c' }; set().then((v) => get(n + v))",
              "= config bc");
  assert_asks("let n = 'a'; const set = async () => { await x; n = 'b' }, go = async () => set(); go().then(() => get(n))",
              "= config b");
  // What is read later is what was written before.
  assert_asks("let n = 'a'; const ask = async () => { await x; get(n) }; ask(); n = 'b'", "= config a; ~ config ");
  assert_asks("let n = 'a'; const ask = async () => { await x; get(n) }; const go = async () => { await ask(); n = 'b' }; go()",
              "= config a");
  // So is what a generator reads when it is asked for the next one.
  assert_asks("let n = 'a'; const i = (function* () { yield n; })(); n = 'b'; for (const k of i) get(k)", "= config a; ~ config ");
  assert_asks("let n = 'a'; const i = (function* () { yield n; })(); for (const k of i) get(k); n = 'b'", "= config a");
  // What a call leaves behind is found by the next one, also by itself.
  assert_program_asks("import { get } from 'wasi:config/store'; let n = 'a'; export function run() { get(n); n = 'b'; }",
                      "= config a; = config b");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(syntax),    cmocka_unit_test(regexes),  cmocka_unit_test(values),
      cmocka_unit_test(counts),    cmocka_unit_test(leaving),  cmocka_unit_test(taken_away),
      cmocka_unit_test(narrowing), cmocka_unit_test(late),     cmocka_unit_test(again),
      cmocka_unit_test(iterators), cmocka_unit_test(throwing), cmocka_unit_test(past_bounds),
      cmocka_unit_test(entries),   cmocka_unit_test(lines),    cmocka_unit_test(interfaces_behind_modules),
      cmocka_unit_test(programs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
