;; A name that some code may write over, which a run does not come by; and one that is made of the time, and another one in each run.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "outside" "ask" (func $ask (result i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (data (i32.const 1024) "GUST\00\00\00\00AT_0\00")
  (func $fill
    (if (i32.load (i32.const 39012)) (then (return)))
    (i32.store (i32.const 39012) (i32.const 1))
    (drop (call $sizes (i32.const 39000) (i32.const 39004)))
    (drop (call $environ (i32.const 40000) (i32.const 50000)))
    (i32.store (i32.const 39008) (i32.const 40000)))
  (func $getenv (param $name i32) (result i32) (local $at i32) (local $entry i32) (local $left i32)
    (call $fill)
    (local.set $at (i32.load (i32.const 39008)))
    (loop $entries
      (if (local.tee $entry (i32.load (local.get $at)))
        (then
          (local.set $left (local.get $name))
          (block $differs
            (loop $letters
              (if (i32.eqz (i32.load8_u (local.get $left)))
                (then
                  (br_if $differs (i32.ne (i32.load8_u (local.get $entry)) (i32.const 61)))
                  (return (i32.add (local.get $entry) (i32.const 1)))))
              (br_if $differs (i32.ne (i32.load8_u (local.get $left)) (i32.load8_u (local.get $entry))))
              (local.set $entry (i32.add (local.get $entry) (i32.const 1)))
              (local.set $left (i32.add (local.get $left) (i32.const 1)))
              (br $letters)))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br $entries))))
    (i32.const 0))
  (func $overwrite (i32.store8 (i32.const 1024) (i32.add (i32.const 66) (call $ask))))
  (func $stamp
    (drop (call $clock (i32.const 0) (i64.const 1) (i32.const 38000)))
    (i32.store8 (i32.const 1035) (i32.add (i32.const 48) (i32.and (i32.load offset=4 (i32.const 38000)) (i32.const 63)))))
  (func $ask_gust (drop (call $getenv (i32.const 1024))))
  (func $ask_stamp (drop (call $getenv (i32.const 1032))))
  (func (export "_start")
    (if (call $ask) (then (call $overwrite)))
    (call $ask_gust)
    (call $stamp)
    (call $ask_stamp))
)
