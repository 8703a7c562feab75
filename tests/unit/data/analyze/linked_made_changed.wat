;; The same, but the object is changed after it was made, and called again elsewhere perhaps.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (type $method (func (param i32) (result i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (table 3 3 funcref)
  (elem (i32.const 1) func $drop $ask)
  (data (i32.const 1024) "HOME_PORT\00BERTH\00")
  ;; A table of methods: what drops the object, its size and alignment, the method.
  (data (i32.const 2048) "\01\00\00\00\04\00\00\00\04\00\00\00\02\00\00\00")
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
  (func $drop (param i32))
  (func $ask (param i32) (result i32)
    (call $getenv (i32.load (local.get 0))))
  ;; Calls the method of the object that a pair of pointers leads to. It is exported, too, so that nothing is known of some pairs.
  (func $use (export "use") (param i32) (result i32)
    (call_indirect (type $method)
      (i32.load (local.get 0)) (i32.load offset=12 (i32.load offset=4 (local.get 0)))))
  (func (export "_start") (local i32)
    (global.set $sp (local.tee 0 (i32.sub (global.get $sp) (i32.const 32))))
    (i32.store (local.get 0) (i32.const 1024))
    (i32.store offset=12 (local.get 0) (i32.const 2048))
    (i32.store offset=8 (local.get 0) (local.get 0))
    (drop (call $use (i32.add (local.get 0) (i32.const 8))))
    (i32.store (local.get 0) (i32.const 1034))
    (global.set $sp (i32.add (local.get 0) (i32.const 32)))))
