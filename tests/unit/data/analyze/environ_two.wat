;; One walk over the list that compares each entry with two names: to have seen that it looks up one is not to have seen all.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "outside" "use" (func $use (param i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (data (i32.const 1024) "HARBOUR\00PILOT\00")
  ;; The list's variable is at 39008.
  (func $fill
    (if (i32.load (i32.const 39008)) (then (return)))
    (drop (call $sizes (i32.const 39000) (i32.const 39004)))
    (drop (call $environ (i32.const 40000) (i32.const 50000)))
    (i32.store (i32.const 39008) (i32.const 40000)))
  (func $differs (param $entry i32) (param $name i32) (param $size i32) (result i32)
    (loop $letters (result i32)
      (if (result i32) (local.get $size)
        (then
          (if (i32.ne (i32.load8_u (local.get $entry)) (i32.load8_u (local.get $name))) (then (return (i32.const 1))))
          (local.set $entry (i32.add (local.get $entry) (i32.const 1)))
          (local.set $name (i32.add (local.get $name) (i32.const 1)))
          (local.set $size (i32.sub (local.get $size) (i32.const 1)))
          (br $letters))
        (else (i32.ne (i32.load8_u (local.get $entry)) (i32.const 61))))))
  (func (export "_start") (local $at i32) (local $entry i32) (local $left i32)
    (call $fill)
    (local.set $at (i32.load (i32.const 39008)))
    (loop $entries
      (if (local.tee $entry (i32.load (local.get $at)))
        (then
          (if (i32.eqz (call $differs (local.get $entry) (i32.const 1024) (i32.const 7)))
            (then (call $use (i32.add (local.get $entry) (i32.const 8)))))
          (if (i32.eqz (call $differs (local.get $entry) (i32.const 1032) (i32.const 5)))
            (then (local.set $left (i32.add (local.get $entry) (i32.const 6)))))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br $entries))))
    (call $use (local.get $left)))
)
