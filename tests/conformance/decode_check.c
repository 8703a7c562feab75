// Decodes files, encodes them again, prints and parses them, and says of each whether all went well: the worker of
// tests/conformance/decode.py.
//
//   decode_check FILE|FOLDER|@LIST...
//
// A folder stands for the files in it at any depth whose name ends in .wasm; @LIST is a file with one path a line. For each file one
// line: the path, a tab, "ok component", "ok module" or "error MESSAGE". Function bodies are read too, in components those of
// every core module within. Exit status 0 where all decode, else 1.
//
// A component that decodes must come out of the encoder as the bytes that it was, or as fewer: "ok component shortened", where its
// numbers or types were not in their shortest form. What comes out must decode to the same component, in the forms that it had and
// in today's, and encode to the same bytes again.

//
// What is printed must parse, and what was parsed must be printed alike: flat, and folded too. It must be the bytes that were printed, or
// the verdict ends in "retold": sections without contents, a data count that nothing needs, older forms and the like are not in the text.
// Very large files are not printed.

#include <component/encode.h>
#include <component/instr.h>
#include <component/parse.h>
#include <component/print.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "component_equal.h"

enum { LARGEST_PRINTED = 4000000 };

static bool failed;

// The whole file in a buffer of exactly its size, so that a sanitizer sees a read past the end. NULL: unreadable.
static uint8_t *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  uint8_t *bytes = NULL;
  if (fseek(file, 0, SEEK_END) == 0) {
    long end = ftell(file);
    rewind(file);
    if (end >= 0 && (bytes = malloc((size_t)end)) != NULL) *size = fread(bytes, 1, (size_t)end, file);
    if (end == 0 && !bytes) bytes = malloc(1);
  }
  fclose(file);
  return bytes;
}

static bool read_bodies(const struct cm_component *component, struct cm_diag *diag) {
  for (uint32_t i = 0; i < component->scope.item_count; i++) {
    const struct cm_item *item = component->scope.items[i];
    if (item->kind == CM_ITEM_COMPONENT && !read_bodies(item->component, diag)) return false;
    if (item->kind == CM_ITEM_CORE_MODULE && !core_read_bodies(item->module, diag)) return false;
  }
  return true;
}

// What `component` is encoded to, decoded again: the same, and stable? `says` gets the reason where not.
static bool check_encoded(struct cm_arena *arena, const struct cm_component *component, const struct cm_encode_options *options,
                          struct cm_buffer *first, struct cm_buffer *second, struct cm_diag *diag) {
  struct cm_component *again;
  cm_buffer_clear(first);
  cm_buffer_clear(second);
  if (!cm_encode(component, options, first, diag) || !cm_decode(arena, cm_buffer_span(first), &again, diag)) return false;
  if (options->keep_forms && !same_component(component, again))
    return cm_fail_at_large(diag, CM_INVALID, "what was encoded decodes to another component");
  if (!cm_encode(again, options, second, diag)) return false;
  return same_bytes(cm_buffer_span(first), cm_buffer_span(second)) || cm_fail_at_large(diag, CM_INVALID, "encoding is not stable");
}

static bool check_encoding(struct cm_arena *arena, const struct cm_component *component, bool *shortened, struct cm_diag *diag) {
  struct cm_buffer first, second;
  cm_buffer_init(&first, NULL);
  cm_buffer_init(&second, NULL);
  bool ok = check_encoded(arena, component, &(struct cm_encode_options){0}, &first, &second, diag) &&
            check_encoded(arena, component, &(struct cm_encode_options){.keep_forms = true}, &first, &second, diag);
  struct cm_span encoded = cm_buffer_span(&first);
  *shortened = encoded.size < component->bytes.size;
  if (ok && !*shortened && !same_bytes(encoded, component->bytes))
    ok = cm_fail_at_large(diag, CM_INVALID, "encoded to other bytes than it was decoded from: %zu for %zu", encoded.size,
                          component->bytes.size);
  cm_buffer_free(&first);
  cm_buffer_free(&second);
  return ok;
}

static bool keep_text(void *context, const char *text, size_t size) {
  cm_put_bytes(context, text, size);
  return true;
}

