// The table of mnemonics.

#include "text/ops.h"

_Static_assert(CORE_OP_COUNT * 3 < TEXT_OPS_ROOM, "the table is at most a third full");

static uint32_t hash_of(const char *at, size_t size) {
  uint32_t hash = (uint32_t)size;
  for (size_t i = 0; i < size; i++) hash = (hash ^ (uint8_t)at[i]) * 16777619u;
  return hash ^ hash >> 13;
}

static bool matches(uint16_t slot, const char *at, size_t size) {
  const char *text = core_ops[slot - 1].text;
  return strncmp(text, at, size) == 0 && text[size] == '\0';
}

void text_ops_make(struct text_ops *ops) {
  memset(ops, 0, sizeof *ops);
  for (unsigned op = 0; op < CORE_OP_COUNT; op++) {
    const char *text = core_ops[op].text;
    size_t size = strlen(text);
    uint32_t i = hash_of(text, size);
    while (ops->slots[i % TEXT_OPS_ROOM] && !matches(ops->slots[i % TEXT_OPS_ROOM], text, size)) i++;
    if (!ops->slots[i % TEXT_OPS_ROOM]) ops->slots[i % TEXT_OPS_ROOM] = (uint16_t)(op + 1);
  }
}

enum core_op text_ops_find(const struct text_ops *ops, const char *at, size_t size) {
  for (uint32_t i = hash_of(at, size);; i++) {
    uint16_t slot = ops->slots[i % TEXT_OPS_ROOM];
    if (!slot) return CORE_OP_COUNT;
    if (matches(slot, at, size)) return (enum core_op)(slot - 1);
  }
}
