  ;; Lines of a stream, gathered for the log. In $reserved, of each stream 2048 bytes: how many there are, and they.

  (func $line (param $which i32) (result i32)
    (i32.add (global.get $reserved) (i32.shl (local.get $which) (i32.const 11))))

  ;; How many bytes the character at `at` has, of those before `end`; 0: it is none (RFC 3629).
  (func $character (param $at i32) (param $end i32) (result i32)
    (local $first i32) (local $second i32) (local $size i32) (local $i i32)
    (local.set $first (i32.load8_u (local.get $at)))
    (if (i32.lt_u (local.get $first) (i32.const 0x80)) (then (return (i32.const 1))))
    (if (i32.or (i32.lt_u (local.get $first) (i32.const 0xc2)) (i32.gt_u (local.get $first) (i32.const 0xf4))) (then (return (i32.const 0))))
    (local.set $size (i32.add (i32.const 2)
      (i32.add (i32.ge_u (local.get $first) (i32.const 0xe0)) (i32.ge_u (local.get $first) (i32.const 0xf0)))))
    (if (i32.gt_u (local.get $size) (i32.sub (local.get $end) (local.get $at))) (then (return (i32.const 0))))
    (local.set $i (i32.const 1))
    (loop $next
      (if (i32.ne (i32.and (i32.load8_u (i32.add (local.get $at) (local.get $i))) (i32.const 0xc0)) (i32.const 0x80))
        (then (return (i32.const 0))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $size))))
    (local.set $second (i32.load8_u offset=1 (local.get $at)))
    ;; Longer than it need be, a surrogate, too large.
    (if (i32.or
          (i32.or (i32.and (i32.eq (local.get $first) (i32.const 0xe0)) (i32.lt_u (local.get $second) (i32.const 0xa0)))
                  (i32.and (i32.eq (local.get $first) (i32.const 0xed)) (i32.ge_u (local.get $second) (i32.const 0xa0))))
          (i32.or (i32.and (i32.eq (local.get $first) (i32.const 0xf0)) (i32.lt_u (local.get $second) (i32.const 0x90)))
                  (i32.and (i32.eq (local.get $first) (i32.const 0xf4)) (i32.ge_u (local.get $second) (i32.const 0x90)))))
      (then (return (i32.const 0))))
    (local.get $size))

  ;; A message is a text, and what is written may be anything: bytes that are no character become question marks.
  (func $clean (param $at i32) (param $end i32)
    (local $size i32)
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $size (call $character (local.get $at) (local.get $end)))
      (if (i32.eqz (local.get $size)) (then
        (i32.store8 (local.get $at) (i32.const 63))
        (local.set $size (i32.const 1))))
      (local.set $at (i32.add (local.get $at) (local.get $size)))
      (br $next))))

  ;; Logs what there is of a line, be it complete or not.
  (func $end_line (param $which i32)
    (local $line i32)
    (local.set $line (call $line (local.get $which)))
    (if (i32.load (local.get $line)) (then
      (call $clean (i32.add (local.get $line) (i32.const 4))
        (i32.add (i32.add (local.get $line) (i32.const 4)) (i32.load (local.get $line))))
      (call $log (local.get $which) (i32.add (local.get $line) (i32.const 4)) (i32.load (local.get $line)))))
    (i32.store (local.get $line) (i32.const 0)))

  (func $add_bytes (param $which i32) (param $at i32) (param $size i32)
    (local $line i32) (local $end i32) (local $byte i32)
    (local.set $line (call $line (local.get $which)))
    (local.set $end (i32.add (local.get $at) (local.get $size)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $byte (i32.load8_u (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (i32.eq (local.get $byte) (i32.const 10))
        (then (if (i32.load (local.get $line))
          (then (call $end_line (local.get $which)))
          (else (call $log (local.get $which) (local.get $line) (i32.const 0)))))
        (else
          ;; A line that is too long is cut, but not within a character.
          (if (i32.ge_u (i32.load (local.get $line))
                (select (i32.const 2044) (i32.const 2040) (i32.eq (i32.and (local.get $byte) (i32.const 0xc0)) (i32.const 0x80))))
            (then (call $end_line (local.get $which))))
          (i32.store8 offset=4 (i32.add (local.get $line) (i32.load (local.get $line))) (local.get $byte))
          (i32.store (local.get $line) (i32.add (i32.load (local.get $line)) (i32.const 1)))))
      (br $next))))
