// Bodies: for each rule of the instructions one that keeps it and one that breaks it.
//
// All bodies stand in the same module, as its function 2 without parameters and results. It has of everything a little:
//
//   types     0 [] → []   1 [] → [i32]   2 [i32 i64] → [i32]   3 struct {mut i32, mut i8, anyref}   4 array mut i8   5 array i32
//             6 array mut funcref   7 [i32 i32] → [i32 i32]   8 struct {(ref any)}   9 [i32] → []   10 [] → [i64]
//   functions 0 of type 0, which may be referred to   1 of type 2, which may not
//   tables    0 funcref   1 externref   2 funcref with 64-bit indices
//   memories  0 with 32-bit, 1 with 64-bit addresses
//   tags      0 of type 9   1 of type 0
//   globals   0 mut i32   1 i64
//   elements  0 functions, declared   1 externref   data segments  0

#include "core_bytes.h"

#include <component/validate_core.h>

#include <stdio.h>

struct heard {
  uint32_t count;
  struct cm_diag first;
};

static bool hear(void *context, const struct cm_diag *diag) {
  struct heard *heard = context;
  if (!heard->count++) heard->first = *diag;
  return true;
}

static void put_code(struct bytes *code, const char *body) {
  struct bytes inner = {0};
  put_text(&inner, body);
  put_u32(code, (uint32_t)inner.size);
  put(code, inner.at, inner.size);
  free(inner.at);
}

static struct made module_with(const char *body) {
  struct bytes b = {0}, code = {0};
  put_module(&b);
  put_section(&b, 1,
              "0b | 60 00 00 | 60 00 01 7f | 60 02 7f 7e 01 7f | 5f 03 7f 01 78 01 6e 00 | 5e 78 01 | 5e 7f 00 | 5e 70 01 |"
              "60 02 7f 7f 02 7f 7f | 5f 01 64 6e 00 | 60 01 7f 00 | 60 00 01 7e");
  put_section(&b, 3, "03 00 02 00");
  put_section(&b, 4, "03 | 70 00 01 | 6f 00 01 | 70 04 01");
  put_section(&b, 5, "02 | 00 01 | 04 01");
  put_section(&b, 13, "02 | 00 09 | 00 00");
  put_section(&b, 6, "02 | 7f 01 41 00 0b | 7e 00 42 00 0b");
  put_section(&b, 9, "02 | 03 00 01 00 | 05 6f 00");
  put_section(&b, 12, "01");
  put_byte(&code, 3);
  put_code(&code, "00 0b");
  put_code(&code, "00 00 0b");
  put_code(&code, body);
  put_section_of(&b, 10, &code);
  put_section(&b, 11, "01 | 01 01 61");
  struct made m = make_of(b.at, b.size);
  free(b.at);
  assert_made(&m);
  return m;
}

static struct heard validate(const char *body, const char *features) {
  struct made m = module_with(body);
  struct heard heard = {0};
  struct cm_diag_sink sink = {hear, &heard};
  struct core_validate_options options = {.features = cm_features_of(CM_PRESET_DEFAULT), .threads = 1};
  assert_true(cm_features_read(cm_str_of(features), &options.features, NULL));
  bool valid = core_validate(m.module, &options, NULL, NULL, &sink);
  assert_int_equal(valid, heard.count == 0);
  unmake(&m);
  return heard;
}

// A rule: a body that keeps it, one that breaks it, what is said then, and the section that is named. Bodies have no locals where they
// do not begin with a bar, and the last `end` is added.
struct rule {
  const char *name, *keeps, *breaks, *says, *section;
};

