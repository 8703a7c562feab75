// The machine that evaluates a JavaScript program on what is known of its values: what its parts share.
#ifndef ANALYZE_JS_MACHINE_H
#define ANALYZE_JS_MACHINE_H

#include "js_regex.h"
#include "js_value.h"

enum {
  JS_DEPTH = 1200,            // evaluations within each other, over all calls
  JS_CALLS = 60,              // calls within each other
  JS_RECURSION = 3,           // of one function, where it is not known whether it calls itself
  JS_RECURSION_OF_TEXT = 10,  // of functions that are closures of one text
  JS_KEPT = 8,                // a part of the fuel that a call leaves to what comes behind it,
  JS_KEPT_OF = 128,           // and of all that there is, at most
  JS_ROUNDS = 400,            // of a loop whose end is known
  JS_AGAIN_KNOWN = 4,         // rounds of what may happen again and again: behind them what still becomes more may be anything
  JS_AGAIN_MOST = 12,         // of such rounds
  JS_SEEN = 512,              // what a handler sees besides variables
  JS_ESCAPED = 2000,          // functions that code calls which is not known
};

struct js_arguments {
  const struct js_value *values;
  uint32_t count;
  uint32_t at;  // of the call, in the text of the calling function
};

struct js_module {
  const struct js_file *file;
  const struct js_node *tree;
  struct js_scope *scope;
  struct js_object *object;  // its namespace
  bool begun, imported;
};

// What a generator stands for: an async function, which waits for what it yields; an async generator, which waits for what is marked so.
enum js_drive { JS_NOT_DRIVEN, JS_IS_AWAITED, JS_IS_STREAMED };

// Which late part is going on, and which turn of what is done in one go (js_late.c).
struct js_turn {
  uint32_t late, turn;
};

// A call going on.
struct js_frame {
  struct js_frame *up;
  const struct js_object *function;  // NULL: the top level of a module
  struct js_module *module;
  struct js_value self;
  struct js_value result;  // of what returned on some way; ABSENT: nothing did
  struct js_object *yields;
  enum js_drive driven;
  struct js_value streams;  // the async generator that it drives, and gives back
  bool is_late;             // it has waited for something
  struct js_turn before;    // what was going on then
  uint32_t id;
  uint32_t branch;                // that was going on when it was called
  uint32_t at;                    // where it is calling
  struct cm_str label;            // that `break` and `continue` go to
  struct js_loop *loop;           // going on; NULL: none, or within a switch in it
  unsigned left;                  // how some ways ended while others went on: JS_LEFT_… of those that what follows is not done on
  const struct js_node *left_by;  // the condition of the `if` that some ways were left by last, and what it is on the others
  bool left_holds;
  const struct js_label *labels, *left_for;  // statements with labels going on; the innermost one that some ways were left for
};

// The ways that broke out of a loop while another goes on in it. They meet behind the loop.
enum { JS_EXITS = 8 };
struct js_loop {
  uint32_t branch;  // that its rounds belong to: within others of the loop's own no way can be left open
  unsigned count;
  struct js_branch exits[JS_EXITS];
};

// A block going on whose handler sees what it leaves wherever it may throw: besides what it leaves at its end, what was overwritten there.
struct js_frame;
struct js_try {
  struct js_try *up;
  const struct js_frame
      *left_in;  // not what throws is seen, but what leaves the block in the call: what is done behind it in any case sees that
  bool keeps;    // no block but a promise's function: what is thrown in it is the promise's, and perhaps whose who waits for it
  uint32_t began, thrown;  // the moments when it began, and when something in it last may have thrown; 0: nothing did
  struct js_change *seen;
  size_t count, room;
  bool many;               // too much was: only variables count
  struct js_change *ends;  // once its handler has begun: what those are at the block's end
};

enum { JS_LEFT_ROUND = 1, JS_LEFT_LOOP = 2, JS_LEFT_CALL = 4, JS_LEFT_LABEL = 8 };
struct js_label {
  const struct js_label *up;
  struct cm_str text;
  const struct js_node *statement;
  unsigned depth;
};

// How a statement ends.
enum js_flow { JS_GOES_ON, JS_BREAKS, JS_CONTINUES, JS_RETURNS, JS_THROWS };

