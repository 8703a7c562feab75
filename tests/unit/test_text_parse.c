// Texts to binaries: what abbreviations stand for, in the order in which it comes; what is refused, and where.

#include "bytes.h"

#include <component/encode.h>
#include <component/limits.h>
#include <component/parse.h>

#include <stdio.h>

struct parsed {
  struct cm_arena arena;
  struct cm_parsed result;
  struct cm_buffer buffer;
  struct cm_span bytes;
  struct cm_diag diag;
  bool ok;
};

static void parse_with(struct parsed *p, struct cm_str text, const struct cm_parse_options *options,
                       const struct cm_allocator *allocator, size_t limit) {
  static const struct cm_encode_options as_written = {.keep_forms = true};
  memset(p, 0, sizeof *p);
  cm_arena_init(&p->arena, allocator);
  p->arena.limit = limit;
  cm_buffer_init(&p->buffer, allocator);
  p->ok = cm_parse_text(&p->arena, text, options, &p->result, &p->diag);
  if (!p->ok) return;
  p->bytes = p->result.bytes;
  if (!p->result.component) return;
  p->ok = cm_encode(p->result.component, &as_written, &p->buffer, &p->diag);
  p->bytes = cm_buffer_span(&p->buffer);
}

static void parse(struct parsed *p, const char *text) { parse_with(p, cm_str_of(text), NULL, NULL, 0); }

static void unparse(struct parsed *p) {
  cm_buffer_free(&p->buffer);
  cm_arena_free(&p->arena);
}

// Whether the text gives the bytes of `expected`, in the notation of bytes.h, behind a preamble.
static void check(const char *text, bool component, const char *expected) {
  struct parsed p;
  struct bytes b = {0};
  if (component)
    put_component(&b);
  else
    put_module(&b);
  put_text(&b, expected);
  parse(&p, text);
  if (!p.ok) fail_msg("%s: %s", text, p.diag.message);
  bool same = p.bytes.size == b.size && memcmp(p.bytes.at, b.at, b.size) == 0;
  for (size_t i = 8; !same && i < p.bytes.size; i++) fprintf(stderr, "%02x ", p.bytes.at[i]);
  if (!same) fail_msg("%s gives other bytes", text);
  unparse(&p);
  free(b.at);
}

struct row {
  const char *text, *bytes;
};

