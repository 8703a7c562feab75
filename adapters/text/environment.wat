  ;; The list of the environment, put together: $list is where it begins, $count how many pairs of texts it has by now, each of 16 bytes.
  (global $list (mut i32) (i32.const 0))
  (global $count (mut i32) (i32.const 0))

  (func $add (param $name i32) (param $name_size i32) (param $value i32) (param $value_size i32)
    (local $at i32)
    (local.set $at (i32.add (global.get $list) (i32.shl (global.get $count) (i32.const 4))))
    (i32.store (local.get $at) (local.get $name))
    (i32.store offset=4 (local.get $at) (local.get $name_size))
    (i32.store offset=8 (local.get $at) (local.get $value))
    (i32.store offset=12 (local.get $at) (local.get $value_size))
    (global.set $count (i32.add (global.get $count) (i32.const 1))))

  ;; Adds what the host has. A row of the table is a name and what becomes of it: a name (pointer, size), or nothing (0); all rows of a name are
  ;; looked at. `$others`: whether names that are in no row are taken over.
  (func $add_host (param $pair i32) (param $left i32) (param $row i32) (param $end i32) (param $others i32)
    (local $found i32)
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $left)))
      (local.set $found
        (call $find (i32.load (local.get $pair)) (i32.load offset=4 (local.get $pair)) (local.get $row) (local.get $end) (i32.const 16)))
      (if (i32.and (i32.eqz (local.get $found)) (local.get $others))
        (then (call $add (i32.load (local.get $pair)) (i32.load offset=4 (local.get $pair))
                         (i32.load offset=8 (local.get $pair)) (i32.load offset=12 (local.get $pair)))))
      (block $named (loop $again
        (br_if $named (i32.eqz (local.get $found)))
        (if (i32.load offset=8 (local.get $found))
          (then (call $add (i32.load offset=8 (local.get $found)) (i32.load offset=12 (local.get $found))
                           (i32.load offset=8 (local.get $pair)) (i32.load offset=12 (local.get $pair)))))
        (local.set $found
          (call $find (i32.load (local.get $pair)) (i32.load offset=4 (local.get $pair))
                      (i32.add (local.get $found) (i32.const 16)) (local.get $end) (i32.const 16)))
        (br $again)))
      (local.set $pair (i32.add (local.get $pair) (i32.const 16)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next))))

  ;; Makes room for so many pairs.
  (func $begin (param $pairs i32)
    (global.set $count (i32.const 0))
    (global.set $list (call $new (i32.shl (local.get $pairs) (i32.const 4)))))

  ;; A list<tuple<string, string>> as the result of a function.
  (func $result (result i32)
    (local $at i32)
    (local.set $at (call $new (i32.const 8)))
    (i32.store (local.get $at) (global.get $list))
    (i32.store offset=4 (local.get $at) (global.get $count))
    (local.get $at))
