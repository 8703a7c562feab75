;; A store whose keys are numbers.
(component
  (import "demo:base/types@0.1.0" (instance $types
    (export "handle" (type $handle (sub resource)))
    (export "[method]handle.name" (func (param "self" (borrow $handle)) (result u32)))))
  (alias export $types "handle" (type $handle))
  (core module $code
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "get") (param i32 i32) (result i32) (i32.const 7)))
  (core instance $main (instantiate $code))
  (func $get (param "key" u32) (param "of" (borrow $handle)) (result u32)
    (canon lift (core func $main "get") (memory (core memory $main "memory")) (realloc (core func $main "realloc"))))
  (component $interface
    (import "handle" (type $handle (sub resource)))
    (import "get" (func $get (param "key" u32) (param "of" (borrow $handle)) (result u32)))
    (export $exported "handle" (type $handle))
    (export "get" (func $get) (func (param "key" u32) (param "of" (borrow $exported)) (result u32))))
  (instance $store (instantiate $interface (with "handle" (type $handle)) (with "get" (func $get))))
  (export "demo:kv/store@0.2.6" (instance $store)))