// Byte for byte what wasm-tools 1.262 makes of them, but for the definitions (core memory … (alias …)) and (core table …), which it does
// not take. A section a group.
// clang-format off
static const struct row module_rows[] = {
    {"(module)",
     ""},
    {"(module $m)",
     "00 09 04 6e 61 6d 65 00 02 01 6d"},
    {"(module $m (@name \"n\"))",
     "00 09 04 6e 61 6d 65 00 02 01 6e"},
    {"(module binary \"\\00asm\" \"\\01\\00\\00\\00\")",
     ""},
    // Types that are implied come behind those that are defined, in the order of their uses, and once.
    {"(func (param i32)) (type (func)) (func) (func (block (param i32)))",
     "01 08 02 60 00 00 60 01 7f 00 | 03 04 03 01 00 00 | 0a 0d 03 02 00 0b 02 00 0b 05 00 02 01 0b 0b"},
    // A call in folded form implies its type behind those of its operands.
    {"(table 1 funcref) (func (call_indirect (param i64) (block (result i64 i32) unreachable)))",
     "01 0d 03 60 00 00 60 00 02 7e 7f 60 01 7e 00 | 03 02 01 00 | 04 04 01 70 00 01 | 0a 0b 01 09 00 02 01 00 0b 11 02 00 0b"},
    {"(type $f (func (param $x i32))) (type (func)) (func (type $f) (param $y i32)) (func (type 0) (local $l f32))",
     "01 08 02 60 01 7f 00 60 00 00 | 03 03 02 00 00 | 0a 09 02 02 00 0b 04 01 01 7d 0b | 00 20 04 6e 61 6d 65 02 0b 02 00 01 00 01 79 01 01 01 01 6c 04 04 01 00 01 66 0c 06 01 00 01 00 01 78"},
    // Inline exports and imports; names may be used before they are defined.
    {"(func (export \"a\") (export \"b\") (import \"m\" \"n\")) (start $f) (func $f)",
     "01 04 01 60 00 00 | 02 07 01 01 6d 01 6e 00 00 | 03 02 01 00 | 07 09 02 01 61 00 00 01 62 00 00 | 08 01 01 | 0a 04 01 02 00 0b | 00 0b 04 6e 61 6d 65 01 04 01 01 01 66"},
    {"(import \"m\" \"t\" (tag $e (param $p i32))) (import \"m\" \"g\" (global (mut i64))) (memory $m (import \"m\" \"m\") 1 2 shared)",
     "01 05 01 60 01 7f 00 | 02 17 03 01 6d 01 74 04 00 00 01 6d 01 67 03 7e 01 01 6d 01 6d 02 03 01 02 | 00 11 04 6e 61 6d 65 06 04 01 00 01 6d 0b 04 01 00 01 65"},
    // Segments that tables and memories bring with them.
    {"(table funcref (elem 0 0)) (memory (data \"abc\" \"d\")) (func)",
     "01 04 01 60 00 00 | 03 02 01 00 | 04 05 01 70 01 02 02 | 05 04 01 01 01 01 | 09 0a 01 02 00 41 00 0b 00 02 00 00 | 0a 04 01 02 00 0b | 0b 0a 01 00 41 00 0b 04 61 62 63 64"},
    {"(table i64 externref (elem (ref.null extern)))",
     "04 05 01 6f 05 01 01 | 09 0b 01 06 00 42 00 0b 6f 01 d0 6f 0b"},
    {"(table (ref func) (elem $f)) (func $f)",
     "01 04 01 60 00 00 | 03 02 01 00 | 04 06 01 64 70 01 01 01 | 09 0c 01 06 00 41 00 0b 64 70 01 d2 00 0b | 0a 04 01 02 00 0b | 00 0b 04 6e 61 6d 65 01 04 01 00 01 66"},
    {"(memory i64 (pagesize 1) (data \"ab\"))",
     "05 05 01 0d 02 02 00 | 0b 08 01 00 42 00 0b 02 61 62"},
    {"(memory 1 (pagesize 65536))",
     "05 04 01 08 01 10"},
    {"(memory 0) (memory $b 0) (data \"\\00\\u{20ac}\" (i16 1 -1) (f32 1) (v128 i64x2 0 1)) (data (memory $b) (i32.const 1)) (data (offset i32.const 1) \"x\")",
     "05 05 02 00 00 00 00 | 0b 2b 03 01 1c 00 e2 82 ac 01 00 ff ff 00 00 80 3f 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 02 01 41 01 0b 00 00 41 01 0b 01 78 | 00 0b 04 6e 61 6d 65 06 04 01 01 01 62"},
    {"(elem declare func $f) (elem (table $t) (offset i32.const 1) funcref (item ref.null func)) (table $t 1 funcref) (func $f)",
     "01 04 01 60 00 00 | 03 02 01 00 | 04 04 01 70 00 01 | 09 0f 02 03 00 01 00 06 00 41 01 0b 70 01 d0 70 0b | 0a 04 01 02 00 0b | 00 11 04 6e 61 6d 65 01 04 01 00 01 66 05 04 01 00 01 74"},
    {"(table 1 funcref) (elem (i32.const 0) $f $f) (elem (i32.const 0) externref (ref.null extern)) (elem func) (elem $e anyref) (func $f)",
     "01 04 01 60 00 00 | 03 02 01 00 | 04 04 01 70 00 01 | 09 18 04 00 41 00 0b 02 00 00 06 00 41 00 0b 6f 01 d0 6f 0b 01 00 00 05 6e 00 | 0a 04 01 02 00 0b | 00 11 04 6e 61 6d 65 01 04 01 00 01 66 08 04 01 03 01 65"},
    {"(table 1 (ref func) (ref.func 0)) (func)",
     "01 04 01 60 00 00 | 03 02 01 00 | 04 0a 01 40 00 64 70 00 01 d2 00 0b | 0a 04 01 02 00 0b"},
    // Locals of one type are one entry; names of parameters and locals are one list.
    {"(func (param $a i32) (local i64 i64) (local $c i64) (local f32) (local.get $c))",
     "01 05 01 60 01 7f 00 | 03 02 01 00 | 0a 0a 01 08 02 03 7e 01 7d 20 03 0b | 00 10 04 6e 61 6d 65 02 09 01 00 02 00 01 61 03 01 63"},
    // Labels, from inside out; `end` and `else` may repeat them.
    {"(func block $a loop $b br $a br $b br 1 end $b end $a)",
     "01 04 01 60 00 00 | 03 02 01 00 | 0a 10 01 0e 00 02 40 03 40 0c 01 0c 00 0c 01 0b 0b 0b | 00 10 04 6e 61 6d 65 03 09 01 00 02 00 01 61 01 01 62"},
    {"(func (block $a (br $a)) (loop $a (block $a (br $a)) (br $a)))",
     "01 04 01 60 00 00 | 03 02 01 00 | 0a 13 01 11 00 02 40 0c 00 0b 03 40 02 40 0c 00 0b 0c 00 0b 0b | 00 13 04 6e 61 6d 65 03 0c 01 00 03 00 01 61 01 01 61 02 01 61"},
    {"(func (if (i32.const 1) (then nop) (else (nop) nop)))",
     "01 04 01 60 00 00 | 03 02 01 00 | 0a 0d 01 0b 00 41 01 04 40 01 05 01 01 0b 0b"},
    {"(func (if $l (result i32) (i32.const 1) (then (br $l (i32.const 2))) (else (i32.const 3))) drop)",
     "01 04 01 60 00 00 | 03 02 01 00 | 0a 11 01 0f 00 41 01 04 7f 41 02 0c 00 05 41 03 0b 1a 0b | 00 0d 04 6e 61 6d 65 03 06 01 00 01 00 01 6c"},
    {"(func i32.const 1 if $x nop else $x nop end $x)",
     "01 04 01 60 00 00 | 03 02 01 00 | 0a 0c 01 0a 00 41 01 04 40 01 05 01 0b 0b | 00 0d 04 6e 61 6d 65 03 06 01 00 01 00 01 78"},
    {"(func (br_table 0 1 (i32.const 0)) (block $a (br_table $a (i32.const 0))))",
     "01 04 01 60 00 00 | 03 02 01 00 | 0a 12 01 10 00 41 00 0e 01 00 01 02 40 41 00 0e 00 00 0b 0b | 00 0d 04 6e 61 6d 65 03 06 01 00 01 00 01 61"},
    {"(func (i32.store offset=16 align=1 (i32.const 1) (i32.add i32.const 2 (i32.const 3))))",
     "01 04 01 60 00 00 | 03 02 01 00 | 0a 0e 01 0c 00 41 01 41 02 41 03 6a 36 00 10 0b"},
    {"(memory 1) (memory $n 1) (func (drop (v128.load8_lane $n offset=1 3 unreachable)) (drop (v128.load8_lane 3 unreachable)) (drop (v128.load8_lane 1 2 unreachable)))",
     "01 04 01 60 00 00 | 03 02 01 00 | 05 05 02 00 01 00 01 | 0a 1b 01 19 00 00 fd 54 40 01 01 03 1a 00 fd 54 00 00 03 1a 00 fd 54 40 01 00 02 1a 0b | 00 0b 04 6e 61 6d 65 06 04 01 01 01 6e"},
    {"(func (memory.copy $a $b) memory.copy memory.fill (memory.size $b) (memory.grow)) (memory $a 1) (memory $b 1)",
     "01 04 01 60 00 00 | 03 02 01 00 | 05 05 02 00 01 00 01 | 0a 13 01 11 00 fc 0a 00 01 fc 0a 00 00 fc 0b 00 3f 01 40 00 0b | 00 0e 04 6e 61 6d 65 06 07 02 00 01 61 01 01 62"},
    {"(func (table.copy $a $b) table.copy (table.init $b $e) (table.init $e) elem.drop $e table.get table.set $b) (table $a 1 funcref) (table $b 1 funcref) (elem $e func)",
     "01 04 01 60 00 00 | 03 02 01 00 | 04 07 02 70 00 01 70 00 01 | 09 04 01 01 00 00 | 0a 1b 01 19 00 fc 0e 00 01 fc 0e 00 00 fc 0c 00 01 fc 0c 00 00 fc 0d 00 25 00 26 01 0b | 00 14 04 6e 61 6d 65 05 07 02 00 01 61 01 01 62 08 04 01 00 01 65"},
    {"(func (drop (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31)) (drop (v128.const f32x4 1 -0 inf nan:0x1)) (drop (f64x2.extract_lane 1)))",
     "01 04 01 60 00 00 | 03 02 01 00 | 0a 2e 01 2c 00 fd 0d 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 1f 1a fd 0c 00 00 80 3f 00 00 00 80 00 00 80 7f 01 00 80 7f 1a fd 21 01 1a 0b"},
    {"(func i64.const -0x8000_0000_0000_0000 f64.const -0x1p-1074 f32.const 1e-3 i64.add128 i64.mul_wide_u atomic.fence i32.atomic.rmw8.add_u)",
     "01 04 01 60 00 00 | 03 02 01 00 | 0a 28 01 26 00 42 80 80 80 80 80 80 80 80 80 7f 44 01 00 00 00 00 00 00 80 43 6f 12 83 3a fc 13 fc 16 fe 03 00 fe 20 00 00 0b"},
    {"(func (try_table (catch $t 0) (catch_ref $t 0) (catch_all 0) (catch_all_ref 0) nop)) (tag $t)",
     "01 04 01 60 00 00 | 03 02 01 00 | 0d 03 01 00 00 | 0a 13 01 11 00 1f 40 04 00 00 00 01 00 00 02 00 03 00 01 0b 0b | 00 0b 04 6e 61 6d 65 0b 04 01 00 01 74"},
    {"(func try $a nop catch $t rethrow $a catch_all end try delegate 0) (tag $t)",
     "01 04 01 60 00 00 | 03 02 01 00 | 0d 03 01 00 00 | 0a 11 01 0f 00 06 40 01 07 00 09 00 19 0b 06 40 18 00 0b | 00 13 04 6e 61 6d 65 03 06 01 00 01 00 01 61 0b 04 01 00 01 74"},
    {"(func return_call $f) (func $f (return_call_indirect (type 0) (i32.const 0)) (call_ref 0 unreachable)) (table 1 funcref)",
     "01 04 01 60 00 00 | 03 03 02 00 00 | 04 04 01 70 00 01 | 0a 11 02 04 00 12 01 0b 0a 00 41 00 13 00 00 00 14 00 0b | 00 0b 04 6e 61 6d 65 01 04 01 01 01 66"},
    // Recursive types, fields by name.
    {"(rec (type $a (struct (field $x (ref null $b)) (field i8 (mut i16)))) (type $b (sub $a (array f32)))) (func struct.get $a $x array.copy $b $b array.new_fixed $b 3)",
     "01 15 02 4e 02 5f 03 63 01 00 78 00 77 01 50 01 00 5e 7d 00 60 00 00 | 03 02 01 02 | 0a 10 01 0e 00 fb 02 00 00 fb 11 01 01 fb 08 01 03 0b | 00 16 04 6e 61 6d 65 04 07 02 00 01 61 01 01 62 0a 06 01 00 01 00 01 78"},
    {"(type $s (sub final (struct))) (type (sub $s (struct (field $a i32) (field $b i64)))) (type (array (mut (ref $s))))",
     "01 10 03 5f 00 50 01 00 5f 02 7f 00 7e 00 5e 64 00 01 | 00 16 04 6e 61 6d 65 04 04 01 00 01 73 0a 09 01 01 02 00 01 61 01 01 62"},
    {"(func (select (result i32)) (select) (ref.test (ref null any)) (ref.cast i31ref) (br_on_cast 0 anyref (ref eq)) (ref.null nofunc))",
     "01 04 01 60 00 00 | 03 02 01 00 | 0a 16 01 14 00 1c 01 7f 1b fb 15 6e fb 17 6c fb 18 01 00 6e 6d d0 73 0b"},
    // Data counts are there where a body asks for segments, and nowhere else.
    {"(memory 1) (data $d \"x\") (func (memory.init $d) (data.drop 0)) (type (array i8))",
     "01 07 02 5e 78 00 60 00 00 | 03 02 01 01 | 05 03 01 00 01 | 0c 01 01 | 0a 0b 01 09 00 fc 08 00 00 fc 09 00 0b | 0b 04 01 01 01 78 | 00 0b 04 6e 61 6d 65 09 04 01 00 01 64"},
    {"(data $d \"x\") (global (ref 0) (array.new_data 0 $d (i32.const 0) (i32.const 0))) (type (array i8))",
     "01 04 01 5e 78 00 | 06 0d 01 64 00 00 41 00 41 00 fb 09 00 00 0b | 0b 04 01 01 01 78 | 00 0b 04 6e 61 6d 65 09 04 01 00 01 64"},
    {"(global $h (import \"a\" \"b\") i32) (global $g (mut i32) (i32.add (i32.const 1) (global.get $h)))",
     "02 08 01 01 61 01 62 03 7f 00 | 06 09 01 7f 01 41 01 23 00 6a 0b | 00 0e 04 6e 61 6d 65 07 07 02 00 01 68 01 01 67"},
    // Annotations.
    {"(@custom \"a\" (before first) \"1\") (@custom \"b\" \"2\") (func) (@custom \"c\" (after type)) (@unknown (func))",
     "00 03 01 61 31 | 01 04 01 60 00 00 | 00 02 01 63 | 03 02 01 00 | 0a 04 01 02 00 0b | 00 03 01 62 32"},
    {"(@producers (sdk \"s\" \"1\") (language \"C\" \"\") (sdk \"t\" \"2\"))",
     "00 25 09 70 72 6f 64 75 63 65 72 73 02 08 6c 61 6e 67 75 61 67 65 01 01 43 00 03 73 64 6b 02 01 73 01 31 01 74 01 32"},
    {"(@dylink.0 (mem-info (memory 1 2)) (needed \"a\" \"b\") (export-info \"f\" undefined tls) (import-info \"m\" \"f\" binding-weak 4))",
     "00 25 08 64 79 6c 69 6e 6b 2e 30 01 04 01 02 00 00 02 05 02 01 61 01 62 03 05 01 01 66 90 02 04 06 01 01 6d 01 66 05"},
    {"(func $f (@name \"other\") (param $x (@name \"X y\") i32) (@metadata.code.branch_hint \"\\01\") (if (local.get $x) (then)))",
     "01 05 01 60 01 7f 00 | 03 02 01 00 | 00 20 19 6d 65 74 61 64 61 74 61 2e 63 6f 64 65 2e 62 72 61 6e 63 68 5f 68 69 6e 74 01 00 01 03 01 01 | 0a 09 01 07 00 20 00 04 40 0b 0b | 00 19 04 6e 61 6d 65 01 08 01 00 05 6f 74 68 65 72 02 08 01 00 01 00 03 58 20 79"},
    {"(func $\"a b\" (call $\"\\61 b\"))",
     "01 04 01 60 00 00 | 03 02 01 00 | 0a 06 01 04 00 10 00 0b | 00 0d 04 6e 61 6d 65 01 06 01 00 03 61 20 62"},
};

