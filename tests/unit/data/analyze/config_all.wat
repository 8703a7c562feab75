;; The whole list is asked for.
(component
  (import "wasi:config/store@0.2.0-rc.1" (instance $store
    (export "get" (func (param "key" string) (result (option string))))
    (export "get-all" (func (result (list (tuple string string)))))))
  (core module $libc-module
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192)))
  (core instance $libc (instantiate $libc-module))
  (core func $get (canon lower (func $store "get") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core func $all (canon lower (func $store "get-all") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core module $main-module
    (import "libc" "memory" (memory 1))
    (import "store" "get" (func $get (param i32 i32 i32)))
    (import "store" "get-all" (func $all (param i32)))
    (global $sp (mut i32) (i32.const 4096))
    (func (export "all") (call $all (i32.const 1024))))
  (core instance $main (instantiate $main-module
    (with "libc" (instance $libc))
    (with "store" (instance (export "get" (func $get)) (export "get-all" (func $all))))))
  (func $all (canon lift (core func $main "all")))
  (export "all" (func $all)))
