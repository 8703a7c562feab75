/* wasi:sockets: `sockets PORT` connects to that port of 127.0.0.1, and looks "localhost" up. */
#define BY_HAND
#include "bed.h"

struct handle {
  uint8_t is_err, pad[3];
  union {
    int32_t handle;
    uint8_t err;
  } u;
};
struct done {
  uint8_t is_err, err;
};
struct streams {
  uint8_t is_err, pad[3];
  union {
    struct {
      int32_t in, out;
    } ok;
    uint8_t err;
  } u;
};
#define TCP "wasi:sockets/tcp@" WASI
IMPORT("wasi:sockets/instance-network@" WASI, "instance-network") int32_t instance_network(void);
IMPORT("wasi:sockets/tcp-create-socket@" WASI, "create-tcp-socket") void create_tcp_socket(int32_t family, struct handle *out);
IMPORT("wasi:sockets/ip-name-lookup@" WASI, "resolve-addresses")
void resolve_addresses(int32_t network, const char *name, size_t length, struct handle *out);
IMPORT(TCP, "[method]tcp-socket.start-connect")
void start_connect(int32_t self, int32_t network, int32_t family, int32_t port, int32_t, int32_t, int32_t, int32_t, int32_t,
                   int32_t, int32_t, int32_t, int32_t, int32_t, struct done *out);
IMPORT(TCP, "[method]tcp-socket.finish-connect") void finish_connect(int32_t self, struct streams *out);
IMPORT(TCP, "[method]tcp-socket.subscribe") int32_t subscribe(int32_t self);
IMPORT("wasi:io/poll@" WASI, "[method]pollable.block") void block(int32_t pollable);
IMPORT("wasi:io/poll@" WASI, "[resource-drop]pollable") void pollable_drop(int32_t pollable);

enum { WOULD_BLOCK = 8 };
static const char *const codes[] = {
    "unknown",
    "access-denied",
    "not-supported",
    "invalid-argument",
    "out-of-memory",
    "timeout",
    "concurrency-conflict",
    "not-in-progress",
    "would-block",
    "invalid-state",
    "new-socket-limit",
    "address-not-bindable",
    "address-in-use",
    "remote-unreachable",
    "connection-refused",
    "connection-reset",
    "connection-aborted",
    "datagram-too-large",
    "name-unresolvable",
    "temporary-resolver-failure",
    "permanent-resolver-failure",
};

static void failed(const char *what, uint8_t code) { say(what), say(": error "), say(NAMED(codes, code)), say("\n"); }

static void connect_to(int32_t network, int port) {
  struct handle socket;
  struct done started;
  struct streams streams;
  create_tcp_socket(0, &socket);
  if (socket.is_err) {
    failed("create", socket.u.err);
    return;
  }
  start_connect(socket.u.handle, network, 0, port, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, &started);
  if (started.is_err) {
    failed("connect", started.err);
    return;
  }
  for (;;) {
    finish_connect(socket.u.handle, &streams);
    if (!streams.is_err || streams.u.err != WOULD_BLOCK) break;
    int32_t pollable = subscribe(socket.u.handle);
    block(pollable);
    pollable_drop(pollable);
  }
  if (streams.is_err)
    failed("connect", streams.u.err);
  else
    say("connect: done\n");
}

int main(int argc, char **argv) {
  int32_t network = instance_network();
  struct handle stream;
  connect_to(network, argc > 1 ? atoi(argv[1]) : 1);
  resolve_addresses(network, "localhost", 9, &stream);
  if (stream.is_err)
    failed("resolve", stream.u.err);
  else
    say("resolve: begun\n");
  return 0;
}