static const struct row component_rows[] = {
    {"(component)",
     ""},
    {"(component $c (@name \"n\"))",
     "00 13 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 00 02 01 6e"},
    {"(component (core module $m (func (export \"f\"))) (core instance $i (instantiate $m)) (func (export \"g\") (canon lift (core func $i \"f\"))))",
     "01 2a 00 61 73 6d 01 00 00 00 01 04 01 60 00 00 03 02 01 00 07 05 01 01 66 00 00 0a 04 01 02 00 0b 00 09 04 6e 61 6d 65 00 02 01 6d | 02 04 01 00 00 00 | 07 05 01 40 00 01 00 | 06 07 01 00 00 01 00 01 66 | 08 06 01 00 00 00 00 00 | 0b 07 01 00 01 67 01 00 00 | 00 1f 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 06 00 11 01 00 01 6d 01 06 00 12 01 00 01 69"},
    // Types written where they are used come before their users, from inside out.
    {"(component (type (func (param \"a\" (list (option u8))) (param \"b\" (tuple string (result (error char)))) (result (record (field \"x\" (flags \"f\")))))))",
     "07 20 07 6b 7d 70 00 6a 00 01 74 6f 02 73 02 6e 01 01 66 72 01 01 78 04 40 02 01 61 01 01 62 03 00 05"},
    {"(component (import \"i\" (instance $i (export \"t\" (type $t (sub resource))) (export \"f\" (func (param \"x\" (own $t)))))) (alias export $i \"t\" (type $t)) (core func (canon resource.drop $t)))",
     "07 1a 01 42 04 04 00 01 74 03 01 01 69 00 01 40 01 01 78 01 01 00 04 00 01 66 01 02 | 0a 06 01 00 01 69 05 00 | 06 06 01 03 00 00 01 74 | 08 03 01 03 01 | 00 1d 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 05 03 01 01 01 74 01 05 05 01 00 01 69"},
    // An identifier of an outer scope is an outer alias each time, behind the types that its user brings along.
    {"(component (type $t u8) (component (type (record (field \"a\" $t) (field \"b\" (list $t)) (field \"c\" $t)))))",
     "07 02 01 7d | 04 2d 00 61 73 6d 0d 00 01 00 06 05 01 03 02 01 00 07 03 01 70 00 06 09 02 03 02 01 00 03 02 01 00 07 0c 01 72 03 01 61 02 01 62 01 01 63 03 | 00 16 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 05 03 01 00 01 74"},
    {"(component (type $T (component (type $u u8) (import \"a\" (instance (alias outer $T $u (type $v)) (export \"f\" (func (param \"p\" $v))))))))",
     "07 21 01 41 03 01 7d 01 42 03 02 03 02 01 00 01 40 01 01 70 00 01 00 04 00 01 66 01 01 03 00 01 61 05 01 | 00 16 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 05 03 01 00 01 54"},
    {"(component $C (core module $m) (component (core instance (instantiate $m)) (alias outer $C $m (core module $n))))",
     "01 13 00 61 73 6d 01 00 00 00 00 09 04 6e 61 6d 65 00 02 01 6d | 04 37 00 61 73 6d 0d 00 01 00 06 06 01 00 11 02 01 00 02 04 01 00 00 00 06 06 01 00 11 02 01 00 00 17 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 06 00 11 01 01 01 6e | 00 1b 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 00 02 01 43 01 06 00 11 01 00 01 6d"},
    {"(component (core type $f (func (param i32))) (core type (module (alias outer 1 $f (type $g)) (type $h (func)) (import \"a\" \"b\" (func (type $g))) (export \"c\" (func)) (export \"d\" (func (result i32))) (export \"e\" (memory 1)))))",
     "03 2c 02 60 01 7f 00 50 07 02 10 01 01 00 01 60 00 00 00 01 61 01 62 00 00 03 01 63 00 01 01 60 00 01 7f 03 01 64 00 02 03 01 65 02 00 01 | 00 17 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 06 00 10 01 00 01 66"},
    {"(component (core rec (type $a (struct (field (ref null $b)))) (type $b (sub (array (ref $a))))) (core type (sub (func))) (core type (sub final (func))))",
     "03 17 03 4e 02 5f 01 63 01 00 50 00 5e 64 00 00 00 50 00 60 00 00 60 00 00 | 00 1a 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 09 00 10 02 00 01 61 01 01 62"},
    // The export of an instance is an alias right before its user.
    {"(component (import \"i\" (instance $i (export \"j\" (instance (export \"f\" (func)))))) (export \"g\" (func $i \"j\" \"f\")) (export \"h\" (instance $i \"j\")))",
     "07 17 01 42 02 01 42 02 01 40 00 01 00 04 00 01 66 01 00 04 00 01 6a 05 00 | 0a 06 01 00 01 69 05 00 | 06 0b 02 05 00 00 01 6a 01 00 01 01 66 | 0b 07 01 00 01 67 01 00 00 | 06 06 01 05 00 00 01 6a | 0b 07 01 00 01 68 05 02 00 | 00 16 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 05 05 01 00 01 69"},
    {"(component (import \"i\" (instance $i (export \"f\" (func)))) (core module $m (import \"\" \"f\" (func))) (core func $g (canon lower (func $i \"f\"))) (core instance (instantiate $m (with \"\" (instance (export \"f\" (func $g)))))))",
     "07 0e 01 42 02 01 40 00 01 00 04 00 01 66 01 00 | 0a 06 01 00 01 69 05 00 | 01 21 00 61 73 6d 01 00 00 00 01 04 01 60 00 00 02 06 01 00 01 66 00 00 00 09 04 6e 61 6d 65 00 02 01 6d | 06 06 01 01 00 00 01 66 | 08 05 01 01 00 00 00 | 02 0d 02 01 01 01 66 00 00 00 00 01 00 12 00 | 00 26 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 06 00 00 01 00 01 67 01 06 00 11 01 00 01 6d 01 05 05 01 00 01 69"},
    // Inline exports come last.
    {"(component (component $c (export \"c\")) (instance $i (export \"i\") (instantiate $c)) (func $f (export \"f\") (import \"f\")) (type $t (export \"t\") string) (import \"m\" (core module $m)) (core module (export \"n\") (import \"m2\")))",
     "04 1d 00 61 73 6d 0d 00 01 00 00 13 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 00 02 01 63 | 05 04 01 00 00 00 | 07 05 01 40 00 01 00 | 0a 06 01 00 01 66 01 00 | 07 02 01 73 | 03 03 01 50 00 | 0a 07 01 00 01 6d 00 11 00 | 03 03 01 50 00 | 0a 08 01 00 02 6d 32 00 11 01 | 0b 20 05 00 01 63 04 00 00 00 01 69 05 00 00 00 01 66 01 00 00 00 01 74 03 01 00 00 01 6e 00 11 01 00 | 00 33 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 06 00 11 01 00 01 6d 01 05 01 01 00 01 66 01 05 03 01 01 01 74 01 05 04 01 00 01 63 01 05 05 01 00 01 69"},
    {"(component (component $c (import \"f\" (func)) (import \"t\" (type (eq 0)))) (func $f (import \"x\")) (type $t u8) (instance (instantiate $c (with \"f\" (func $f)) (with \"t\" (type $t)) (with \"i\" (instance (export \"a\" (func $f)))))) (instance (export \"f\" (func $f))))",
     "04 32 00 61 73 6d 0d 00 01 00 07 05 01 40 00 01 00 0a 0c 02 00 01 66 01 00 00 01 74 03 00 00 00 13 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 00 02 01 63 | 07 05 01 40 00 01 00 | 0a 06 01 00 01 78 01 00 | 07 02 01 7d | 05 1e 03 01 01 00 01 61 01 00 00 00 03 01 66 01 00 01 74 03 01 01 69 05 00 01 01 00 01 66 01 00 | 00 24 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 05 01 01 00 01 66 01 05 03 01 01 01 74 01 05 04 01 00 01 63"},
    {"(component (import \"a:b/c@1.0.0\" (instance)) (import \"l\" (implements \"a:b/c\") (instance)) (import \"m\" (external-id \"e\") (func)) (export \"a:b/d\" (implements \"x:y/z\") (external-id \"q\") (instance 0)))",
     "07 03 01 42 00 | 0a 10 01 00 0b 61 3a 62 2f 63 40 31 2e 30 2e 30 05 00 | 07 03 01 42 00 | 0a 0e 01 02 01 6c 01 00 05 61 3a 62 2f 63 05 01 | 07 05 01 40 00 01 00 | 0a 0a 01 02 01 6d 01 02 01 65 01 02 | 0b 16 01 02 05 61 3a 62 2f 64 02 00 05 78 3a 79 2f 7a 02 01 71 05 00 00"},
    {"(component (func $f (import \"f\") async (param \"a\" u8)) (export $g \"g\" (func $f)) (export \"h\" (func $g) (func (type 0))))",
     "07 08 01 43 01 01 61 7d 01 00 | 0a 06 01 00 01 66 01 00 | 0b 0f 02 00 01 67 01 00 00 00 01 68 01 01 01 01 00 | 00 19 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 08 01 02 00 01 66 01 01 67"},
    // Canonical definitions.
    {"(component (core module $m (memory (export \"m\") 1) (func (export \"r\") (param i32 i32 i32 i32) (result i32) unreachable) (func (export \"f\") (param i32 i32))) (core instance $i (instantiate $m)) (core memory $mem (alias core export $i \"m\")) (alias core export $i \"r\" (core func $r)) (func (param \"s\" string) (canon lift (core func $i \"f\") string-encoding=utf16 (memory $mem) (realloc $r))) (func $x (import \"x\") (param \"s\" string)) (core func (canon lower (func $x) (memory (core memory $i \"m\")) async)))",
     "01 46 00 61 73 6d 01 00 00 00 01 0e 02 60 04 7f 7f 7f 7f 01 7f 60 02 7f 7f 00 03 03 02 00 01 05 03 01 00 01 07 0d 03 01 6d 02 00 01 72 00 00 01 66 00 01 0a 08 02 03 00 00 0b 02 00 0b 00 09 04 6e 61 6d 65 00 02 01 6d | 02 04 01 00 00 00 | 06 0d 02 00 02 01 00 01 6d 00 00 01 00 01 72 | 07 08 01 40 01 01 73 73 01 00 | 06 07 01 00 00 01 00 01 66 | 08 0b 01 00 00 01 03 01 03 00 04 00 00 | 07 08 01 40 01 01 73 73 01 00 | 0a 06 01 00 01 78 01 01 | 06 07 01 00 02 01 00 01 6d | 08 08 01 01 00 01 02 03 01 06 | 00 38 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 06 00 00 01 00 01 72 01 08 00 02 01 00 03 6d 65 6d 01 06 00 11 01 00 01 6d 01 06 00 12 01 00 01 69 01 05 01 01 01 01 78"},
    {"(component (type $r (resource (rep i32))) (core func (canon resource.new $r)) (core func (canon resource.rep $r)) (canon resource.drop $r (core func $d)))",
     "07 04 01 3f 7f 00 | 08 07 03 02 00 04 00 03 00 | 00 1e 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 06 00 00 01 02 01 64 01 05 03 01 00 01 72"},
    {"(component (type $s (stream u8)) (type $f (future)) (core memory $m (alias core export 0 \"m\")) (core func (canon stream.new $s)) (core func (canon stream.read $s async (memory $m))) (core func (canon stream.cancel-read $s async)) (core func (canon future.write $f (memory $m))) (core func (canon future.drop-writable $f)))",
     "07 06 02 66 01 7d 65 00 | 06 07 01 00 02 01 00 01 6d | 08 13 05 0e 00 0f 00 02 06 03 00 11 00 01 17 01 01 03 00 1b 01 | 00 21 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 06 00 02 01 00 01 6d 01 08 03 02 00 01 73 01 01 66"},
    {"(component (core memory $m (alias core export 0 \"m\")) (core func (canon task.return (result u32) (memory $m))) (core func (canon task.cancel)) (core func (canon context.get i32 1)) (core func (canon subtask.cancel async)) (core func (canon waitable-set.wait (memory $m))) (core func (canon error-context.new (memory $m) string-encoding=utf8)) (core func (canon backpressure.inc)) (core func (canon thread.index)))",
     "06 07 01 00 02 01 00 01 6d | 08 17 08 09 00 79 01 03 00 05 0a 7f 01 06 01 20 00 00 1c 02 03 00 00 24 26 | 00 17 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 06 00 02 01 00 01 6d"},
    {"(component (core type $ft (func (param i32))) (core table $t (alias core export 0 \"t\")) (core func (canon thread.new-indirect $ft (core table $t))) (core func (canon thread.new-indirect (core type $ft) $t)))",
     "03 05 01 60 01 7f 00 | 06 07 01 00 01 01 00 01 74 | 08 07 02 27 00 00 27 00 00 | 00 20 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 06 00 01 01 00 01 74 01 07 00 10 01 00 02 66 74"},
    {"(component (type $t (variant (case \"a\" u8) (case \"b\"))) (type (enum \"x\" \"y\")) (type (list u8 4)) (type (map string u8)) (type (result)) (type (result u8 (error string))) (type (stream)) (type (borrow 0)) (type error-context) (type float32))",
     "07 26 0a 71 02 01 61 01 7d 00 01 62 00 00 6d 02 01 78 01 79 67 7d 04 63 73 7d 6a 00 00 6a 01 7d 01 73 66 00 68 00 64 76 | 00 16 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 05 03 01 00 01 74"},
    {"(component (import \"c\" (component (import \"a\" (func)) (export \"b\" (type (eq 0))))) (import \"v\" (value string)) (import \"t\" (type (sub resource))) (import \"m\" (core module (export \"f\" (func)))))",
     "07 15 01 41 03 01 40 00 01 00 03 00 01 61 01 00 04 00 01 62 03 00 00 | 0a 10 03 00 01 63 04 00 00 01 76 02 73 00 01 74 03 01 | 03 0c 01 50 02 01 60 00 00 03 01 66 00 00 | 0a 07 01 00 01 6d 00 11 00"},
    {"(component (func $f (import \"f\") (param \"x\" string) (result string)) (import \"v\" (value $v string)) (start $f (value $v) (result (value $w))) (export \"w\" (value $w)))",
     "07 08 01 40 01 01 78 73 00 73 | 0a 0b 02 00 01 66 01 00 00 01 76 02 73 | 09 04 00 01 00 01 | 0b 07 01 00 01 77 02 01 00 | 00 1d 0e 63 6f 6d 70 6f 6e 65 6e 74 2d 6e 61 6d 65 01 05 01 01 00 01 66 01 05 02 01 00 01 76"},
    {"(component (@custom \"x\" \"\\01\") (type u8) (@producers (language \"a\" \"b\")))",
     "00 03 01 78 01 | 07 02 01 7d | 00 19 09 70 72 6f 64 75 63 65 72 73 01 08 6c 61 6e 67 75 61 67 65 01 01 61 01 62"},
    {"(component (alias export 0 \"x\" (core module)) (alias export 0 \"y\" (component)) (alias core export 0 \"z\" (core tag)) (alias outer 0 0 (component)))",
     "06 16 04 00 11 00 00 01 78 04 00 00 01 79 00 04 01 00 01 7a 04 02 00 00"},
};
// clang-format on

