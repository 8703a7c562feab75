// Instructions: the table, every kind of immediates, what is malformed, nesting, the fast pass, constant expressions.

#include "core_bytes.h"

#include <component/limits.h>

#include <stdio.h>

static void the_table_is_in_order(void **state) {
  (void)state;
  for (int i = 1; i < CORE_OP_COUNT; i++) {
    const struct core_op_info *before = &core_ops[i - 1], *info = &core_ops[i];
    assert_true(before->prefix < info->prefix || (before->prefix == info->prefix && before->opcode < info->opcode));
  }
  assert_int_equal(core_ops[CORE_OP_I32_ADD].opcode, 0x6a);
  assert_int_equal(core_ops[CORE_OP_I64_MUL_WIDE_U].prefix, 0xfc);
  assert_int_equal(core_ops[CORE_OP_I64_MUL_WIDE_U].opcode, 22);
  assert_int_equal(core_ops[CORE_OP_I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S].opcode, 0x113);
  assert_int_equal(core_ops[CORE_OP_I64_ATOMIC_RMW32_CMPXCHG_U].opcode, 0x4e);
}

static void signatures_are_well_formed(void **state) {
  (void)state;
  for (int i = 0; i < CORE_OP_COUNT; i++) {
    const char *signature = core_ops[i].signature;
    if (strcmp(signature, "*") == 0) continue;
    size_t length = strlen(signature);
    assert_non_null(strchr(signature, ':'));
    assert_int_equal(strspn(signature, "ilfdvptr:"), length);
    assert_ptr_equal(strchr(signature, ':'), strrchr(signature, ':'));
  }
}

// Names differ but for the two forms of select, ref.test and ref.cast.
static void names_are_distinct(void **state) {
  (void)state;
  int same = 0;
  for (int i = 0; i < CORE_OP_COUNT; i++)
    for (int k = i + 1; k < CORE_OP_COUNT; k++) same += strcmp(core_ops[i].text, core_ops[k].text) == 0;
  assert_int_equal(same, 3);
}

// The width of an access stands in its name.
static void natural_alignment(void **state) {
  (void)state;
  static const struct {
    const char *part;
    uint8_t log2;
  } widths[] = {{"notify", 2},  {"wait32", 2},  {"wait64", 3}, {"load8x8", 3}, {"load16x4", 3}, {"load32x2", 3},
                {"load8", 0},   {"load16", 1},  {"load32", 2}, {"load64", 3},  {"store8", 0},   {"store16", 1},
                {"store32", 2}, {"store64", 3}, {"rmw8", 0},   {"rmw16", 1},   {"rmw32", 2},    {"i32", 2},
                {"f32", 2},     {"i64", 3},     {"f64", 3},    {"v128", 4}};
  for (int i = 0; i < CORE_OP_COUNT; i++) {
    uint8_t expected = 0;
    if (core_ops[i].immediate == CORE_IMM_MEMARG || core_ops[i].immediate == CORE_IMM_MEMARG_LANE)
      for (size_t k = 0; k < sizeof widths / sizeof *widths; k++)
        if (strstr(core_ops[i].text, widths[k].part)) {
          expected = widths[k].log2;
          break;
        }
    if (core_op_align_log2((enum core_op)i) != expected) fail_msg("%s", core_ops[i].text);
  }
}

// Reads one instruction given as text, in a body that holds nothing else.
static struct core_instr read_one(struct made *m, const char *instr) {
  char text[400];
  struct core_code code;
  struct core_instr out, end;
  snprintf(text, sizeof text, "00 %s 0b", instr);
  *m = make_body(text);
  assert_made(m);
  assert_true(core_code_begin(&code, NULL, m->module, 0, NULL, NULL, &m->diag));
  if (!core_code_next(&code, &out)) fail_msg("%s: %s", instr, m->diag.message);
  if (!core_code_next(&code, &end)) fail_msg("%s: %s", instr, m->diag.message);
  assert_int_equal(end.op, CORE_OP_END);
  assert_false(core_code_next(&code, &end));
  assert_false(code.reader.failed);
  return out;
}

