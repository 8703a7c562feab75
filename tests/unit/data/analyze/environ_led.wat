;; The module of environ.wat, and a helper that puts in front of a name what a variable leads to, once it does.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (data (i32.const 1024) "HOME_PORT\00BERTH\00OLD_\00QUAY\00")
  ;; pointers at 40000, text at 50000, counts at 39000
  (func $getenv (param i32) (result i32) (local i32 i32 i32)
    (drop (call $sizes (i32.const 39000) (i32.const 39004)))
    (drop (call $environ (i32.const 40000) (i32.const 50000)))
    (block $none
      (loop $entries
        (br_if $none (i32.ge_u (local.get 1) (i32.load (i32.const 39000))))
        (local.set 2 (i32.load (i32.add (i32.const 40000) (i32.shl (local.get 1) (i32.const 2)))))
        (local.set 3 (local.get 0))
        (block $differs
          (loop $letters
            (if (i32.eqz (i32.load8_u (local.get 3)))
              (then
                (br_if $differs (i32.ne (i32.load8_u (local.get 2)) (i32.const 61)))
                (return (i32.add (local.get 2) (i32.const 1)))))
            (br_if $differs (i32.ne (i32.load8_u (local.get 3)) (i32.load8_u (local.get 2))))
            (local.set 2 (i32.add (local.get 2) (i32.const 1)))
            (local.set 3 (i32.add (local.get 3) (i32.const 1)))
            (br $letters)))
        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (br $entries)))
    (i32.const 0))
  ;; Made at 3100.
  (func $prefixed (param i32) (result i32) (local i32 i32 i32)
    (local.set 1 (i32.load (i32.const 3000)))
    (local.set 2 (i32.const 3100))
    (if (i32.eqz (local.get 1)) (then (return (call $getenv (local.get 0)))))
    (block $end
      (loop $letters
        (br_if $end (i32.eqz (local.tee 3 (i32.load8_u (local.get 1)))))
        (i32.store8 (local.get 2) (local.get 3))
        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (local.set 2 (i32.add (local.get 2) (i32.const 1)))
        (br $letters)))
    (loop $rest
      (i32.store8 (local.get 2) (local.tee 3 (i32.load8_u (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (local.set 2 (i32.add (local.get 2) (i32.const 1)))
      (br_if $rest (local.get 3)))
    (call $getenv (i32.const 3100)))
  (func (export "_start")
    (drop (call $getenv (i32.const 1024)))
    (i32.store (i32.const 3000) (i32.const 1040))
    (drop (call $prefixed (i32.const 1034)))
    (drop (call $prefixed (i32.const 1045))))
)
