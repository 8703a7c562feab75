// A source of settings behind an interface.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

struct Source {
  virtual ~Source() = default;
  virtual std::string get(const char *name) const = 0;
};
struct Environment : Source {
  std::string get(const char *name) const override {
    const char *v = std::getenv(name);
    return v ? v : "";
  }
};
struct Nothing : Source {
  std::string get(const char *) const override { return ""; }
};

int main(int argc, char **) {
  std::unique_ptr<Source> source;
  if (argc > 3)
    source = std::make_unique<Nothing>();
  else
    source = std::make_unique<Environment>();
  std::puts(source->get("SPOOL_DIR").c_str());
  std::puts(source->get("SPOOL_LIMIT").c_str());
}
