// Crashes, closed pipes and closed standard streams.
//
// The contract with scripts is the exit status: 70 is a bug, also where the bug is a wild pointer. The handlers run on a stack of
// their own, so that an exhausted stack is reported too, and do nothing but write and exit.

#include "faults.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "status.h"

#if defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static void say(const char *message) {
  ssize_t written = write(STDERR_FILENO, message, strlen(message));
  (void)written;
}

static void on_fault(int signal) {
  if (signal == SIGBUS) {
    say("tidewaiter: an input file was cut short while it was read\n");
    _exit(TW_INPUT);
  }
  say(signal == SIGABRT ? "tidewaiter: a check failed: this is a bug in tidewaiter; please report it with the input\n"
                        : "tidewaiter: crashed: this is a bug in tidewaiter; please report it with the input\n");
  _exit(TW_BUG);
}

void tw_faults_catch(void) {
  signal(SIGPIPE, SIG_IGN);
  if (SANITIZED) {
    return;
  }
  static char stack[16384];
  sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
  struct sigaction action = {.sa_handler = on_fault, .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND)};
  static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
    sigaction(signals[i], &action, NULL);
  }
}

void tw_faults_standard_streams(void) {
  for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++) {
    if (fcntl(file, F_GETFD) < 0) {
      // Opened for the wrong direction on purpose; open() takes the lowest free number, which is `file`.
      int opened = open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY);
      (void)opened;
    }
  }
}
