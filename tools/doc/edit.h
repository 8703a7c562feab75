// Changing a YAML file in place.
//
// A change is a splice: some bytes of the file give way to others. Places come from the nodes that were read, so everything that is not
// changed stays byte for byte: order, comments, indentation, quotes, line ends. What is added is written as write.h does it, at the
// indentation of its siblings, in flow style within [ ] and { }, with the line ends of the file.
//
// All functions are given nodes of one reading of `bytes`; the splices are applied together by tw_edit_finish. An entry is a member of a
// map or an item of a list, given as the collection and an index. Entries that came by a merge key or through an alias stand elsewhere and
// must not be given. A function returns false when there is no memory, or where the text at this place is made in a way that is not
// understood (`edit->why` says so then); nothing is changed by such a call.
//
// After all changes the text should be read again and looked at: that is the only proof (merge.h does).
#ifndef TW_DOC_EDIT_H
#define TW_DOC_EDIT_H

#include "doc.h"

struct tw_splice;

struct tw_edit {
  struct cm_arena *arena;
  struct cm_span bytes;
  bool crlf;        // the file's lines end in CR LF
  const char *why;  // why the last function failed: half a sentence, static
  struct tw_splice *splices;
  size_t count, room;
};

// Begins with no changes. `bytes` is borrowed.
void tw_edit_start(struct tw_edit *edit, struct cm_arena *arena, struct cm_span bytes);

// The scalar says what `said` says from now on, another scalar; a string keeps the quotes that are there.
bool tw_edit_set(struct tw_edit *edit, const struct tw_node *scalar, const struct tw_node *said);

enum { TW_EDIT_END = -1 };

// Adds a member or an item behind the entry `after`, or at the end. The collection must hold something: see tw_edit_fill.
bool tw_edit_add_member(struct tw_edit *edit, const struct tw_node *map, ptrdiff_t after, const struct tw_pair *added);
bool tw_edit_add_item(struct tw_edit *edit, const struct tw_node *list, ptrdiff_t after, const struct tw_item *added);

// The entry's value, which is null or an empty list or map, becomes `value`.
bool tw_edit_fill(struct tw_edit *edit, const struct tw_node *in, size_t index, const struct tw_node *value);

// The same for a document whose root is an empty list or map.
bool tw_edit_fill_root(struct tw_edit *edit, const struct tw_node *root, const struct tw_node *value);

// Takes an entry of a block collection out, with the comment lines right above it. Not the last one of its collection.
bool tw_edit_remove(struct tw_edit *edit, const struct tw_node *in, size_t index);

// A comment of an entry of a block collection: a line above it or, where the entry begins behind a dash, at the end of its line. `in` NULL:
// above `root`, for a whole document. tw_edit_has_comment says whether it is there.
bool tw_edit_has_comment(const struct tw_edit *edit, const struct tw_node *in, size_t index, const struct tw_node *root,
                         const char *text);
bool tw_edit_add_comment(struct tw_edit *edit, const struct tw_node *in, size_t index, const struct tw_node *root,
                         const char *text);
bool tw_edit_drop_comment(struct tw_edit *edit, const struct tw_node *in, size_t index, const struct tw_node *root,
                          const char *text);

// Adds text (of whole lines) at the end of the file.
bool tw_edit_append(struct tw_edit *edit, struct cm_str lines);

// The changed text; .at NULL when there is no memory, or when two changes meant the same bytes.
struct cm_str tw_edit_finish(struct tw_edit *edit);

#endif
