// The crates that a Rust program was built of, where cargo-auditable has noted them.
//
// cargo-auditable leaves a custom section `.dep-v0` in the core module: a JSON document, compressed with zlib.
// Spec: https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md
#ifndef TW_MANIFEST_CRATES_H
#define TW_MANIFEST_CRATES_H

#include <component/arena.h>

struct tw_crate {
  struct cm_str name, version, source;  // source: "crates.io", "git", "local", "registry", or a URL
  bool build;                           // only needed to build: build scripts, macros
  bool root;                            // the program itself
  size_t first;                         // the first one of this name and version; its own index, where it is that one
  size_t dependency_count;
  const size_t *dependencies;  // indices of such first ones, without duplicates
};

// Reads the contents of a `.dep-v0` section. `*message` says what is wrong with one that cannot be read; NULL when it was. Nothing of
// a broken section is given. False: no memory.
bool tw_crates_read(struct cm_arena *arena, struct cm_span section, struct tw_crate **crates, size_t *count, const char **message);

#endif