static void modules(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof module_rows / sizeof module_rows[0]; i++) check(module_rows[i].text, false, module_rows[i].bytes);
}

static void components(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof component_rows / sizeof component_rows[0]; i++)
    check(component_rows[i].text, true, component_rows[i].bytes);
}

// Abbreviations that wasm-tools does not take, beside what they stand for.
static void written_out(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"(component (type $t u8) (component (type $x (alias outer 1 0))))",
       "(component (type $t u8) (component (alias outer 1 0 (type $x))))"},
      {"(component $P (component $t) (component (component $x (alias outer $P $t))))",
       "(component $P (component $t) (component (alias outer 1 0 (component $x))))"},
      {"(component $P (core type $t (func)) (component (core type $x (alias outer $P $t))))",
       "(component $P (core type $t (func)) (component (alias outer 1 0 (core type $x))))"},
      {"(component (type $T (component (type $u u8) (type (instance (type $v (alias outer $T $u)))))))",
       "(component (type $T (component (type $u u8) (type (instance (alias outer 1 0 (type $v)))))))"},
      {"(component (import \"i\" (instance $i (export \"m\" (core module)))) (core module $m (alias export $i \"m\")))",
       "(component (import \"i\" (instance $i (export \"m\" (core module)))) (alias export $i \"m\" (core module $m)))"},
      {"(component (import \"i\" (instance $i (export \"c\" (component)))) (component $c (alias export $i \"c\")))",
       "(component (import \"i\" (instance $i (export \"c\" (component)))) (alias export $i \"c\" (component $c)))"},
      {"(component (import \"i\" (instance $i (export \"f\" (func)))) (component $c (alias export 0 \"f\" (func))))",
       "(component (import \"i\" (instance $i (export \"f\" (func)))) (component $c (alias export 0 \"f\" (func $f))))"},
      {"(component (import \"i\" (instance $i (export \"t\" (type (sub resource))))) (type (list (type $i \"t\"))))",
       "(component (import \"i\" (instance $i (export \"t\" (type (sub resource))))) (alias export $i \"t\" (type)) (type (list 1)))"},
      {"(component (import \"i\" (instance $i (export \"t\" (type (sub resource))))) (type (own (type $i \"t\"))))",
       "(component (import \"i\" (instance $i (export \"t\" (type (sub resource))))) (alias export $i \"t\" (type)) (type (own 1)))"},
      {"(component (component $c) (instance (instantiate (component $c))))",
       "(component (component $c) (instance (instantiate $c)))"},
      {"(component (func $f (import \"f\")) (start (func $f)))", "(component (func $f (import \"f\")) (start $f))"},
      {"(component quote \"(type $t\" \"u8)\" \"(import \\\"a\\\" (type (eq $t)))\")",
       "(component (type $t u8) (import \"a\" (type (eq $t))))"},
      {"(module $m quote \"(func $f)\" \"(export \\\"a\\\" (func $f))\")", "(module (func $f) (export \"a\" (func $f)))"},
      {"(module quote \"\")", "(module)"},
      {"(module binary \"\\00asm\" \"\\01\\00\\00\\00\")", "(module)"},
      {"(component (import \"f\" (func $f)) (instance (export \"a\" (func $f) (func))))",
       "(component (import \"f\" (func $f)) (instance (export \"a\" (func $f))))"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    static const struct cm_parse_options options = {.no_names = true};
    struct parsed one, other;
    parse_with(&one, cm_str_of(pairs[i][0]), &options, NULL, 0);
    parse_with(&other, cm_str_of(pairs[i][1]), &options, NULL, 0);
    if (!one.ok || !other.ok) fail_msg("%s: %s %s", pairs[i][0], one.diag.message, other.diag.message);
    if (one.bytes.size != other.bytes.size || memcmp(one.bytes.at, other.bytes.at, one.bytes.size) != 0)
      fail_msg("%s is not %s", pairs[i][0], pairs[i][1]);
    unparse(&one);
    unparse(&other);
  }
}

