;; A lookup that goes through the list by itself, and one that knows one name by an older one: made-up names that it is given it looks up.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (data (i32.const 1024) "HOME_PORT\00BERTH\00QUAY\00PLAIN\00")
  ;; The list's variable is at 39008.
  (func $fill
    (if (i32.load (i32.const 39008)) (then (return)))
    (drop (call $sizes (i32.const 39000) (i32.const 39004)))
    (drop (call $environ (i32.const 40000) (i32.const 50000)))
    (i32.store (i32.const 39008) (i32.const 40000)))
  (func $getenv (param i32) (result i32) (local i32 i32 i32)
    (call $fill)
    (local.set 1 (i32.load (i32.const 39008)))
    (loop $entries
      (if (local.tee 2 (i32.load (local.get 1)))
        (then
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
          (local.set 1 (i32.add (local.get 1) (i32.const 4)))
          (br $entries))))
    (i32.const 0))
  (func $renamed (param i32) (result i32) (local i32 i32 i32)
    (call $fill)
    (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 66)) (then (local.set 0 (i32.const 1040))))
    (local.set 1 (i32.load (i32.const 39008)))
    (loop $entries
      (if (local.tee 2 (i32.load (local.get 1)))
        (then
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
          (local.set 1 (i32.add (local.get 1) (i32.const 4)))
          (br $entries))))
    (i32.const 0))
  (func (export "_start")
    (drop (call $getenv (i32.const 1024)))
    (drop (call $renamed (i32.const 1034)))
    (drop (call $renamed (i32.const 1045))))
)
