// Lambdas, one behind std::function.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

int main() {
  auto ask = [](const char *name) { return std::getenv(name); };
  std::string prefix = "> ";
  std::function<void(const char *)> show = [&](const char *name) {
    const char *v = std::getenv(name);
    std::puts((prefix + (v ? v : "")).c_str());
  };
  if (ask("QUIET")) return 0;
  show("MESSAGE");
  show("SIGNATURE");
}
