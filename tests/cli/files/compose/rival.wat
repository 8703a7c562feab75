;; The same, and asks of the interface that the greeter imports something else.
(component
  (import "demo:kv/count@1.0.0" (instance (export "next" (func (param "by" string) (result u32)))))
  (core module $m
    (memory (export "memory") 1)
    (func (export "f") (param i32 i32) (result i32) local.get 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 8))
  (core instance $c (instantiate $m))
  (func $f (param "name" string) (result u32)
    (canon lift (core func $c "f") (memory $c "memory") (realloc (func $c "realloc"))))
  (export "hello" (func $f))
  (export "greet" (func $f)))