// Attributes stand in any order, and how often is for validation to judge: they come as they are written.
static void attributes(void **state) {
  (void)state;
  struct parsed p;
  parse(&p, "(component (import \"f\" (external-id \"x\") (implements \"a:b/c\") (external-id \"y\") (instance)))");
  assert_true(p.ok);
  const struct cm_name *name = &p.result.component->scope.items[1]->import.name;
  static const uint8_t codes[] = {CM_ATTRIBUTE_EXTERNAL_ID, CM_ATTRIBUTE_IMPLEMENTS, CM_ATTRIBUTE_EXTERNAL_ID};
  assert_int_equal(name->attribute_count, 3);
  for (int i = 0; i < 3; i++) assert_int_equal(name->attributes[i].code, codes[i]);
  assert_true(cm_str_is(name->external_id, "x") && cm_str_is(name->implements, "a:b/c"));
  unparse(&p);
}

// Where (the text from there on) and with what words a text is refused.
static const struct refusal {
  const char *text, *from, *message;
} refusals[] = {
    {"(module", "", "expected `)`"},
    {"(module))", ")", "expected the end of the text"},
    {"(module) \"", "\"", "does not end"},
    {"(component) (; (;;)", "(; (", "this comment does not end"},
    {"(component)\xbd", "\xbd", "unexpected character"},
    {"(modul)", "modul)", "is `module` meant?"},
    {"(module (fnc))", "fnc", "is `func` meant?"},
    {"(module (func)", "", "expected `)`"},
    {"(module (func (i32.cons 1)))", "i32.cons 1", "is `i32.const` meant?"},
    {"(module (func $f) (func $f))", "$f))", "duplicate func identifier"},
    {"(module (func call $g) (func $f) (func $h))", "$g) (func $f", "unknown func $g: is $"},
    {"(module (func call $alpha) (func $omega))", "$alpha", "there are $omega"},
    {"(module (func call $g))", "$g))", "there are no identifiers"},
    {"(module (func local.get $x))", "$x))", "unknown local"},
    {"(module (func (param $x i32) (local $x i32)))", "$x i32)))", "duplicate local"},
    {"(module (func br $l block $l end))", "$l block", "unknown label"},
    {"(module (func block $l end br $l))", "$l))", "has ended"},
    {"(module (func block))", "block))", "does not end"},
    {"(module (func end))", "end))", "unexpected `end`"},
    {"(module (func else))", "else))", "unexpected `else`"},
    {"(module (func (block end)))", "end)))", "unexpected `end`"},
    {"(module (func block (nop end)))", "end)))", "unexpected `end`"},
    {"(module (func (nop block)))", "block)))", "does not end"},
    {"(module (func block $a end $b))", "$b))", "mismatching label"},
    {"(module (func block else end))", "else end", "unexpected `else`"},
    {"(module (func (if (i32.const 1))))", ")))", "expected `(then …)`"},
    {"(module (func (if i32.const 1 (then))))", "i32.const 1 (then", "expected `(`"},
    {"(module (func (if (then) (else) (nop))))", "(nop", "nothing follows"},
    {"(module (func (then)))", "then)))", "unknown instruction"},
    {"(module (func (try (catch 0))))", "catch 0", "expected `do`"},
    {"(module (func i32.const 0x1_0000_0000))", "0x1_", "out of range"},
    {"(module (func i32.load align=3))", "align=3", "power of two"},
    {"(module (func i32.load offset=x))", "offset=x", "malformed"},
    {"(module (func i32.load align=2 offset=1))", "offset=1", "unknown instruction"},
    {"(module (func (v128.const i32x4 1 2 3)))", ")))", "expected a lane"},
    {"(module (func (i8x16.extract_lane_s 256)))", "256", "malformed lane"},
    {"(module (type $t (func)) (func (type $t) (param i32)))", "(type $t) (param", "does not match"},
    {"(module (func (type 3) (param i32)))", "(type 3", "unknown type 3"},
    {"(module (type $t (struct)) (func (type $t) (param i32)))", "(type $t) (param", "not a function type"},
    {"(module (func (result i32) (param i32)))", "(param", "parameters come first"},
    {"(module (func) (import \"a\" \"b\" (func)))", "import", "import after func"},
    {"(module (import \"a\" (func)))", "(func", "the name of an import"},
    {"(module (import \"a\" \"\\ff\" (func)))", "\"\\ff", "UTF-8"},
    {"(module (memory 1 (pagesize 3)))", "3)))", "power of two"},
    {"(module (start 0) (start 0))", "start 0))", "multiple start"},
    {"(module (table 1 i32))", "i32))", "a reference type"},
    {"(module (func (@metadata.code.branch_hint \"\\01\")))", "(@meta", "misplaced"},
    {"(module (func (@metadata.code.branch_hint \"\\02\") if end))", "(@meta", "invalid branch hint"},
    {"(module (@custom \"a\" (before stat)))", "stat", "the name of a section"},
    {"(module (func (@custom \"a\")))", "(@custom", "expected an instruction"},
    {"(component (fnc))", "fnc", "is `func` meant?"},
    {"(component (core memory))", ")", "expected `(`"},
    {"(component (export \"a\" (func $f)))", "$f", "unknown func $f"},
    {"(component (func $f (import \"f\")) (component (export \"a\" (func $f))))", "$f))))", "belongs to an outer component"},
    {"(component (type $t u8) (type $t u8))", "(type $t u8))", "duplicate type"},
    {"(component (type (recrd)))", "recrd", "is `record` meant?"},
    {"(component (type (variant (case $x \"x\") (case $x \"y\"))))", "$x \"y", "duplicate identifier"},
    {"(component (core func (canon lwer (func 0))))", "lwer", "is `lower` meant?"},
    {"(component (core func (canon backpressure.set)))", "backpressure.set", "no longer"},
    {"(component (core func (canon lift (core func 0))))", "lift", "defines no core func"},
    {"(component (alias outer $x 0 (type)))", "$x", "unknown outer component"},
    {"(component (alias outer 7 $t (type)))", "$t", "too large"},
    {"(component (import \"a\" (fun)))", "fun)", "expected `func`"},
    {"(component (core func $f (alias export 0 \"f\")))", "(alias", "is no export of a component instance"},
    {"(component (core instance (instantiate 0 (with \"a\" (func 0)))))", "func 0", "expected `instance`"},
    {"(component quote \"(fnc)\")", "\"(fnc)", "in the quoted text: expected a definition of a component"},
    {"(module $m quote \"(fnc)\")", "\"(fnc)", "in the quoted text: expected a field of a module"},
    {"(component (@custom \"a\" (before first) \"\"))", "(@custom", "are of core modules"},
    {"(component (func $f (alias outer 0 0)))", "(alias", "cannot be aliased from an outer component"},
    {"(module (type $f (func)) (type (cont $f)))", "cont", "of the proposal stack-switching"},
    {"(module (func struct.atomic.get 0 0))", "struct.atomic", "of the proposal shared-everything-threads"},
    {"(module (import \"a\" (item \"b\" (func))))", "item", "of the proposal compact-imports"},
    {"(module (func (param (ref (exact 0)))))", "exact", "of the proposal custom-descriptors"},
    {"(module (type (sub (arry i8))))", "arry", "expected `func`, `struct` or `array`"},
};