static const struct rule rules[] = {
#define NUMERIC "numeric-instructions"
    {"unary", "41 00 67 1a", "42 00 67 1a", "i32.clz expects i32, found i64", NUMERIC},
    {"binary, the first", "41 00 41 00 6a 1a", "42 00 41 00 6a 1a", "i32.add expects i32, found i64", NUMERIC},
    {"binary, the second", "42 00 42 00 7c 1a", "42 00 41 00 7c 1a", "i64.add expects i64, found i32", NUMERIC},
    {"too few operands", "41 00 41 00 6a 1a", "41 00 6a 1a", "i32.add expects i32, found nothing", NUMERIC},
    {"operands of the block only", "41 00 02 40 41 00 41 00 6a 1a 0b 1a", "41 00 02 40 41 00 6a 1a 0b 1a",
     "found nothing in its block", NUMERIC},
    {"comparison", "43 00000000 43 00000000 5b 1a", "43 00000000 44 0000000000000000 5b 1a", "f32.eq expects f32, found f64",
     NUMERIC},
    {"conversion", "43 00000000 a8 1a", "41 00 a8 1a", "i32.trunc_f32_s expects f32", NUMERIC},
    {"saturating conversion", "43 00000000 fc 00 1a", "41 00 fc 00 1a", "expects f32, found i32", NUMERIC},
    {"wide arithmetic", "42 00 42 00 42 00 42 00 fc 13 1a 1a", "42 00 42 00 42 00 fc 13 1a 1a",
     "i64.add128 expects i64, found nothing", NUMERIC},
#define PARAMETRIC "parametric-instructions"
    {"drop", "41 00 1a", "1a", "drop expects a value, found nothing", PARAMETRIC},
    {"select, both alike", "41 00 41 00 41 00 1b 1a", "41 00 42 00 41 00 1b 1a", "found i32 and i64", PARAMETRIC},
    {"select, no references", "41 00 41 00 41 00 1b 1a", "d0 70 d0 70 41 00 1b 1a", "not for references", PARAMETRIC},
    {"select with a type", "d0 70 d0 70 41 00 1c 01 70 1a", "d0 70 d0 6f 41 00 1c 01 70 1a", "found (ref null extern)", PARAMETRIC},
    {"select with one type", "41 00 41 00 41 00 1c 01 7f 1a", "41 00 41 00 41 00 1c 02 7f 7f 1a", "invalid result arity",
     PARAMETRIC},
#define CONTROL "control-instructions"
    {"results of a block", "02 7f 41 00 0b 1a", "02 7f 42 00 0b 1a", "end expects i32, found i64", CONTROL},
    {"nothing more than them", "02 7f 41 00 0b 1a", "02 7f 41 00 41 00 0b 1a", "there remain 1 values, the last i32", CONTROL},
    {"parameters of a block", "41 00 41 00 02 07 0b 1a 1a", "41 00 42 00 02 07 0b 1a 1a", "block expects i32, found i64", CONTROL},
    {"type of a block", "02 01 41 00 0b 1a", "02 03 0b", "expects a type of kind function", CONTROL},
    {"type of a block that is there", "02 01 41 00 0b 1a", "02 0b 0b", "unknown type 11", CONTROL},
    {"condition of an if", "41 00 04 40 0b", "42 00 04 40 0b", "if expects i32, found i64", CONTROL},
    {"if without else", "41 00 04 7f 41 00 05 41 00 0b 1a", "41 00 04 7f 41 00 0b 1a", "an if without else", CONTROL},
    {"the other half", "41 00 04 7f 41 00 05 41 00 0b 1a", "41 00 04 7f 41 00 05 42 00 0b 1a", "end expects i32, found i64",
     CONTROL},
    {"what a label takes", "02 7f 41 00 0c 00 0b 1a", "02 7f 0c 00 0b 1a", "br expects i32, found nothing", CONTROL},
    {"what the label of a loop takes", "03 7f 0c 00 0b 1a", "41 00 41 00 03 07 42 00 0c 00 0b 1a 1a", "br expects i32, found i64",
     CONTROL},
    {"labels", "02 40 0c 01 0b", "02 40 0c 02 0b", "unknown label 2: 2 blocks are open", CONTROL},
    {"br_if", "41 00 0d 00", "42 00 0d 00", "br_if expects i32, found i64", CONTROL},
    {"br_if has the label's type", "02 7e 42 00 41 00 0d 00 0b 1a", "02 7e 41 00 41 00 0d 00 0b 1a", "br_if expects i64, found i32",
     CONTROL},
    {"br_table", "02 40 02 40 41 00 0e 01 00 01 0b 0b", "02 7f 02 40 41 00 0e 01 00 01 0b 41 00 0b 1a",
     "label 0 of br_table takes 0 values, its default 1", CONTROL},
    {"br_table, types", "02 7f 02 7f 41 00 41 00 0e 01 00 01 0b 0b 1a", "02 7f 02 7e 41 00 41 00 0e 01 00 01 0b 1a 41 00 0b 1a",
     "br_table expects i64, found i32", CONTROL},
    {"return", "0f", "02 40 0f 0b 00 41 00 6a 42 00 6a", "i32.add expects i32, found i64", NUMERIC},
    {"call", "41 00 42 00 10 01 1a", "41 00 41 00 10 01 1a", "call expects i64, found i32", CONTROL},
    {"call of what is there", "10 00", "10 03", "unknown function 3: the module has 3", CONTROL},
    {"call_indirect", "41 00 11 00 00", "42 00 11 00 00", "call_indirect expects i32, found i64", CONTROL},
    {"call_indirect of functions", "41 00 11 00 00", "41 00 11 00 01", "expects a table of functions", CONTROL},
    {"call_indirect by the index type", "42 00 11 00 02", "41 00 11 00 02", "call_indirect expects i64, found i32", CONTROL},
    {"call_indirect of a table that is there", "41 00 11 00 00", "41 00 11 00 03", "unknown table 3", CONTROL},
    {"call_ref", "d0 00 14 00", "d0 01 14 00", "call_ref expects (ref null 0), found (ref null 1)", CONTROL},
    {"return_call", "12 00", "41 00 42 00 12 01", "results are not those of this one", CONTROL},
    {"return_call_indirect", "41 00 13 00 00", "41 00 13 01 00", "results are not those of this one", CONTROL},
    {"return_call_ref", "d0 00 15 00", "d0 01 15 01", "results are not those of this one", CONTROL},
    {"br_on_null", "d0 00 d5 00 1a", "41 00 d5 00 1a", "br_on_null expects a reference, found i32", CONTROL},
    {"br_on_non_null", "02 64 00 d0 00 d6 00 00 0b 1a", "02 40 d0 00 d6 00 0b", "whose last value is a reference", CONTROL},
    {"br_on_cast", "02 63 6c d0 6d fb18 03 00 6d 6c 00 0b 1a", "02 63 6c d0 6d fb18 03 00 6c 6d 00 0b 1a",
     "does not match (ref null i31)", CONTROL},
    {"br_on_cast to its label", "02 63 6d d0 6d fb18 03 00 6d 6c 0b 1a", "02 63 6b d0 6d fb18 03 00 6d 6c 00 0b 1a",
     "does not match (ref null struct)", CONTROL},
    {"br_on_cast_fail", "02 6d d0 6d fb19 03 00 6d 6c 00 0b 1a", "02 6c d0 6d fb19 03 00 6d 6c 00 0b 1a",
     "(ref eq) does not match (ref null i31)", CONTROL},
    {"throw", "41 00 08 00", "42 00 08 00", "throw expects i32, found i64", CONTROL},
    {"throw of what is there", "08 01", "08 02", "unknown tag 2: the module has 2", CONTROL},
    {"throw_ref", "d0 69 0a", "d0 70 0a", "throw_ref expects (ref null exn)", CONTROL},
    {"catch", "02 7f 1f 40 01 00 00 00 0b 00 0b 1a", "02 7e 1f 40 01 00 00 00 0b 00 0b 1a", "gives what label 0 does not take",
     CONTROL},
    {"catch_ref", "02 69 1f 40 01 01 01 00 0b 00 0b 1a", "02 40 1f 40 01 01 01 00 0b 0b", "gives what label 0 does not take",
     CONTROL},
    {"catch_all_ref", "02 69 1f 40 01 03 00 0b 00 0b 1a", "02 70 1f 40 01 03 00 0b 00 0b 1a", "gives what label 0 does not take",
     CONTROL},
#define VARIABLE "variable-instructions"
    {"local.get", "|01 01 7f| 20 00 1a", "|01 01 7f| 20 01 1a", "unknown local 1: the function has 1", VARIABLE},
    {"local.set", "|01 01 7f| 41 00 21 00", "|01 01 7f| 42 00 21 00", "local.set expects i32, found i64", VARIABLE},
    {"local.tee", "|01 01 7f| 41 00 22 00 1a", "|01 01 7f| 42 00 22 00 1a", "local.tee expects i32, found i64", VARIABLE},
    {"a far local", "|02 ff7f 7f 01 7e| 20 ff7f 42 00 7c 1a", "|02 ff7f 7f 01 7e| 20 fe7f 42 00 7c 1a",
     "i64.add expects i64, found i32", NUMERIC},
    {"a local without default", "|01 01 64 70| d2 00 21 00 20 00 1a", "|01 01 64 70| 20 00 1a", "uninitialized local 0", VARIABLE},
    {"set in a block", "|01 01 64 70| 02 40 d2 00 22 00 1a 20 00 1a 0b", "|01 01 64 70| 02 40 d2 00 21 00 0b 20 00 1a",
     "uninitialized local 0", VARIABLE},
    {"global.get", "23 01 1a", "23 02 1a", "unknown global 2", VARIABLE},
    {"global.set", "41 00 24 00", "42 00 24 00", "global.set expects i32, found i64", VARIABLE},
    {"global.set of what varies", "41 00 24 00", "42 00 24 01", "immutable global 1", VARIABLE},
#define TABLE "table-instructions"
    {"table.get", "41 00 25 01 1a", "42 00 25 01 1a", "table.get expects i32, found i64", TABLE},
    {"table.set", "41 00 d0 6f 26 01", "41 00 d0 70 26 01", "table.set expects (ref null extern), found (ref null func)", TABLE},
    {"table.size", "fc10 02 42 00 7c 1a", "fc10 03 1a", "unknown table 3", TABLE},
    {"table.grow", "d0 70 42 00 fc0f 02 1a", "d0 70 41 00 fc0f 02 1a", "table.grow expects i64, found i32", TABLE},
    {"table.fill", "41 00 d0 6f 41 00 fc11 01", "41 00 d0 70 41 00 fc11 01", "table.fill expects (ref null extern)", TABLE},
    {"table.copy", "42 00 41 00 41 00 fc0e 02 00", "41 00 41 00 41 00 fc0e 00 01",
     "(ref null extern) does not match (ref null func)", TABLE},
    {"table.copy, the length", "42 00 41 00 41 00 fc0e 02 00", "42 00 41 00 42 00 fc0e 02 00", "table.copy expects i32, found i64",
     TABLE},
    {"table.init", "41 00 41 00 41 00 fc0c 01 01", "41 00 41 00 41 00 fc0c 01 00",
     "(ref null extern) does not match (ref null func)", TABLE},
    {"elem.drop", "fc0d 01", "fc0d 02", "unknown elem segment 2", TABLE},
#define MEMORY "memory-instructions"
    {"load", "41 00 28 02 00 1a", "42 00 28 02 00 1a", "i32.load expects i32, found i64", MEMORY},
    {"load by the address type", "42 00 28 42 01 00 1a", "41 00 28 42 01 00 1a", "i32.load expects i64, found i32", MEMORY},
    {"alignment", "41 00 28 02 00 1a", "41 00 28 03 00 1a", "alignment must not be larger than natural", MEMORY},
    {"memory", "41 00 28 42 00 00 1a", "41 00 28 42 02 00 1a", "unknown memory 2: the module has 2", MEMORY},
    {"offset", "42 00 28 42 01 ffffffffffff01 1a", "41 00 28 02 ffffffffffff01 1a", "offset out of range", MEMORY},
    {"store", "41 00 42 00 37 03 00", "41 00 41 00 37 03 00", "i64.store expects i64, found i32", MEMORY},
    {"memory.size", "3f 00 1a", "3f 02 1a", "unknown memory 2", MEMORY},
    {"memory.grow", "42 00 40 01 1a", "41 00 40 01 1a", "memory.grow expects i64, found i32", MEMORY},
    {"memory.fill", "42 00 41 00 42 00 fc0b 01", "42 00 42 00 42 00 fc0b 01", "memory.fill expects i32, found i64", MEMORY},
    {"memory.copy", "42 00 41 00 41 00 fc0a 01 00", "42 00 42 00 41 00 fc0a 01 00", "memory.copy expects i32, found i64", MEMORY},
    {"memory.init", "41 00 41 00 41 00 fc08 00 00", "41 00 41 00 41 00 fc08 01 00", "unknown data segment 1", MEMORY},
    {"data.drop", "fc09 00", "fc09 01", "unknown data segment 1", MEMORY},
#define REFERENCE "reference-instructions"
    {"ref.null", "d0 03 1a", "d0 0b 1a", "unknown type 11", REFERENCE},
    {"ref.is_null", "d0 70 d1 1a", "41 00 d1 1a", "ref.is_null expects a reference, found i32", REFERENCE},
    {"ref.func", "d2 00 1a", "d2 01 1a", "undeclared function reference", REFERENCE},
    {"ref.as_non_null", "d0 00 d4 14 00", "41 00 d4 1a", "expects a reference, found i32", REFERENCE},
    {"ref.eq", "d0 6d d0 6c d3 1a", "d0 6d d0 70 d3 1a", "(ref null func) does not match (ref null eq)", REFERENCE},
    {"ref.test", "d0 6e fb14 6c 1a", "d0 70 fb14 6c 1a", "ref.test expects (ref null any), found (ref null func)", REFERENCE},
    {"ref.cast", "d0 6e fb16 03 fb02 03 00 1a", "d0 6e fb16 0b 1a", "unknown type 11", REFERENCE},
#define AGGREGATE "aggregate-reference-instructions"
    {"struct.new", "41 00 41 00 d0 6e fb00 03 1a", "41 00 41 00 d0 70 fb00 03 1a",
     "struct.new expects (ref null any), found (ref null func)", AGGREGATE},
    {"struct.new of a struct", "fb01 03 1a", "fb01 04 1a", "expects a type of kind struct, type 4 is of kind array", AGGREGATE},
    {"struct.new_default", "fb01 03 1a", "fb01 08 1a", "field 0 has no default", AGGREGATE},
    {"struct.get", "fb01 03 fb02 03 00 1a", "fb01 03 fb02 03 03 1a", "unknown field 3: type 3 has 3", AGGREGATE},
    {"struct.get of what is not packed", "fb01 03 fb02 03 00 1a", "fb01 03 fb02 03 01 1a", "reads a field that is packed",
     AGGREGATE},
    {"struct.get_s of what is packed", "fb01 03 fb03 03 01 1a", "fb01 03 fb03 03 00 1a", "reads a field that is not packed",
     AGGREGATE},
    {"struct.set", "fb01 03 41 00 fb05 03 00", "fb01 03 42 00 fb05 03 00", "struct.set expects i32, found i64", AGGREGATE},
    {"struct.set of what varies", "fb01 03 41 00 fb05 03 01", "fb01 03 d0 6e fb05 03 02", "immutable field 2", AGGREGATE},
    {"array.new", "41 00 41 00 fb06 04 1a", "42 00 41 00 fb06 04 1a", "array.new expects i32, found i64", AGGREGATE},
    {"array.new_default", "41 00 fb07 04 1a", "42 00 fb07 04 1a", "expects i32, found i64", AGGREGATE},
    {"array.new_fixed", "41 00 41 00 fb08 04 02 1a", "41 00 fb08 04 02 1a", "array.new_fixed expects i32, found nothing",
     AGGREGATE},
    {"array.new_data", "41 00 41 00 fb09 04 00 1a", "41 00 41 00 fb09 06 00 1a", "array type is not numeric or vector", AGGREGATE},
    {"array.new_elem", "41 00 41 00 fb0a 06 00 1a", "41 00 41 00 fb0a 06 01 1a", "do not match (ref null func)", AGGREGATE},
    {"array.get", "41 00 fb07 05 41 00 fb0b 05 1a", "41 00 fb07 04 41 00 fb0b 04 1a", "reads a field that is packed", AGGREGATE},
    {"array.get_u", "41 00 fb07 04 41 00 fb0d 04 1a", "41 00 fb07 05 41 00 fb0d 05 1a", "not packed", AGGREGATE},
    {"array.set", "41 00 fb07 04 41 00 41 00 fb0e 04", "41 00 fb07 05 41 00 41 00 fb0e 05", "immutable array", AGGREGATE},
    {"array.len", "41 00 fb07 04 fb0f 1a", "fb01 03 fb0f 1a", "array.len expects (ref null array), found (ref 3)", AGGREGATE},
    {"array.fill", "41 00 fb07 04 41 00 41 00 41 00 fb10 04", "41 00 fb07 05 41 00 41 00 41 00 fb10 05", "immutable array",
     AGGREGATE},
    {"array.copy", "d0 04 41 00 d0 04 41 00 41 00 fb11 04 04", "d0 04 41 00 d0 05 41 00 41 00 fb11 04 05",
     "array types do not match", AGGREGATE},
    {"array.init_data", "d0 04 41 00 41 00 41 00 fb12 04 00", "d0 05 41 00 41 00 41 00 fb12 05 00", "immutable array", AGGREGATE},
    {"array.init_elem", "d0 06 41 00 41 00 41 00 fb13 06 00", "d0 06 41 00 41 00 41 00 fb13 06 01", "do not match (ref null func)",
     AGGREGATE},
    {"ref.i31", "41 00 fb1c 1a", "42 00 fb1c 1a", "ref.i31 expects i32, found i64", "scalar-reference-instructions"},
    {"i31.get", "41 00 fb1c fb1d 1a", "fb01 03 fb1d 1a", "i31.get_s expects (ref null i31), found (ref 3)",
     "scalar-reference-instructions"},
    {"any.convert_extern", "d0 6f fb1a fb1b 1a", "d0 6e fb1a 1a", "any.convert_extern expects (ref null extern)",
     "external-reference-instructions"},
#define VECTOR "vector-instructions"
#define V128_CONST "fd0c 00000000000000000000000000000000"
    {"vectors", V128_CONST " fd4d 1a", "41 00 fd4d 1a", "v128.not expects v128, found i32", VECTOR},
    {"splat", "41 00 fd0f 1a", "42 00 fd0f 1a", "i8x16.splat expects i32, found i64", VECTOR},
    {"extract_lane", V128_CONST " fd15 0f 1a", V128_CONST " fd15 10 1a", "invalid lane index 16: there are 16 lanes", VECTOR},
    {"replace_lane", V128_CONST " 44 0000000000000000 fd22 01 1a", V128_CONST " 44 0000000000000000 fd22 02 1a",
     "invalid lane index 2", VECTOR},
    {"shuffle", V128_CONST V128_CONST " fd0d 000102030405060708090a0b0c0d0e1f 1a",
     V128_CONST V128_CONST " fd0d 000102030405060708090a0b0c0d0e20 1a", "invalid lane index 32", VECTOR},
    {"load_lane", "41 00 " V128_CONST " fd54 00 00 0f 1a", "41 00 " V128_CONST " fd54 00 00 10 1a", "invalid lane index 16",
     MEMORY},
    {"load_lane, alignment", "41 00 " V128_CONST " fd57 03 00 01 1a", "41 00 " V128_CONST " fd57 04 00 01 1a",
     "alignment must not be larger", MEMORY},
    {"relaxed vectors", V128_CONST V128_CONST " fd8002 1a", V128_CONST " fd8002 1a",
     "i8x16.relaxed_swizzle expects v128, found nothing", VECTOR},
};

