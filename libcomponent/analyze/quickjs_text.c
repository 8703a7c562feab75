// The texts of a program that QuickJS runs.
//
// The engine forgets the text of a module once it is compiled, but each function keeps its own, and where it began. So a module's text is
// put together again of those that stand in no other: each at its line and column, with nothing between them. What the module does besides
// defining functions is gone, and done.
//
// Where a function began is where its first word stands; for a class that is its constructor or, where it has none, the brace at its end.
// Members of classes may have words before their names.

#include "quickjs_program.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
  MODULES_MOST = 1024,
  PIECES_MOST = 1 << 16,
  DEPTH_MOST = 64,
  SEEN_MOST = 1 << 20,  // constants of functions
  TEXT_MOST = 64 << 20,
  LINES_MOST = 1 << 20,
  BLANKS_MOST = 4 << 20,
  BEFORE_NAME = 64,          // bytes of words before a member's name
  SEARCHED_MOST = 256 << 20  // bytes gone through for texts that do not stand where they should
};

struct piece {
  struct cm_str text;
  uint32_t line, column;
  qjs_address source;
};

struct pieces {
  struct piece *at;
  size_t count, room;
  size_t size, seen;
};

// --- where a text begins ---

static struct cm_str source_of(const struct qjs_heap *heap, const struct qjs_code *code) {
  return (struct cm_str){(const char *)heap->bytes + code->source, code->source_size};
}

static uint32_t count_lines(struct cm_str text) {
  uint32_t lines = 0;
  for (size_t i = 0; i < text.size; i++) lines += text.at[i] == '\n';
  return lines;
}

static bool is_class(struct cm_str text) {
  return cm_str_starts(text, CM_STR("class")) && text.size > 5 && !isalnum((unsigned char)text.at[5]);
}

// The part of a class's text before what it is said to stand at.
static struct cm_str before_anchor(struct cm_str text) {
  static const char word[] = "constructor";
  const char *at = memmem(text.at, text.size, word, sizeof word - 1);
  for (; at; at = memmem(at + 1, text.size - (size_t)(at + 1 - text.at), word, sizeof word - 1)) {
    const char *behind = at + sizeof word - 1, *end = text.at + text.size;
    while (behind < end && (*behind == ' ' || *behind == '\n')) behind++;
    if (behind < end && *behind == '(' && at[-1] != '.') break;
  }
  return (struct cm_str){text.at, at ? (size_t)(at - text.at) : text.size - 1};
}

static struct piece piece_of(const struct qjs_heap *heap, const struct qjs_code *code) {
  struct piece piece = {source_of(heap, code), code->line, code->column, code->source};
  if (!is_class(piece.text)) return piece;
  struct cm_str before = before_anchor(piece.text);
  uint32_t lines = count_lines(before);
  piece.line = lines < piece.line ? piece.line - lines : 1;
  piece.column = lines || before.size >= piece.column ? 1 : piece.column - (uint32_t)before.size;
  return piece;
}

// --- putting a module together ---

// The functions that the code makes, without those that stand in them.
static bool collect(struct cm_arena *arena, const struct qjs_heap *heap, const struct qjs_code *code, struct pieces *pieces,
                    unsigned depth) {
  for (uint32_t i = 0; i < code->pool_count && depth < DEPTH_MOST; i++) {
    qjs_value v = qjs_value_at(heap, code->pool + 8 * (uint64_t)i);
    struct qjs_code inner;
    if (++pieces->seen > SEEN_MOST) return true;
    if (qjs_tag_of(v) != QJS_BYTECODE || !qjs_code_at(heap, qjs_pointer(v), &inner)) continue;
    if (!inner.source_size) {
      if (!collect(arena, heap, &inner, pieces, depth + 1)) return false;
      continue;
    }
    if (pieces->count == PIECES_MOST || inner.source_size > TEXT_MOST - pieces->size) return true;
    if (!cm_grow(arena, &pieces->at, &pieces->room, pieces->count, sizeof *pieces->at)) return false;
    pieces->at[pieces->count++] = piece_of(heap, &inner);
    pieces->size += inner.source_size;
  }
  return true;
}