static void refused_texts(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
    const struct refusal *r = &refusals[i];
    struct parsed p;
    parse(&p, r->text);
    const char *at = r->text + p.diag.offset;
    if (p.ok) fail_msg("%s was taken", r->text);
    if (p.diag.error != CM_MALFORMED || !p.diag.has_offset || strncmp(at, r->from, strlen(r->from)) != 0 || (!*r->from && *at) ||
        !strstr(p.diag.message, r->message))
      fail_msg("%s: %s, at `%s`", r->text, p.diag.message, at);
    unparse(&p);
  }
}

static void the_path_of_an_error(void **state) {
  (void)state;
  struct parsed p;
  parse(&p, "(component $c (type u8) (core module $m (func) (func $g call $h)))");
  assert_false(p.ok);
  assert_string_equal(p.diag.where, "component `c` > core module `m` > func 1 `g`");
  unparse(&p);
}

// `before` and `after`, `count` times each around `middle`.
static char *nest(const char *before, const char *middle, const char *after, size_t count) {
  size_t b = strlen(before), m = strlen(middle), a = strlen(after);
  char *text = malloc(count * (a + b) + m + 1), *to = text;
  assert_non_null(text);
  for (size_t i = 0; i < count; i++) memcpy(to, before, b), to += b;
  memcpy(to, middle, m);
  to += m;
  for (size_t i = 0; i < count; i++) memcpy(to, after, a), to += a;
  *to = '\0';
  return text;
}

