// Standard streams of the adapter's own in WASI 0.3, where a stream is no resource but a type of the component model.
//
// The functions are synchronous, and an end of a stream is only moved while some task runs. What is to be read after the function has returned is
// read by a task of a component within the adapter: it returns at once, and goes on reading in its callback, until the writer has dropped its end.
// So output can be taken and forgotten, or logged. A future is written before there is a reader, and stays so: what it is written from is a
// constant. All of this has one shape, so it stands here as the text of a component.
//
// Spec: CanonicalABI.md, `canon lift` (callback), `canon stream.read`, `canon future.write`; Concurrency.md.

#include <component/encode.h>
#include <component/parse.h>
#include <component/semver.h>

#include "generic.h"
#include "texts.h"
#include "values.h"

#define BYTES "stream<u8>"
#define DONE "future<result<_, enum{io, illegal-byte-sequence, pipe}>>"

// --- the task that reads ---

static const char task_head[] = "  (component $Task\n"
                                "    (core module $Memory (memory (export \"memory\") 1))\n"
                                "    (core instance $memory (instantiate $Memory))\n"
                                "    (type $bytes (stream u8))\n"
                                "    (type $c (enum \"io\" \"illegal-byte-sequence\" \"pipe\")) (export $code \"code\" (type $c))\n"
                                "    (type $result (result (error $code))) (type $done (future $result))\n"
                                "    (canon future.new $done (core func $new_done))\n"
                                "    (canon future.write $done async (memory $memory \"memory\") (core func $write_done))\n"
                                "    (canon future.drop-writable $done (core func $drop_done))\n"
                                "    (canon task.return (result $done) (core func $return))\n"
                                "    (canon stream.read $bytes async (memory $memory \"memory\") (core func $read))\n"
                                "    (canon stream.drop-readable $bytes (core func $drop))\n"
                                "    (canon waitable-set.new (core func $new_set))\n"
                                "    (canon waitable-set.drop (core func $drop_set))\n"
                                "    (canon waitable.join (core func $join))\n"
                                "    (canon context.get i32 0 (core func $get))\n"
                                "    (canon context.set i32 0 (core func $set))\n";

static const char task_logging[] =
    "    (type $l (enum \"trace\" \"debug\" \"info\" \"warn\" \"error\" \"critical\")) (import \"level\" (type $level (eq $l)))\n"
    "    (import \"log\" (func $logs (param \"level\" $level) (param \"context\" string) (param \"message\" string)))\n"
    "    (core func $host_log (canon lower (func $logs) (memory $memory \"memory\")))\n";