// By place; of those that begin in one, the largest first.
static int by_place(const void *x, const void *y) {
  const struct piece *a = x, *b = y;
  if (a->line != b->line) return a->line < b->line ? -1 : 1;
  if (a->column != b->column) return a->column < b->column ? -1 : 1;
  return (a->text.size < b->text.size) - (a->text.size > b->text.size);
}

// What is written twice: first to see how much it is.
struct writing {
  char *at;  // NULL: it is only counted
  size_t size, blanks;
  size_t line_at;  // where the last line begins
  uint32_t line;
};

static void put_blanks(struct writing *sheet, char c, size_t count) {
  if (sheet->at) memset(sheet->at + sheet->size, c, count);
  sheet->blanks += count;
  sheet->size += count;
  if (c != '\n') return;
  sheet->line += (uint32_t)count;
  sheet->line_at = sheet->size;
}

// A text that cannot stand where it should is put on a line of its own.
static void put_piece(struct writing *sheet, const struct piece *piece) {
  size_t column = piece->column ? piece->column - 1 : 0, left = BLANKS_MOST - sheet->blanks;
  if (piece->line > sheet->line && piece->line <= LINES_MOST && piece->line - sheet->line < left)
    put_blanks(sheet, '\n', piece->line - sheet->line);
  else if (sheet->size && left && (piece->line != sheet->line || column < sheet->size - sheet->line_at))
    put_blanks(sheet, '\n', 1);
  size_t here = sheet->size - sheet->line_at;
  left = BLANKS_MOST - sheet->blanks;
  if (piece->line == sheet->line && column > here && column - here <= left) put_blanks(sheet, ' ', column - here);
  if (sheet->at) memcpy(sheet->at + sheet->size, piece->text.at, piece->text.size);
  for (size_t i = 0; i < piece->text.size; i++)
    if (piece->text.at[i] == '\n') sheet->line++, sheet->line_at = sheet->size + i + 1;
  sheet->size += piece->text.size;
}

// Leaves out what stands in the piece before: members in their class.
static void drop_members(struct pieces *pieces) {
  const struct piece *last = NULL;
  size_t kept = 0;
  for (size_t i = 0; i < pieces->count; i++) {
    struct piece piece = pieces->at[i];
    bool within = last && piece.line <= last->line + count_lines(last->text) &&
                  memmem(last->text.at, last->text.size, piece.text.at, piece.text.size);
    if (within) continue;
    pieces->at[kept] = piece;
    last = &pieces->at[kept++];
  }
  pieces->count = kept;
}

static bool put_together(struct cm_arena *arena, const struct qjs_heap *heap, const struct qjs_code *code, struct js_file *file,
                         struct qjs_sheet *made) {
  struct pieces pieces = {0};
  if (!collect(arena, heap, code, &pieces, 0)) return false;
  if (!pieces.count) return true;
  qsort(pieces.at, pieces.count, sizeof *pieces.at, by_place);
  drop_members(&pieces);
  made->parts = cm_alloc_array(arena, pieces.count, sizeof *made->parts);
  made->part_count = pieces.count;
  if (!made->parts) return false;
  struct writing sheet = {.line = 1};
  for (unsigned round = 0; round < 2; round++) {
    if (round) sheet = (struct writing){.line = 1, .at = cm_alloc(arena, sheet.size + 1)};
    if (round && !sheet.at) return false;
    for (size_t i = 0; i < pieces.count; i++) {
      const struct piece *piece = &pieces.at[i];
      put_piece(&sheet, piece);
      uint32_t size = (uint32_t)piece->text.size;
      made->parts[i] = (struct qjs_part){(uint32_t)sheet.size - size, size, piece->source};
    }
  }
  file->text = (struct cm_str){sheet.at, sheet.size};
  return true;
}

qjs_address qjs_source(const struct qjs_program *program, const struct js_file *file, uint32_t at) {
  if (file < program->files || file >= program->files + program->module_count) return file->address ? file->address + at : 0;
  const struct qjs_sheet *sheet = &program->sheets[file - program->files];
  size_t behind = sheet->part_count, first = 0;
  while (first < behind) {
    size_t middle = first + (behind - first) / 2;
    if (sheet->parts[middle].at <= at)
      first = middle + 1;
    else
      behind = middle;
  }
  const struct qjs_part *part = first ? &sheet->parts[first - 1] : NULL;
  return part && at - part->at <= part->size ? part->source + (at - part->at) : 0;
}

