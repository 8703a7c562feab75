// A setting that an argument changes, by a function that was given the settings by reference. What its name is changed to is not known.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

struct settings {
  int level = 0;
  const char *token = "SIGNAL_TOKEN";
};

static void ask(const char *name) {
  const char *value = std::getenv(name);
  std::printf("%s=%s\n", name, value ? value : "-");
}

int main(int argc, char **argv) {
  settings s;
  std::map<std::string, std::function<void(const char *)>> handlers;
  handlers["token"] = [&](const char *to) { s.token = to; };
  handlers["level"] = [&s](const char *to) { s.level = std::atoi(to); };
  for (int i = 1; i + 1 < argc; i += 2)
    if (auto at = handlers.find(argv[i]); at != handlers.end()) at->second(argv[i + 1]);
  std::printf("%d\n", s.level);
  ask(s.token);
  ask("SIGNAL_HORN");
}
