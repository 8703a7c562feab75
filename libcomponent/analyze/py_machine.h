// Python programs, followed on what is known.
//
// Functions are executed instruction by instruction on values (py_value.h). At an undecided branch both ways are followed, and where they
// meet, what is known of either is kept; loops over what is known are followed round by round. Calls of the program's functions are
// executed in place. What the program makes and changes (lists, dictionaries, instances) are objects that gather all that is ever put into
// them, on whatever way. So what is found is what may be asked: `possible`, and a bound that is met makes it less, not wrong.
#ifndef ANALYZE_PY_MACHINE_H
#define ANALYZE_PY_MACHINE_H

#include "interpreted.h"
#include "py_program.h"
#include "py_value.h"

enum {
  PY_STEPS = 250000,        // instructions of one program
  PY_LIBRARY_STEPS = 4000,  // of one call into CPython's own library
  PY_DEPTH = 28,            // functions within each other
  PY_NESTING = 160,         // calls of any kind within each other
  PY_ITEMS_MOST = 1024,     // elements that a loop is followed over one by one
  PY_OBJECTS_MOST = 100000,
  PY_LIBRARY_FUNCTIONS = 4,  // of py_library.c
};

// What the program makes, or adds to an object of the snapshot.
enum py_object_kind { PY_LIST, PY_SET, PY_DICT, PY_INSTANCE, PY_CELL, PY_PARTIAL };

// Once; when its instruction was looked at again, for more had become known; or again by a loop, so that it stands for several.
enum py_made { PY_MADE_ONCE, PY_MADE_ANEW, PY_MADE_BY_LOOP };

struct py_entry {
  py_value key, value;  // of a dictionary or instance; of others the value alone
  bool anytime;         // an attribute that was set from where it is not known
};

// How the body of a generator is followed again.
struct py_body {
  struct py_code code;
  py_address globals;
  py_value closure;
  const py_value *locals;
  py_value sent, returned;  // what each `yield` may give; what it returns
};

struct py_object {
  enum py_object_kind kind;
  py_value class;   // of an instance; of a partial call the function; of a dictionary what makes what is not there, 0: nothing
  py_address base;  // what it adds to; 0: nothing
  struct py_entry *entries;
  size_t count, room;
  py_value rest;    // what it has besides, nobody knows where; PY_UNBOUND: nothing
  int64_t mapping;  // it was filled from what the host of this sink hands over; -1: it was not
  bool loose;       // elements were added, so that places are not sure
  bool iterates;    // it is a generator or an iterator
  bool reordered;   // some were taken out or put between: what it has, and in which order, is not known
  uint32_t most;    // elements that it keeps: what is added at one end drops out at the other; 0: all
  enum py_made made;
  bool shared;                        // it stands for several, or is set from where it is not known: only what it gathered is sure
  py_value before, at_yield, at_end;  // of what a generator yields: stores around its body; 0: it is none's
  py_value raises;                    // and what its body raises; PY_UNBOUND: nothing
  struct py_body *body;               // NULL: it is none's
};

// Which rounds of its `while` loops a way is in. Those of `for` loops are told by their iterators.
enum { PY_LAPS_LOOPS = 3, PY_LAPS_MOST = 16, PY_LAPS_INNER = 8 };
struct py_laps {
  struct {
    uint32_t head, end;  // units: where the loop begins, and from where it was gone back
    uint32_t lap;
  } loops[PY_LAPS_LOOPS];
  uint32_t count;
};

struct py_state {
  uint32_t unit, height, visits;
  struct py_laps laps;
  bool queued;
  py_value store;         // what attributes hold on this way
  py_value *slots;        // locals, then the stack
  uint32_t *from;         // of each place, as in a frame
  struct py_state *next;  // of the same unit, with other rounds of its loops
};

