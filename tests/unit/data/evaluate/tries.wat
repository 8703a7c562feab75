;; A helper that comes to its end in one place, and is too expensive in another one of the same function.
(module
  (memory 1)
  (global $sp (mut i32) (i32.const 4096))
  (func $count-down (param $at i32) (result i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
      (i32.store (local.get $at) (i32.sub (i32.load (local.get $at)) (i32.const 1)))
      (br_if $again (i32.load (local.get $at))))
    (local.get $sum))
  (func (export "ten") (result i32) (local $frame i32) (local $sum i32)
    (global.set $sp (local.tee $frame (i32.sub (global.get $sp) (i32.const 16))))
    (i32.store offset=12 (local.get $frame) (i32.const 4))
    (local.set $sum (call $count-down (i32.add (local.get $frame) (i32.const 12))))
    (i32.store offset=12 (local.get $frame) (i32.const 2000))
    (drop (call $count-down (i32.add (local.get $frame) (i32.const 12))))
    (global.set $sp (i32.add (local.get $frame) (i32.const 16)))
    (local.get $sum))
)
