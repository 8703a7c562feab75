// Lists of hosts and names, as the platform matches them.

#include "egress.h"

#include <stdio.h>
#include <strings.h>

#include "glob.h"

static bool same(struct cm_str a, struct cm_str b) { return a.size == b.size && strncasecmp(a.at, b.at, a.size) == 0; }

static bool is_port(struct cm_str text) {
  bool digits = text.size > 0 && text.size <= 5;
  for (size_t i = 0; i < text.size && digits; i++) {
    digits = text.at[i] >= '0' && text.at[i] <= '9';
  }
  return digits;
}

// "host:port" taken apart; a colon within brackets, or one of several, belongs to an IPv6 address.
static void split_port(struct cm_str text, struct cm_str *host, struct cm_str *port) {
  const char *colon = text.size ? memrchr(text.at, ':', text.size) : NULL;
  *host = text;
  *port = CM_STR("");
  if (!colon) {
    return;
  }
  struct cm_str before = {text.at, (size_t)(colon - text.at)};
  struct cm_str behind = {colon + 1, text.size - before.size - 1};
  bool bracketed = before.size > 0 && before.at[before.size - 1] == ']';
  bool bare = before.size > 0 && memchr(before.at, ':', before.size) && !bracketed;
  if (!bare && is_port(behind)) {
    *host = before;
    *port = behind;
  }
}

bool tw_egress_read(struct cm_str entry, struct tw_egress *egress) {
  *egress = (struct tw_egress){.any = cm_str_is(entry, "*"), .host = CM_STR(""), .port = CM_STR("")};
  if (egress->any || entry.size == 0) {
    return egress->any;
  }
  const char *scheme = memmem(entry.at, entry.size, "://", 3);
  if (scheme) {
    entry = (struct cm_str){scheme + 3, entry.size - (size_t)(scheme + 3 - entry.at)};
    entry.size -= entry.size > 0 && entry.at[entry.size - 1] == '/';
  }
  if (cm_str_starts(entry, CM_STR("*."))) {
    egress->wildcard = true;
    entry = (struct cm_str){entry.at + 2, entry.size - 2};
  }
  split_port(entry, &egress->host, &egress->port);
  return egress->host.size > 0 && !memchr(egress->host.at, '/', egress->host.size) &&
         !memchr(egress->host.at, '*', egress->host.size);
}

// Whether `host` lies below `suffix`: "api.example.com" below "example.com".
static bool below(struct cm_str host, struct cm_str suffix) {
  if (host.size <= suffix.size + 1) {
    return false;
  }
  size_t prefix = host.size - suffix.size;
  return host.at[prefix - 1] == '.' && same((struct cm_str){host.at + prefix, suffix.size}, suffix);
}

bool tw_egress_allows(const struct tw_egress *egress, struct cm_str target) {
  struct cm_str host, port;
  if (egress->any) {
    return true;
  }
  split_port(target, &host, &port);
  bool named = egress->wildcard ? below(host, egress->host) : same(host, egress->host);
  return named && (egress->port.size == 0 || cm_str_equal(egress->port, port));
}

// Whether the entry, with this behind its host, has something in common with the pattern.
static bool meets(const struct tw_egress *egress, const char *behind, struct cm_str port, struct cm_str pattern) {
  char glob[600];
  int size = egress->host.size > 500 ? -1
                                     : snprintf(glob, sizeof glob, "%s%.*s%s%.*s", egress->wildcard ? "*." : "",
                                                CM_STR_ARG(egress->host), behind, CM_STR_ARG(port));
  return size < 0 || tw_glob_meets((struct cm_str){glob, (size_t)size}, pattern, true);
}

bool tw_egress_may_serve(const struct tw_egress *egress, struct cm_str pattern) {
  if (egress->any || pattern.size == 0) {
    return true;
  }
  if (egress->port.size > 0) {
    return meets(egress, ":", egress->port, pattern);
  }
  // A port is digits: only a pattern that has a colon, or an open end, can be fit by a host with one.
  bool with_port = memchr(pattern.at, ':', pattern.size) || pattern.at[pattern.size - 1] == '*';
  return meets(egress, "", CM_STR(""), pattern) || (with_port && meets(egress, ":*", CM_STR(""), pattern));
}
