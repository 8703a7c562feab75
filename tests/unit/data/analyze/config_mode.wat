;; Which key is asked for depends on variables that another export sets.
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
    (global $mode (mut i32) (i32.const 0))
    (data (i32.const 16) "key-a|key-b|key-c|key-d")
    (data (i32.const 64) "\01\00\00\00")
    (func (export "set") (i32.store (i32.const 64) (i32.const 0)) (global.set $mode (i32.const 1)))
    (func (export "ask")
      (if (i32.load (i32.const 64))
        (then (call $get (i32.const 16) (i32.const 5) (i32.const 1024)))
        (else (call $get (i32.const 22) (i32.const 5) (i32.const 1024))))
      (if (global.get $mode)
        (then (call $get (i32.const 28) (i32.const 5) (i32.const 1024)))
        (else (call $get (i32.const 34) (i32.const 5) (i32.const 1024))))))
  (core instance $main (instantiate $main-module
    (with "libc" (instance $libc))
    (with "store" (instance (export "get" (func $get)) (export "get-all" (func $all))))))
  (func $set (canon lift (core func $main "set")))
  (export "set" (func $set))
  (func $ask (canon lift (core func $main "ask")))
  (export "ask" (func $ask)))
