// Rust symbol names, as a person wrote them.
//
// C, C++, Go, Zig and TinyGo leave readable names in a module's name section (the linker demangles C++ itself); Rust leaves mangled
// ones. Both manglings are known: the legacy one (`_ZN3app7connect17h0123456789abcdefE`) and v0 (`_RNvCs…_3app7connect`).
// Spec: RFC 2603, https://doc.rust-lang.org/rustc/symbol-mangling/v0.html
#ifndef TW_DEMANGLE_H
#define TW_DEMANGLE_H

#include <component/span.h>

enum { TW_DEMANGLED_MAX = 2048 };  // bytes; a name that would be longer is left as it is

// The demangled name, in `to`, without the hashes of crates; `name` itself where it is no Rust symbol, is malformed, or grows beyond
// the limit.
struct cm_str tw_demangle(struct cm_str name, char to[TW_DEMANGLED_MAX]);

#endif
