// What is known of the values of a JavaScript program, and of its memory.
//
// A value is known, unknown, or one of several. A text may be known in part: what is not known of it is one JS_GAP, a byte that no UTF-8
// has, so that texts are joined and cut without caring. Objects are the program's own, one for each place and time that makes one.
//
// Memory is changed in place. Where it is not known which way the program goes, both are followed one after the other: a journal of
// what the first changed undoes it before the second, and then both are joined (js_branch_…).
#ifndef ANALYZE_JS_VALUE_H
#define ANALYZE_JS_VALUE_H

#include "js.h"
#include "js_tree.h"

#define JS_GAP '\xff'

struct js_machine;
struct js_object;
struct js_arguments;

// A text that has in it the name of an entry that the host handed over with others: one of all that there are.
struct js_key {
  const struct interpreted_sink *sink;
  struct cm_str front;           // what was cut off in front of the name
  struct cm_str tested;          // what the text was last tested to begin with
  struct cm_str before, behind;  // what the program put around the name: "=\xff" of a line `NAME=value`
  struct cm_str between;         // there are several such lines, with that between them
  // END, PLACE: no text, but the place in it where the name ends, or where `tested` is found.
  enum { JS_AS_IS, JS_UPPER, JS_CHANGED, JS_END, JS_PLACE } form;
};

struct js_value {
  enum js_type {
    JS_V_ABSENT,  // no value: a variable that was not declared on this way
    JS_V_UNKNOWN,
    JS_V_UNDEFINED,
    JS_V_NULL,
    JS_V_BOOL,
    JS_V_NUMBER,
    JS_V_TEXT,
    JS_V_OBJECT,
    JS_V_KEY,
    JS_V_SET,   // one of several
    JS_V_LINK,  // a variable that stands elsewhere: never seen outside of scopes
  } type;
  union {
    bool truth;
    double number;
    struct cm_str text;
    struct js_object *object;
    const struct js_key *key;
    const struct js_set *set;
    const struct js_link *link;
  };
};

enum { JS_SET_MOST = 24 };
struct js_set {
  uint32_t count;
  struct js_value values[];
};

// An export of another module; or a variable that closures share, which is the only entry of a table of its own.
struct js_link {
  struct js_object *module;
  struct cm_str name;  // "*": the module itself
  struct js_table *shared;
};

// UNDER: what the host handed over may lie above it. PERHAPS: on some of the ways that met here it was not there. HIDDEN: lists of members
// leave it out.
enum { JS_ENTRY_UNDER = 1, JS_ENTRY_GETTER = 2, JS_ENTRY_PERHAPS = 4, JS_ENTRY_HIDDEN = 8 };

struct js_entry {
  struct cm_str key;
  struct js_value value;
  uint32_t mark;     // of the branch that looks at it
  uint32_t written;  // at what moment it became what it is
  uint32_t flags;
  uint32_t late, read_by;  // the late part that wrote it, and the one that read it (js_late.c); 0: none
};

// Variables of a scope, properties of an object, elements of an array.
struct js_table {
  struct js_entry *entries;
  size_t count, room;
  struct index index;  // by hash; empty while there are few
  uint32_t frame;      // of a scope: the call that it belongs to; else 0
  uint32_t born;       // at what moment it was made: what is younger than a branch need not be undone
};

struct js_scope {
  struct js_scope *up;
  struct js_table table;
  bool of_function;  // `var` declares here
};

typedef struct js_value (*js_native)(struct js_machine *m, struct js_value self, const struct js_arguments *arguments);

enum js_class {
  JS_C_PLAIN = 1,
  JS_C_ARRAY = 2,
  JS_C_FUNCTION = 4,
  JS_C_MAP = 8,
  JS_C_SET = 16,
  JS_C_REGEX = 32,
  JS_C_MODULE = 64,      // of the program
  JS_C_INTERFACE = 128,  // of the host: its functions and resources
  JS_C_RESOURCE = 256,   // of the host: a class, or an instance of one
  JS_C_PROXY = 512,
};
enum { JS_OF_TEXTS = 1024 };  // in the place of a class: texts

struct js_object {
  enum js_class class;
  struct js_table props;  // by name
  struct js_table items;  // an array's elements in order; of maps and sets by key
  struct js_object *proto;
  // There may be more members than those: each is then `rest`. Where `listing` is set the host has them, and to ask for one by name is to
  // ask the host.
  bool open;
  struct js_value rest;
  const struct js_key *listing;
  bool escaped;
  uint32_t number;  // in the order in which they are made
  // a function; a class is one with IS_CLASS node
  const struct js_node *node;
  struct js_scope *scope;
  struct js_module *home;    // whose text it stands in
  struct js_value self;      // what `this` is: of arrow functions and bound ones
  struct js_object *parent;  // of a method: where `super` looks
  js_native native;
  unsigned method_of;                       // of a native method: the classes that it is a method of; JS_OF_TEXTS
  struct cm_str name;                       // of a native function; of an interface or resource: the host's name
  const struct interpreted_sink *sinks[4];  // what calling it asks
  unsigned sink_count;
  struct js_value
      target;  // of a proxy; of a regular expression its text; of a bound function what is called; of a prototype its class
};

// --- values ---

