// Named limits, in one place.
//
// Wide enough for real programs (a Go module has 30,000 data segments), narrow enough that hostile input meets a limit and not the
// machine's memory. Where engines agree on a number (https://webassembly.github.io/spec/js-api/#limits) it is theirs.
#ifndef COMPONENT_LIMITS_H
#define COMPONENT_LIMITS_H

enum {
  CM_LIMIT_NAME = 100000,  // bytes of a name

  // core modules
  CORE_LIMIT_SECTIONS = 1000000,  // custom ones too
  CORE_LIMIT_TYPES = 1000000,
  CORE_LIMIT_SUPERTYPES = 1,
  CORE_LIMIT_SUBTYPE_DEPTH = 63,
  CORE_LIMIT_FUNCTIONS = 1000000,
  CORE_LIMIT_IMPORTS = 1000000,
  CORE_LIMIT_EXPORTS = 1000000,
  CORE_LIMIT_GLOBALS = 1000000,
  CORE_LIMIT_ELEMENT_SEGMENTS = 100000,
  CORE_LIMIT_DATA_SEGMENTS = 100000,
  CORE_LIMIT_TABLES = 100,
  CORE_LIMIT_MEMORIES = 100,
  CORE_LIMIT_TAGS = 1000000,
  CORE_LIMIT_PARAMS = 1000,
  CORE_LIMIT_RESULTS = 1000,
  CORE_LIMIT_FIELDS = 10000,
  CORE_LIMIT_LOCALS = 50000,
  CORE_LIMIT_BODY = 7654321,        // bytes of a function body
  CORE_LIMIT_BLOCK_DEPTH = 100000,  // nested blocks in a body
  CORE_LIMIT_TABLE_ENTRIES = 10000000,
  CORE_LIMIT_CATCHES = 10000,
  CORE_LIMIT_OPERANDS = 1 << 24,  // on the stack of a body being validated
  CORE_LIMIT_ERRORS = 1000,       // told of a module

  // components
  CM_LIMIT_NESTING = 100,          // components and types within each other
  CM_LIMIT_DEFINITIONS = 1000000,  // items of one index space
  CM_LIMIT_TYPE_DECLARATIONS = 1000000,
  CM_LIMIT_FIELDS = 10000,  // of a record, cases of a variant, members of a tuple, of an enum
  CM_LIMIT_FLAGS = 1000,
  CM_LIMIT_PARAMS = 1000,
  CM_LIMIT_ARGUMENTS = 100000,    // of an instantiation
  CM_LIMIT_OPTIONS = 10,          // canonical options
  CM_LIMIT_TYPE_DEPTH = 100,      // value types within each other, once resolved
  CM_LIMIT_TYPE_SIZE = 1000000,   // nodes of a type, once resolved
  CM_LIMIT_VALUE_SIZE = 1 << 28,  // bytes that a value type takes in memory stay below it (Binary.md, "Type Definitions")
  CM_LIMIT_ERRORS = 1000,         // told of a component
  CM_LIMIT_TYPE_WORK = 10000000,  // nodes that are compared, copied and searched while a component is validated

  // the link view
  CM_LIMIT_GRAPH_INSTANCES = 100000,     // component and core instances together
  CM_LIMIT_GRAPH_DEFINITIONS = 4000000,  // definitions, imports and exports walked, over all instances
};

#endif