// What is known of a local variable where a value that was made of it is true, and where it is not.
struct py_test {
  uint32_t local;
  py_value subject, value;  // what the local holds; what is tested, and before that is made, the method that makes it
  py_value yes, no;
  bool made;
  uint32_t unit;         // where it is looked at: right behind where it was made
  const py_value *each;  // what was made of each alternative of the local; NULL: nothing, and it is tested itself
};
enum { PY_FROM_TEST = INT32_MAX };

struct py_frame {
  const struct py_frame *up;
  struct py_code code;
  const struct py_module *module;  // NULL: not known
  py_address globals;
  py_value closure;
  uint64_t id;  // the same wherever the same call is made on the same way
  unsigned depth;
  struct py_state **states;  // by unit
  struct py_state **queue;
  size_t queue_count, queue_room;
  py_value result, yields, sent;
  py_value left, at_yield, thrown;  // stores where it returned, yielded, and let an exception out
  py_value raised;                  // which exceptions
  // the instruction being executed
  struct py_instr instr;
  uint32_t height;
  struct py_laps laps;
  py_value *slots;
  unsigned made;   // objects made by this instruction
  uint32_t *from;  // by place on the stack: the local variable that was loaded there, and not set since, + 1; 0: something else was
  struct py_test test;
  struct py_test derived;  // what was made of a variable last: it stands where `from` is PY_FROM_TEST
};

struct py_reporter {
  void (*need)(void *context, const struct interpreted_sink *sink, struct cm_str key, const struct py_frame *frame);
  void (*open)(void *context, const struct interpreted_sink *sink, struct cm_str pattern, const struct py_frame *frame);
  void *context;
};

struct py_machine {
  struct cm_arena *arena;
  const struct py_heap *heap;
  const struct py_program *program;
  struct interpreted_sink *sinks;
  size_t sink_count;
  struct py_reporter reporter;
  struct py_values values;
  struct py_object *objects;
  size_t object_count, object_room;
  struct index object_index;   // by where they are made
  struct index overlay_index;  // by what they add to
  struct index escape_index;   // functions that were called from where it is not known
  size_t escape_count;
  py_address environ, environb, getenv, getenvb, expandvars;
  py_address type_hints, annotations;     // typing.get_type_hints, inspect.get_annotations
  py_address annotated;                   // typing.Annotated
  py_address urlsplit, urlparse;          // of urllib.parse
  py_address enter, exit, aenter, aexit;  // of context managers that generators are made (contextlib)
  py_address re, string;                  // the dictionaries of these modules
  py_address library[PY_LIBRARY_FUNCTIONS];
  int64_t environment;           // the sink of the environment; -1: there is none
  py_value unbound, null, none;  // values that are used often
  uint32_t steps, library_steps;
  unsigned nesting, pass;
  struct py_frame *frame;   // the innermost
  py_value store;           // what attributes hold now
  py_value raised, thrown;  // what the instruction may raise, PY_UNBOUND: nothing; and what attributes hold there
  bool stops;               // what was called last never comes back
  bool escaping;            // what is executed may be called at any time
  size_t escape_floor;      // objects from here on were made by it
  py_value sent;            // what each `yield` of the generator that is followed next may give; PY_UNBOUND: None
  py_value bodies[256];     // generators of the program's
  size_t body_count;
  bool failed, exhausted;
  bool cut;  // something of the call of the outside that goes on was not followed, for there were no instructions left
};

struct py_arguments {
  const py_value *positional;
  uint32_t count;
  const py_value *names, *named;  // keywords: texts, and what is given
  uint32_t named_count;
  py_value mapping;  // a dictionary whose entries are keywords too, for who asks for them by name; 0: none
  bool more;         // there may be others, which are not known
};

// What costs more than an instruction counts as several.
static inline void py_charge(struct py_machine *m, size_t cost) { m->steps = m->steps > cost ? m->steps - (uint32_t)cost : 0; }

// False: memory is exhausted.
bool py_machine_init(struct py_machine *m, struct cm_arena *arena, const struct py_program *program);

// Calls each entry of the program, or where there is none, all its functions.
void py_machine_run(struct py_machine *m);

// --- objects (py_object.c) ---

