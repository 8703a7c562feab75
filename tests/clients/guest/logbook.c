/* A guest that reads a file below a folder that it must be given, and prints it; or says why it could not. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void say(const char *words, size_t length) { (void)!write(1, words, length); }

int main(void) {
  static char page[4096];
  int file = open("/harbour/logbook.txt", O_RDONLY);
  if (file < 0) {
    const char *why = strerror(errno);
    say("logbook: ", 9);
    say(why, strlen(why));
    say("\n", 1);
    return 0;
  }
  for (ssize_t got; (got = read(file, page, sizeof page)) > 0;) {
    say(page, (size_t)got);
  }
  close(file);
  return 0;
}
