  ;; Names that an app hands over, and what the host is told instead. A table of names: where its rows begin (0) and end (4), the prefix
  ;; (8, 12), and whether a name that is in no row passes (16). A row is a name and what becomes of it: a name, or nothing (0).

  (global $name (mut i32) (i32.const 0))
  (global $name_size (mut i32) (i32.const 0))

  ;; Looks a name up; $name and $name_size are what the host is told. 0: it is denied.
  (func $look_up (param $text i32) (param $size i32) (param $table i32) (result i32)
    (local $row i32)
    (local.set $row
      (call $find (local.get $text) (local.get $size) (i32.load (local.get $table)) (i32.load offset=4 (local.get $table)) (i32.const 16)))
    (if (local.get $row) (then
      (global.set $name (i32.load offset=8 (local.get $row)))
      (global.set $name_size (i32.load offset=12 (local.get $row)))
      (return (i32.ne (global.get $name) (i32.const 0)))))
    (if (i32.eqz (i32.load offset=16 (local.get $table))) (then (return (i32.const 0))))
    (call $prefixed (i32.load offset=8 (local.get $table)) (i32.load offset=12 (local.get $table)) (local.get $text) (local.get $size))
    (i32.const 1))

  (func $prefixed (param $prefix i32) (param $prefix_size i32) (param $text i32) (param $size i32)
    (global.set $name (local.get $text))
    (global.set $name_size (local.get $size))
    (if (i32.eqz (local.get $prefix_size)) (then (return)))
    (global.set $name_size (i32.add (local.get $prefix_size) (local.get $size)))
    (global.set $name (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (global.get $name_size)))
    (memory.copy (global.get $name) (local.get $prefix) (local.get $prefix_size))
    (memory.copy (i32.add (global.get $name) (local.get $prefix_size)) (local.get $text) (local.get $size)))

  ;; What the app calls a name that the host returned: $name and $name_size. The other way round: what a row makes of a name is that name, and
  ;; where no row does, the prefix goes.
  (func $look_back (param $text i32) (param $size i32) (param $table i32)
    (local $row i32) (local $prefix_size i32)
    (global.set $name (local.get $text))
    (global.set $name_size (local.get $size))
    (local.set $row (i32.load (local.get $table)))
    (block $none (loop $next
      (br_if $none (i32.ge_u (local.get $row) (i32.load offset=4 (local.get $table))))
      (if (call $equal (local.get $text) (local.get $size) (i32.load offset=8 (local.get $row)) (i32.load offset=12 (local.get $row))) (then
        (if (i32.load offset=8 (local.get $row)) (then
          (global.set $name (i32.load (local.get $row)))
          (global.set $name_size (i32.load offset=4 (local.get $row)))
          (return)))))
      (local.set $row (i32.add (local.get $row) (i32.const 16)))
      (br $next)))
    (local.set $prefix_size (i32.load offset=12 (local.get $table)))
    (if (i32.lt_u (local.get $size) (local.get $prefix_size)) (then (return)))
    (if (call $equal (local.get $text) (local.get $prefix_size) (i32.load offset=8 (local.get $table)) (local.get $prefix_size)) (then
      (global.set $name_size (i32.sub (local.get $size) (local.get $prefix_size)))
      (if (i32.eqz (global.get $name_size)) (then (global.set $name (i32.const 8))))
      (memory.copy (local.get $text) (i32.add (local.get $text) (local.get $prefix_size)) (global.get $name_size)))))