static void nesting_has_a_limit(void **state) {
  (void)state;
  static const struct {
    const char *before, *middle, *after;
    size_t most;
  } rows[] = {
      {"(component ", "", ")", CM_LIMIT_NESTING},     {"(component (type ", "u8", "))", CM_LIMIT_NESTING},
      {"(list ", "u8", ")", CM_LIMIT_NESTING - 1},    {"(instance (type ", "u8", "))", CM_LIMIT_NESTING - 1},
      {"(block ", "", ")", CORE_LIMIT_BLOCK_DEPTH},   {"(drop ", "", ")", CORE_LIMIT_BLOCK_DEPTH},
      {"block ", "", "end ", CORE_LIMIT_BLOCK_DEPTH}, {"(if (nop) (then ", "", "))", CORE_LIMIT_BLOCK_DEPTH / 2},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    for (size_t over = 0; over <= 1; over++) {
      char *inner = nest(rows[i].before, rows[i].middle, rows[i].after, rows[i].most + over), *text = inner;
      if (strncmp(inner, "(component", 10) != 0) {
        bool type = rows[i].before[0] == '(' && (rows[i].before[1] == 'l' || rows[i].before[2] == 'n');
        text = nest(type ? "(component (type " : "(module (func ", inner, "))", 1);
        free(inner);
      }
      struct parsed p;
      parse(&p, text);
      if (p.ok == (over != 0)) fail_msg("%s: %s", rows[i].before, p.diag.message);
      if (over) assert_int_equal(p.diag.error, CM_LIMIT);
      unparse(&p);
      free(text);
    }
  }
}

