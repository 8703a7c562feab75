// A helper that puts to a name what lies deeper than its arguments: a string behind a shared pointer, a vector of strings, a string within
// what a reference leads to.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

struct Shared {
  std::shared_ptr<std::string> prefix;
  [[gnu::noinline]] const char *ask(const char *rest) const {
    std::string name = *prefix;
    name += rest;
    return getenv(name.c_str());
  }
};

struct Path {
  std::vector<std::string> parts;
  [[gnu::noinline]] const char *ask(const char *rest) const {
    std::string name;
    for (const auto &part : parts) name += part + '_';
    name += rest;
    return getenv(name.c_str());
  }
};

struct Settings {
  int level;
  std::string prefix;
};

struct Borrowed {
  const Settings &settings;
  [[gnu::noinline]] const char *ask(const char *rest) const {
    std::string name = settings.prefix;
    name += rest;
    return getenv(name.c_str());
  }
};

int main(int argc, char **) {
  auto prefix = std::make_shared<std::string>("QUAY_");
  Shared one{prefix}, other{prefix};
  Path path{{"DOCK", "EAST"}};
  Settings settings{argc, "CRANE_"};
  Borrowed borrowed{settings};
  for (const char *value : {one.ask("NAME"), other.ask("LENGTH"), path.ask("GATE"), borrowed.ask("REACH")})
    puts(value ? value : "");
}
