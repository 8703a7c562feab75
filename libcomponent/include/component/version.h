// The version of this library, and what it knows of the specification.
#ifndef COMPONENT_VERSION_H
#define COMPONENT_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

// One feature of a specification that this library reads.
struct cm_capability {
  const char *name;  // as the specification's own flags and explainers call it
  const char *what;  // one line
};

// "0.1.0", the version of the library and of the program built with it.
const char *cm_version(void);

// All rows, in a fixed order, ended by one whose name is NULL.
const struct cm_capability *cm_capabilities(void);

#ifdef __cplusplus
}
#endif

#endif
