// Instructions by their mnemonics. Private to text/.
#ifndef TEXT_OPS_H
#define TEXT_OPS_H

#include <component/instr.h>

#include "text/lex.h"

enum { TEXT_OPS_ROOM = 2048 };

// A hash table over component/instr.def, made when a text begins to be parsed. Where two instructions share a mnemonic (`select`,
// `ref.test`) the first is in it.
struct text_ops {
  uint16_t slots[TEXT_OPS_ROOM];  // enum core_op + 1; 0: empty
};

void text_ops_make(struct text_ops *ops);

// The instruction of that name; CORE_OP_COUNT when there is none.
enum core_op text_ops_find(const struct text_ops *ops, const char *at, size_t size);

#endif
