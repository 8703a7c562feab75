// Short strings in static variables, to which a map leads, and one that an argument changes. What its name is changed to is not known.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>

static std::string key = "MAST_KEY", out = "-";

int main(int argc, char **argv) {
  std::unordered_map<std::string, std::string *> settings{{"key", &key}, {"out", &out}};
  for (int i = 1; i + 1 < argc; i += 2)
    if (auto at = settings.find(argv[i]); at != settings.end()) *at->second = argv[i + 1];
  std::puts(out.c_str());
  const char *value = std::getenv(key.c_str()), *other = std::getenv("MAST_LIGHT");
  std::puts(value ? value : "-");
  std::puts(other ? other : "-");
}
