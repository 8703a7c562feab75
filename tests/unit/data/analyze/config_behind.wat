;; Tables of names whose lengths code may change, with other texts behind them: these are no keys.
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
    (data (i32.const 16) "onetwonotnor")
    (data (i32.const 32) "\10\00\00\00\03\00\00\00\13\00\00\00\03\00\00\00\16\00\00\00\03\00\00\00\19\00\00\00\03\00\00\00")
    (data (i32.const 64) "\02\00\00\00")
    (func $writes (param i32 i32) (i32.store (local.get 0) (local.get 1)))
    (func (export "before") (param i32) (call $writes (i32.const 64) (local.get 0)))
    ;; A condition is decided in each round, but it is not the one that ends the loop.
    (func $ask (param i32)
      (if (local.get 0) (then (call $get (i32.load (local.get 0)) (i32.load offset=4 (local.get 0)) (i32.const 1024)))))
    (func (export "run") (local i32)
      (block
        (loop
          (block
            (br_if 0 (i32.ge_u (local.get 0) (i32.load (i32.const 64))))
            (br_if 2 (i32.eqz (i32.const 32)))
            (call $ask (i32.add (i32.const 32) (i32.shl (local.get 0) (i32.const 3))))
            (local.set 0 (i32.add (local.get 0) (i32.const 1)))
            (br 1))
          (if (i32.load8_u (i32.const 1024)) (then (i32.store (i32.const 1028) (i32.const 0))))))))
  (core instance $main (instantiate $main-module
    (with "libc" (instance $libc))
    (with "store" (instance (export "get" (func $get))))))
  (func $before (param "p0" u32) (canon lift (core func $main "before")))
  (export "before" (func $before))
  (func $run (canon lift (core func $main "run")))
  (export "run" (func $run)))
