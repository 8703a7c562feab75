;; A list in the data is walked by a function that calls itself; a function that takes all variables away asks for none.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "outside" "use" (func $use (param i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (data (i32.const 1024) "REEF\00SHOAL\00SPIT\00\00\04\00\00\18\04\00\00\05\04\00\00\20\04\00\00\0b\04\00\00\00\00\00\00")
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
  (func $forget (param $entry i32) (i32.store8 (local.get $entry) (i32.const 0)))
  (func $clear (local $at i32)
    (call $fill)
    (local.set $at (i32.load (i32.const 39008)))
    (i32.store (i32.const 39008) (i32.const 39016))
    (loop $entries
      (if (i32.load (local.get $at))
        (then
          (call $forget (i32.load (local.get $at)))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br $entries)))))
  (func $walk (param $node i32)
    (if (i32.eqz (local.get $node)) (then (return)))
    (call $use (call $getenv (i32.load (local.get $node))))
    (call $walk (i32.load offset=4 (local.get $node))))
  (func (export "_start")
    (call $walk (i32.const 1040))
    (call $clear))
)
