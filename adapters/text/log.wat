  ;; A line is built where it may be changed and end in one more byte.

  (func $tell (param $line i32) (param $size i32) (local $at i32)
    (local.set $at (call $new (i32.add (local.get $size) (i32.const 1))))
    (memory.copy (local.get $at) (local.get $line) (local.get $size))
    (call $say (local.get $at) (local.get $size))
    (call $done (local.get $at)))

  (func $hex (param $at i32) (param $digit i32)
    (i32.store8 (local.get $at)
      (i32.add (local.get $digit) (select (i32.const 87) (i32.const 48) (i32.gt_u (local.get $digit) (i32.const 9))))))

  ;; A name goes between quotes, so that it can be no line of its own: quotes, backslashes and control characters are a backslash and two digits.
  ;; Of one that is too long for a stream to take at once there is the beginning.
  (func $tell_name (param $line i32) (param $size i32) (param $name i32) (param $name_size i32)
    (local $at i32) (local $to i32) (local $end i32) (local $byte i32)
    (local.set $end (local.get $name_size))
    (if (i32.gt_u (local.get $end) (i32.const 800)) (then
      (local.set $end (i32.const 800))
      (block $whole (loop $back  ;; not within a character
        (br_if $whole (i32.ne (i32.and (i32.load8_u (i32.add (local.get $name) (local.get $end))) (i32.const 0xc0)) (i32.const 0x80)))
        (br_if $back (local.tee $end (i32.sub (local.get $end) (i32.const 1))))))))
    (local.set $at (call $new (i32.add (i32.add (local.get $size) (i32.mul (local.get $end) (i32.const 3))) (i32.const 6))))
    (memory.copy (local.get $at) (local.get $line) (local.get $size))
    (local.set $to (i32.add (local.get $at) (local.get $size)))
    (i32.store8 (local.get $to) (i32.const 34))
    (local.set $to (i32.add (local.get $to) (i32.const 1)))
    (local.set $name_size (i32.sub (local.get $name_size) (local.get $end)))
    (local.set $end (i32.add (local.get $name) (local.get $end)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $name) (local.get $end)))
      (local.set $byte (i32.load8_u (local.get $name)))
      (i32.store8 (local.get $to) (local.get $byte))
      (if (i32.or (i32.or (i32.lt_u (local.get $byte) (i32.const 32)) (i32.eq (local.get $byte) (i32.const 127)))
                  (i32.or (i32.eq (local.get $byte) (i32.const 34)) (i32.eq (local.get $byte) (i32.const 92)))) (then
        (i32.store8 (local.get $to) (i32.const 92))
        (call $hex (i32.add (local.get $to) (i32.const 1)) (i32.shr_u (local.get $byte) (i32.const 4)))
        (call $hex (i32.add (local.get $to) (i32.const 2)) (i32.and (local.get $byte) (i32.const 15)))
        (local.set $to (i32.add (local.get $to) (i32.const 2)))))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (local.set $name (i32.add (local.get $name) (i32.const 1)))
      (br $next)))
    (i32.store8 (local.get $to) (i32.const 34))
    (local.set $to (i32.add (local.get $to) (i32.const 1)))
    (if (local.get $name_size) (then  ;; an ellipsis
      (i32.store (local.get $to) (i32.const 0xa680e2))
      (local.set $to (i32.add (local.get $to) (i32.const 3)))))
    (call $say (local.get $at) (i32.sub (local.get $to) (local.get $at)))
    (call $done (local.get $at)))