struct js_machine {
  struct cm_arena *arena;
  const struct js_world *world;
  uint64_t fuel;
  bool failed;            // memory is exhausted
  bool exhausted;         // the fuel or a depth
  bool cut_short;         // the same, in the host's call that goes on, or before it
  bool lost;              // of what was not run, more would have to be gone through: nothing is known any more
  size_t unrun;           // nodes of it that were
  struct js_table stale;  // names of members that it sets, of objects that are not known
  bool thrown;            // on every way, by the expression going on: nothing is evaluated up to its statement
  bool cut;               // something was not evaluated for that
  bool doubted;           // what throws on every way returns something; what is asked is undecided
  bool building;          // the top level of modules is run, as it was when the component was built
  uint64_t seed;          // of hashes
  struct js_module *modules;
  size_t module_count;
  struct js_scope globals;  // empty: what is in no scope is a member of the global object
  struct js_object *global;
  struct js_object rejected;  // stands for all promises that are not kept
  struct js_object none;      // stands for all objects that there is no memory for
  struct js_frame *frame;
  unsigned depth, calls;
  uint32_t frames, marks, objects;
  // the journal
  struct js_change *changes;
  size_t change_count, change_room;
  struct js_opening *openings;
  size_t opening_count, opening_room;
  uint32_t moments;                        // a clock: branches begun and throws so far
  uint32_t branch;                         // the number of the innermost one going on; 0: none
  uint32_t again;                          // the same, of those that are gone once more
  struct js_try *trying;                   // the innermost block going on that somebody watches
  struct js_table listeners;               // of `fetch`
  const struct interpreted_sink *used[8];  // that the program was seen to ask
  unsigned used_count;
  struct js_late *lates;
  size_t late_count, late_room;
  uint32_t late, turn, turns;
  // functions that unknown code was given
  struct js_object **escaped;
  size_t escaped_count, escaped_room;
};

// --- js_eval.c ---
struct js_value js_eval(struct js_machine *m, struct js_scope *scope, const struct js_node *node);

// Does a condition hold?
enum js_answer js_test(struct js_machine *m, struct js_scope *scope, const struct js_node *node);

// Binds a pattern to a value. `declare`: NULL where it assigns, else where names are declared.
void js_bind(struct js_machine *m, struct js_scope *scope, const struct js_node *pattern, struct js_value v,
             struct js_scope *declare);

struct js_value js_lookup(struct js_machine *m, struct js_scope *scope, struct cm_str name);

// The variable of that name, and the table that it stands in. NULL: there is none, and *in is that of the global object.
struct js_entry *js_find_variable(const struct js_machine *m, struct js_scope *scope, struct cm_str name, struct js_table **in);
bool js_is_elsewhere(struct cm_str name);  // a global of other engines: where the program declares none there is none

// The elements that `v` yields, as an array.
struct js_value js_elements(struct js_machine *m, struct js_value v);

// --- js_narrow.c ---
// The condition holds, or does not: variables that are one of several values, or anything, are those with which it may be so. At the beginning of a
// way of a branch; *narrowed: those that were anything.
enum { JS_NARROWED_MOST = 4 };
struct js_narrowed {
  unsigned count;
  struct cm_str names[2 * JS_NARROWED_MOST];
  struct js_value kept[2 * JS_NARROWED_MOST];
};
void js_narrow(struct js_machine *m, struct js_scope *scope, const struct js_node *test, bool holds, struct js_narrowed *narrowed);
void js_narrow_case(struct js_machine *m, struct js_scope *scope, const struct js_node *over, const struct js_node *one,
                    struct js_narrowed *narrowed);
// Where both ways go on, those are anything again.
void js_narrow_end(struct js_machine *m, struct js_scope *scope, const struct js_narrowed *narrowed);

// --- js_operate.c ---
// What an object's own methods make of it where a text or number is wanted; anything else is itself.
struct js_value js_primitive(struct js_machine *m, struct js_value v);
struct js_value js_add_values(struct js_machine *m, struct js_value a, struct js_value b);  // the operator +
struct js_value js_binary(struct js_machine *m, enum js_token_kind op, struct js_value a, struct js_value b, uint32_t at);
struct js_value js_compare(struct js_machine *m, enum js_token_kind op, struct js_value a, struct js_value b, uint32_t at);
struct js_value js_type_of(struct js_machine *m, struct js_value v);

// --- js_driven.c ---
// How the function going on drives a generator that it calls.
enum js_drive js_drives(struct js_machine *m);

// What waits for `v`, which a driven generator yields, is given. False: it is yielded.
bool js_waits(struct js_machine *m, struct js_value *v);