py_value py_of_address(struct py_machine *m, py_address object);
py_value py_new_object(struct py_machine *m, enum py_object_kind kind, py_value class);
// The object that a value names, or that adds to what it names, where there is one.
struct py_object *py_object_of(struct py_machine *m, py_value v);
struct py_object *py_object_to_change(struct py_machine *m, py_value v, enum py_object_kind kind);

// Entries by key. PY_UNBOUND: there is none.
py_value py_entry_get(struct py_machine *m, const struct py_object *object, py_value key);
void py_entry_put(struct py_machine *m, struct py_object *object, py_value key, py_value value);
void py_element_add(struct py_machine *m, struct py_object *object, py_value value);

// What kind of container a value is, of the snapshot or made; tuples count as lists. *is_one: it is any.
enum py_object_kind py_container_kind(struct py_machine *m, py_value v, bool *is_one);

// The elements of something that is gone through, at most PY_ITEMS_MOST; a dictionary's are its keys.
struct py_elements {
  py_value *items;
  uint32_t count;
  py_value rest;  // what others there may be; PY_UNBOUND: there are none
};
struct py_elements py_elements_of(struct py_machine *m, py_value v);
struct py_elements py_elements_of_heap(struct py_machine *m, py_address at);  // as the snapshot has them
// Element `at`; PY_UNBOUND behind the last. *exact: it is this one; else it is one of those that are not known one by one.
py_value py_element_at(struct py_machine *m, py_value v, uint32_t at, bool *exact);
// Keys, values or pairs of both of a dictionary.
py_value py_pairs_of(struct py_machine *m, py_value dict, bool keys, bool values);

// container[key] and what is like it. To look up what a host hands over is to ask.
py_value py_item_get(struct py_machine *m, py_value container, py_value key);
void py_item_set(struct py_machine *m, py_value container, py_value key, py_value value);
bool py_may_begin(struct py_machine *m, py_value text, py_value beginning);  // may this text begin as that one does?
void py_item_set_perhaps(struct py_machine *m, py_value container, py_value key, py_value value);  // where there is none yet
py_value py_contains(struct py_machine *m, py_value container, py_value key);
void py_update(struct py_machine *m, py_value dict, py_value from);

// 1: true, 0: false, -1: not known.
int py_truth(struct py_machine *m, py_value v);
py_value py_bool(struct py_machine *m, int truth);
// Equal, and known to be: 1; known to differ: 0; else -1.
int py_equal(struct py_machine *m, py_value a, py_value b);

// --- what attributes hold now (py_store.c) ---

// The store of nothing; `open`: something was set that is not known.
py_value py_store_empty(struct py_machine *m, bool open);
// What either says; PY_UNBOUND is no store. `widen`: what differs is not known.
py_value py_store_join(struct py_machine *m, py_value a, py_value b, bool widen);
// What the attribute holds on this way; PY_UNBOUND: all that is known is what was gathered.
py_value py_held(struct py_machine *m, py_value owner, py_value name);
// It was set, where `before` was gathered so far. `sure`: it is this one's, not that of one of several.
void py_hold(struct py_machine *m, py_value owner, py_value name, py_value before, py_value value, bool sure);
bool py_is_own(const struct py_machine *m, py_value owner);  // it was made by what is executed, which may be called at any time
// What it holds is not known any more: this attribute or item, PY_UNBOUND: any of the owner's.
void py_forget(struct py_machine *m, py_value owner, py_value name);
// A generator's body was followed, and left these stores; and what it does as a context manager, what enter gives.
void py_hold_generated(struct py_machine *m, py_value generator, py_value before, py_value at_yield, py_value at_end);
py_value py_enter_generated(struct py_machine *m, py_value manager);
py_value py_exit_generated(struct py_machine *m, py_value manager);

// --- what containers hold now (py_content.c; py_store.c keeps it) ---