static void indices(void **state) {
  (void)state;
  struct made m;
  struct core_instr i = read_one(&m, "0c 80 01");
  assert_int_equal(i.op, CORE_OP_BR);
  assert_int_equal(i.index, 128);
  unmake(&m);
  i = read_one(&m, "11 03 04");
  assert_int_equal(i.op, CORE_OP_CALL_INDIRECT);
  assert_int_equal(i.pair.a, 3);
  assert_int_equal(i.pair.b, 4);
  unmake(&m);
  i = read_one(&m, "fc 08 05 06");
  assert_int_equal(i.op, CORE_OP_MEMORY_INIT);
  assert_int_equal(i.pair.a, 5);
  assert_int_equal(i.pair.b, 6);
  unmake(&m);
  i = read_one(&m, "fc 8c 80 00 07 08");
  assert_int_equal(i.op, CORE_OP_TABLE_INIT);
  assert_int_equal(i.pair.b, 8);
  unmake(&m);
  i = read_one(&m, "20 ff ff ff ff 0f");
  assert_int_equal(i.index, UINT32_MAX);
  unmake(&m);
  i = read_one(&m, "fd 15 0f");
  assert_int_equal(i.op, CORE_OP_I8X16_EXTRACT_LANE_S);
  assert_int_equal(i.index, 15);
  unmake(&m);
}

static void numbers(void **state) {
  (void)state;
  struct made m;
  struct core_instr i = read_one(&m, "41 7f");
  assert_int_equal(i.i32, -1);
  unmake(&m);
  i = read_one(&m, "41 80 80 80 80 78");
  assert_int_equal(i.i32, INT32_MIN);
  unmake(&m);
  i = read_one(&m, "42 40");
  assert_true(i.i64 == -64);
  unmake(&m);
  i = read_one(&m, "42 80 80 80 80 80 80 80 80 80 7f");
  assert_true(i.i64 == INT64_MIN);
  unmake(&m);
  i = read_one(&m, "43 00 00 80 3f");
  assert_int_equal(i.f32_bits, 0x3f800000);
  unmake(&m);
  i = read_one(&m, "44 01 02 03 04 05 06 07 88");
  assert_true(i.f64_bits == UINT64_C(0x8807060504030201));
  unmake(&m);
  i = read_one(&m, "fd 0c 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f");
  assert_int_equal(i.op, CORE_OP_V128_CONST);
  assert_int_equal(i.v128[15], 15);
  unmake(&m);
}

static void block_types(void **state) {
  (void)state;
  struct made m = make_body("00 02 40 0b 03 7e 0b 04 80 01 05 0b 02 63 6b 0b 02 70 0b 0b");
  struct core_code code;
  struct core_instr i;
  assert_made(&m);
  assert_true(core_read_bodies(m.module, &m.diag));
  assert_true(core_code_begin(&code, NULL, m.module, 0, NULL, NULL, &m.diag));
  static const int kinds[] = {CORE_BLOCK_EMPTY, CORE_BLOCK_VALUE, CORE_BLOCK_TYPE, CORE_BLOCK_VALUE, CORE_BLOCK_VALUE};
  size_t seen = 0;
  while (core_code_next(&code, &i)) {
    if (core_ops[i.op].immediate != CORE_IMM_BLOCK) continue;
    assert_int_equal(i.block.kind, kinds[seen]);
    if (seen == 1) assert_int_equal(i.block.value.code, CORE_I64);
    if (seen == 2) assert_int_equal(i.block.type, 128);
    if (seen == 3) assert_int_equal(i.block.value.heap, CORE_HEAP_STRUCT);
    seen++;
  }
  assert_int_equal(seen, 5);
  unmake(&m);
}

static void memory_arguments(void **state) {
  (void)state;
  struct made m;
  struct core_instr i = read_one(&m, "28 02 90 01");
  assert_int_equal(i.mem.align_log2, 2);
  assert_int_equal(i.mem.memory, 0);
  assert_true(i.mem.offset == 144);
  unmake(&m);
  i = read_one(&m, "37 43 05 80 80 80 80 80 01");
  assert_int_equal(i.mem.align_log2, 3);
  assert_int_equal(i.mem.memory, 5);
  assert_true(i.mem.offset == UINT64_C(1) << 35);
  unmake(&m);
  i = read_one(&m, "fd 54 00 03 0e");
  assert_int_equal(i.op, CORE_OP_V128_LOAD8_LANE);
  assert_int_equal(i.mem.lane, 14);
  unmake(&m);
  i = read_one(&m, "fe 1e 02 00");
  assert_int_equal(i.op, CORE_OP_I32_ATOMIC_RMW_ADD);
  unmake(&m);
  i = read_one(&m, "fe 03 00");
  assert_int_equal(i.op, CORE_OP_ATOMIC_FENCE);
  unmake(&m);
}

