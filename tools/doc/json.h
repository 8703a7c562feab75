// A writer of JSON.
//
// Streams to a FILE; keeps no tree. What is written is deterministic: members come in the order of the calls, numbers are integers,
// strings are escaped as little as RFC 8259 allows. Bytes that are not well-formed UTF-8 become U+FFFD, since JSON cannot
// hold them. Errors of writing stay in the stream (ferror).
//
//     struct tw_json json = tw_json_to(stdout, TW_JSON_PRETTY);
//     tw_json_object(&json, NULL);
//     tw_json_text(&json, "format", "tidewaiter.needs/1");
//     tw_json_row(&json, "artifact");        // an object on one line, whatever the style
//     tw_json_number(&json, "size", 17);
//     tw_json_end(&json);
//     tw_json_end(&json);
//
// `key` is the member's name, and NULL within an array and at the top.
#ifndef TW_JSON_H
#define TW_JSON_H

#include <component/span.h>
#include <stdio.h>

enum tw_json_style {
  TW_JSON_PRETTY,   // two spaces a level, one value a line
  TW_JSON_COMPACT,  // all on one line, a space behind ':' and ','
};

enum { TW_JSON_DEPTH = 60 };  // containers within each other

struct tw_json {
  FILE *to;
  enum tw_json_style style;
  unsigned margin;     // levels that every new line is indented by, for a document within another
  unsigned depth;      // open containers
  unsigned row;        // the depth from which all stands on one line; 0: none
  uint64_t arrays;     // bit d: the container at depth d is an array
  uint64_t nonempty;   // bit d: it has a member already
  struct cm_str name;  // tw_json_name: of the value that comes next; .at NULL: none
};

struct tw_json tw_json_to(FILE *to, enum tw_json_style style);

// Open a container. The two of `row` and `list` stand on one line with all that is in them.
void tw_json_object(struct tw_json *json, const char *key);
void tw_json_array(struct tw_json *json, const char *key);
void tw_json_row(struct tw_json *json, const char *key);   // an object
void tw_json_list(struct tw_json *json, const char *key);  // an array

// Closes the innermost one.
void tw_json_end(struct tw_json *json);

void tw_json_string(struct tw_json *json, const char *key, struct cm_str value);
void tw_json_text(struct tw_json *json, const char *key, const char *value);  // NULL gives null
void tw_json_number(struct tw_json *json, const char *key, uint64_t value);
void tw_json_integer(struct tw_json *json, const char *key, int64_t value);
void tw_json_bool(struct tw_json *json, const char *key, bool value);
void tw_json_null(struct tw_json *json, const char *key);
void tw_json_literal(struct tw_json *json, const char *key, struct cm_str value);  // as it is: a number of any size

// Names the value that comes next, whose `key` is NULL then: for names that may hold a zero.
void tw_json_name(struct tw_json *json, struct cm_str name);

#endif
