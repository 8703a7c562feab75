;; An application that keeps values in a store; and asks for the handle's type from a package of types.
(component
  (import "demo:base/types@0.1.0" (instance $types
    (export "handle" (type (sub resource)))))
  (alias export $types "handle" (type $handle))
  (import "demo:kv/store@0.2.3" (instance $store
    (alias outer 1 $handle (type $outside))
    (export "handle" (type $t (eq $outside)))
    (export "get" (func (param "key" string) (param "of" (borrow $t)) (result u32)))))
  (core module $code
    (func (export "run") (result i32) (i32.const 1)))
  (core instance $main (instantiate $code))
  (func $run (result u32) (canon lift (core func $main "run")))
  (export "run" (func $run)))
