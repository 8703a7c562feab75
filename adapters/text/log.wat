  ;; `$done` gives back what was taken and is needed no more, where calls overlap. A line is built where it may be changed and end in one more byte.

  (func $tell (param $line i32) (param $size i32) (local $at i32)
    (local.set $at (call $new (i32.add (local.get $size) (i32.const 1))))
    (memory.copy (local.get $at) (local.get $line) (local.get $size))
    (call $say (local.get $at) (local.get $size))
    (call $done (local.get $at)))

  (func $tell_name (param $line i32) (param $size i32) (param $name i32) (param $name_size i32) (local $at i32) (local $to i32)
    (local.set $at (call $new (i32.add (i32.add (local.get $size) (local.get $name_size)) (i32.const 3))))
    (memory.copy (local.get $at) (local.get $line) (local.get $size))
    (local.set $to (i32.add (local.get $at) (local.get $size)))
    (i32.store8 (local.get $to) (i32.const 34))
    (memory.copy (i32.add (local.get $to) (i32.const 1)) (local.get $name) (local.get $name_size))
    (i32.store8 offset=1 (i32.add (local.get $to) (local.get $name_size)) (i32.const 34))
    (call $say (local.get $at) (i32.add (i32.add (local.get $size) (local.get $name_size)) (i32.const 2)))
    (call $done (local.get $at)))