static void vectors(void **state) {
  (void)state;
  struct made m;
  struct core_instr i = read_one(&m, "0e 02 01 80 01 05");
  uint32_t label, labels[3] = {1, 128, 5};
  struct cm_span span = i.br_table.labels;
  assert_int_equal(i.br_table.count, 2);
  for (int k = 0; k < 3; k++) {
    assert_true(core_next_label(&span, &label));
    assert_int_equal(label, labels[k]);
  }
  assert_false(core_next_label(&span, &label));
  unmake(&m);

  i = read_one(&m, "1c 02 7f 63 00");
  struct core_valtype type;
  assert_int_equal(i.op, CORE_OP_SELECT_T);
  assert_int_equal(i.select.count, 2);
  assert_int_equal(i.select.first.code, CORE_I32);
  span = i.select.types;
  assert_true(core_next_type(&span, &type) && core_next_type(&span, &type));
  assert_int_equal(type.code, CORE_REF);
  assert_int_equal(type.heap, 0);
  assert_false(core_next_type(&span, &type));
  unmake(&m);

  i = read_one(&m, "1f 40 04 00 09 01 01 0a 02 02 03 03 80 02");
  struct core_catch clause;
  assert_int_equal(i.try_table.count, 4);
  span = i.try_table.catches;
  assert_true(core_next_catch(&span, &clause));
  assert_int_equal(clause.tag, 9);
  assert_int_equal(clause.label, 1);
  for (int k = 1; k < 4; k++) assert_true(core_next_catch(&span, &clause));
  assert_int_equal(clause.kind, 3);
  assert_int_equal(clause.label, 256);
  assert_false(core_next_catch(&span, &clause));
  unmake(&m);
}

static void references(void **state) {
  (void)state;
  struct made m;
  struct core_instr i = read_one(&m, "d0 70");
  assert_true(i.heap.nullable);
  assert_int_equal(i.heap.heap, CORE_HEAP_FUNC);
  unmake(&m);
  i = read_one(&m, "fb 14 05");
  assert_int_equal(i.op, CORE_OP_REF_TEST);
  assert_false(i.heap.nullable);
  assert_int_equal(i.heap.heap, 5);
  unmake(&m);
  i = read_one(&m, "fb 17 65 6e");
  assert_int_equal(i.op, CORE_OP_REF_CAST_NULL);
  assert_true(i.heap.nullable && i.heap.shared);
  unmake(&m);
  i = read_one(&m, "fb 18 03 02 6e 80 01");
  assert_int_equal(i.op, CORE_OP_BR_ON_CAST);
  assert_int_equal(i.cast.flags, 3);
  assert_int_equal(i.cast.label, 2);
  assert_int_equal(i.cast.from, CORE_HEAP_ANY);
  assert_int_equal(i.cast.to, 128);
  unmake(&m);
}

static void shuffle_lanes(void **state) {
  (void)state;
  struct made m;
  struct core_instr i = read_one(&m, "fd 0d 00 01 02 03 04 05 06 07 10 11 12 13 14 15 16 17");
  assert_int_equal(i.op, CORE_OP_I8X16_SHUFFLE);
  assert_int_equal(i.v128[8], 16);
  unmake(&m);
}

