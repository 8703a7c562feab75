;; The end of the key is what another one gave.
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
    (data (i32.const 16) "constant")
    (data (i32.const 192) "prefix-")
    (func (export "computed") (local i32)
      (global.set $sp (local.tee 0 (i32.sub (global.get $sp) (i32.const 32))))
      (memory.copy (local.get 0) (i32.const 192) (i32.const 7))
      (call $get (i32.const 16) (i32.const 8) (i32.add (local.get 0) (i32.const 16)))
      (i32.store8 offset=7 (local.get 0) (i32.load8_u offset=20 (local.get 0)))
      (call $get (local.get 0) (i32.const 8) (i32.const 1024))
      (global.set $sp (i32.add (local.get 0) (i32.const 32)))))
  (core instance $main (instantiate $main-module
    (with "libc" (instance $libc))
    (with "store" (instance (export "get" (func $get)) (export "get-all" (func $all))))))
  (func $computed (canon lift (core func $main "computed")))
  (export "computed" (func $computed)))
