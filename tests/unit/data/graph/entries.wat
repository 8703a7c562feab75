;; Everything that the outside can call: exports with all their options, starts, destructors.
(component $entries
  (core module $m
    (memory (export "memory") 1)
    (func (export "f") (param i32 i32) (result i32) (i32.const 0))
    (func (export "g") (result i32) (i32.const 0))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
    (func (export "post") (param i32))
    (func (export "callback") (param i32 i32 i32) (result i32) (i32.const 0))
    (func (export "drop") (param i32))
    (func $begin)
    (start $begin))
  (core instance $m (instantiate $m))
  (type $file (resource (rep i32) (dtor (core func $m "drop"))))
  (core func $new (canon resource.new $file))
  (core module $n
    (import "x" "start" (func $start (param i32 i32 i32) (result i32)))
    (import "x" "new" (func (param i32) (result i32)))
    (export "again" (func $start)))
  (core instance $n (instantiate $n (with "x" (instance
    (export "start" (func $m "callback")) (export "new" (func $new))))))
  (func $f (param "text" string) (result string)
    (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc")) (post-return (core func $m "post"))))
  (func $g async (canon lift (core func $m "g") async (callback (core func $n "again"))))
  (func $lifted-builtin (param "rep" u32) (result u32) (canon lift (core func $new)))
  (instance $api (export "f" (func $f)) (export "g" (func $g)))
  (export "api" (instance $api))
  (export "f" (func $f))
  (export "odd" (func $lifted-builtin)))