// An encoding of any instruction, from its row of the table.
static void encode(struct bytes *b, enum core_op op) {
  static const char *const immediates[] = {
      [CORE_IMM_NONE] = "",
      [CORE_IMM_BLOCK] = "40",
      [CORE_IMM_LABEL] = "00",
      [CORE_IMM_BR_TABLE] = "02 00 81 00 00",
      [CORE_IMM_FUNC] = "85 01",
      [CORE_IMM_CALL_INDIRECT] = "03 04",
      [CORE_IMM_TYPE] = "83 00",
      [CORE_IMM_LOCAL] = "ff 01",
      [CORE_IMM_GLOBAL] = "07",
      [CORE_IMM_TABLE] = "01",
      [CORE_IMM_TABLE_TABLE] = "01 02",
      [CORE_IMM_ELEM_TABLE] = "01 02",
      [CORE_IMM_ELEM] = "01",
      [CORE_IMM_DATA] = "01",
      [CORE_IMM_DATA_MEMORY] = "01 02",
      [CORE_IMM_MEMORY] = "00",
      [CORE_IMM_MEMORY_MEMORY] = "01 02",
      [CORE_IMM_MEMARG] = "42 01 80 80 04",
      [CORE_IMM_MEMARG_LANE] = "00 80 01 03",
      [CORE_IMM_I32] = "80 80 c0 00",
      [CORE_IMM_I64] = "80 80 80 80 80 80 80 80 01",
      [CORE_IMM_F32] = "00 00 c0 7f",
      [CORE_IMM_F64] = "00 00 00 00 00 00 f8 7f",
      [CORE_IMM_V128] = "80 81 82 83 84 85 86 87 88 89 8a 8b 8c 8d 8e 8f",
      [CORE_IMM_LANE] = "01",
      [CORE_IMM_SHUFFLE] = "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f",
      [CORE_IMM_SELECT] = "01 64 70",
      [CORE_IMM_HEAP] = "6e",
      [CORE_IMM_TAG] = "00",
      [CORE_IMM_TRY_TABLE] = "7f 01 00 01 02",
      [CORE_IMM_TYPE_FIELD] = "01 02",
      [CORE_IMM_TYPE_TYPE] = "01 02",
      [CORE_IMM_TYPE_COUNT] = "01 02",
      [CORE_IMM_TYPE_DATA] = "01 02",
      [CORE_IMM_TYPE_ELEM] = "01 02",
      [CORE_IMM_BR_ON_CAST] = "01 00 6e 6d",
      [CORE_IMM_ZERO] = "00",
  };
  const struct core_op_info *info = &core_ops[op];
  if (info->prefix) put_byte(b, info->prefix);
  if (info->prefix) {
    put_u32(b, info->opcode);
  } else {
    put_byte(b, info->opcode);
  }
  put_text(b, immediates[info->immediate]);
}

// Decodes a module whose one body is given as bytes (without locals and `end`); data segments are counted where asked.
static struct made make_code(const struct bytes *instrs, bool data_count) {
  struct bytes b = {0}, code = {0};
  put_module(&b);
  put_section(&b, 1, "01 60 00 00");
  put_section(&b, 3, "01 00");
  if (data_count) put_section(&b, 12, "00");
  put_byte(&code, 1);
  put_u32(&code, (uint32_t)instrs->size + 2);
  put_byte(&code, 0);
  put(&code, instrs->at, instrs->size);
  put_byte(&code, 0x0b);
  put_section_of(&b, 10, &code);
  struct made m = make_of(b.at, b.size);
  free(b.at);
  return m;
}

static void every_instruction_reads_back(void **state) {
  (void)state;
  struct bytes all = {0};
  for (int op = 0; op < CORE_OP_COUNT; op++) encode(&all, (enum core_op)op);
  struct made m = make_code(&all, true);
  struct core_code code;
  struct core_instr instr;
  assert_made(&m);
  assert_true(core_code_begin(&code, NULL, m.module, 0, NULL, NULL, &m.diag));
  for (int op = 0; op < CORE_OP_COUNT; op++) {
    if (!core_code_next(&code, &instr)) fail_msg("%s: %s", core_ops[op].text, m.diag.message);
    if (instr.op != (enum core_op)op) fail_msg("%s: %s", core_ops[op].text, core_ops[instr.op].text);
  }
  assert_true(core_code_next(&code, &instr));
  assert_false(core_code_next(&code, &instr));
  unmake(&m);
  free(all.at);
}

