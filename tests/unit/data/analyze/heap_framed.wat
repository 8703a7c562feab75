;; A span of an array in the frame, its start and length copied at once, through which a loop goes. Each variable is a
;; pointer to a text.
(module
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (data (i32.const 2048)
    "\70\08\00\00------------\70\08\00\00------------\70\08\00\00------------\70\08\00\00------------"
    "----------------------------------------------------FIRST\00")
  (func (export "_start") (local $frame i32) (local $at i32)
    (global.set $sp (local.tee $frame (i32.sub (global.get $sp) (i32.const 48))))
    (i32.store (local.get $frame) (i32.const 2048))
    (i32.store offset=4 (local.get $frame) (i32.const 2064))
    (i32.store offset=8 (local.get $frame) (i32.const 2080))
    (i32.store offset=16 (local.get $frame) (local.get $frame))
    (i32.store offset=20 (local.get $frame) (i32.const 2))
    (i64.store offset=32 (local.get $frame) (i64.load offset=16 (local.get $frame)))
    (local.set $at (i32.load offset=32 (local.get $frame)))
    (loop $next
      (i32.store (i32.load (local.get $at)) (i32.const 2160))
      (br_if $next
        (i32.ne
          (local.tee $at (i32.add (local.get $at) (i32.const 4)))
          (i32.add (i32.load offset=32 (local.get $frame)) (i32.shl (i32.load offset=36 (local.get $frame)) (i32.const 2))))))
    (drop (i32.load (i32.const 2096)))
    (global.set $sp (i32.add (local.get $frame) (i32.const 48)))))
