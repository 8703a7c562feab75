;; Position independent code, bound to one place.
(module
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (global $memory_base i32 (i32.const 0))
  (global $table_base i32 (i32.const 1))
  (global $variable i32 (i32.const 4100))
  (func (export "sums") (local i32)
    (drop (i32.add (global.get $memory_base) (i32.const 4096)))
    (drop (i32.add (i32.const 5) (global.get $table_base)))
    (drop (global.get $variable))
    (drop (i32.add (local.tee 0 (global.get $memory_base)) (i32.const 4104)))
    (drop (i32.sub (global.get $variable) (i32.const 4)))
    (drop (i32.add (global.get $sp) (i32.const 16)))))