// An instruction that ends too early is malformed, not read from what lies behind the body.
static void every_instruction_truncated(void **state) {
  (void)state;
  for (int op = 0; op < CORE_OP_COUNT; op++) {
    struct bytes one = {0};
    encode(&one, (enum core_op)op);
    for (size_t size = 1; size < one.size; size++) {
      struct core_code code;
      struct core_instr instr;
      struct cm_diag diag = {0};
      uint8_t *exact = malloc(size);
      assert_non_null(exact);
      memcpy(exact, one.at, size);
      struct core_module empty = {.file = exact};
      core_expr_begin(&code, &empty, (struct core_expr){{exact, size}}, &diag);
      if (core_code_next(&code, &instr)) fail_msg("%s, %zu bytes", core_ops[op].text, size);
      assert_true(code.reader.failed);
      assert_int_equal(diag.error, CM_MALFORMED);
      assert_false(core_code_next(&code, &instr));
      free(exact);
    }
    free(one.at);
  }
}

static void illegal_opcodes(void **state) {
  (void)state;
  bool known[256] = {[0xfb] = true, [0xfc] = true, [0xfd] = true, [0xfe] = true};
  for (int op = 0; op < CORE_OP_COUNT; op++)
    if (!core_ops[op].prefix) known[core_ops[op].opcode] = true;
  for (unsigned byte = 0; byte < 256; byte++) {
    if (known[byte]) continue;
    struct bytes b = {0};
    put_byte(&b, byte);
    put_text(&b, "00 00 00");
    struct made m = make_code(&b, true);
    assert_made(&m);
    m.ok = core_read_bodies(m.module, &m.diag);
    assert_says(&m, CM_MALFORMED, "illegal opcode 0x", "code section > function 0");
    unmake(&m);
    free(b.at);
  }
}

// Each row is a body with its locals and its last `end`, or without where that is the point.
static void malformed_bodies(void **state) {
  (void)state;
  static const struct {
    const char *body, *says;
    enum cm_error error;
  } rows[] = {
      {"", "the number of local declarations", CM_MALFORMED},
      {"00", "END opcode expected", CM_MALFORMED},
      {"00 01", "END opcode expected", CM_MALFORMED},
      {"00 02 40 0b", "1 blocks are open", CM_MALFORMED},
      {"00 0b 0b", "1 bytes are left behind the last end", CM_MALFORMED},
      {"00 05 0b", "else outside of an if", CM_MALFORMED},
      {"00 02 40 05 0b 0b", "else outside of an if", CM_MALFORMED},
      {"00 04 40 05 05 0b 0b", "else outside of an if", CM_MALFORMED},
      {"00 07 00 0b", "catch outside of a try", CM_MALFORMED},
      {"00 06 40 19 19 0b 0b", "catch_all outside of a try", CM_MALFORMED},
      {"00 06 40 19 07 00 0b 0b", "catch outside of a try", CM_MALFORMED},
      {"00 06 40 07 00 18 00 0b 0b", "delegate outside of a try", CM_MALFORMED},
      {"00 1f 40 00 07 00 0b 0b", "catch outside of a try", CM_MALFORMED},
      {"00 fb 1f 0b", "illegal opcode 0xfb 0x1f", CM_MALFORMED},
      {"00 fc 17 0b", "illegal opcode 0xfc 0x17", CM_MALFORMED},
      {"00 fd 94 02 0b", "illegal opcode 0xfd 0x114", CM_MALFORMED},
      {"00 fd ff ff ff ff 0f 0b", "illegal opcode 0xfd 0xffffffff", CM_MALFORMED},
      {"00 fe 04 0b", "illegal opcode 0xfe 0x04", CM_MALFORMED},
      {"00 fe 4f 0b", "illegal opcode 0xfe 0x4f", CM_MALFORMED},
      {"00 fc 87 80 80 80 80 00 00 0b", "integer representation too long", CM_MALFORMED},
      {"00 fe 03 01 0b", "zero byte expected", CM_MALFORMED},
      {"00 28 80 01 00 0b", "malformed memop flags", CM_MALFORMED},
      {"00 28 02 80 80 80 80 80 80 80 80 80 02 0b", "integer too large", CM_MALFORMED},
      {"00 41 80 80 80 80 10 0b", "integer too large", CM_MALFORMED},
      {"00 42 80 80 80 80 80 80 80 80 80 01 0b", "integer too large", CM_MALFORMED},
      {"00 20 80 80 80 80 10 0b", "integer too large", CM_MALFORMED},
      {"00 02 41 0b 0b", "malformed value type", CM_MALFORMED},
      {"00 02 c0 7f 0b 0b", "malformed block type", CM_MALFORMED},
      {"00 02 80 80 80 80 20 0b 0b", "integer too large", CM_MALFORMED},
      {"00 1c 01 40 0b", "malformed value type", CM_MALFORMED},
      {"00 1c ff ff ff ff 0f 7f 0b", "cannot fit", CM_MALFORMED},
      {"00 0e ff ff ff ff 0f 00 0b", "cannot fit", CM_MALFORMED},
      {"00 1f 40 01 04 00 0b 0b", "expected a catch clause", CM_MALFORMED},
      {"00 fb 18 04 00 6e 6e 0b", "malformed cast flags", CM_MALFORMED},
      {"00 d0 7f 0b", "malformed heap type", CM_MALFORMED},
      {"00 43 00 00 0b", "expected 4 bytes of an f32", CM_MALFORMED},
      {"01 01 40 0b", "malformed value type", CM_MALFORMED},
      {"02 ff ff ff ff 0f 7f 01 7e 0b", "too many locals", CM_LIMIT},
      {"02 d0 86 03 7f ff ff ff ff 0f 7e 0b", "more than 2^32-1", CM_MALFORMED},
      {"02 d0 86 03 7f 01 7e 0b", "too many locals: 50001", CM_LIMIT},
      {"ff ff ff ff 0f 01 7f 0b", "cannot fit", CM_MALFORMED},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct made m = make_body(rows[i].body);
    assert_made(&m);
    m.ok = core_read_bodies(m.module, &m.diag);
    assert_says(&m, rows[i].error, rows[i].says, "core module 2 > code section > function 0");
    assert_in_range(m.diag.offset, m.module->funcs[0].body.at - m.file, m.size);
    unmake(&m);
  }
}