// --- js_run.c ---
enum js_flow js_run(struct js_machine *m, struct js_scope *scope, const struct js_node *node);
enum js_end js_end_of(enum js_flow flow);
// Notes that some ways ended so.
void js_leave(struct js_machine *m, enum js_flow flow);
enum js_flow js_run_list(struct js_machine *m, struct js_scope *scope, const struct js_node *list);
struct js_scope *js_scope(struct js_machine *m, struct js_scope *up, bool of_function);
// A list of members gets what stands for one of them, which may be there or not as that is.
void js_push_member(struct js_machine *m, struct js_object *list, const struct js_entry *member, struct js_value v);

// The names of an object's members, as an array.
struct js_value js_names_of(struct js_machine *m, struct js_value v);
void js_hoist(struct js_machine *m, struct js_scope *scope, const struct js_node *list);

// Declares the variables of a function's body, which are there before they are come to.
void js_hoist_variables(struct js_machine *m, struct js_scope *scope, const struct js_node *list);

struct js_method {
  const char *name;
  unsigned classes;  // enum js_class, or JS_OF_TEXTS
  js_native run;
};

// --- js_unrun.c ---
// What was not run, for a bound was met, leaves what it would have changed unknown: a statement or expression; a call; an assignment.
void js_unrun(struct js_machine *m, struct js_scope *scope, const struct js_node *node);
void js_unrun_call(struct js_machine *m, struct js_value function, struct js_value self, const struct js_arguments *arguments);
void js_unrun_method(struct js_machine *m, struct js_value of, struct js_value key, const struct js_arguments *arguments);
void js_unrun_target(struct js_machine *m, struct js_scope *scope, const struct js_node *pattern);

// --- js_call.c ---
struct js_value js_call(struct js_machine *m, struct js_value function, struct js_value self, const struct js_arguments *arguments);
struct js_value js_call_with(struct js_machine *m, struct js_value function, struct js_value self, uint32_t at, uint32_t count,
                             ...);
bool js_call_kept(struct js_machine *m, struct js_value function, const struct js_arguments *arguments, struct js_value *out);
struct js_arguments js_arguments_of(struct js_machine *m, const struct js_object *list, uint32_t at);  // NULL: none
struct js_value js_call_list(struct js_machine *m, struct js_value function, struct js_value self, const struct js_object *list,
                             uint32_t at);
struct js_value js_call_member(struct js_machine *m, struct js_value object, struct js_value key,
                               const struct js_arguments *arguments);
struct js_value js_super_call(struct js_machine *m, const struct js_arguments *arguments);
struct js_value js_super_member(struct js_machine *m, struct js_value key);
struct js_value js_construct(struct js_machine *m, struct js_value class, const struct js_arguments *arguments);

// As an instance of `target`, whose constructor calls that of `class`.
struct js_value js_construct_for(struct js_machine *m, struct js_value class, struct js_object *target,
                                 const struct js_arguments *arguments);
struct js_value js_make_function(struct js_machine *m, struct js_scope *scope, const struct js_node *node);
struct js_value js_make_class(struct js_machine *m, struct js_scope *outer, const struct js_node *node);
struct js_object *js_prototype_of(struct js_machine *m, struct js_object *class);  // made where there is none yet
struct js_value js_native_function(struct js_machine *m, const char *name, js_native native);
struct js_value js_native_method(struct js_machine *m, const struct js_method *method);

// Arguments of which nothing is known.
struct js_arguments js_anything(void);

// Unknown code gets `v`, and may call what it is made of.
void js_escape(struct js_machine *m, struct js_value v, uint32_t at);

// Calls the functions that escaped, those from `first` on before the others.
void js_call_escaped(struct js_machine *m, size_t first);

// --- js_throw.c ---
void js_may_throw(struct js_machine *m);

// It leaves the blocks going on of the call, or some way does.
void js_may_leave(struct js_machine *m);

// The innermost block going on that has a handler, or a promise's function; NULL: none has.
const struct js_try *js_handled(const struct js_machine *m);

// Variables and members become what the handler may see. And are again what they were at the end, but for those that it changed.
bool js_is_variable(const struct js_try *t, const struct js_table *table);  // of the code around the block
void js_handler_begin(struct js_machine *m, struct js_try *t);
void js_handler_forget(struct js_machine *m, const struct js_try *t);
void js_throw(struct js_machine *m);
struct js_value js_rejected(struct js_machine *m);
bool js_is_rejected(const struct js_machine *m, struct js_value v);
struct js_value js_await(struct js_machine *m, struct js_value v);

