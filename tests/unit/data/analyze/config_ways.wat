;; A key that comes to the call by a short way, and another that comes there by a longer one: who knows both is asked for the second, too. A
;; helper with a default that no caller has it take.
(component
  (import "wasi:config/store@0.2.0-rc.1" (instance $store
    (export "get" (func (param "key" string) (result (option string))))))
  (core module $libc-module
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192)))
  (core instance $libc (instantiate $libc-module))
  (core func $get (canon lower (func $store "get") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core module $main-module
    (import "libc" "memory" (memory 1))
    (import "store" "get" (func $get (param i32 i32 i32)))
    (data (i32.const 16) "near")
    (data (i32.const 32) "far")
    (data (i32.const 48) "none")
    (func $ask (param i32 i32) (call $get (local.get 0) (local.get 1) (i32.const 1024)))
    (func $third (param i32) (call $ask (local.get 0) (i32.const 3)))
    (func $second (param i32) (call $third (local.get 0)))
    (func $first (param i32) (call $second (local.get 0)))
    (func $both (param i32 i32) (call $ask (local.get 0) (i32.const 4)) (call $first (local.get 1)))
    (func $over (param i32 i32) (call $both (local.get 0) (local.get 1)))
    (func $defaulted (param i32)
      (if (i32.eqz (local.get 0)) (then (local.set 0 (i32.const 48))))
      (call $ask (local.get 0) (i32.const 4)))
    (func (export "run")
      (call $defaulted (i32.const 16))
      (call $over (i32.const 16) (i32.const 32))))
  (core instance $main (instantiate $main-module
    (with "libc" (instance $libc))
    (with "store" (instance (export "get" (func $get))))))
  (func $run (canon lift (core func $main "run")))
  (export "run" (func $run)))
