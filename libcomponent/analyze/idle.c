// The loop is found, and what it does; then what comes behind it is read up to where each local that it sets is set anew.
//
// What is told is told from the order of the instructions. A loop that stands in another is taken to do something, and so is one behind which the
// code divides before all of its locals are set.

#include "idle.h"

enum { LOCALS_MOST = 64 };

struct reading {
  struct core_code code;
  const struct core_module *module;
  uint64_t set;  // locals that the loop sets
  bool does;     // it does something besides
};

// What an instruction within the loop does.
static void note(struct reading *r, const struct core_instr *i) {
  const struct core_op_info *info = &core_ops[i->op];
  bool local = info->immediate == CORE_IMM_LOCAL;
  if (local && i->index >= LOCALS_MOST)
    r->does = true;
  else if (i->op == CORE_OP_LOCAL_SET || i->op == CORE_OP_LOCAL_TEE)
    r->set |= UINT64_C(1) << i->index;
  switch (i->op) {
    case CORE_OP_LOCAL_GET:
    case CORE_OP_LOCAL_SET:
    case CORE_OP_LOCAL_TEE:
    case CORE_OP_GLOBAL_GET:
    case CORE_OP_DROP:
    case CORE_OP_SELECT:
    case CORE_OP_BR_IF:
    case CORE_OP_BR:
    case CORE_OP_BLOCK:
    case CORE_OP_IF:
    case CORE_OP_ELSE:
    case CORE_OP_END: return;
    default: break;
  }
  // Loads and arithmetic give one number and take no note of anything.
  const char *signature = info->signature, *gives = strchr(signature, ':');
  if (*signature == '*' || !gives || !gives[1]) r->does = true;
}

// Reads on to the end of the loop that is open. One that is left otherwise is taken to do something.
static bool read_loop(struct reading *r) {
  r->set = 0;
  r->does = false;
  uint32_t inner = 0;
  for (struct core_instr i; code_next(&r->code, &i);) {
    if (i.op == CORE_OP_LOOP) r->does = true;
    if ((i.op == CORE_OP_BR || i.op == CORE_OP_BR_IF) && i.index > inner) r->does = true;
    if (i.op == CORE_OP_BLOCK || i.op == CORE_OP_IF || i.op == CORE_OP_LOOP) inner++;
    if (i.op == CORE_OP_END && !inner--) return true;
    note(r, &i);
  }
  return false;
}

// Does nobody read the locals, from here on?
static bool are_dead(struct reading *r) {
  uint64_t live = r->set;
  bool divides = false;
  for (struct core_instr i; live && code_next(&r->code, &i);) {
    bool local = core_ops[i.op].immediate == CORE_IMM_LOCAL && i.index < LOCALS_MOST && live >> i.index & 1;
    if (local && (i.op == CORE_OP_LOCAL_GET || divides)) return false;
    if (local) live &= ~(UINT64_C(1) << i.index);
    divides |=
        i.op == CORE_OP_BR || i.op == CORE_OP_BR_IF || i.op == CORE_OP_BR_TABLE || i.op == CORE_OP_IF || i.op == CORE_OP_ELSE;
    if (i.op == CORE_OP_RETURN || i.op == CORE_OP_UNREACHABLE) return !divides;
  }
  return !r->code.reader.failed;
}

bool idle_is_within(struct program *program, uint32_t gid, uint64_t offset) {
  struct reading r = {.module = program->instances[program->instance_of[gid]].module};
  if (!core_code_begin(&r.code, program->arena, r.module, program_func(program, gid), NULL, NULL, NULL)) return false;
  uint32_t loops = 0, depth = 0;
  uint64_t is_loop = 0;
  for (struct core_instr i; code_next(&r.code, &i) && depth < 64;) {
    uint64_t at = (uint64_t)(i.at - r.module->file);
    if (at > offset) return false;
    if (i.op == CORE_OP_BLOCK || i.op == CORE_OP_IF || i.op == CORE_OP_LOOP) {
      is_loop = (is_loop & ~(UINT64_C(1) << depth)) | (uint64_t)(i.op == CORE_OP_LOOP) << depth;
      loops += i.op == CORE_OP_LOOP;
      depth++;
    } else if (i.op == CORE_OP_END) {
      if (!depth) return false;
      depth--;
      loops -= (uint32_t)(is_loop >> depth & 1);
    }
    if (i.op != CORE_OP_LOOP || loops != 1) continue;
    struct core_code before = r.code;
    if (!read_loop(&r)) return false;
    bool within = (uint64_t)(r.code.reader.at - r.module->file) > offset;
    if (within) return !r.does && are_dead(&r);
    r.code = before;
  }
  return false;
}
