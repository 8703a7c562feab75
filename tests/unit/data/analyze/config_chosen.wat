;; A key that the method of an object asks for, which was chosen together with its table of methods. And a place in a table that a choice bounds.
(component
  (import "wasi:config/store@0.2.0-rc.1" (instance $store
    (export "get" (func (param "key" string) (result (option string))))))
  (core module $libc-module
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192)))
  (core instance $libc (instantiate $libc-module))
  (core func $get (canon lower (func $store "get") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core module $main-module
    (type $method (func (param i32)))
    (import "libc" "memory" (memory 1))
    (import "store" "get" (func $get (param i32 i32 i32)))
    (table 4 4 funcref)
    (elem (i32.const 1) func $fixed $held $other)
    (data (i32.const 16) "key-a|key-b|key-c|key-d|key-e|key-f")
    ;; Two objects, of which the first one has a key, and tables of methods.
    (data (i32.const 64) "\10\00\00\00")
    (data (i32.const 96) "\00\00\00\00\02\00\00\00")
    (data (i32.const 112) "\00\00\00\00\01\00\00\00")
    ;; A table of keys.
    (data (i32.const 128) "\1c\00\00\00\22\00\00\00\28\00\00\00")
    (func $fixed (param i32) (call $get (i32.const 22) (i32.const 5) (i32.const 1024)))
    (func $held (param i32) (call $get (i32.load (local.get 0)) (i32.const 5) (i32.const 1024)))
    (func $other (param i32))
    (func (export "ask") (param i32) (local i32 i32)
      (if (local.get 0)
        (then (local.set 1 (i32.const 64)) (local.set 2 (i32.const 96)))
        (else (local.set 1 (i32.const 1)) (local.set 2 (i32.const 112))))
      (call_indirect (type $method) (local.get 1) (i32.load offset=4 (local.get 2)))
      (call $get
        (i32.load offset=128 (i32.shl
          (select (local.get 0) (i32.const 2) (i32.lt_u (local.get 0) (i32.const 2)))
          (i32.const 2)))
        (i32.const 5) (i32.const 1024))))
  (core instance $main (instantiate $main-module
    (with "libc" (instance $libc))
    (with "store" (instance (export "get" (func $get))))))
  (func $ask (param "p0" u32) (canon lift (core func $main "ask")))
  (export "ask" (func $ask)))
