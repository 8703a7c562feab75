// std::string_view: tables of them, and functions that take them.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

static constexpr std::array<std::string_view, 3> names{"VIEW_ONE", "VIEW_TWO", "VIEW_THREE"};

static const char *ask(std::string_view name) { return std::getenv(std::string(name).c_str()); }

int main() {
  for (auto name : names)
    if (const char *v = ask(name)) std::puts(v);
  if (const char *v = ask("VIEW_LAST")) std::puts(v);
}