// The elements of a list or set, or the keys of a dictionary, on this way: a tuple, or one of several. PY_UNBOUND: all that is known is what
// was gathered.
py_value py_content(struct py_machine *m, py_value v);
py_value py_held_content(struct py_machine *m, py_value owner);
// m->null: any.
void py_hold_content(struct py_machine *m, py_value owner, py_value content);
// What the snapshot has in a container; m->null: too much, or it is none.
py_value py_initial_content(struct py_machine *m, py_address at);
// m->null for what is known too vaguely to be worth its time.
py_value py_content_bounded(const struct py_machine *m, py_value content);
// The store where something called at any time, any number of times, left `after`, and where it was not called.
py_value py_store_left(struct py_machine *m, py_value after, py_value before);

// A new list or set of these, or an empty dictionary. `rest`: what more may be in it, PY_UNBOUND: nothing.
py_value py_new_container(struct py_machine *m, enum py_object_kind kind, const py_value *items, uint32_t count, py_value rest);
py_value py_new_container_of(struct py_machine *m, enum py_object_kind kind, const struct py_elements *all);

// What is done to lists and sets. Places and values are `given`; what a list gives, or PY_UNKNOWN.
enum py_edit {
  PY_EDIT_APPEND,   // value
  PY_EDIT_ADD,      // value, to a set
  PY_EDIT_EXTEND,   // what is gone through
  PY_EDIT_INSERT,   // place, value
  PY_EDIT_POP,      // place
  PY_EDIT_REMOVE,   // value
  PY_EDIT_DISCARD,  // value, which need not be there
  PY_EDIT_CLEAR,
  PY_EDIT_REVERSE,
  PY_EDIT_SET,           // place, value
  PY_EDIT_SET_SLICE,     // slice, what is gone through
  PY_EDIT_DELETE_SLICE,  // slice
  PY_EDIT_UNKNOWN,       // it is not known what
};
py_value py_edit(struct py_machine *m, py_value container, enum py_edit how, const py_value *given);

// A key was set, perhaps, or taken out of a dictionary; PY_UNBOUND: nobody knows which.
void py_content_key(struct py_machine *m, py_value dict, py_value key, bool sure);
py_value py_content_with_keys(struct py_machine *m, py_value content,
                              const struct py_cell *keys);  // a content, and these of another
void py_content_without_key(struct py_machine *m, py_value dict, py_value key);
// 1: a dictionary has this key now, 0: it has not, -1: it is not known.
int py_content_has(struct py_machine *m, py_value container, py_value key);
// The same, of those of the snapshot that nobody changed too.
int py_keys_have(struct py_machine *m, py_value dict, py_value key);

// Sorts values by `keys` (py_order.c). False: their order is not known.
bool py_sort(struct py_machine *m, py_value *items, const py_value *keys, uint32_t count, bool backwards);
// The content of a heap (heapq) into which a value was put, or from which the least was taken out; m->null: it is not known. *least: m->unbound
// where it is not known.
py_value py_heap_with(struct py_machine *m, py_value content, py_value v);
py_value py_heap_without_least(struct py_machine *m, py_value content, py_value *least);
// From and to of a slice of so many elements, step by step. False: it is not known.
bool py_slice_range(struct py_machine *m, const struct py_cell *slice, int64_t count, int64_t *from, int64_t *to);

// A method of a context variable (py_context.c); false: it is none.
bool py_context_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a, py_value *result);

// --- sets (py_set.c) ---

// A new set: what both have, what the first has and the second has not, or what only one of them has. Unknown where one is no container.
enum py_set_operation { PY_SETS_HAVE_BOTH, PY_SETS_LEFT, PY_SETS_DIFFER };
py_value py_set_operated(struct py_machine *m, py_value a, py_value b, enum py_set_operation how);

// a + b, where no class of the program says what that is.
py_value py_add_values(struct py_machine *m, py_value a, py_value b);

// --- texts (py_text.c) ---

