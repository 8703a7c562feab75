// A font is read before anything is asked for: loops whose ends are known, one in the other, which nobody can go through to the end.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct glyph {
  int code, height;
  char rows[16][17];
  struct glyph *next;
};
static struct glyph *glyphs;
static int missing, widest;

static const char extra[] = {'\xc4', '\xd6', '\xdc', '\xe4', '\xf6', '\xfc', '\xdf', '\0'};

static void read_row(FILE *font, char *row, int height) {
  char line[80];
  if (!fgets(line, sizeof line, font)) {
    row[0] = 0;
    missing++;
    return;
  }
  size_t size = strlen(line);
  while (size && (line[size - 1] == '\n' || line[size - 1] == '\r')) line[--size] = 0;
  char end = size ? line[size - 1] : 0;
  while (size && line[size - 1] == end) line[--size] = 0;
  if ((int)size > widest) widest = (int)size;
  strncpy(row, line, 16);
  row[height > 16 ? 16 : height] = 0;
}

static void read_glyph(FILE *font, int code) {
  struct glyph *g = calloc(1, sizeof *g);
  g->code = code;
  g->next = glyphs;
  for (int row = 0; row < 16; row++) read_row(font, g->rows[row], 16);
  glyphs = g;
}

static const struct glyph *find(int code) {
  for (const struct glyph *g = glyphs; g; g = g->next)
    if (g->code == code) return g;
  return find(' ');
}

int main(int argc, char **argv) {
  const char *folder = getenv("LABOUR_FONTS");
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder ? folder : "/fonts", argc > 1 ? argv[1] : "standard");
  FILE *font = fopen(path, "r");
  if (!font) font = stdin;
  for (int plane = 0; plane < 4; plane++)
    for (int code = ' '; code <= '~'; code++) read_glyph(font, plane << 8 | code);
  for (int i = 0; extra[i]; i++) read_glyph(font, (unsigned char)extra[i]);
  fclose(font);
  for (int i = 2; i < argc; i++)
    for (int row = 0; row < 16; row++) {
      for (const char *p = argv[i]; *p; p++) {
        const struct glyph *g = find((unsigned char)*p);
        for (int k = 0; k < 16 && g->rows[row][k]; k++) putchar(g->rows[row][k] == '$' ? ' ' : g->rows[row][k]);
      }
      putchar('\n');
    }
  const char *bell = getenv("LABOUR_BELL");
  if (bell) puts(bell);
  return missing != 0;
}
