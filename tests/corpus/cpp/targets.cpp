// A setting that an argument changes, by an object that has a reference to the settings. What its name is changed to is not known.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

struct settings {
  const char *key = "BUOY_KEY";
  int level = 0;
};

struct target {
  virtual ~target() = default;
  virtual void set(const char *to) = 0;
};

struct key_target : target {
  settings &s;
  explicit key_target(settings &s) : s(s) {}
  void set(const char *to) override { s.key = to; }
};

struct level_target : target {
  settings &s;
  explicit level_target(settings &s) : s(s) {}
  void set(const char *to) override { s.level = std::atoi(to); }
};

int main(int argc, char **argv) {
  settings s;
  std::map<std::string, std::unique_ptr<target>> targets;
  targets["key"] = std::make_unique<key_target>(s);
  targets["level"] = std::make_unique<level_target>(s);
  for (int i = 1; i + 1 < argc; i += 2)
    if (auto at = targets.find(argv[i]); at != targets.end()) at->second->set(argv[i + 1]);
  std::printf("%d\n", s.level);
  const char *value = std::getenv(s.key), *other = std::getenv("BUOY_BELL");
  std::puts(value ? value : "-");
  std::puts(other ? other : "-");
}
