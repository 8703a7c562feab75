  ;; The authority of a request and the rules for it.
  ;;
  ;; A row is a host: a pointer, its size and its kind (0 that host, 1 hosts that end so, 2 every host); a port, 65536 for the scheme's own
  ;; and 65537 for any; and a scheme, 0 for any. Hosts are in small letters.

  ;; A byte of a host's name in small letters; 0: no name has it, so that what some would read as something else than a name matches nothing.
  (func $host_byte (param $byte i32) (result i32)
    (if (i32.lt_u (i32.sub (local.get $byte) (i32.const 0x41)) (i32.const 26))
      (then (return (i32.or (local.get $byte) (i32.const 0x20)))))
    (if (i32.or (i32.lt_u (i32.sub (local.get $byte) (i32.const 0x61)) (i32.const 26))
                (i32.lt_u (i32.sub (local.get $byte) (i32.const 0x30)) (i32.const 10)))
      (then (return (local.get $byte))))
    (if (i32.or (i32.or (i32.eq (local.get $byte) (i32.const 0x2d)) (i32.eq (local.get $byte) (i32.const 0x2e)))
                (i32.eq (local.get $byte) (i32.const 0x5f)))
      (then (return (local.get $byte))))
    (i32.const 0))

  ;; Where a host ends that begins there, its letters made small; 0: it is none. In brackets colons are part of it.
  (func $host_end (param $at i32) (param $end i32) (result i32)
    (local $byte i32) (local $bracket i32) (local $begin i32)
    (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (i32.const 0))))
    (local.set $bracket (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x5b)))
    (local.set $at (i32.add (local.get $at) (local.get $bracket)))
    (local.set $begin (local.get $at))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $byte (i32.load8_u (local.get $at)))
      (if (local.get $bracket)
        (then
          (if (i32.eq (local.get $byte) (i32.const 0x5d)) (then (return (i32.add (local.get $at) (i32.const 1))))))
        (else (br_if $done (i32.eq (local.get $byte) (i32.const 0x3a)))))
      (if (i32.eqz (i32.and (local.get $bracket) (i32.eq (local.get $byte) (i32.const 0x3a))))
        (then
          (local.set $byte (call $host_byte (local.get $byte)))
          (if (i32.eqz (local.get $byte)) (then (return (i32.const 0))))
          (i32.store8 (local.get $at) (local.get $byte))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next)))
    (if (i32.or (local.get $bracket) (i32.eq (local.get $at) (local.get $begin))) (then (return (i32.const 0))))
    (local.get $at))

  ;; What stands behind a host: nothing or ":" is the port given, ":80" is 80; -1: it is no port.
  (func $port (param $at i32) (param $end i32) (param $default i32) (result i32)
    (local $digit i32) (local $port i32)
    (if (i32.eq (local.get $at) (local.get $end)) (then (return (local.get $default))))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x3a)) (then (return (i32.const -1))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (if (i32.eq (local.get $at) (local.get $end)) (then (return (local.get $default))))
    (loop $next
      (local.set $digit (i32.sub (i32.load8_u (local.get $at)) (i32.const 0x30)))
      (local.set $port (i32.add (i32.mul (local.get $port) (i32.const 10)) (local.get $digit)))
      (if (i32.or (i32.gt_u (local.get $digit) (i32.const 9)) (i32.gt_u (local.get $port) (i32.const 65535)))
        (then (return (i32.const -1))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (local.get $port))

  (func $host_matches (param $row i32) (param $host i32) (param $size i32) (result i32)
    (local $wanted i32)
    (local.set $wanted (i32.load offset=4 (local.get $row)))
    (if (i32.eq (i32.load offset=8 (local.get $row)) (i32.const 2)) (then (return (i32.const 1))))
    (if (i32.load offset=8 (local.get $row))
      (then
        (if (i32.le_u (local.get $size) (local.get $wanted)) (then (return (i32.const 0))))
        (local.set $host (i32.sub (i32.add (local.get $host) (local.get $size)) (local.get $wanted)))
        (local.set $size (local.get $wanted))))
    (call $equal (local.get $host) (local.get $size) (i32.load (local.get $row)) (local.get $wanted)))

  (func $port_matches (param $wanted i32) (param $port i32) (param $default i32) (result i32)
    (if (i32.eq (local.get $wanted) (i32.const 65537)) (then (return (i32.const 1))))
    (if (i32.eq (local.get $wanted) (i32.const 65536)) (then (local.set $wanted (local.get $default))))
    (i32.and (i32.eq (local.get $wanted) (local.get $port)) (i32.lt_u (local.get $port) (i32.const 65536))))

  ;; `$scheme`: 0 HTTP, 1 HTTPS, 2 another, whose port is not known.
  (func $allowed (param $at i32) (param $size i32) (param $scheme i32) (param $row i32) (param $rows_end i32) (result i32)
    (local $end i32) (local $host_end i32) (local $default i32) (local $port i32)
    (local.set $end (i32.add (local.get $at) (local.get $size)))
    (local.set $host_end (call $host_end (local.get $at) (local.get $end)))
    (if (i32.eqz (local.get $host_end)) (then (return (i32.const 0))))
    (local.set $default (i32.const 80))
    (if (i32.eq (local.get $scheme) (i32.const 1)) (then (local.set $default (i32.const 443))))
    (if (i32.gt_u (local.get $scheme) (i32.const 1)) (then (local.set $default (i32.const 65538))))
    (local.set $port (call $port (local.get $host_end) (local.get $end) (local.get $default)))
    (if (i32.eq (local.get $port) (i32.const -1)) (then (return (i32.const 0))))
    (local.set $size (i32.sub (local.get $host_end) (local.get $at)))
    (loop $next
      (if (i32.ge_u (local.get $row) (local.get $rows_end)) (then (return (i32.const 0))))
      (if (i32.and
            (i32.and (call $host_matches (local.get $row) (local.get $at) (local.get $size))
                     (call $port_matches (i32.load offset=12 (local.get $row)) (local.get $port) (local.get $default)))
            (i32.or (i32.eqz (i32.load offset=16 (local.get $row)))
                    (i32.eq (i32.load offset=16 (local.get $row)) (i32.add (local.get $scheme) (i32.const 1)))))
        (then (return (i32.const 1))))
      (local.set $row (i32.add (local.get $row) (i32.const 20)))
      (br $next))
    (unreachable))