// What is read lies in the upper half of memory.
static const char task_code[] =
    "    (core module $Code\n"
    "      (import \"\" \"memory\" (memory 1))\n"
    "      (import \"\" \"return\" (func $return (param i32)))\n"
    "      (import \"\" \"new_done\" (func $new_done (result i64)))\n"
    "      (import \"\" \"write_done\" (func $write_done (param i32 i32) (result i32)))\n"
    "      (import \"\" \"drop_done\" (func $drop_done (param i32)))\n"
    "      (import \"\" \"read\" (func $read (param i32 i32 i32) (result i32)))\n"
    "      (import \"\" \"drop\" (func $drop (param i32)))\n"
    "      (import \"\" \"new_set\" (func $new_set (result i32)))\n"
    "      (import \"\" \"drop_set\" (func $drop_set (param i32)))\n"
    "      (import \"\" \"join\" (func $join (param i32 i32)))\n"
    "      (import \"\" \"get\" (func $get (result i32)))\n"
    "      (import \"\" \"set\" (func $set (param i32)))\n"
    "%s"
    "      ;; What a task knows: the set that it waits for and the end that it tells the end by, 16 bits each.\n"
    "      (func $waits_for (result i32) (i32.and (call $get) (i32.const 0xffff)))\n"
    "      ;; All was read. Where nobody waits for that yet, it stays to be told; it is told from zeros: ok.\n"
    "      (func $finish\n"
    "        (local $end i32)\n"
    "        (call $end)\n"
    "        (call $drop_set (call $waits_for))\n"
    "        (local.set $end (i32.shr_u (call $get) (i32.const 16)))\n"
    "        (if (i32.ne (call $write_done (local.get $end) (i32.const 8)) (i32.const -1)) (then (call $drop_done (local.get $end)))))\n"
    "      ;; 1: more may come. Of a status the lower four bits tell whether the writer is gone, the others how much came.\n"
    "      (func $take (param $stream i32) (param $status i32) (result i32)\n"
    "        (call $add (i32.const 32768) (i32.shr_u (local.get $status) (i32.const 4)))\n"
    "        (if (i32.eqz (i32.and (local.get $status) (i32.const 15))) (then (return (i32.const 1))))\n"
    "        (call $join (local.get $stream) (i32.const 0))\n"
    "        (call $drop (local.get $stream))\n"
    "        (call $finish)\n"
    "        (i32.const 0))\n"
    "      ;; Reads until nothing is there to be read, and then waits (2), or exits (0).\n"
    "      (func $next (param $stream i32) (result i32)\n"
    "        (local $status i32)\n"
    "        (loop $again\n"
    "          (local.set $status (call $read (local.get $stream) (i32.const 32768) (i32.const 32768)))\n"
    "          (if (i32.eq (local.get $status) (i32.const -1))\n"
    "            (then (return (i32.or (i32.const 2) (i32.shl (call $waits_for) (i32.const 4))))))\n"
    "          (br_if $again (call $take (local.get $stream) (local.get $status))))\n"
    "        (i32.const 0))\n"
    "      (func (export \"read_all\") (param $stream i32) (result i32)\n"
    "        (local $set i32) (local $ends i64) (local $end i32)\n"
    "        (local.set $ends (call $new_done))\n"
    "        (call $return (i32.wrap_i64 (local.get $ends)))\n"
    "        (local.set $end (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))\n"
    "        (local.set $set (call $new_set))\n"
    "        (if (i32.gt_u (i32.or (local.get $set) (local.get $end)) (i32.const 0xffff)) (then unreachable))\n"
    "        (call $set (i32.or (local.get $set) (i32.shl (local.get $end) (i32.const 16))))\n"
    "        (call $join (local.get $stream) (local.get $set))\n"
    "        (call $next (local.get $stream)))\n"
    "      (func (export \"event\") (param $event i32) (param $stream i32) (param $status i32) (result i32)\n"
    "        (if (result i32) (call $take (local.get $stream) (local.get $status))\n"
    "          (then (call $next (local.get $stream))) (else (i32.const 0)))))\n"
    "    (core instance $core (instantiate $Code (with \"\" (instance\n"
    "      (export \"memory\" (memory $memory \"memory\")) (export \"return\" (func $return))\n"
    "      (export \"new_done\" (func $new_done)) (export \"write_done\" (func $write_done)) (export \"drop_done\" (func $drop_done))\n"
    "      (export \"read\" (func $read))\n"
    "      (export \"drop\" (func $drop)) (export \"new_set\" (func $new_set)) (export \"drop_set\" (func $drop_set))\n"
    "      (export \"join\" (func $join)) (export \"get\" (func $get)) (export \"set\" (func $set))%s))))\n"
    "    (func (export \"read-all\") async (param \"data\" $bytes) (result $done)\n"
    "      (canon lift (core func $core \"read_all\") async (callback (func $core \"event\")))))\n";

static const char forgetting[] = "      (func $add (param i32 i32)) (func $end)\n";

static void put_task(struct code *code, const struct adapter_stdio *stdio, bool logged, unsigned which) {
  struct code body = {0};
  cm_buffer_init(&body.text, NULL);
  if (logged)
    code_put(
        &body,
        "      (import \"\" \"log\" (func $host_log (param i32 i32 i32 i32 i32)))\n"
        "      (global $reserved i32 (i32.const 64))\n"
        "      (data (i32.const 16) \"stdoutstderr\")\n"
        "      (func $log (param $which i32) (param $at i32) (param $size i32)\n"
        "        (call $host_log (i32.add (local.get $which) (i32.const 2))\n"
        "          (i32.add (i32.const 16) (i32.mul (local.get $which) (i32.const 6))) (i32.const 6) (local.get $at) (local.get $size)))\n"
        "%s"
        "      (func $add (param $at i32) (param $size i32) (call $add_bytes (i32.const %u) (local.get $at) (local.get $size)))\n"
        "      (func $end (call $end_line (i32.const %u)))\n",
        text_streams, which, which);
  if (logged)
    code_put(
        code,
        "  (import \"%.*s\" (instance $logging\n"
        "    (type $l (enum \"trace\" \"debug\" \"info\" \"warn\" \"error\" \"critical\")) (export \"level\" (type $level (eq $l)))\n"
        "    (export \"log\" (func (param \"level\" $level) (param \"context\" string) (param \"message\" string)))))\n",
        CM_STR_ARG(stdio->logging_interface));
  code_put(code, "%s%s", task_head, logged ? task_logging : "");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  cm_put_u8(&body.text, 0);
  code_put(code, task_code, logged ? (const char *)body.text.at : forgetting, logged ? " (export \"log\" (func $host_log))" : "");
#pragma GCC diagnostic pop
  code_put(
      code,
      logged
          ? "  (instance $task (instantiate $Task (with \"level\" (type $logging \"level\")) (with \"log\" (func $logging \"log\"))))\n"
          : "  (instance $task (instantiate $Task))\n");
  code_put(code, "  (core func $read_all (canon lower (func $task \"read-all\") async (memory $memory \"memory\")))\n");
  cm_buffer_free(&body.text);
}

