// A std::map that is filled from the environment and asked for a name; where there are many arguments, all of it is printed.
#include <cstdio>
#include <map>
#include <string>
extern "C" char **environ;

static void print(const std::map<std::string, std::string> &all, bool wanted) {
  if (!wanted) return;
  for (const auto &entry : all) std::puts(entry.first.c_str());
}

int main(int argc, char **) {
  std::map<std::string, std::string> all;
  for (char **e = environ; *e; e++) {
    std::string line = *e;
    size_t at = line.find('=');
    if (at != std::string::npos) all[line.substr(0, at)] = line.substr(at + 1);
  }
  if (all.count("OFTEN")) std::puts("often");
  print(all, argc > 5);
}
