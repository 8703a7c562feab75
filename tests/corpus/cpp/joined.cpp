// Names put together: by a class that has the prefix, of a number, of a word in small letters.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

class Environment {
 public:
  explicit Environment(std::string prefix) : prefix_(std::move(prefix)) {}
  std::string get(std::string_view name, std::string otherwise = "") const {
    std::string key = prefix_;
    key += '_';
    key.append(name);
    const char *v = std::getenv(key.c_str());
    return v ? v : otherwise;
  }

 private:
  std::string prefix_;
};

static const char *spelled(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return c == '-' ? '_' : std::toupper(c); });
  return std::getenv(("BOAT_" + name).c_str());
}

int main() {
  Environment environment("QUAY");
  std::puts(environment.get("HOST", "here").c_str());
  std::puts(environment.get("NAME_OF_THE_HARBOUR_MASTER").c_str());
  for (int i = 0; i < 2; i++)
    if (const char *v = std::getenv(("BERTH_" + std::to_string(i)).c_str())) std::puts(v);
  if (const char *v = spelled("log-level")) std::puts(v);
}
