// A singleton that reads what it needs when it is made; a static member.
#include <cstdio>
#include <cstdlib>
#include <string>

class Configuration {
 public:
  static Configuration &instance() {
    static Configuration it;
    return it;
  }
  const std::string &host() const { return host_; }
  bool verbose() const { return verbose_; }

 private:
  Configuration() : host_(read("DB_HOST", "localhost")), verbose_(!read("DB_VERBOSE", "").empty()) {}
  static std::string read(const std::string &name, const std::string &otherwise) {
    const char *v = std::getenv(name.c_str());
    return v ? std::string(v) : otherwise;
  }
  std::string host_;
  bool verbose_;
};

int main() {
  std::puts(Configuration::instance().host().c_str());
  if (Configuration::instance().verbose()) std::puts("verbose");
}