static char *whole_body(const char *text, char *to, size_t size) {
  if (*text == '|') {
    snprintf(to, size, "%s 0b", text);
  } else {
    snprintf(to, size, "00 %s 0b", text);
  }
  return to;
}

static void every_rule(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    const struct rule *rule = &rules[i];
    char body[512];
    struct heard keeps = validate(whole_body(rule->keeps, body, sizeof body), "default");
    if (keeps.count) fail_msg("%s: %s is valid, but: %s", rule->name, rule->keeps, keeps.first.message);
    struct heard breaks = validate(whole_body(rule->breaks, body, sizeof body), "default");
    if (breaks.count != 1) fail_msg("%s: %s gives %u errors", rule->name, rule->breaks, breaks.count);
    const char *anchor = strchr(breaks.first.rule, '#');
    if (!strstr(breaks.first.message, rule->says) || !anchor || strcmp(anchor + 1, rule->section) != 0)
      fail_msg("%s: \"%s\" of %s, wanted \"%s\" of %s", rule->name, breaks.first.message, breaks.first.rule, rule->says,
               rule->section);
    assert_int_equal(breaks.first.error, CM_INVALID);
    assert_true(breaks.first.has_offset);
    assert_string_equal(breaks.first.where, "core module 2 > code section > function 2");
  }
}

