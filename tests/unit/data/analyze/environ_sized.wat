;; The module of environ.wat. Names of several lengths are copied into blocks as long as they are.
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
  (global $heap (mut i32) (i32.const 60000))
  (func $malloc (param i32) (result i32) (local i32)
    (local.set 1 (global.get $heap))
    (global.set $heap (i32.add (local.get 1) (i32.and (i32.add (local.get 0) (i32.const 7)) (i32.const -8))))
    (local.get 1))
  (func (export "ask") (param $which i32) (local $name i32) (local $size i32) (local $copy i32)
    (local.set $name (select (i32.const 1024) (i32.const 1032) (local.get $which)))
    (local.set $size (select (i32.const 5) (i32.const 6) (local.get $which)))
    (local.set $copy (call $malloc (i32.add (local.get $size) (i32.const 1))))
    (memory.copy (local.get $copy) (local.get $name) (local.get $size))
    (i32.store8 (i32.add (local.get $copy) (local.get $size)) (i32.const 0))
    (drop (call $getenv (local.get $copy)))
    ;; What lies behind what was written is what was there before.
    (local.set $copy (call $malloc (i32.const 8)))
    (i64.store (local.get $copy) (i64.load (i32.const 1040)))
    (memory.fill (i32.add (local.get $copy) (i32.const 5)) (i32.const 83) (select (i32.const 1) (i32.const 2) (local.get $which)))
    (drop (call $getenv (local.get $copy))))
)
