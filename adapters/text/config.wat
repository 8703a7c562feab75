  ;; Configuration. A row of the table is 28 bytes: a key of the app (pointer, size), what becomes of it, the key to ask the host for, a value.
  ;; What becomes of it: 1, the host is asked; 2, there is a value, which stands where the host has none; neither: there is no such key.

  (func $some (param $at i32) (param $text i32) (param $size i32) (result i32)
    (i32.store8 (local.get $at) (i32.const 0))
    (i32.store8 offset=4 (local.get $at) (i32.const 1))
    (i32.store offset=8 (local.get $at) (local.get $text))
    (i32.store offset=12 (local.get $at) (local.get $size))
    (local.get $at))

  (func $none (param $at i32) (result i32)
    (i32.store8 (local.get $at) (i32.const 0))
    (i32.store8 offset=4 (local.get $at) (i32.const 0))
    (local.get $at))

  ;; A key with the prefix before it, as the host is asked for it; $asked_size is its size.
  (global $asked_size (mut i32) (i32.const 0))
  (func $prefixed (param $key i32) (param $size i32) (param $prefix i32) (param $prefix_size i32) (result i32)
    (local $at i32)
    (global.set $asked_size (i32.add (local.get $size) (local.get $prefix_size)))
    (local.set $at (call $new (global.get $asked_size)))
    (memory.copy (local.get $at) (local.get $prefix) (local.get $prefix_size))
    (memory.copy (i32.add (local.get $at) (local.get $prefix_size)) (local.get $key) (local.get $size))
    (local.get $at))

  ;; Adds the pairs of the host that the app sees: those that begin with the prefix, by the key that asks for them.
  (func $add_configured (param $pair i32) (param $left i32) (param $row i32) (param $end i32) (param $others i32)
                        (param $prefix i32) (param $prefix_size i32)
    (local $key i32) (local $size i32) (local $r i32) (local $found i32)
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $left)))
      (block $hidden
        (local.set $size (i32.sub (i32.load offset=4 (local.get $pair)) (local.get $prefix_size)))
        (br_if $hidden (i32.lt_s (local.get $size) (i32.const 0)))
        (br_if $hidden (i32.eqz (call $equal (i32.load (local.get $pair)) (local.get $prefix_size) (local.get $prefix) (local.get $prefix_size))))
        (local.set $key (i32.add (i32.load (local.get $pair)) (local.get $prefix_size)))
        (local.set $found (i32.const 0))
        (local.set $r (local.get $row))
        (block $all (loop $each
          (br_if $all (i32.ge_u (local.get $r) (local.get $end)))
          (if (i32.and (i32.load offset=8 (local.get $r)) (i32.const 1))
            (then (if (call $equal (local.get $key) (local.get $size) (i32.load offset=12 (local.get $r)) (i32.load offset=16 (local.get $r)))
              (then (call $add (i32.load (local.get $r)) (i32.load offset=4 (local.get $r))
                               (i32.load offset=8 (local.get $pair)) (i32.load offset=12 (local.get $pair)))))))
          (if (call $equal (local.get $key) (local.get $size) (i32.load (local.get $r)) (i32.load offset=4 (local.get $r)))
            (then (local.set $found (i32.const 1))))
          (local.set $r (i32.add (local.get $r) (i32.const 28)))
          (br $each)))
        (br_if $hidden (i32.or (local.get $found) (i32.eqz (local.get $others))))
        (call $add (local.get $key) (local.get $size) (i32.load offset=8 (local.get $pair)) (i32.load offset=12 (local.get $pair))))
      (local.set $pair (i32.add (local.get $pair) (i32.const 16)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next))))

  ;; Adds the values that stand where the host has none.
  (func $add_values (param $row i32) (param $end i32)
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $row) (local.get $end)))
      (if (i32.and (i32.load offset=8 (local.get $row)) (i32.const 2))
        (then (if (i32.eqz (call $find (i32.load (local.get $row)) (i32.load offset=4 (local.get $row)) (global.get $list)
                                       (i32.add (global.get $list) (i32.shl (global.get $count) (i32.const 4))) (i32.const 16)))
          (then (call $add (i32.load (local.get $row)) (i32.load offset=4 (local.get $row))
                           (i32.load offset=20 (local.get $row)) (i32.load offset=24 (local.get $row)))))))
      (local.set $row (i32.add (local.get $row) (i32.const 28)))
      (br $next))))
