;; The function that asks is called through a table only.
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
    (type $asker (func (param i32 i32)))
    (table 2 2 funcref)
    (elem (i32.const 0) $ask $other)
    (data (i32.const 16) "by-table")
    (func $ask (param i32 i32) (call $get (local.get 0) (local.get 1) (i32.const 1024)))
    (func $other (param i32 i32))
    (func (export "run") (param i32) (call_indirect (type $asker) (i32.const 16) (i32.const 8) (local.get 0))))
  (core instance $main (instantiate $main-module
    (with "libc" (instance $libc))
    (with "store" (instance (export "get" (func $get)) (export "get-all" (func $all))))))
  (func $run (param "p0" u32) (canon lift (core func $main "run")))
  (export "run" (func $run)))