// What stands behind a branch that is always taken may use operands that there are not, but not such that do not fit.
static void unreachable_code(void **state) {
  (void)state;
  static const struct rule rows[] = {
      {"operands of any type", "00 6a 1a", "00 42 00 6a 1a", "i32.add expects i32, found i64", NULL},
      {"behind br", "0c 00 7c 1a", "0c 00 41 00 7c 1a", "i64.add expects i64, found i32", NULL},
      {"results of any type", "02 7f 00 0b 1a", "02 7f 00 42 00 0b 1a", "end expects i32, found i64", NULL},
      {"but not too many", "02 7f 00 41 00 0b 1a", "02 7f 00 41 00 41 00 0b 1a", "there remain 1 values", NULL},
      {"a select of any type", "00 1b 1a", "00 d0 70 41 00 1b 1a", "not for references", NULL},
      {"a select of two", "00 41 00 41 00 1b 1a", "00 41 00 42 00 41 00 1b 1a", "found i32 and i64", NULL},
      {"a reference of any type", "00 d4 14 00", "00 d4 6a 1a", "i32.add expects i32, found (ref bottom)", NULL},
      {"any number of elements", "00 fb08 04 ffffffff0f 1a", "00 42 00 fb08 04 ffffffff0f 1a", "expects i32, found i64", NULL},
      {"the block only", "02 40 00 0b", "02 40 00 0b 6a", "i32.add expects i32, found nothing", NULL},
      {"br_table", "02 7f 02 7f 00 0e 01 00 01 0b 0b 1a", "02 7f 02 40 00 0e 01 00 01 0b 41 00 0b 1a",
       "label 0 of br_table takes 0", NULL},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char body[512];
    struct heard keeps = validate(whole_body(rows[i].keeps, body, sizeof body), "default");
    if (keeps.count) fail_msg("%s: %s", rows[i].name, keeps.first.message);
    struct heard breaks = validate(whole_body(rows[i].breaks, body, sizeof body), "default");
    if (breaks.count != 1 || !strstr(breaks.first.message, rows[i].says))
      fail_msg("%s: \"%s\"", rows[i].name, breaks.first.message);
  }
}

