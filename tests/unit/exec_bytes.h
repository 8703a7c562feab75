// Modules to execute, for the tests of the interpreter, in the notation of bytes.h.
#ifndef TEST_EXEC_BYTES_H
#define TEST_EXEC_BYTES_H

#include "core_bytes.h"

#include <component/exec.h>

// A module in a store.
struct machine {
  struct made made;
  struct core_store *store;
  struct core_instance *instance;
  struct cm_diag diag;
  struct core_trap_info trap;
  union core_value results[16];
  bool ok;
};

// A code section of bodies (locals, instructions, `end`), separated by ";".
static inline void put_code(struct bytes *b, const char *bodies) {
  struct bytes code = {0}, all = {0};
  uint32_t count = 0;
  while (*bodies) {
    size_t length = strcspn(bodies, ";");
    char *text = strndup(bodies, length);
    struct bytes body = {0};
    put_text(&body, text);
    put_u32(&all, (uint32_t)body.size);
    put(&all, body.at, body.size);
    free(body.at);
    free(text);
    count++;
    bodies += length + (bodies[length] == ';');
  }
  put_u32(&code, count);
  put(&code, all.at, all.size);
  free(all.at);
  put_section_of(b, 10, &code);
}

// Sections as pairs of id and text, ended by -1; the text of section 10 is that of put_code.
static inline struct made make_module(int id, ...) {
  struct bytes b = {0};
  va_list list;
  put_module(&b);
  va_start(list, id);
  for (; id >= 0; id = va_arg(list, int)) {
    const char *text = va_arg(list, const char *);
    if (id == 10) {
      put_code(&b, text);
    } else {
      put_section(&b, (unsigned)id, text);
    }
  }
  va_end(list);
  struct made m = make_of(b.at, b.size);
  free(b.at);
  assert_made(&m);
  return m;
}

// Instantiates in `store`, or in a store of its own where that is NULL.
static inline struct machine start_in(struct core_store *store, struct made made, const struct core_extern *imports) {
  struct machine m = {.made = made, .store = store ? store : core_store_new(NULL)};
  assert_non_null(m.store);
  m.ok = core_instantiate(m.store, m.made.module, imports, &m.instance, &m.diag);
  return m;
}

static inline struct machine start(struct made made) {
  struct machine m = start_in(NULL, made, NULL);
  if (!m.ok) fail_msg("%s", m.diag.message);
  return m;
}

static inline void stop(struct machine *m) {
  core_store_free(m->store);
  unmake(&m->made);
}

static inline enum core_trap call_with(struct machine *m, uint32_t func, const union core_value *arguments) {
  struct core_function *function = core_instance_item(m->instance, CORE_FUNC, func).func;
  assert_non_null(function);
  return core_call(m->store, function, arguments, m->results, &m->trap);
}

// Calls function `func` with up to three 64-bit arguments.
static inline enum core_trap call3(struct machine *m, uint32_t func, uint64_t x, uint64_t y, uint64_t z) {
  union core_value arguments[3] = {{.u64 = x}, {.u64 = y}, {.u64 = z}};
  return call_with(m, func, arguments);
}

// The same, which must not trap; gives the first result.
static inline uint64_t value3(struct machine *m, uint32_t func, uint64_t x, uint64_t y, uint64_t z) {
  enum core_trap trap = call3(m, func, x, y, z);
  if (trap) fail_msg("%s: %s at 0x%llx", core_trap_names[trap], m->trap.message, (unsigned long long)m->trap.offset);
  return m->results[0].u64;
}

// The offset in the file of the body's byte `at`, counted from its local declarations.
static inline uint64_t body_offset(const struct machine *m, uint32_t func, uint64_t at) {
  return (uint64_t)(m->made.module->funcs[func].body.at - m->made.module->file) + at;
}

// It trapped there.
static inline void assert_trapped(const struct machine *m, enum core_trap trap, uint32_t func, uint64_t at) {
  if (m->trap.trap != trap) fail_msg("%s, not %s", core_trap_names[m->trap.trap], core_trap_names[trap]);
  assert_ptr_equal(m->trap.module, m->made.module);
  assert_int_equal(m->trap.function, func);
  assert_int_equal(m->trap.offset, body_offset(m, func, at));
}

#endif
