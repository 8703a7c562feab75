// Names as std::string: by value and by reference, short and long, and put together of constants.
#include <cstdio>
#include <cstdlib>
#include <string>

static std::string byValue(std::string name) {
  const char *v = std::getenv(name.c_str());
  return v ? v : "";
}

static std::string byReference(const std::string &name) {
  const char *v = std::getenv(name.c_str());
  return v ? v : "none";
}

int main() {
  std::puts(byValue("SHORT").c_str());
  std::puts(byValue("A_NAME_THAT_IS_LONGER_THAN_SHORT_ONES").c_str());
  std::puts(byReference("REFERENCE").c_str());
  const std::string prefix = "CACHE_";
  std::puts(byReference(prefix + "DIR").c_str());
}
