/* wasi:http 0.2: the host behind an option that may be none, and behind a function that sets everything. Paths are no hosts. */
#include "abi.h"
#define TYPES(name) IMPORT("wasi:http/types@0.2.6", name)
TYPES("[constructor]fields") int32_t fields(void);
TYPES("[constructor]outgoing-request") int32_t request(int32_t headers);
TYPES("[method]outgoing-request.set-authority") int32_t set_authority(int32_t self, int32_t some, const char *text, size_t n);
TYPES("[method]outgoing-request.set-path-with-query") int32_t set_path(int32_t self, int32_t some, const char *text, size_t n);
struct call { const char *host; const char *path; };
FAR int32_t prepare(const struct call *c) {
  int32_t r = request(fields());
  set_authority(r, c->host != NULL, c->host, c->host ? strlen(c->host) : 0);
  set_path(r, 1, c->path, strlen(c->path));
  return r;
}
EXPORT("run") uint32_t run(uint32_t with_host) {
  int32_t r = request(fields());
  const char *host = with_host ? "port.example:8443" : NULL;
  set_authority(r, host != NULL, host, host ? 17 : 0);
  struct call calls[] = {{"berths.example", "/free?of=other.example"}, {NULL, "/none"}, {"tariffs.example", "/"}};
  uint32_t sum = (uint32_t)r;
  for (unsigned i = 0; i < 3; i++) sum += (uint32_t)prepare(&calls[i]);
  return sum;
}
