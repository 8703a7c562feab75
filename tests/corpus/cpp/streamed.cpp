// Streams: the library has a hundred times the code of the program, and looks names of its own up in a table.
#include <cstdlib>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
class Env {
public:
  static std::optional<std::string> get(std::string_view name) {
    std::string n(name);
    const char *v = std::getenv(n.c_str());
    return v ? std::optional<std::string>(v) : std::nullopt;
  }
  template <class T> static T get_or(std::string_view n, T d);
};
template <> int Env::get_or(std::string_view n, int d) {
  auto v = get(n);
  return v ? std::atoi(v->c_str()) : d;
}
template <> std::string Env::get_or(std::string_view n, std::string d) {
  auto v = get(n);
  return v.value_or(d);
}
struct Config {
  std::string host = Env::get_or<std::string>("STREAM_HOST", "localhost");
  int port = Env::get_or("STREAM_PORT", 8080);
  std::string token = Env::get("STREAM_AUTHENTICATION_TOKEN").value_or("");
};
int main() {
  Config c;
  std::cout << c.host << c.port << c.token.size() << "\n";
}
