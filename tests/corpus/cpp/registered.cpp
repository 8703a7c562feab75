// Settings that objects of the file register before main in a vector that a function has, whose destructor waits for the program's end.
#include <cstdio>
#include <cstdlib>
#include <vector>

struct Setting {
  const char *name, *otherwise;
  bool secret;
};

static std::vector<Setting> &settings() {
  static std::vector<Setting> all;
  return all;
}

struct Registered {
  Registered(const char *name, const char *otherwise, bool secret = false) { settings().push_back({name, otherwise, secret}); }
};

static Registered host("LOCK_HOST", "localhost"), port("LOCK_PORT", "8080"), token("LOCK_TOKEN", "", true);

int main() {
  for (const Setting &s : settings()) {
    const char *value = std::getenv(s.name);
    std::printf("%s=%s\n", s.name, s.secret ? "***" : value ? value : s.otherwise);
  }
}
