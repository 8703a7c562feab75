;; The array of pointers is a variable of its own, and all that it leads to is written.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "outside" "write" (func $write (param i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (func (export "_start") (local $i i32)
    (drop (call $sizes (i32.const 39000) (i32.const 39004)))
    (drop (call $environ (i32.const 40000) (i32.const 50000)))
    (loop $entries
      (if (i32.lt_u (local.get $i) (i32.load (i32.const 39000)))
        (then
          (call $write (i32.load offset=40000 (i32.shl (local.get $i) (i32.const 2))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $entries)))))
)
