// The environment put into a std::map, which is asked for a name, and from there into a map by hash, which is asked for an argument.
#include <cstdio>
#include <map>
#include <string>
#include <unordered_map>
extern "C" char **environ;

int main(int argc, char **argv) {
  std::map<std::string, std::string> all;
  for (char **e = environ; *e; e++) {
    std::string line = *e;
    size_t at = line.find('=');
    if (at != std::string::npos) all[line.substr(0, at)] = line.substr(at + 1);
  }
  std::unordered_map<std::string, std::string> hashed(all.begin(), all.end());
  if (all.count("ORDERED")) std::puts("ordered");
  auto it = hashed.find(argv[argc - 1]);
  if (it != hashed.end()) std::puts(it->second.c_str());
}
