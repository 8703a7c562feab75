// std::optional and a helper with a default; numbers.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

static std::optional<std::string> variable(const char *name) {
  if (const char *v = std::getenv(name)) return v;
  return std::nullopt;
}

static int number(const char *name, int otherwise) {
  auto v = variable(name);
  return v ? std::atoi(v->c_str()) : otherwise;
}

int main() {
  std::puts(variable("TITLE").value_or("untitled").c_str());
  std::printf("%d %d\n", number("WIDTH", 80), number("HEIGHT", 25));
}
