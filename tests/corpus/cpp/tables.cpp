// Tables: of structs, and of defaults in a std::unordered_map whose keys are asked for.
#include <cstdio>
#include <cstdlib>

struct Option {
  const char *name;
  const char *fallback;
  int flags;
};
static const Option options[] = {{"COLS", "80", 1}, {"ROWS", "24", 0}, {"PALETTE", nullptr, 2}};

template <typename F> static void each(F f) {
  for (const auto &o : options) f(o);
}

int main() {
  each([](const Option &o) {
    const char *v = std::getenv(o.name);
    if (v || o.fallback) std::puts(v ? v : o.fallback);
  });
}
