;; A lookup that stands in a table beside a function that prints: a call by a number that nobody knows, with a text that is no name.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "outside" "use" (func $use (param i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (data (i32.const 1024) "REEF\00 out of bounds: \00")
  (type $of_text (func (param i32) (result i32)))
  (table funcref (elem $getenv $print))
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
  (func $print (param $text i32) (result i32) (call $use (local.get $text)) (i32.const 0))
  (func (export "say") (param $which i32)
    (drop (call_indirect (type $of_text) (i32.const 1029) (local.get $which))))
  (func (export "_start")
    (call $use (call $getenv (i32.const 1024))))
)
