;; Imports a function and an interface, exports a function.
(component
  (import "greet" (func $g (param "name" string) (result u32)))
  (import "demo:kv/count@1.0.0" (instance (export "next" (func (param "by" u32) (result u32)))))
  (export "run" (func $g)))
