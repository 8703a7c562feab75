;; The end of an entry's name is looked for; then its length is compared, and then its letters, by a function and one by one.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "outside" "use" (func $use (param i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (data (i32.const 1024) "CABLE")
  ;; The list's variable is at 39008.
  (func $fill
    (if (i32.load (i32.const 39008)) (then (return)))
    (drop (call $sizes (i32.const 39000) (i32.const 39004)))
    (drop (call $environ (i32.const 40000) (i32.const 50000)))
    (i32.store (i32.const 39008) (i32.const 40000)))
  (func $find (param $text i32) (param $byte i32) (result i32)
    (loop $letters
      (if (i32.eq (i32.load8_u (local.get $text)) (local.get $byte)) (then (return (local.get $text))))
      (if (i32.eqz (i32.load8_u (local.get $text))) (then (return (i32.const 0))))
      (local.set $text (i32.add (local.get $text) (i32.const 1)))
      (br $letters))
    (unreachable))
  (func $compare (param $a i32) (param $b i32) (param $size i32) (result i32)
    (loop $letters
      (if (i32.eqz (local.get $size)) (then (return (i32.const 0))))
      (if (i32.ne (i32.load8_u (local.get $a)) (i32.load8_u (local.get $b)))
        (then (return (i32.sub (i32.load8_u (local.get $a)) (i32.load8_u (local.get $b))))))
      (local.set $a (i32.add (local.get $a) (i32.const 1)))
      (local.set $b (i32.add (local.get $b) (i32.const 1)))
      (local.set $size (i32.sub (local.get $size) (i32.const 1)))
      (br $letters))
    (unreachable))
  (func (export "_start") (local $at i32) (local $entry i32) (local $sign i32)
    (call $fill)
    (local.set $at (i32.load (i32.const 39008)))
    (loop $entries
      (if (local.tee $entry (i32.load (local.get $at)))
        (then
          (if (local.tee $sign (call $find (local.get $entry) (i32.const 61)))
            (then
              (if (i32.eq (i32.sub (local.get $sign) (local.get $entry)) (i32.const 5))
                (then
                  (if (i32.eqz (call $compare (local.get $entry) (i32.const 1024) (i32.const 5)))
                    (then (call $use (i32.add (local.get $sign) (i32.const 1)))))))
              (if (i32.eq (i32.sub (local.get $sign) (local.get $entry)) (i32.const 2))
                (then
                  (if (i32.eq (i32.load16_u (local.get $entry)) (i32.const 0x5a59))
                    (then (call $use (i32.add (local.get $entry) (i32.const 3)))))))))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br $entries)))))
)
