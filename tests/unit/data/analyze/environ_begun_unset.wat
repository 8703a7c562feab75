;; The module of environ.wat, with flags behind the data that choose names, and are only come to by addresses that are handed on: one that nobody
;; sets, beside one that is set on some way.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (data (i32.const 1024) "FIRST\00\00\00SECOND\00\00THIRD\00\00\00LATER\00\00\00NEVER\00\00\00")
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
  (func $is-set (param $flag i32) (result i32) (i32.load8_u (local.get $flag)))
  (func $set (param $flag i32) (i32.store8 (local.get $flag) (i32.const 1)))
  (func $first (result i32)
    (select (i32.const 1040) (i32.const 1024) (call $is-set (i32.const 44000))))
  (func $second (result i32)
    (select (i32.const 1048) (i32.const 1032) (call $is-set (i32.const 44001))))
  (func (export "_start")
    (if (call $sizes (i32.const 39000) (i32.const 39004)) (then (call $set (i32.const 44001))))
    (drop (call $getenv (call $first)))
    (drop (call $getenv (call $second))))
)