static bool find_lines(struct cm_arena *arena, struct cm_str text, struct qjs_lines *lines) {
  lines->count = count_lines(text) + 1;
  lines->at = cm_alloc_array(arena, lines->count, sizeof *lines->at);
  if (!lines->at) return false;
  for (size_t i = 0, line = 1; i < text.size; i++)
    if (text.at[i] == '\n') lines->at[line++] = (uint32_t)i + 1;
  return true;
}

bool qjs_program_read(struct cm_arena *arena, struct qjs_program *program) {
  struct qjs_module module;
  struct qjs_code code;
  for (qjs_address at = 0; program->module_count < MODULES_MOST && qjs_next_module(&program->heap, arena, &at, &module);) {
    if (!cm_grow(arena, &program->modules, &program->module_room, program->module_count, sizeof *program->modules)) return false;
    program->modules[program->module_count++] = module;
  }
  program->files = cm_alloc_array(arena, program->module_count, sizeof *program->files);
  program->sheets = cm_alloc_array(arena, program->module_count, sizeof *program->sheets);
  if (!program->files || !program->sheets) return false;
  for (size_t i = 0; i < program->module_count; i++) {
    struct js_file *file = &program->files[i];
    file->name = program->modules[i].name;
    if (!program->modules[i].function || !qjs_function(&program->heap, program->modules[i].function, &code)) continue;
    program->modules[i].file = code.file;
    if (!put_together(arena, &program->heap, &code, file, &program->sheets[i])) return false;
    if (!find_lines(arena, file->text, &program->sheets[i].lines)) return false;
  }
  return true;
}

// --- finding a function's ---

static bool stands_at(struct cm_str text, size_t at, struct cm_str wanted) {
  return at <= text.size && wanted.size <= text.size - at && !memcmp(text.at + at, wanted.at, wanted.size);
}

// Where it is said to stand, or with some words before its name.
static bool find_in_place(struct cm_str text, const struct qjs_lines *lines, const struct piece *piece, uint32_t *at) {
  if (!piece->line || piece->line > lines->count) return false;
  size_t from = lines->at[piece->line - 1] + (size_t)(piece->column ? piece->column - 1 : 0);
  for (size_t i = 0; i <= from && i < BEFORE_NAME; i++) {
    if (!stands_at(text, from - i, piece->text)) continue;
    *at = (uint32_t)(from - i);
    return true;
  }
  return false;
}

// The place that is nearest to the line.
static bool find_anywhere(struct qjs_program *program, struct cm_str text, const struct piece *piece, uint32_t *at) {
  uint32_t line = 1, nearest = UINT32_MAX;
  for (size_t from = 0; from < text.size && program->searched < SEARCHED_MOST;) {
    const char *found = memmem(text.at + from, text.size - from, piece->text.at, piece->text.size);
    size_t to = found ? (size_t)(found - text.at) : text.size;
    program->searched += to - from + piece->text.size;
    if (!found) break;
    line += count_lines((struct cm_str){text.at + from, to - from});
    uint32_t distance = line > piece->line ? line - piece->line : piece->line - line;
    if (distance < nearest) nearest = distance, *at = (uint32_t)to;
    if (text.at[to] == '\n') line++;
    from = to + 1;
  }
  return nearest != UINT32_MAX;
}

bool qjs_find_text(struct qjs_program *program, const struct qjs_code *code, size_t *module, uint32_t *at) {
  program->searched += code->source_size;
  if (!code->source_size || program->searched > SEARCHED_MOST) return false;
  struct piece piece = piece_of(&program->heap, code);
  for (*module = 0; *module < program->module_count; ++*module) {
    if (program->modules[*module].file != code->file || !program->files[*module].text.size) continue;
    struct cm_str text = program->files[*module].text;
    return find_in_place(text, &program->sheets[*module].lines, &piece, at) || find_anywhere(program, text, &piece, at);
  }
  return false;
}