// The text of a str or bytes; false: it is none that is known at all, and all of it is open.
bool py_text_of(struct py_machine *m, py_value v, struct cm_str *text, bool *open);
py_value py_concat(struct py_machine *m, py_value a, py_value b);
// What str() or a format makes of it.
py_value py_formatted(struct py_machine *m, py_value v);
// By a format's own words, as in "{:02d}".
py_value py_formatted_by(struct py_machine *m, py_value v, struct cm_str spec);
py_value py_text_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a);
bool py_gives_text(struct cm_str name);  // does a method of this name give another text, or more?
py_value py_percent(struct py_machine *m, py_value v, py_value arguments);

// --- regular expressions (py_regex.c) ---

// A function of `re`, or a method of a compiled expression: `a` is what follows the expression. False: it is not followed.
bool py_regex_call(struct py_machine *m, struct cm_str name, py_value pattern, const struct py_arguments *a, py_value *result);
bool py_match_method(struct py_machine *m, py_value match, struct cm_str name, const struct py_arguments *a, py_value *result);

// --- templates (py_template.c) ---

// A method of string.Template, by its full name. False: it is not followed.
bool py_template_call(struct py_machine *m, struct cm_str name, const struct py_arguments *a, py_value *result);

// --- what is within instances of derived classes (py_inside.c) ---

// An instance that a class makes of these arguments, with what is within it, still empty; a text is known at once.
py_value py_new_instance(struct py_machine *m, py_value class, const struct py_arguments *a);
// The container or text within an instance; the value itself, where there is none.
py_value py_inside(struct py_machine *m, py_value v);
void py_inside_fill(struct py_machine *m, py_value inside, const struct py_arguments *a);
// What its class does not do itself. False: there is nothing within it that would do it.
bool py_inside_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a, py_value *result);
py_value py_inside_item(struct py_machine *m, py_value v, py_value key);

// --- functions of the library (py_library.c) ---

void py_library_init(struct py_machine *m);
// False: it is none of those that are known by what they do.
bool py_library_call(struct py_machine *m, py_address function, const struct py_arguments *a, py_value *result);

// --- URLs (py_url.c) ---
py_value py_url_split(struct py_machine *m, py_value url);

// --- attributes (py_attribute.c) ---

py_value py_attribute(struct py_machine *m, py_value v, struct cm_str name);
// The class of an instance, where it is one of the program's; 0: it is none.
py_address py_own_class(struct py_machine *m, py_value v);
// The type of a value; 0: it is not known.
py_address py_known_type(struct py_machine *m, py_value v);
// A method that the program's own class has for an operator or the like, bound; PY_UNBOUND: none.
py_value py_special(struct py_machine *m, py_value v, struct cm_str name);
// 1: there is such an attribute, 0: there is none, -1: it is not known.
int py_has_attribute(struct py_machine *m, py_value v, struct cm_str name);
py_value py_super_attribute(struct py_machine *m, py_value class, py_value self, struct cm_str name);
void py_attribute_set(struct py_machine *m, py_value v, struct cm_str name, py_value value);
void py_attribute_set_plainly(struct py_machine *m, py_value v, struct cm_str name, py_value value);  // as object.__setattr__ does
// All that the host of this sink hands over becomes attributes of an object, or variables of a module.
void py_attributes_of_host(struct py_machine *m, py_value v, int64_t sink);
py_value py_global(struct py_machine *m, py_address globals, struct cm_str name);

// --- what is sent to generators (py_generator.c) ---

// The body of a generator was followed, beginning with these locals.
void py_keep_body(struct py_machine *m, const struct py_frame *f, const py_value *locals);
// What it yields then; PY_UNKNOWN for what is no news.
py_value py_send(struct py_machine *m, py_value generator, py_value value);
// False: it is no method that sends.
bool py_generator_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a, py_value *result);
py_value py_returned(struct py_machine *m, py_value generator);

// --- calls (py_call.c, py_builtin.c, py_method.c) ---

