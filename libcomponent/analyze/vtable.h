// Methods: functions that stand in tables of an object's methods, and which indirect calls can mean them.
//
// A table of functions and a signature tell little of what an indirect call means where much is called with that signature. A method is
// called through its object's table of methods (a vtable): the call loads it from a fixed place behind the table's start. Where all that has
// a function's address is such tables, calls that load from another place do not mean it.
#ifndef ANALYZE_VTABLE_H
#define ANALYZE_VTABLE_H

#include "program.h"

// What a value is, as far as it matters.
enum vtable_origin_kind {
  VTABLE_COMPUTED,  // nobody knows
  VTABLE_AS_IT_IS,  // if it is a pointer, it leads where some constant or word of memory does. `of` - 1 bytes behind a computed one; 0: else
  VTABLE_NUMBER,     // a constant, and no method's number: `of`, or VTABLE_SEVERAL
  VTABLE_LOADED,     // `of` bytes behind a pointer that was not computed
  VTABLE_PARAMETER,  // number `of`
  VTABLE_BEHIND,     // `of` added to a pointer that was not computed
};
#define VTABLE_SEVERAL UINT32_MAX

struct vtable_origin {
  enum vtable_origin_kind kind;
  uint32_t of;
  enum vtable_origin_kind base;  // VTABLE_LOADED: what that pointer is itself
  uint32_t base_of;
};

// A call.
struct vtable_call {
  uint64_t offset;                // in the file
  uint32_t callee;                // gid; NO_FUNC: it is indirect,
  uint32_t signature;             // with this program_signature,
  struct vtable_origin function;  // and this number in the table
  struct vtable_origin *arguments;
  uint32_t count;
};

struct vtable_sites {
  bool is_whole;  // false: there are perhaps others, of which nothing is known
  size_t count, room;
  struct vtable_call *list;  // in the order of the code
};

enum {
  VTABLE_SLOTS = 8,
  VTABLE_TABLES = 4,
  VTABLE_HEAD = 12,  // bytes of a Rust table before its methods
};

// Where a function stands.
struct vtable_method {
  bool is_method;  // in tables of methods alone, so many bytes behind their starts,
  bool is_sure;    // as linked code shows:
  uint32_t count;
  uint32_t slots[VTABLE_SLOTS];
  uint32_t table_count;  // of Rust's tables, of which nothing but code has the address; 0: it stands in others too, or in too many
  uint32_t tables[VTABLE_TABLES];  // addresses
  bool is_listed;                  // some word of data that is in no such table may be its address
  bool is_doubtful;  // so, or linked code does not show it; and some call with its signature may be another one than a method's
};

// What is known of a program's; found out at the first question, in the arena.
struct vtables {
  struct program *program;
  struct cm_arena *arena;
  struct vtable_sites **sites;     // by gid
  struct vtable_method **methods;  // by gid
  struct vtable_place **places;    // by instance
  uint64_t steps_left;
};

// False: memory is exhausted.
bool vtables_init(struct vtables *vtables, struct program *program, struct cm_arena *arena);

// The analysis begins anew: what is known stays so, and as much may be looked at as at first.
void vtables_renew(struct vtables *vtables);

// May the indirect call at `offset` of `caller` mean `callee`, which stands in its table with its signature?
bool vtable_may_mean(struct vtables *vtables, uint32_t caller, uint64_t offset, uint32_t callee);

// May any indirect call of `caller`?
bool vtable_may_call(struct vtables *vtables, uint32_t caller, uint32_t callee);

// Is the function no method, and does no code have its address, as far as linked code shows that? May an indirect call, one of those of its
// caller, mean it? One that loads what it calls from behind a pointer which was loaded too means what stands as far behind some address.
bool vtable_is_listed(struct vtables *vtables, uint32_t gid);
const struct vtable_sites *vtable_sites_of(struct vtables *vtables, uint32_t caller);
bool vtable_may_mean_listed(struct vtables *vtables, const struct vtable_call *call, uint32_t callee);

// Where `gid` stands.
const struct vtable_method *vtable_method_of(struct vtables *vtables, uint32_t gid);

// The size of a table's objects; and the functions in it, as far as it may reach, of which `methods` has room for `most`. False: there are more.
uint32_t vtable_object_size(struct vtables *vtables, uint32_t instance, uint32_t table);
bool vtable_methods(struct vtables *vtables, uint32_t instance, uint32_t table, uint32_t *methods, uint32_t most, uint32_t *count);

// The reached functions whose code has the address; false: there are more than `most`.
bool vtable_holders(struct vtables *vtables, uint32_t instance, uint32_t table, uint32_t *holders, uint32_t most, uint32_t *count);

// What a function does with the address that its code has.
enum vtable_use {
  VTABLE_PUT,        // it is stored, or given as an argument behind another one
  VTABLE_NOT_MEANT,  // it is that of something else
  VTABLE_USED_ANYHOW,
};
enum vtable_use vtable_use_of(struct vtables *vtables, uint32_t gid, uint32_t address);

#define VTABLE_ANY UINT32_MAX
#define VTABLE_NONE (UINT32_MAX - 1)

// Which parameter of a method that stands `slot` bytes behind the start of a table is the object, by the calls that can mean it: a pointer to it stands
// right before one to its table. VTABLE_NONE: nothing calls it; VTABLE_ANY: the calls do not tell, or not the same.
uint32_t vtable_own_parameter(struct vtables *vtables, uint32_t gid, uint32_t slot);

// Reads the calls of a body, in the arena; of what cannot be read to its end nothing is known. NULL: memory is exhausted. Private to
// vtable*.c.
struct vtable_sites *vtable_read_sites(struct program *program, struct cm_arena *arena, uint32_t gid);

#endif