static void well_formed_bodies(void **state) {
  (void)state;
  static const char *const rows[] = {
      "00 0b",
      "00 04 40 05 0b 0b",
      "00 06 40 07 00 07 01 19 09 00 0b 0b",
      "00 06 40 18 00 0b",
      "00 1f 40 01 02 00 0b 0b",
      "00 02 40 03 40 04 40 0b 0b 0b 0b",
      "02 03 7f 00 63 6e 01 00 0b",
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct made m = make_body(rows[i]);
    assert_made(&m);
    if (!core_read_bodies(m.module, &m.diag)) fail_msg("%s: %s", rows[i], m.diag.message);
    unmake(&m);
  }
}

static void segments_need_a_data_count(void **state) {
  (void)state;
  for (int op = 0; op < CORE_OP_COUNT; op++) {
    struct bytes b = {0};
    uint8_t immediate = core_ops[op].immediate;
    if (immediate == CORE_IMM_DATA || immediate == CORE_IMM_DATA_MEMORY || immediate == CORE_IMM_TYPE_DATA) {
      encode(&b, (enum core_op)op);
      struct made m = make_code(&b, false);
      assert_made(&m);
      m.ok = core_read_bodies(m.module, &m.diag);
      assert_says(&m, CM_MALFORMED, "data count section required", "function 0");
      unmake(&m);
      m = make_code(&b, true);
      assert_true(core_read_bodies(m.module, &m.diag));
      unmake(&m);
    }
    free(b.at);
  }
}

static void deep_nesting_meets_a_limit(void **state) {
  (void)state;
  for (int over = 0; over < 2; over++) {
    struct bytes b = {0};
    for (int i = 0; i < CORE_LIMIT_BLOCK_DEPTH - 1 + over; i++) put_text(&b, "02 40");
    for (int i = 0; i < CORE_LIMIT_BLOCK_DEPTH - 1 + over; i++) put_text(&b, "0b");
    struct made m = make_code(&b, true);
    assert_made(&m);
    bool ok = core_read_bodies(m.module, &m.diag);
    assert_int_equal(ok, !over);
    if (over) assert_int_equal(m.diag.error, CM_LIMIT);
    unmake(&m);
    free(b.at);
  }
}