py_value py_call(struct py_machine *m, py_value callee, const struct py_arguments *a);
// Functions that go where they are not followed may be called from there.
void py_escape(struct py_machine *m, const struct py_arguments *a);
// A function or class of C code, by its name; a method of a built-in type. False: it is not known here.
bool py_call_builtin(struct py_machine *m, struct cm_str name, const struct py_arguments *a, py_value *result);
py_value py_call_method(struct py_machine *m, py_value self, struct cm_str name, const struct py_arguments *a);
static inline py_value py_argument(const struct py_arguments *a, uint32_t i, py_value otherwise) {
  return i < a->count ? a->positional[i] : otherwise;
}

// --- frames (py_frame.c, py_step.c) ---

// Executes a function's code; `locals` are its first local_count slots.
py_value py_execute(struct py_machine *m, const struct py_code *code, py_address globals, py_value closure, const py_value *locals);
// Executes frame->instr; the ways on are told by py_flow.
void py_step(struct py_machine *m, struct py_frame *f);
// Does the instruction tell what it raises (py_raise.c)? Others may raise anything.
bool py_tells_exceptions(enum py_op op);
void py_flow(struct py_machine *m, struct py_frame *f, uint32_t unit);
void py_flow_back(struct py_machine *m, struct py_frame *f, uint32_t head);  // to where a `while` loop begins
// Whether the way goes on at `unit` is not known: laps of the loops that it would leave are not told apart any more.
void py_laps_open(struct py_frame *f, uint32_t unit);
uint64_t py_laps_hash(const struct py_laps *laps, uint64_t hash);
// Can the instruction that is being executed be come to again from itself?
bool py_comes_again(struct py_machine *m, const struct py_frame *f);

// --- exceptions (py_raise.c) ---

// What is executed may raise this, and attributes are as they are now. PY_UNKNOWN: any exception.
void py_raise(struct py_machine *m, py_value exception);
// An exception of a class of C code, by its name; the same, raised; and raised in any case.
py_value py_exception_of_c(struct py_machine *m, struct cm_str class);
void py_raise_of_c(struct py_machine *m, struct cm_str class);
void py_raise_surely(struct py_machine *m, struct cm_str class);
// Is it a class of exceptions?
bool py_is_exception(const struct py_machine *m, py_address class);
bool py_is_derived(const struct py_machine *m, py_address class, struct cm_str of);  // of a built-in class
// What C code raises: for an attribute, for container[key], for an operator's operands, and where something is gone through.
void py_raise_of_attribute(struct py_machine *m, py_value v, struct cm_str name);
void py_raise_of_item(struct py_machine *m, py_value container, py_value key);
void py_raise_of_operands(struct py_machine *m, py_value a, py_value b);
void py_raise_of_walk(struct py_machine *m, py_value v);

// --- what is asked (py_ask.c) ---

// The host of `sink` is asked for this key.
void py_ask(struct py_machine *m, int64_t sink, py_value key);
// Names in a text, "$NAME" or "${NAME}", are looked for.
void py_ask_expanded(struct py_machine *m, int64_t sink, py_value v);
// One of its names is compared with this.
void py_ask_compared(struct py_machine *m, py_value key, py_value with);
// A name of the host's becomes another text, of which it is not known what it is compared with.
void py_ask_changed(struct py_machine *m, py_value key);
// Names that begin so are looked for.
void py_ask_beginning(struct py_machine *m, py_value key, py_value beginning);
// A call of a function of the bindings. What it gives back.
py_value py_ask_import(struct py_machine *m, py_address function, const struct py_arguments *a);
// Somebody calls a method that imports may have, of an object that is not known.
void py_ask_method(struct py_machine *m, struct cm_str name, const struct py_arguments *a);
// All that a host hands over goes where it is not followed.
void py_ask_all(struct py_machine *m, py_value v);
// The same of what these values lead to, so many objects deep.
void py_ask_within(struct py_machine *m, const py_value *values, uint32_t count, unsigned depth);
// What was not followed may ask for anything.
void py_ask_anything(struct py_machine *m);
// The sink of the host whose list fills a dictionary, or the attributes of an instance; -1: none does.
int64_t py_mapping_of(struct py_machine *m, py_value v);

#endif
