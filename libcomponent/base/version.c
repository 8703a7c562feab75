// The version, and the features of the specification.
//
// One table, printed by `tidewaiter --version` and open to programs that embed the library, so that "does it know streams?"
// has one answer. A row is added by the change that teaches the reader the feature.
//
// Spec: WebAssembly/component-model, Explainer.md "Gated Features"; WebAssembly core 3.0 and its proposals.

#include <component/version.h>
#include <stddef.h>

static const struct cm_capability features[] = {
    {"core-3.0", "core modules: SIMD, bulk memory, reference types, tail calls, exceptions, GC, memory64, multi-memory"},
    {"relaxed-simd", "core modules: relaxed SIMD"},
    {"threads", "core modules: shared memories and atomics"},
    {"wide-arithmetic", "core modules: 128-bit addition and multiplication"},
    {"component-0x0d", "components: binary version 0x0d, nested components, resources, aliases, start, values"},
    {"async", "components: async functions, tasks, subtasks, waitable sets, thread built-ins"},
    {"streams", "components: stream, future and error-context types and their built-ins"},
    {"fixed-length-lists", "components: lists of a fixed length"},
    {"maps", "components: map types"},
    {"implements", "components: implements, versionsuffix and external-id in extern names"},
    {"wasi-preview1", "interfaces: wasi_snapshot_preview1"},
    {"wasi-0.2", "interfaces: WASI 0.2"},
    {"wasi-0.3", "interfaces: WASI 0.3"},
    {NULL, NULL},
};

const char *cm_version(void) { return CM_VERSION; }

const struct cm_capability *cm_capabilities(void) { return features; }