static void locals_are_expanded(void **state) {
  (void)state;
  struct made m = make_body("03 02 7f 00 7e 01 63 05 0b");
  struct core_code code;
  struct core_valtype *locals;
  uint32_t count;
  assert_made(&m);
  assert_true(core_code_begin(&code, &m.arena, m.module, 0, &locals, &count, &m.diag));
  assert_int_equal(count, 3);
  assert_int_equal(locals[1].code, CORE_I32);
  assert_int_equal(locals[2].code, CORE_REF);
  assert_int_equal(locals[2].heap, 5);
  assert_false(core_code_begin(&code, &m.arena, m.module, 1, &locals, &count, &m.diag));
  assert_int_equal(m.diag.error, CM_INVALID);
  unmake(&m);
}

// What the fast pass tells.
struct uses {
  char text[400];
  const uint8_t *file;
};

static void note(void *context, enum core_use use, uint32_t a, uint32_t b, const uint8_t *at) {
  static const char *const names[] = {"call", "ref", "indirect", "call_ref"};
  struct uses *uses = context;
  size_t used = strlen(uses->text);
  (void)at;
  snprintf(uses->text + used, sizeof uses->text - used, "%s %u %u;", names[use], a, b);
}

static void uses_in_order(void **state) {
  (void)state;
  struct made m = make_body("01 01 7f"
                            "20 00 28 42 01 10 41 10 10 05"     // a memory index that looks like a call
                            "42 90 90 90 90 90 90 90 90 10"     // and a long number
                            "44 10 00 10 00 10 00 10 00"        // and a float
                            "02 63 10 0b 02 64 70 0b 02 40 0b"  // and block types
                            "d2 07 11 01 02 13 03 04 12 80 01 14 06 15 07"
                            "28 02 90 90 10 20 90 10 fc 0b 00 10 08 0b");
  struct uses uses = {.file = m.file};
  assert_made(&m);
  assert_true(core_read_bodies(m.module, &m.diag));
  assert_true(core_code_uses(m.module, 0, note, &uses, &m.diag));
  assert_string_equal(uses.text, "call 5 0;ref 7 0;indirect 1 2;indirect 3 4;call 128 0;call_ref 6 0;call_ref 7 0;call 8 0;");
  unmake(&m);
}

// Whatever the bytes are, the fast pass and the reader see the same calls, where the reader sees the end.
static void uses_agree_with_the_reader(void **state) {
  (void)state;
  uint32_t seed = 1;
  for (int round = 0; round < 3000; round++) {
    struct bytes b = {0};
    for (int i = 0; i < 24; i++) {
      seed = seed * 1664525 + 1013904223;
      enum core_op op = (enum core_op)((seed >> 8) % CORE_OP_COUNT);
      if (seed >> 30 == 0) op = CORE_OP_CALL;
      if (seed >> 30 == 1) op = CORE_OP_I32_LOAD;
      encode(&b, op);
    }
    struct made m = make_code(&b, true);
    struct core_code code;
    struct core_instr instr;
    struct uses fast = {.file = m.file}, slow = {.file = m.file};
    assert_made(&m);
    assert_true(core_code_begin(&code, NULL, m.module, 0, NULL, NULL, &m.diag));
    while (core_code_next(&code, &instr)) {
      if (instr.op == CORE_OP_CALL || instr.op == CORE_OP_RETURN_CALL) note(&slow, CORE_USE_CALL, instr.index, 0, instr.at);
      if (instr.op == CORE_OP_REF_FUNC) note(&slow, CORE_USE_REF, instr.index, 0, instr.at);
      if (core_ops[instr.op].immediate == CORE_IMM_CALL_INDIRECT)
        note(&slow, CORE_USE_INDIRECT, instr.pair.a, instr.pair.b, instr.at);
      if (instr.op == CORE_OP_CALL_REF || instr.op == CORE_OP_RETURN_CALL_REF)
        note(&slow, CORE_USE_CALL_REF, instr.index, 0, instr.at);
    }
    assert_false(code.reader.failed);
    assert_true(core_code_uses(m.module, 0, note, &fast, &m.diag));
    assert_string_equal(fast.text, slow.text);
    unmake(&m);
    free(b.at);
  }
}

static void uses_of_malformed_bodies(void **state) {
  (void)state;
  static const char *const rows[] = {"00", "00 01", "00 ff 0b", "00 20", "00 20 80", "00 20 0b", "00 10 0b", "00 02 40", "05 0b"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct made m = make_body(rows[i]);
    struct uses uses = {.file = m.file};
    assert_made(&m);
    if (core_code_uses(m.module, 0, note, &uses, &m.diag)) {
      // An index that looks like `end` is all that this pass does not notice.
      assert_int_equal(m.module->funcs[0].body.at[m.module->funcs[0].body.size - 1], 0x0b);
    } else {
      assert_int_equal(m.diag.error, CM_MALFORMED);
    }
    unmake(&m);
  }
}

