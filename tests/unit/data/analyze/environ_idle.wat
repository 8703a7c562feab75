;; The entries of the list are counted, and the number is used for nothing.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "outside" "use" (func $use (param i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  ;; The list's variable is at 39008.
  (func $fill
    (if (i32.load (i32.const 39008)) (then (return)))
    (drop (call $sizes (i32.const 39000) (i32.const 39004)))
    (drop (call $environ (i32.const 40000) (i32.const 50000)))
    (i32.store (i32.const 39008) (i32.const 40000)))
  (func (export "_start") (local $at i32) (local $count i32)
    (call $fill)
    (local.set $at (i32.load (i32.const 39008)))
    (loop $entries
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $entries (i32.load (i32.sub (local.get $at) (i32.const 4)))))
    (local.set $count (i32.const 7))
    (call $use (local.get $count)))
)