// Many functions, each with many labels, one of which is named: nothing takes quadratic time. (A watch is not kept; that it ends is the
// test.)
static void large_texts_take_their_time_once(void **state) {
  (void)state;
  static const char func[] = "(func (param $a i32) (local $b i32) block $x br $x end local.get $b drop)";
  char *text = nest(func, "", "", 20000);
  struct parsed p;
  parse(&p, text);
  assert_true(p.ok);
  unparse(&p);
  free(text);
  text = nest("block $x br $x ", "", "end ", 50000);
  char *whole = nest("(func ", text, ")", 1);
  parse(&p, whole);
  assert_true(p.ok);
  unparse(&p);
  free(whole);
  free(text);
}

static void names_can_be_left_out(void **state) {
  (void)state;
  static const struct cm_parse_options options = {.no_names = true};
  struct parsed p;
  parse_with(&p, CM_STR("(module $m (func $f (param $x i32)))"), &options, NULL, 0);
  assert_true(p.ok);
  assert_int_equal(p.result.artifact, CM_ARTIFACT_MODULE);
  assert_int_equal(p.bytes.size, 8 + 7 + 4 + 6);
  unparse(&p);
  parse_with(&p, CM_STR("(component $c (type $t u8))"), &options, NULL, 0);
  assert_true(p.ok);
  assert_int_equal(p.result.artifact, CM_ARTIFACT_COMPONENT);
  assert_int_equal(p.bytes.size, 8 + 4);
  unparse(&p);
}

static void names_can_be_those_annotated(void **state) {
  (void)state;
  static const struct cm_parse_options options = {.annotated_names = true};
  struct parsed p;
  parse_with(&p, CM_STR("(module $m (func $f (param $x i32)) (func $g (@name \"G\")))"), &options, NULL, 0);
  assert_true(p.ok);
  assert_int_equal(p.bytes.size, 8 + 10 + 5 + 9 + (2 + 5) + (2 + 4));  // one function's name alone
  unparse(&p);
  parse_with(&p, CM_STR("(component $c (type $t u8))"), &options, NULL, 0);
  assert_true(p.ok);
  assert_int_equal(p.bytes.size, 8 + 4);
  unparse(&p);
}

// What the parser makes is what the decoder makes of its bytes.
static void the_model_is_that_of_the_decoder(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof component_rows / sizeof component_rows[0]; i++) {
    struct parsed p;
    struct cm_arena arena;
    struct cm_component *decoded, *made;
    struct cm_diag diag = {0};
    parse(&p, component_rows[i].text);
    assert_true(p.ok);
    made = p.result.component;
    cm_arena_init(&arena, NULL);
    assert_true(cm_decode(&arena, p.bytes, &decoded, &diag));
    assert_int_equal(made->scope.item_count, decoded->scope.item_count);
    for (int sort = 0; sort < CM_SORT_COUNT; sort++) {
      assert_int_equal(made->scope.spaces[sort].count, decoded->scope.spaces[sort].count);
      for (uint32_t k = 0; k < made->scope.spaces[sort].count; k++) {
        assert_int_equal(made->scope.spaces[sort].defs[k].item->kind, decoded->scope.spaces[sort].defs[k].item->kind);
        assert_int_equal(made->scope.spaces[sort].defs[k].sub, decoded->scope.spaces[sort].defs[k].sub);
      }
    }
    cm_arena_free(&arena);
    unparse(&p);
  }
}

// Memory that runs out after so many blocks.
struct scarce {
  int left;
};
static void *scarce_get(void *context, size_t size) {
  struct scarce *scarce = context;
  return scarce->left-- > 0 ? calloc(1, size) : NULL;
}
static void scarce_put(void *context, void *block, size_t size) {
  (void)context, (void)size;
  free(block);
}

static void memory_runs_out(void **state) {
  (void)state;
  const struct row *tables[] = {module_rows, component_rows};
  const size_t counts[] = {sizeof module_rows / sizeof module_rows[0], sizeof component_rows / sizeof component_rows[0]};
  for (int t = 0; t < 2; t++) {
    for (size_t i = 0; i < counts[t]; i++) {
      for (int blocks = 0;; blocks++) {
        struct scarce scarce = {blocks};
        struct cm_allocator allocator = {scarce_get, scarce_put, &scarce};
        struct parsed p;
        parse_with(&p, cm_str_of(tables[t][i].text), NULL, &allocator, 0);
        bool ok = p.ok;
        if (!ok && p.diag.error != CM_NO_MEMORY) fail_msg("%s: %s", tables[t][i].text, p.diag.message);
        unparse(&p);
        if (ok) break;
      }
    }
  }
}

// An arena of little room refuses in the midst of things.
static void arenas_run_out(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof component_rows / sizeof component_rows[0]; i++) {
    for (size_t limit = 17000; limit < 60000; limit += 16 * 1024) {
      struct parsed p;
      parse_with(&p, cm_str_of(component_rows[i].text), NULL, NULL, limit);
      if (!p.ok) assert_int_equal(p.diag.error, CM_NO_MEMORY);
      unparse(&p);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(modules),
      cmocka_unit_test(components),
      cmocka_unit_test(written_out),
      cmocka_unit_test(attributes),
      cmocka_unit_test(refused_texts),
      cmocka_unit_test(the_path_of_an_error),
      cmocka_unit_test(nesting_has_a_limit),
      cmocka_unit_test(large_texts_take_their_time_once),
      cmocka_unit_test(names_can_be_left_out),
      cmocka_unit_test(names_can_be_those_annotated),
      cmocka_unit_test(the_model_is_that_of_the_decoder),
      cmocka_unit_test(memory_runs_out),
      cmocka_unit_test(arenas_run_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
