// A writer of JSON.
//
// The state is two bit sets by depth: is this container an array, has it a member. Everything else (commas, line ends, indentation)
// is decided in one place, before a value is written. Strings go out in runs: what needs no escape is written in one call.

#include "json.h"

#include "utf8.h"

struct tw_json tw_json_to(FILE *to, enum tw_json_style style) {
  return (struct tw_json){.to = to, .style = style};
}

static bool on_one_line(const struct tw_json *json) {
  return json->style == TW_JSON_COMPACT || (json->row != 0 && json->depth >= json->row);
}

static void new_line(const struct tw_json *json) { fprintf(json->to, "\n%*s", (int)(2 * (json->depth + json->margin)), ""); }

static void put_string(FILE *to, struct cm_str value) {
  fputc('"', to);
  const char *run = value.at;
  while (value.size > 0) {
    const char *at = value.at;
    char escape[8] = "";
    uint32_t c = tw_utf8_next(&value);
    if (c == '"' || c == '\\') {
      snprintf(escape, sizeof escape, "\\%c", (char)c);
    } else if (c == '\n') {
      snprintf(escape, sizeof escape, "\\n");
    } else if (c == '\t') {
      snprintf(escape, sizeof escape, "\\t");
    } else if (c < 0x20 || c == 0x7f) {
      snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c);
    } else if (c == 0xfffd) {
      // Either that very character, or what is no character.
      snprintf(escape, sizeof escape, "\xef\xbf\xbd");
    }
    if (escape[0]) {
      fwrite(run, 1, (size_t)(at - run), to);
      fputs(escape, to);
      run = value.at;
    }
  }
  if (value.at != run) {
    fwrite(run, 1, (size_t)(value.at - run), to);
  }
  fputc('"', to);
}

// What comes before a value: a comma, the line's beginning, the key.
static void begin_value(struct tw_json *json, const char *key) {
  if (json->depth > 0) {
    uint64_t bit = (uint64_t)1 << json->depth;
    bool first = !(json->nonempty & bit);
    json->nonempty |= bit;
    if (!first) {
      fputc(',', json->to);
    }
    if (!on_one_line(json)) {
      new_line(json);
    } else if (!first) {
      fputc(' ', json->to);
    }
  }
  struct cm_str name = key ? cm_str_of(key) : json->name;
  if (name.at) {
    put_string(json->to, name);
    fputs(": ", json->to);
  }
  json->name = (struct cm_str){0};
}

static void open_container(struct tw_json *json, const char *key, bool array, bool row) {
  begin_value(json, key);
  fputc(array ? '[' : '{', json->to);
  json->depth++;
  uint64_t bit = (uint64_t)1 << json->depth;
  json->nonempty &= ~bit;
  json->arrays = array ? json->arrays | bit : json->arrays & ~bit;
  if (row && json->row == 0) {
    json->row = json->depth;
  }
}

void tw_json_object(struct tw_json *json, const char *key) { open_container(json, key, false, false); }

void tw_json_array(struct tw_json *json, const char *key) { open_container(json, key, true, false); }

void tw_json_row(struct tw_json *json, const char *key) { open_container(json, key, false, true); }

void tw_json_list(struct tw_json *json, const char *key) { open_container(json, key, true, true); }

void tw_json_end(struct tw_json *json) {
  uint64_t bit = (uint64_t)1 << json->depth;
  bool row = on_one_line(json);
  if (json->row == json->depth) {
    json->row = 0;
  }
  json->depth--;
  if ((json->nonempty & bit) && !row) {
    new_line(json);
  }
  fputc(json->arrays & bit ? ']' : '}', json->to);
}

void tw_json_string(struct tw_json *json, const char *key, struct cm_str value) {
  begin_value(json, key);
  put_string(json->to, value);
}

void tw_json_text(struct tw_json *json, const char *key, const char *value) {
  if (value) {
    tw_json_string(json, key, cm_str_of(value));
  } else {
    tw_json_null(json, key);
  }
}

void tw_json_number(struct tw_json *json, const char *key, uint64_t value) {
  begin_value(json, key);
  fprintf(json->to, "%llu", (unsigned long long)value);
}

void tw_json_integer(struct tw_json *json, const char *key, int64_t value) {
  begin_value(json, key);
  fprintf(json->to, "%lld", (long long)value);
}

void tw_json_bool(struct tw_json *json, const char *key, bool value) {
  begin_value(json, key);
  fputs(value ? "true" : "false", json->to);
}

void tw_json_null(struct tw_json *json, const char *key) {
  begin_value(json, key);
  fputs("null", json->to);
}

void tw_json_literal(struct tw_json *json, const char *key, struct cm_str value) {
  begin_value(json, key);
  fwrite(value.at, 1, value.size, json->to);
}

void tw_json_name(struct tw_json *json, struct cm_str name) { json->name = name; }
