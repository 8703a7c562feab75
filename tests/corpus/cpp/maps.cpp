// The environment put into a std::map, which is then asked.
#include <cstdio>
#include <map>
#include <string>
extern "C" char **environ;

int main() {
  std::map<std::string, std::string> all;
  for (char **e = environ; *e; e++) {
    std::string line = *e;
    size_t at = line.find('=');
    if (at != std::string::npos) all[line.substr(0, at)] = line.substr(at + 1);
  }
  auto it = all.find("MAPPED");
  if (it != all.end()) std::puts(it->second.c_str());
  if (all.count("MAPPED_AS_WELL")) std::puts("as well");
}
