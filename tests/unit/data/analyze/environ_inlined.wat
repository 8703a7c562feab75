;; A lookup that was inlined four times: with a constant, with what a variable holds, and with what a caller gives, be it with its end.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "outside" "use" (func $use (param i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (data (i32.const 1024) "HARBOUR\00PILOT\00TUG\00\00\00\08\04\00\00DINGHY\00")
  ;; The list's variable is at 39008.
  (func $fill
    (if (i32.load (i32.const 39008)) (then (return)))
    (drop (call $sizes (i32.const 39000) (i32.const 39004)))
    (drop (call $environ (i32.const 40000) (i32.const 50000)))
    (i32.store (i32.const 39008) (i32.const 40000)))
  (func $constant (local $at i32) (local $entry i32) (local $left i32)
    (call $fill)
    (local.set $at (i32.load (i32.const 39008)))
    (block $found (result i32)
      (loop $entries
        (if (local.tee $entry (i32.load (local.get $at)))
          (then
            (local.set $left (i32.const 1024))
            (block $differs
              (loop $letters
                (if (i32.eqz (i32.load8_u (local.get $left)))
                  (then
                    (br_if $differs (i32.ne (i32.load8_u (local.get $entry)) (i32.const 61)))
                    (br $found (i32.add (local.get $entry) (i32.const 1)))))
                (br_if $differs (i32.ne (i32.load8_u (local.get $left)) (i32.load8_u (local.get $entry))))
                (local.set $entry (i32.add (local.get $entry) (i32.const 1)))
                (local.set $left (i32.add (local.get $left) (i32.const 1)))
                (br $letters)))
            (local.set $at (i32.add (local.get $at) (i32.const 4)))
            (br $entries))))
      (i32.const 0))
    (call $use))
  (func $held (local $at i32) (local $entry i32) (local $left i32)
    (call $fill)
    (local.set $at (i32.load (i32.const 39008)))
    (block $found (result i32)
      (loop $entries
        (if (local.tee $entry (i32.load (local.get $at)))
          (then
            (local.set $left (i32.load (i32.const 1044)))
            (block $differs
              (loop $letters
                (if (i32.eqz (i32.load8_u (local.get $left)))
                  (then
                    (br_if $differs (i32.ne (i32.load8_u (local.get $entry)) (i32.const 61)))
                    (br $found (i32.add (local.get $entry) (i32.const 1)))))
                (br_if $differs (i32.ne (i32.load8_u (local.get $left)) (i32.load8_u (local.get $entry))))
                (local.set $entry (i32.add (local.get $entry) (i32.const 1)))
                (local.set $left (i32.add (local.get $left) (i32.const 1)))
                (br $letters)))
            (local.set $at (i32.add (local.get $at) (i32.const 4)))
            (br $entries))))
      (i32.const 0))
    (call $use))
  (func $given (param $name i32) (local $at i32) (local $entry i32) (local $left i32)
    (call $fill)
    (local.set $at (i32.load (i32.const 39008)))
    (block $found (result i32)
      (loop $entries
        (if (local.tee $entry (i32.load (local.get $at)))
          (then
            (local.set $left (local.get $name))
            (block $differs
              (loop $letters
                (if (i32.eqz (i32.load8_u (local.get $left)))
                  (then
                    (br_if $differs (i32.ne (i32.load8_u (local.get $entry)) (i32.const 61)))
                    (br $found (i32.add (local.get $entry) (i32.const 1)))))
                (br_if $differs (i32.ne (i32.load8_u (local.get $left)) (i32.load8_u (local.get $entry))))
                (local.set $entry (i32.add (local.get $entry) (i32.const 1)))
                (local.set $left (i32.add (local.get $left) (i32.const 1)))
                (br $letters)))
            (local.set $at (i32.add (local.get $at) (i32.const 4)))
            (br $entries))))
      (i32.const 0))
    (call $use))
  (func $ended (param $name i32) (param $end i32) (local $at i32) (local $entry i32) (local $left i32)
    (call $fill)
    (if (i32.load8_u (local.get $end)) (then (return)))
    (block $found (result i32)
      (local.set $at (i32.load (i32.const 39008)))
      (loop $entries
        (if (local.tee $entry (i32.load (local.get $at)))
          (then
            (local.set $left (local.get $name))
            (block $differs
              (loop $letters
                (if (i32.eq (local.get $left) (local.get $end))
                  (then
                    (br_if $differs (i32.ne (i32.load8_u (local.get $entry)) (i32.const 61)))
                    (br $found (i32.add (local.get $entry) (i32.const 1)))))
                (br_if $differs (i32.ne (i32.load8_u (local.get $left)) (i32.load8_u (local.get $entry))))
                (local.set $entry (i32.add (local.get $entry) (i32.const 1)))
                (local.set $left (i32.add (local.get $left) (i32.const 1)))
                (br $letters)))
            (local.set $at (i32.add (local.get $at) (i32.const 4)))
            (br $entries))))
      (i32.const 0))
    (call $use))
  (func (export "_start")
    (call $constant)
    (call $held)
    (call $given (i32.const 1038))
    (call $ended (i32.const 1048) (i32.const 1054)))
)