// --- the functions ---

// The result that a future is written with is at 16: ok, or the error `pipe`.
static const char common[] = "  (core module $Memory (memory (export \"memory\") 1) (data (i32.const 16) \"%s\"))\n"
                             "  (core instance $memory (instantiate $Memory))\n"
                             "  (type $bytes (stream u8))\n"
                             "  (type $code (enum \"io\" \"illegal-byte-sequence\" \"pipe\"))\n"
                             "  (type $result (result (error $code)))\n"
                             "  (type $done (future $result))\n"
                             "  (canon future.new $done (core func $new_done))\n"
                             "  (canon future.write $done async (memory $memory \"memory\") (core func $write_done))\n";

// A readable end whose other end holds the result ready.
static const char done_imports[] = "    (import \"\" \"new_done\" (func $new_done (result i64)))\n"
                                   "    (import \"\" \"write_done\" (func $write_done (param i32 i32) (result i32)))\n";
static const char done_code[] =
    "    (func $done (result i32)\n"
    "      (local $ends i64)\n"
    "      (local.set $ends (call $new_done))\n"
    "      (drop (call $write_done (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))) (i32.const 16)))\n"
    "      (i32.wrap_i64 (local.get $ends)))\n";

// Closed: the reading end is dropped, and the error is ready. Else the task reads, and tells when it has: that is in memory at 32 once it has
// returned (2), which it does at once.
static const char closed_code[] =
    "  (canon stream.drop-readable $bytes (core func $drop))\n"
    "  (core module $Code\n%s"
    "    (import \"\" \"drop\" (func $drop (param i32)))\n%s"
    "    (func (export \"f\") (param $data i32) (result i32) (call $drop (local.get $data)) (call $done)))\n"
    "  (core instance $core (instantiate $Code (with \"\" (instance (export \"new_done\" (func $new_done))\n"
    "    (export \"write_done\" (func $write_done)) (export \"drop\" (func $drop))))))\n";
static const char reading_code[] =
    "  (core module $Code\n"
    "    (import \"\" \"memory\" (memory 1))\n"
    "    (import \"\" \"read_all\" (func $read_all (param i32 i32) (result i32)))\n"
    "    (func (export \"f\") (param $data i32) (result i32)\n"
    "      (if (i32.ne (call $read_all (local.get $data) (i32.const 32)) (i32.const 2)) (then unreachable))\n"
    "      (i32.load (i32.const 32))))\n"
    "  (core instance $core (instantiate $Code (with \"\" (instance (export \"read_all\" (func $read_all))\n"
    "    (export \"memory\" (memory $memory \"memory\"))))))\n";
static const char output[] = "  (type $func (func (param \"data\" $bytes) (result $done)))\n"
                             "  (func $f (type $func) (canon lift (core func $core \"f\")))\n";

static const char input[] =
    "  (canon stream.new $bytes (core func $new_bytes))\n"
    "  (canon stream.drop-writable $bytes (core func $drop))\n"
    "  (core module $Code\n%s"
    "    (import \"\" \"memory\" (memory 1))\n"
    "    (import \"\" \"new_bytes\" (func $new_bytes (result i64)))\n"
    "    (import \"\" \"drop\" (func $drop (param i32)))\n%s"
    "    (func (export \"f\") (result i32)\n"
    "      (local $ends i64)\n"
    "      (local.set $ends (call $new_bytes))\n"
    "      (call $drop (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))\n"
    "      (i32.store (i32.const 32) (i32.wrap_i64 (local.get $ends)))\n"
    "      (i32.store (i32.const 36) (call $done))\n"
    "      (i32.const 32)))\n"
    "  (core instance $core (instantiate $Code (with \"\" (instance (export \"new_done\" (func $new_done))\n"
    "    (export \"write_done\" (func $write_done)) (export \"memory\" (memory $memory \"memory\")) (export \"new_bytes\" (func $new_bytes))\n"
    "    (export \"drop\" (func $drop))))))\n"
    "  (type $pair (tuple $bytes $done))\n"
    "  (type $func (func (result $pair)))\n"
    "  (func $f (type $func) (canon lift (core func $core \"f\") (memory $memory \"memory\")))\n";