// What was thrown goes no further: it may not be on every way, or is caught. Was it?
bool js_caught(struct js_machine *m);

// How a statement ends in which an expression may have thrown; and what a call gives whose body ended, perhaps by throwing.
enum js_flow js_thrown_flow(struct js_machine *m, enum js_flow flow);
struct js_value js_ended(struct js_machine *m, const struct js_node *function, bool throws, struct js_value v);

// Calls what unknown code calls, with anything.
void js_call_anyhow(struct js_machine *m, struct js_object *function, struct js_value self);

// --- js_late.c ---
// A late part begins, and ends with `v`: what it is kept with, or a value that stands for the promise. `behind`: the one that it comes after; 0: none.
struct js_turn js_late_begin(struct js_machine *m);
struct js_value js_late_end(struct js_machine *m, struct js_turn before, struct js_value v, uint32_t behind);

// It was the body of a generator, which gives that.
void js_late_yields(struct js_machine *m, struct js_turn before, struct js_object *yields);

// How many there were; and a promise for all of them since, that is kept with `v`.
uint32_t js_lates(const struct js_machine *m);
struct js_value js_late_all(struct js_machine *m, uint32_t since, struct js_value v);

// A value that stands for a promise of that late part (0: for none, and is the value); and a late part that is done when both are.
struct js_value js_late_promise(struct js_machine *m, struct js_value v, uint32_t id);
uint32_t js_late_both(struct js_machine *m, uint32_t one, uint32_t other);
bool js_is_promise(struct js_value v);
// What a promise is kept with, or each of those that it may be; *id: its late part, 0: none. `settles`: somebody waits for it, or for them.
struct js_value js_kept_with(struct js_machine *m, struct js_value v, bool settles, uint32_t *id);
bool js_late_done(struct js_machine *m, uint32_t id, bool done);  // what it was
void js_late_settle_all(struct js_machine *m);                    // the call is over

// What an entry is for who reads it now; the same, read by the program.
struct js_value js_late_view(struct js_machine *m, struct js_table *table, const struct js_entry *entry);
struct js_value js_late_read(struct js_machine *m, struct js_table *table, struct js_entry *entry);
// An element, ABSENT where there is none for who reads now; *perhaps: it may be there or not.
struct js_value js_late_element(struct js_machine *m, struct js_table *table, struct js_entry *entry, bool *perhaps);
// The program sets an entry. True: nothing is to be done any more.
bool js_late_put(struct js_machine *m, struct js_table *table, struct js_entry *entry, struct js_value *v);
void js_late_asked(struct js_machine *m, const struct js_asked *asked);

// --- js_promise.c ---
// Calls a method of a promise. `self` may be any value: it is its own promise. False: it is none of a promise's.
bool js_call_promise(struct js_machine *m, struct js_value self, struct cm_str name, const struct js_arguments *arguments,
                     struct js_value *out);

// --- js_object.c ---
struct js_value js_get(struct js_machine *m, struct js_value object, struct js_value key, uint32_t at);
struct js_value js_get_named(struct js_machine *m, struct js_value object, struct cm_str name, uint32_t at);

// Is there a member of that name, in the object itself or also in what it inherits from? To ask an object that holds what the host handed
// over is to ask the host.
struct js_value js_has(struct js_machine *m, struct js_value object, struct js_value key, bool own, uint32_t at);

// How many elements there are; one of several numbers where it is not known whether some are there.
struct js_value js_length(struct js_machine *m, struct js_object *of);

// The member of that name, of the object or of what it inherits from; *holder becomes whose it is. NULL: none is known.
struct js_entry *js_find_member(const struct js_machine *m, struct js_object **holder, struct cm_str name);
bool js_is_listed(struct cm_str name);
void js_set_member(struct js_machine *m, struct js_value object, struct js_value key, struct js_value v);
void js_define(struct js_machine *m, struct js_object *object, struct js_value key, struct js_value v,
               unsigned flags);  // as a literal
struct js_value js_proxy_names(struct js_machine *m, struct js_value proxy, uint32_t at);
void js_copy_members(struct js_machine *m, struct js_object *to, struct js_value from, uint32_t at);
void js_copy_all_members(struct js_machine *m, struct js_object *to, struct js_value from,
                         uint32_t at);  // with those that are hidden

