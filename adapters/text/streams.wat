  ;; Lines of a stream, gathered for the log. In $reserved, of each stream 2048 bytes: how many there are, and they.

  (func $line (param $which i32) (result i32)
    (i32.add (global.get $reserved) (i32.shl (local.get $which) (i32.const 11))))

  ;; Logs what there is of a line, be it complete or not.
  (func $end_line (param $which i32)
    (local $line i32)
    (local.set $line (call $line (local.get $which)))
    (if (i32.load (local.get $line)) (then
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
          (if (i32.ge_u (i32.load (local.get $line)) (i32.const 2040)) (then (call $end_line (local.get $which))))
          (i32.store8 offset=4 (i32.add (local.get $line) (i32.load (local.get $line))) (local.get $byte))
          (i32.store (local.get $line) (i32.add (i32.load (local.get $line)) (i32.const 1)))))
      (br $next))))