// See shim.h: the instance whose function mentions a type that has a name.
static const char shim[] = "  (component $Shim\n"
                           "    (type $c (enum \"io\" \"illegal-byte-sequence\" \"pipe\")) (import \"code\" (type $code (eq $c)))\n"
                           "    (type $bytes (stream u8)) (type $r (result (error $code))) (type $done (future $r))%s\n"
                           "    (import \"f\" (func $f %s))\n"
                           "    (export $named \"error-code\" (type $code))\n"
                           "    (type $r2 (result (error $named))) (type $done2 (future $r2))%s\n"
                           "    (export \"%s\" (func $f) (func %s)))\n"
                           "  (instance $i (instantiate $Shim (with \"code\" (type $code)) (with \"f\" (func $f))))\n"
                           "  (export \"%.*s\" (instance $i)))\n";

static void put_output(struct code *code, const struct adapter_stdio *stdio, enum adapter_stdio_way way, unsigned which) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  if (way == ADAPTER_STDIO_CLOSED) {
    code_put(code, common, "\\01\\02");
    code_put(code, closed_code, done_imports, done_code);
  } else {
    code_put(code, common, "");
    put_task(code, stdio, way == ADAPTER_STDIO_LOGGED, which);
    code_put(code, "%s", reading_code);
  }
#pragma GCC diagnostic pop
  code_put(code, "%s", output);
}

static bool put_interface(struct code *code, const struct adapter_export *e, const struct adapter_stdio *stdio) {
  static const char takes[] = "(param \"data\" $bytes) (result $done)", takes2[] = "(param \"data\" $bytes) (result $done2)";
  struct cm_str name = e->name.name, interface = cm_name_base(e->name.has_implements ? e->name.implements : name);
  bool in = cm_str_is(interface, "wasi:cli/stdin"), err = cm_str_is(interface, "wasi:cli/stderr");
  code_put(code, "(component\n");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  if (in) {
    code_put(code, common, "");
    code_put(code, input, done_imports, done_code);
    code_put(code, shim, " (type $pair (tuple $bytes $done))", "(result $pair)", " (type $pair2 (tuple $bytes $done2))",
             "read-via-stream", "(result $pair2)", CM_STR_ARG(name));
  } else {
    put_output(code, stdio, err ? stdio->err : stdio->out, err);
    code_put(code, shim, "", takes, "", "write-via-stream", takes2, CM_STR_ARG(name));
  }
#pragma GCC diagnostic pop
  return cm_buffer_ok(&code->text, e->adapter->diag);
}

// The text, read, written, and read again for its index spaces.
static bool read_text(struct adapter *a, const struct code *code, struct cm_component **out) {
  struct cm_parsed parsed;
  struct cm_buffer bytes;
  struct cm_str text = {(const char *)code->text.at, code->text.size};
  cm_buffer_init(&bytes, NULL);
  bool ok = cm_parse_text(a->arena, text, &(struct cm_parse_options){.no_names = true}, &parsed, a->diag) &&
            cm_encode(parsed.component, NULL, &bytes, a->diag);
  char *kept = ok ? cm_alloc_text(a->arena, (const char *)bytes.at, bytes.size) : NULL;
  struct cm_span span = {(const uint8_t *)kept, bytes.size};
  cm_buffer_free(&bytes);
  return ok && (kept ? cm_decode(a->arena, span, out, a->diag) : cm_fail_memory(a->diag));
}

static bool make(struct adapter *a, const struct adapter_subject *subject, const struct adapter_stdio *stdio,
                 struct cm_component **out) {
  struct adapter_export *e = subject->import_count == 1 ? adapter_export(a, subject->imports[0]) : NULL;
  struct code code;
  if (!e) return false;
  if (!e->count) return adapter_pass_all(a->arena, subject, out, a->diag);  // types alone
  struct adapter_function *f = adapter_find(e, "write-via-stream");
  const char *shape = f ? "func(" BYTES ") -> " DONE : "func() -> tuple<" BYTES ", " DONE ">";
  if (!f) f = adapter_find(e, "read-via-stream");
  if (!f || e->count != 1)
    return cm_fail_at_large(a->diag, CM_UNSUPPORTED, "`%.*s` has no function that an adapter is made for",
                            CM_STR_ARG(e->name.name));
  if (!value_expect(e, f, shape)) return false;
  cm_buffer_init(&code.text, NULL);
  bool ok = put_interface(&code, e, stdio) && read_text(a, &code, out);
  cm_buffer_free(&code.text);
  return ok;
}

bool adapter_stdio_tasks(struct cm_arena *arena, const struct adapter_subject *subject, const struct adapter_stdio *stdio,
                         struct cm_component **out, struct cm_diag *diag) {
  struct adapter a;
  bool ok = adapter_begin(&a, arena, subject->app, diag) && make(&a, subject, stdio, out);
  adapter_end(&a);
  return ok;
}
