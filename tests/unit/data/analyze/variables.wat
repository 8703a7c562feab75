;; Static variables, and who writes to each: from the function that asks, on its way, besides, and through a pointer.
(module
  (type $plain (func))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (table 3 funcref)
  (elem (i32.const 1) $pointed $both)
  ;; At 2176 stands the address of the one at 2112.
  (data (i32.const 2048)
    "----------------------------------------------------------------"
    "----------------------------------------------------------------"
    "\40\08\00\00----------------------------------------------------")
  (func $start (export "_start") (call $main))
  (func $main
    (call $before)
    (i32.store (i32.const 2064) (i32.const 1))
    (call $asks)
    (loop (call $repeated))
    (call $twice)
    (call $twice)
    (call $both)
    (call $has-first)
    (call $has-second))
  (func $before (i32.store (i32.const 2080) (i32.const 1)))
  (func $asks
    (i32.store (i32.const 2048) (i32.load (i32.const 3400)))
    (i32.store (i32.const 2112) (i32.const 1))
    (i32.store (i32.const 3072) (i32.const 1))
    (call $helper))
  (func $helper
    (i32.store (i32.const 2096) (i32.const 1))
    (i32.store (i32.const 3136) (i32.const 1))
    (call_indirect (type $plain) (i32.const 1)))
  (func $pointed (i32.store (i32.const 2128) (i32.const 1)))
  (func $both)
  (func $repeated)
  (func $twice)
  ;; Two objects, whose addresses are handed on.
  (func $has-first (call $writes (i32.const 2192)))
  (func $has-second (call $writes (i32.const 2208)))
  (func $writes (param i32) (i32.store offset=8 (local.get 0) (i32.const 1)))
  (func $unreached (i32.store (i32.const 3400) (i32.const 1))))
