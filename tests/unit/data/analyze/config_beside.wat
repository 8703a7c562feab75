;; A helper that goes on to ask for what another one gave, called twice by one function: each of its calls is undecided, and of the names that it is given
;; no one is the only one.
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
    (data (i32.const 48) "alone")
    (func $ask (param i32 i32)
      (loop
        (call $get (local.get 0) (local.get 1) (i32.const 1024))
        (local.set 0 (i32.load offset=1028 (i32.const 0)))
        (local.set 1 (i32.load offset=1032 (i32.const 0)))
        (br_if 0 (i32.load8_u offset=1024 (i32.const 0)))))
    (func (export "run")
      (call $get (i32.const 48) (i32.const 5) (i32.const 1024))
      (call $ask (i32.const 16) (i32.const 4))
      (call $ask (i32.const 32) (i32.const 3))))
  (core instance $main (instantiate $main-module
    (with "libc" (instance $libc))
    (with "store" (instance (export "get" (func $get))))))
  (func $run (canon lift (core func $main "run")))
  (export "run" (func $run)))
