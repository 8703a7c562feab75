// Names in a vector of strings, which are told of before the next one is asked for.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

int main() {
  const std::vector<std::string> required{"OARLOCK", "MUST_HAVE_THIS_ONE_WITH_A_LONG_NAME"};
  for (const auto &name : required)
    if (!std::getenv(name.c_str())) std::fprintf(stderr, "%s is missing\n", name.c_str());
}
