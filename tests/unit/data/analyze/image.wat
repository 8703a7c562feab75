;; Data segments: later ones win, gaps are zeros, passive ones count where they are put at a constant address.
(module
  (memory 1)
  (data (i32.const 32) "0123456789")
  (data (i32.const 28) "abcdef")
  (data (i32.const 36) "XY")
  (data $passive "passive")
  (data (i32.const 80) "end")
  (func (export "run") (memory.init $passive (i32.const 64) (i32.const 2) (i32.const 3)))
)