// Each feature: a body that needs it, refused without it and with nothing else.
static void features(void **state) {
  (void)state;
  static const struct {
    const char *feature, *body;
  } rows[] = {
      {"sign-extension", "41 00 c0 1a"},
      {"saturating-float-to-int", "43 00000000 fc00 1a"},
      {"multi-value", "41 00 41 00 02 07 0b 1a 1a"},
      {"simd", V128_CONST " 1a"},
      {"relaxed-simd", V128_CONST V128_CONST " fd8002 1a"},
      {"tail-call", "12 00"},
      {"exceptions", "08 01"},
      {"wide-arithmetic", "42 00 42 00 fc15 1a 1a"},
      {"threads", "fe03 00"},
      {"legacy-exceptions", "06 40 19 0b"},
      {"memory-control", "41 00 41 00 fc12 00"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char body[512], with[64], without[64];
    snprintf(with, sizeof with, "%s", rows[i].feature);
    snprintf(without, sizeof without, "-%s", rows[i].feature);
    whole_body(rows[i].body, body, sizeof body);
    struct heard heard = validate(body, with);
    if (heard.count) fail_msg("%s: %s", rows[i].feature, heard.first.message);
    heard = validate(body, without);
    if (!heard.count || !strstr(heard.first.message, rows[i].feature)) fail_msg("%s: \"%s\"", rows[i].feature, heard.first.message);
  }
}

static void legacy_exceptions(void **state) {
  (void)state;
  static const struct rule rows[] = {
      {"try and catch", "06 7f 41 00 07 00 0b 1a", "06 7f 41 00 07 01 0b 1a", "end expects i32, found nothing", NULL},
      {"catch_all", "06 40 19 0b", "06 40 19 07 00 1a 0b", "catch outside of a try", NULL},
      {"rethrow", "06 40 19 09 00 0b", "02 40 09 00 0b", "invalid rethrow label 0", NULL},
      {"delegate", "06 40 18 00", "06 40 18 01", "unknown label 1", NULL},
      {"delegate of a try", "06 40 18 00", "02 40 18 00", "delegate outside of a try", NULL},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char body[512];
    struct heard keeps = validate(whole_body(rows[i].keeps, body, sizeof body), "legacy-exceptions");
    if (keeps.count) fail_msg("%s: %s", rows[i].name, keeps.first.message);
    struct heard breaks = validate(whole_body(rows[i].breaks, body, sizeof body), "legacy-exceptions");
    if (breaks.count != 1 || !strstr(breaks.first.message, rows[i].says))
      fail_msg("%s: \"%s\"", rows[i].name, breaks.first.message);
  }
}

static void atomics(void **state) {
  (void)state;
  struct heard heard = validate("00 41 00 fe10 02 00 1a 0b", "default");
  assert_int_equal(heard.count, 0);
  heard = validate("00 41 00 fe10 01 00 1a 0b", "default");
  assert_has(heard.first.message, "atomic alignment must be natural");
}

// What is wrong with the grammar is malformed, not invalid.
static void grammar(void **state) {
  (void)state;
  static const struct {
    const char *body, *says;
  } rows[] = {
      {"00 01", "unexpected end: END opcode expected, 1 blocks are open"},
      {"00 02 40 0b", "END opcode expected, 1 blocks are open"},
      {"00 0b 0b", "1 bytes are left behind the last end"},
      {"00 05 0b", "else outside of an if"},
      {"00 02 40 05 0b 0b", "else outside of an if"},
      {"00 ff 0b", "illegal opcode 0xff"},
      {"00 41 ffffffff0f 0b", "integer too large"},
      {"01 01 11 0b", "expected the type of a local"},
      {"02 ffffffff0f 7f 01 7f 0b", "too many locals: more than 2^32-1"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct heard heard = validate(rows[i].body, "default");
    if (heard.count != 1 || !strstr(heard.first.message, rows[i].says)) fail_msg("%s: \"%s\"", rows[i].body, heard.first.message);
    assert_int_equal(heard.first.error, CM_MALFORMED);
    assert_non_null(heard.first.rule);
  }
}

static void limits(void **state) {
  (void)state;
  struct heard heard = validate("01 d18603 7f 0b", "default");
  assert_has(heard.first.message, "too many locals: more than the limit of 50000");
  assert_int_equal(heard.first.error, CM_LIMIT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_rule), cmocka_unit_test(unreachable_code),
      cmocka_unit_test(features),   cmocka_unit_test(legacy_exceptions),
      cmocka_unit_test(atomics),    cmocka_unit_test(grammar),
      cmocka_unit_test(limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
