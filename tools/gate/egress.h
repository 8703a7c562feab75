// Lists of hosts and names that a component may reach, as the platform matches them.
//
// Sources: wasmCloud, wash-runtime: host/allowed_hosts.rs, host/allowed_ip_name.rs.
#ifndef TW_GATE_EGRESS_H
#define TW_GATE_EGRESS_H

#include <component/span.h>

// An entry of `allowedHosts`: "*", "[scheme://][*.]host[:port][/]". An entry of `allowedIpNameLookups` is one without scheme and port.
struct tw_egress {
  bool any;            // "*"
  bool wildcard;       // "*.host": the names below it, not itself
  struct cm_str host;  // without wildcard, scheme and port; of an IPv6 address with its brackets
  struct cm_str port;  // empty: any
};

// Takes an entry apart. False: the platform would refuse it (a path, an empty host, "*foo").
bool tw_egress_read(struct cm_str entry, struct tw_egress *egress);

// Whether it lets a component reach `target`, "host" or "host:port", of which case does not count. A target without a port goes to the
// port of its scheme, which an entry with a port does not match.
bool tw_egress_allows(const struct tw_egress *egress, struct cm_str target);

// Whether it may allow something that fits `pattern` ("*.example", report/needs.h), of an undecided place.
bool tw_egress_may_serve(const struct tw_egress *egress, struct cm_str pattern);

#endif