// Tells `visit` each element that `v` yields, those not known one by one as one that may come (and come again).
struct js_walk {
  enum js_flow (*visit)(struct js_machine *m, struct js_walk *walk, struct js_value element);
  void *context;
  bool perhaps;     // the one that it is told may not be there
  bool several;     // it is one of several lists that are gone through
  bool known_only;  // it is told those that are known one by one, and no others
  bool fixed;       // and not those that are put there meanwhile
  bool more;        // there may be others
  bool cut;         // there are others, which it was not told
};
enum js_flow js_iterate(struct js_machine *m, struct js_value v, struct js_walk *walk);
struct js_value js_key_of(struct js_object *object);  // of a map or object: what stands for the names not known one by one
struct js_value js_pair(struct js_machine *m, struct js_value key, struct js_value v);

// Runs `visit` as something that may happen or not, and happen again.
enum js_flow js_perhaps(struct js_machine *m, struct js_walk *walk, struct js_value element);

// --- js_iterator.c ---
// The element that an array, map or set has at a place, or that an iterator has there; ABSENT: it was taken away. False: there is none so far behind.
bool js_item(struct js_machine *m, struct js_object *object, size_t i, struct js_value *v, bool *perhaps);
bool js_item_rest(struct js_machine *m, struct js_object *object, struct js_value *rest);  // what others are; false: there are none
size_t js_item_next(const struct js_machine *m, const struct js_object *object);  // the place of an iterator that was begun
struct js_value js_iterator(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
struct js_value js_iterator_of_keys(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
struct js_value js_iterator_of_values(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
struct js_value js_iterator_of_entries(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
struct js_value js_iterator_next(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);

// --- js_methods.c, js_methods_text.c, js_globals.c ---
// Sets the entry of a map, or of a set, where key and value are one.
void js_keyed_set(struct js_machine *m, struct js_object *object, struct js_value key, struct js_value v);

struct js_value js_key_value(struct js_machine *m, struct js_key with);

// js_regex, whose steps cost fuel.
enum js_match js_search(struct js_machine *m, const struct js_object *regex, struct cm_str text, size_t from,
                        struct js_groups *groups);
struct js_value js_regex_test(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
struct js_value js_regex_exec(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);

const struct js_method *js_method_of(struct js_value object, struct cm_str name);  // NULL: it has none of that name
// An object may have members, or an array elements, of that kind besides. Any element of an array, and all of them, anywhere.
void js_open_with(struct js_machine *m, struct js_object *object, struct js_value rest);
// The program adds an element; where it may do so again and again it is not known how many there are.
void js_add_element(struct js_machine *m, struct js_object *array, struct js_value v);
struct js_value js_any_element(struct js_machine *m, struct js_object *array);
struct js_value js_some_elements(struct js_machine *m, struct js_value self);

// --- js_methods_order.c ---
struct js_value js_array_pop(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
struct js_value js_array_shift(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
struct js_value js_array_unshift(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
// Sets an array's length.
void js_array_resize(struct js_machine *m, struct js_object *array, struct js_value length);
void js_array_limit(struct js_machine *m, struct js_object *array, struct js_value most);
struct js_value js_array_splice(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
struct js_value js_array_sort(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
struct js_value js_array_sorted(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
struct js_value js_array_reverse(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
struct js_value js_array_reversed(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);

bool js_is_method(struct cm_str name);  // of any of the language's own classes
extern const struct js_method js_methods[], js_text_methods[];
extern const size_t js_method_count, js_text_method_count;
void js_make_globals(struct js_machine *m);

// --- js_globals.c, js_globals_object.c, js_globals_text.c ---
// A function of a namespace, or a global one where `of` is NULL. A namespace that is a function itself has a row without a member.
struct js_global {
  const char *of, *name;
  js_native native;
};
extern const struct js_global js_object_globals[], js_text_globals[], js_promise_globals[];
extern const size_t js_object_global_count, js_promise_global_count, js_text_global_count;
void js_add(struct js_machine *m, struct js_object *to, const char *name, struct js_value v);
void js_add_function(struct js_machine *m, struct js_object *to, const char *name, js_native native);

// Puts pairs of key and value into an object or map.
struct js_value js_from_pairs(struct js_machine *m, struct js_object *object, struct js_value pairs);
struct js_value js_first_argument(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);

// What is not known here: it may call what it is given.
struct js_value js_unknown_of(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);

// --- js_line.c ---
bool js_is_line(struct js_value v);   // a text that has more in it than a name
bool js_is_place(struct js_value v);  // no text, but a place in one
struct cm_str js_line_text(struct js_machine *m, const struct js_key *key);
struct js_value js_key_changed(struct js_machine *m, struct js_key key);  // which name it is of is not known any more

// `a` and `b` behind each other, where one is the name of an entry or has one in it; several lines with `between` between them.
struct js_value js_line_join(struct js_machine *m, struct js_value a, struct js_value b);
struct js_value js_line_between(struct js_machine *m, struct js_value line, struct cm_str between);

// The name that a line has which is `text`. False: none has, or any may have; that is told.
bool js_line_name(struct js_machine *m, const struct js_key *key, struct cm_str text, struct cm_str *name, uint32_t at);

enum js_where { JS_STARTS, JS_ENDS, JS_INCLUDES };
struct js_value js_line_search(struct js_machine *m, struct js_value self, struct js_value wanted, enum js_where where,
                               uint32_t at);
struct js_value js_line_place(struct js_machine *m, struct js_value self, struct js_value wanted, uint32_t at);
void js_line_is_at(struct js_machine *m, struct js_key place, struct js_value number, uint32_t at);  // a place is compared
struct js_value js_line_cut(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);
struct js_value js_line_replace(struct js_machine *m, struct js_value self, struct js_value what, struct js_value with);
struct js_value js_line_split(struct js_machine *m, struct js_value self, struct js_value by);
struct js_value js_line_match(struct js_machine *m, const struct js_object *regex, struct js_value line, uint32_t at);

// --- js_fits.c ---
// The texts that fit an expression, with gaps for what may be of many kinds.
enum { JS_FITS_MOST = 48 };
size_t js_fits_texts(struct js_machine *m, const struct js_object *regex, struct cm_str texts[JS_FITS_MOST]);

// A regular expression is tried on the name of a host's entry: the names that fit are asked for. The match, or none.
struct js_value js_fits_match(struct js_machine *m, const struct js_object *regex, struct js_value key, uint32_t at);

// The text that all that fits begins with. False: there is more in the expression, or nothing.
bool js_fits_front(struct cm_str regex, struct cm_str *front);

// --- js_host.c ---
// A key reaches what the host is asked with: each alternative is told.
void js_ask(struct js_machine *m, const struct interpreted_sink *sink, struct js_value key, uint32_t at);
void js_ask_host(struct js_machine *m, struct js_value url, uint32_t at);  // a request goes to that URL
struct js_value js_ask_entry(struct js_machine *m, const struct js_key *listing, struct cm_str text, uint32_t at);
void js_ask_name(struct js_machine *m, const struct js_key *key, struct cm_str name,
                 uint32_t at);  // in spite of what stands around it
void js_ask_pattern(struct js_machine *m, const struct js_key *key, struct cm_str front, struct cm_str back, uint32_t at);
void js_ask_all(struct js_machine *m, const struct js_key *key, uint32_t at);
void js_ask_anything(struct js_machine *m, uint32_t at);                        // what was not run may ask for anything
struct js_object *js_interface(struct js_machine *m, struct cm_str specifier);  // NULL: the host has none of that name
bool js_host_may_fail(const struct js_object *function);
struct js_value js_call_host(struct js_machine *m, const struct js_object *function, const struct js_arguments *arguments);
// A method is called of something that is not known: where only a host's resource has one of that name, it is meant.
bool js_call_duck(struct js_machine *m, struct cm_str name, const struct js_arguments *arguments, struct js_value *out);
bool js_is_camel(struct cm_str name, struct cm_str kebab);  // "setAuthority" is "set-authority"
struct js_value js_host_member(struct js_machine *m, struct js_object *object, struct cm_str name);

// --- js_module.c ---
struct js_value js_import(struct js_machine *m, struct js_value specifier);
struct js_value js_export_of(struct js_machine *m, struct js_object *object, struct cm_str name);

static inline uint64_t js_fuel_kept(const struct js_machine *m) {
  uint64_t part = m->fuel / JS_KEPT, most = m->world->fuel / JS_KEPT_OF;
  return part < most ? part : most;
}

static inline struct js_value js_argument(const struct js_arguments *arguments, uint32_t i) {
  return i < arguments->count ? arguments->values[i] : js_undefined();
}

#endif