// The bytes that the text of `file` gives, into `out`; the text is left in `text`.
static bool retell(struct cm_arena *arena, struct cm_span file, bool folded, struct cm_buffer *text, struct cm_buffer *out,
                   struct cm_diag *diag) {
  struct cm_parsed parsed;
  struct cm_print_options options = {.folded = folded};
  cm_buffer_clear(text);
  if (!cm_print(file, &options, (struct cm_text_sink){keep_text, text}, diag) || !cm_buffer_ok(text, diag)) return false;
  if (!cm_parse_text(arena, (struct cm_str){(const char *)text->at, text->size}, NULL, &parsed, diag)) return false;
  cm_buffer_clear(out);
  if (parsed.component) return cm_encode(parsed.component, &(struct cm_encode_options){.keep_forms = true}, out, diag);
  cm_put_span(out, parsed.bytes);
  return cm_buffer_ok(out, diag);
}

static bool check_text(struct cm_arena *arena, struct cm_span file, bool *retold, struct cm_diag *diag) {
  struct cm_buffer text, out, text_again, out_again;
  struct cm_buffer *const buffers[] = {&text, &out, &text_again, &out_again};
  for (int i = 0; i < 4; i++) cm_buffer_init(buffers[i], NULL);
  bool ok =
      retell(arena, file, false, &text, &out, diag) && retell(arena, cm_buffer_span(&out), false, &text_again, &out_again, diag);
  if (ok && !same_bytes(cm_buffer_span(&text), cm_buffer_span(&text_again)))
    ok = cm_fail_at_large(diag, CM_INVALID, "what was parsed is printed otherwise");
  *retold = ok && !same_bytes(cm_buffer_span(&out), file);
  ok = ok && retell(arena, file, true, &text_again, &out_again, diag);
  if (ok && !same_bytes(cm_buffer_span(&out), cm_buffer_span(&out_again)))
    ok = cm_fail_at_large(diag, CM_INVALID, "the folded text gives other bytes than the flat one");
  for (int i = 0; i < 4; i++) cm_buffer_free(buffers[i]);
  return ok;
}

static void check(const char *path) {
  struct cm_arena arena;
  struct cm_diag diag = {0};
  size_t size = 0;
  uint8_t *bytes = read_file(path, &size);
  if (!bytes) {
    printf("%s\terror cannot be read\n", path);
    failed = true;
    return;
  }
  cm_arena_init(&arena, NULL);
  struct cm_span file = {bytes, size};
  enum cm_artifact artifact = cm_sniff(file);
  bool ok, shortened = false, retold = false;
  if (artifact == CM_ARTIFACT_MODULE) {
    struct core_module *module;
    ok = core_decode(&arena, file, bytes, NULL, &module, &diag) && core_read_bodies(module, &diag);
  } else {
    struct cm_component *component;
    ok = cm_decode(&arena, file, &component, &diag) && read_bodies(component, &diag) &&
         check_encoding(&arena, component, &shortened, &diag);
  }
  ok = ok && (size > LARGEST_PRINTED || check_text(&arena, file, &retold, &diag));
  char text[CM_DIAG_MESSAGE + CM_DIAG_WHERE + 64];
  if (ok) {
    printf("%s\tok %s%s%s\n", path, artifact == CM_ARTIFACT_MODULE ? "module" : "component", shortened ? " shortened" : "",
           retold ? " retold" : "");
  } else {
    printf("%s\terror %s\n", path, cm_diag_format(&diag, text, sizeof text));
    failed = true;
  }
  cm_arena_free(&arena);
  free(bytes);
}

static int visit(const char *path, const struct stat *stat, int type, struct FTW *at) {
  (void)stat, (void)at;
  size_t length = strlen(path);
  if (type == FTW_F && length > 5 && strcmp(path + length - 5, ".wasm") == 0) check(path);
  return 0;
}

static void check_list(const char *path) {
  FILE *list = fopen(path, "r");
  char *line = NULL;
  size_t room = 0;
  if (!list) {
    printf("%s\terror cannot be read\n", path);
    failed = true;
    return;
  }
  for (ssize_t length; (length = getline(&line, &room, list)) > 0;) {
    if (line[length - 1] == '\n') line[length - 1] = 0;
    check(line);
  }
  free(line);
  fclose(list);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    struct stat stat_of;
    if (argv[i][0] == '@') {
      check_list(argv[i] + 1);
    } else if (stat(argv[i], &stat_of) == 0 && S_ISDIR(stat_of.st_mode)) {
      nftw(argv[i], visit, 32, FTW_PHYS);
    } else {
      check(argv[i]);
    }
  }
  return failed;
}
