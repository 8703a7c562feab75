/* wasi:logging: to standard error. */
#define RING
#include "provider.h"

EXPORT("wasi:logging/logging#log") void log_line(uint32_t level, const char *context, size_t n, const char *message, size_t size) {
  static const struct text levels[] = {TEXT("trace"), TEXT("debug"), TEXT("info"), TEXT("warn"), TEXT("error"), TEXT("critical")};
  TELL(TEXT("log: "), levels[level], TEXT(" "), ((struct text){context, n}), TEXT(": "), ((struct text){message, size}));
}