static bool known_global(void *context, uint32_t index, uint64_t *value) {
  const uint64_t *values = context;
  if (index > 1) return false;
  *value = values[index];
  return true;
}

static void constant_expressions(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    bool ok;
    uint64_t value;
  } rows[] = {
      {"41 2a 0b", true, 42},
      {"41 7f 0b", true, UINT32_MAX},
      {"42 7f 0b", true, UINT64_MAX},
      {"23 01 0b", true, 1000},
      {"23 02 0b", false, 0},
      {"23 00 41 08 6a 0b", true, 18},
      {"41 01 41 02 6b 0b", true, UINT32_MAX},
      {"41 03 41 05 6c 0b", true, 15},
      {"42 01 42 02 7d 0b", true, UINT64_MAX},
      {"42 03 42 05 7e 42 01 7c 0b", true, 16},
      {"41 01 41 01 0b", false, 0},
      {"6a 0b", false, 0},
      {"0b", false, 0},
      {"41 01", false, 0},
      {"43 00 00 00 00 0b", false, 0},
      {"41 01 0b 0b", false, 0},
      {"41 ff", false, 0},
  };
  uint64_t globals[] = {10, 1000}, value;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct bytes b = {0};
    put_text(&b, rows[i].bytes);
    struct core_module module = {.file = b.at};
    struct core_expr expr = {{b.at, b.size}};
    assert_int_equal(core_const_eval(&module, expr, known_global, globals, &value), rows[i].ok);
    if (rows[i].ok) assert_true(value == rows[i].value);
    if (b.at[0] == 0x23) assert_false(core_const_eval(&module, expr, NULL, NULL, &value));
    free(b.at);
  }
}

// More operands than the evaluator keeps.
static void a_deep_constant_expression(void **state) {
  (void)state;
  struct bytes b = {0};
  uint64_t value;
  for (int i = 0; i < 1000; i++) put_text(&b, "41 01");
  for (int i = 0; i < 999; i++) put_text(&b, "6a");
  put_text(&b, "0b");
  struct core_module module = {.file = b.at};
  assert_false(core_const_eval(&module, (struct core_expr){{b.at, b.size}}, NULL, NULL, &value));
  free(b.at);
}

static void errors_of_constants_name_their_section(void **state) {
  (void)state;
  struct made m = make(6, "01 7f 00 05 0b", -1);
  assert_made(&m);
  m.ok = core_read_bodies(m.module, &m.diag);
  assert_says(&m, CM_MALFORMED, "else outside of an if", "core module 2 > global section");
  assert_int_equal(m.diag.offset, 8 + 2 + 3);
  unmake(&m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_table_is_in_order),
      cmocka_unit_test(signatures_are_well_formed),
      cmocka_unit_test(names_are_distinct),
      cmocka_unit_test(natural_alignment),
      cmocka_unit_test(indices),
      cmocka_unit_test(numbers),
      cmocka_unit_test(block_types),
      cmocka_unit_test(memory_arguments),
      cmocka_unit_test(vectors),
      cmocka_unit_test(references),
      cmocka_unit_test(shuffle_lanes),
      cmocka_unit_test(every_instruction_reads_back),
      cmocka_unit_test(every_instruction_truncated),
      cmocka_unit_test(illegal_opcodes),
      cmocka_unit_test(malformed_bodies),
      cmocka_unit_test(well_formed_bodies),
      cmocka_unit_test(segments_need_a_data_count),
      cmocka_unit_test(deep_nesting_meets_a_limit),
      cmocka_unit_test(locals_are_expanded),
      cmocka_unit_test(uses_in_order),
      cmocka_unit_test(uses_agree_with_the_reader),
      cmocka_unit_test(uses_of_malformed_bodies),
      cmocka_unit_test(constant_expressions),
      cmocka_unit_test(a_deep_constant_expression),
      cmocka_unit_test(errors_of_constants_name_their_section),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
