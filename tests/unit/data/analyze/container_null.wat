;; The library of container.wat. The program asks the environment's container again where it is given more arguments than it is when it is
;; run: only there it gets that. Made to take that way, it has no container there.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
  (memory (export "memory") 4)
  (data (i32.const 1024) "TIDE_HEIGHT" "MOON_PHASE" "SPRING" "OWN_WORD" "NEAP")
  (global $stack (mut i32) (i32.const 65536))
  (global $heap (mut i32) (i32.const 70000))

  (func $take (param $size i32) (result i32)
    (global.get $heap)
    (global.set $heap (i32.and (i32.add (i32.add (global.get $heap) (local.get $size)) (i32.const 7)) (i32.const -8))))

  (func $number (param $text i32) (param $size i32) (result i32)
    (local $sum i32)
    (local.set $sum (i32.const 5381))
    (block $end
      (loop $next
        (br_if $end (i32.eqz (local.get $size)))
        (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 33)) (i32.load8_u (local.get $text))))
        (local.set $text (i32.add (local.get $text) (i32.const 1)))
        (local.set $size (i32.sub (local.get $size) (i32.const 1)))
        (br $next)))
    (local.get $sum))

  (func $equal (param $a i32) (param $a_size i32) (param $b i32) (param $b_size i32) (result i32)
    (if (i32.ne (local.get $a_size) (local.get $b_size)) (then (return (i32.const 0))))
    (block $end
      (loop $next
        (br_if $end (i32.eqz (local.get $a_size)))
        (if (i32.ne (i32.load8_u (local.get $a)) (i32.load8_u (local.get $b))) (then (return (i32.const 0))))
        (local.set $a (i32.add (local.get $a) (i32.const 1)))
        (local.set $b (i32.add (local.get $b) (i32.const 1)))
        (local.set $a_size (i32.sub (local.get $a_size) (i32.const 1)))
        (br $next)))
    (i32.const 1))

  ;; A container: rows (256 of 16 bytes), nothing else.
  (func $row (param $map i32) (param $text i32) (param $size i32) (result i32)
    (local $at i32) (local $row i32)
    (local.set $at (call $number (local.get $text) (local.get $size)))
    (loop $next
      (local.set $row
        (i32.add (i32.load (local.get $map)) (i32.shl (i32.and (local.get $at) (i32.const 255)) (i32.const 4))))
      (if (i32.eqz (i32.load (local.get $row))) (then (return (local.get $row))))
      (if (call $equal (i32.load (local.get $row)) (i32.load offset=4 (local.get $row)) (local.get $text) (local.get $size))
        (then (return (local.get $row))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next))
    (unreachable))

  (func $put (param $map i32) (param $text i32) (param $size i32) (param $value i32) (param $value_size i32)
    (local $row i32) (local $copy i32)
    (local.set $row (call $row (local.get $map) (local.get $text) (local.get $size)))
    (if (i32.eqz (i32.load (local.get $row)))
      (then
        (local.set $copy (call $take (local.get $size)))
        (memory.copy (local.get $copy) (local.get $text) (local.get $size))
        (i32.store offset=4 (local.get $row) (local.get $size))
        (i32.store (local.get $row) (local.get $copy))))
    (local.set $copy (call $take (local.get $value_size)))
    (memory.copy (local.get $copy) (local.get $value) (local.get $value_size))
    (i32.store offset=12 (local.get $row) (local.get $value_size))
    (i32.store offset=8 (local.get $row) (local.get $copy)))

  ;; 0: it is not there.
  (func $get (param $map i32) (param $text i32) (param $size i32) (result i32)
    (i32.load offset=8 (call $row (local.get $map) (local.get $text) (local.get $size))))

  (func $until (param $text i32) (param $byte i32) (result i32)
    (local $size i32)
    (block $end
      (loop $next
        (br_if $end (i32.eq (i32.load8_u (i32.add (local.get $text) (local.get $size))) (local.get $byte)))
        (local.set $size (i32.add (local.get $size) (i32.const 1)))
        (br $next)))
    (local.get $size))

  (func $fill (param $map i32)
    (local $list i32) (local $texts i32) (local $count i32) (local $line i32) (local $name i32)
    (global.set $stack (i32.sub (global.get $stack) (i32.const 16)))
    (drop (call $sizes (global.get $stack) (i32.add (global.get $stack) (i32.const 4))))
    (local.set $count (i32.load (global.get $stack)))
    (local.set $list (call $take (i32.shl (local.get $count) (i32.const 2))))
    (local.set $texts (call $take (i32.load offset=4 (global.get $stack))))
    (drop (call $environ (local.get $list) (local.get $texts)))
    (block $end
      (loop $next
        (br_if $end (i32.eqz (local.get $count)))
        (local.set $line (i32.load (local.get $list)))
        (local.set $name (call $until (local.get $line) (i32.const 61)))
        (call $put (local.get $map) (local.get $line) (local.get $name)
          (i32.add (i32.add (local.get $line) (local.get $name)) (i32.const 1))
          (i32.sub (i32.sub (call $until (local.get $line) (i32.const 0)) (local.get $name)) (i32.const 1)))
        (local.set $list (i32.add (local.get $list) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (global.set $stack (i32.add (global.get $stack) (i32.const 16))))

  (func $new (param $map i32)
    (i32.store (local.get $map) (call $take (i32.const 4096))))

  ;; an object: 0 and the environment's container, or 1, and in another place that, too
  (func $main (param $object i32) (result i32)
    (if (i32.load (local.get $object))
      (then (return (i32.ne (call $get (i32.load offset=8 (local.get $object)) (i32.const 1051) (i32.const 8)) (i32.const 0)))))
    (i32.ne (call $get (i32.load offset=4 (local.get $object)) (i32.const 1035) (i32.const 10)) (i32.const 0)))

  (func (export "_start")
    (local $object i32)
    (global.set $stack (i32.sub (global.get $stack) (i32.const 64)))
    (call $new (i32.add (global.get $stack) (i32.const 16)))
    (call $new (global.get $stack))
    (call $fill (i32.add (global.get $stack) (i32.const 16)))
    (drop (call $args (i32.add (global.get $stack) (i32.const 56)) (i32.add (global.get $stack) (i32.const 60))))
    (local.set $object (i32.add (global.get $stack) (i32.const 32)))
    (i32.store offset=4 (local.get $object) (i32.add (global.get $stack) (i32.const 16)))
    (i32.store offset=8 (local.get $object) (i32.const 0))
    (if (i32.gt_u (i32.load offset=56 (global.get $stack)) (i32.const 3))
      (then
        (i32.store (local.get $object) (i32.const 1))
        (i32.store offset=8 (local.get $object) (i32.add (global.get $stack) (i32.const 16)))))
    (drop (call $main (local.get $object)))
    (global.set $stack (i32.add (global.get $stack) (i32.const 64)))))