static inline struct js_value js_unknown(void) { return (struct js_value){.type = JS_V_UNKNOWN}; }
static inline struct js_value js_undefined(void) { return (struct js_value){.type = JS_V_UNDEFINED}; }
static inline struct js_value js_bool(bool truth) { return (struct js_value){.type = JS_V_BOOL, .truth = truth}; }
static inline struct js_value js_number(double number) { return (struct js_value){.type = JS_V_NUMBER, .number = number}; }
// A text of nothing has an address, too: what is cut out of it is reckoned from there.
static inline struct js_value js_text(struct cm_str text) {
  return (struct js_value){.type = JS_V_TEXT, .text = text.size ? text : CM_STR("")};
}
static inline struct js_value js_of(struct js_object *object) { return (struct js_value){.type = JS_V_OBJECT, .object = object}; }

static inline bool js_is_nullish(struct js_value v) {
  return v.type == JS_V_UNDEFINED || v.type == JS_V_NULL || v.type == JS_V_ABSENT;
}
static inline bool js_is(struct js_value v, enum js_class class) { return v.type == JS_V_OBJECT && v.object->class & class; }

// The values that `v` may be: itself, or those of a set.
uint32_t js_alternatives(const struct js_value *v, const struct js_value **list);

// Is `v` of that type, or one of several where one is?
bool js_may_be(struct js_value v, enum js_type type);

// One of both.
struct js_value js_join(struct js_machine *m, struct js_value a, struct js_value b);
bool js_same(struct js_value a, struct js_value b);

// Is each value that `is` may be like one that `was` may be: itself, or an object with the same in it? (js_alike.c)
bool js_alike(struct js_machine *m, struct js_value was, struct js_value is);

enum js_answer { JS_NO, JS_YES, JS_MAYBE };
enum js_answer js_truth(struct js_value v);
bool js_has_gap(struct cm_str text);

// As a text, with gaps for what is not known of it.
struct cm_str js_to_text(struct js_machine *m, struct js_value v);
struct cm_str js_concat(struct js_machine *m, struct cm_str a, struct cm_str b);
bool js_to_number(struct js_value v, double *number);

// --- memory ---

struct js_entry *js_find(const struct js_machine *m, const struct js_table *table, struct cm_str key);

// What an entry is where it is there: without the `undefined` that only says that it may not be.
struct js_value js_if_there(struct js_machine *m, const struct js_entry *entry);

// Sets the entry of that name, making it where there is none; as js_put for an entry that is known.
void js_set_entry(struct js_machine *m, struct js_table *table, struct cm_str key, struct js_value v, uint32_t flags);
void js_put(struct js_machine *m, struct js_table *table, struct js_entry *entry, struct js_value v, uint32_t flags);
// The same where it is not the program that sets it, but it is known to be so.
void js_put_plainly(struct js_machine *m, struct js_table *table, struct js_entry *entry, struct js_value v, uint32_t flags);

// An object may have members, or an array elements, of that kind besides. `listing`: the host has them; or NULL.
void js_open_listed(struct js_machine *m, struct js_object *object, struct js_value rest, const struct js_key *listing);

// Adds an element behind the last one, in the place of one that another way added.
void js_push(struct js_machine *m, struct js_table *table, struct js_value v);

struct js_object *js_object(struct js_machine *m, enum js_class class);
struct js_object *js_array(struct js_machine *m);

// What stands for an object as the key of a map, whose `props` have the object itself by that name; and what the key of an entry is.
struct cm_str js_identity(struct js_machine *m, const struct js_object *object);
struct js_value js_key_of_entry(const struct js_machine *m, const struct js_object *map, const struct js_entry *entry);

// --- branches ---

struct js_change {
  struct js_table *table;
  uint32_t item, flags;
  struct js_value value;
};

static inline struct js_entry *js_entry_of(const struct js_change *change) { return &change->table->entries[change->item]; }

// What an object was, or is, besides its tables.
struct js_opening {
  struct js_object *object;
  bool open;
  struct js_value rest;
  const struct js_key *listing;
};

// How a way ends: it goes on; it was left, by returning; it threw. Or it is none: the other one is taken.
enum js_end { JS_STAYS, JS_IS_LEFT, JS_IS_THROWN, JS_IS_NONE };

struct js_branch {
  size_t from, opened_from;  // in the journal
  uint32_t number, outer;    // the moments when this branch began, and the one around it
  bool thrown, first_threw;  // in the middle of an expression: before, and on the first way
  struct js_change *first;
  size_t first_count;
  struct js_opening *first_opened;
  size_t first_opened_count;
};

// Begins the first way; goes to the second, with what the first did undone; ends the second. A way that does not come to its end leaves no
// trace in the variables of the call that goes on, and one that threw to a handler of the program's none at all: that one sees it.
void js_branch_begin(struct js_machine *m, struct js_branch *branch);

// What the first way did is forgotten.
void js_branch_forget(struct js_branch *branch);
void js_branch_other(struct js_machine *m, struct js_branch *branch);

// The first way may be taken again and again: numbers that it changed may be any, as the second way will see them where both meet. Does it leave more
// than there was, so that it is to be taken once more? What is older than a way around it that is taken again is that one's concern. `all`: what is
// left may be anything.
bool js_branch_widen(struct js_machine *m, struct js_branch *branch, bool all);
void js_branch_end(struct js_machine *m, struct js_branch *branch, enum js_end first, enum js_end second);

#endif
