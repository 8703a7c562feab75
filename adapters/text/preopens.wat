  ;; Keeps of a list<tuple<own<descriptor>, string>>, which is at `$list`, what a table says, in place. A row of the table is a name and what becomes
  ;; of it: a name (pointer, size), or nothing (0). `$others`: whether names that are in no row are kept.
  (func $keep (param $list i32) (param $row i32) (param $end i32) (param $others i32)
    (local $from i32) (local $to i32) (local $left i32) (local $found i32) (local $name i32) (local $size i32)
    (local.set $from (i32.load (local.get $list)))
    (local.set $to (local.get $from))
    (local.set $left (i32.load offset=4 (local.get $list)))
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $left)))
      (local.set $name (i32.load offset=4 (local.get $from)))
      (local.set $size (i32.load offset=8 (local.get $from)))
      (local.set $found (call $find (local.get $name) (local.get $size) (local.get $row) (local.get $end) (i32.const 16)))
      (if (local.get $found) (then
        (local.set $name (i32.load offset=8 (local.get $found)))
        (local.set $size (i32.load offset=12 (local.get $found)))))
      (if (select (local.get $name) (local.get $others) (local.get $found))
        (then
          (i32.store (local.get $to) (i32.load (local.get $from)))
          (i32.store offset=4 (local.get $to) (local.get $name))
          (i32.store offset=8 (local.get $to) (local.get $size))
          (local.set $to (i32.add (local.get $to) (i32.const 12))))
        (else (call $drop_descriptor (i32.load (local.get $from)))))
      (local.set $from (i32.add (local.get $from) (i32.const 12)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next)))
    (i32.store offset=4 (local.get $list)
      (i32.div_u (i32.sub (local.get $to) (i32.load (local.get $list))) (i32.const 12))))
