  ;; Folders that may not be changed. What a descriptor of the app's stands for is the host's handle, times four; 2, it may not be changed; and 1.

  (func $wrap_as (param $handle i32) (param $note i32) (result i32)
    (call $make (i32.or (i32.or (i32.shl (local.get $handle) (i32.const 2)) (i32.and (local.get $note) (i32.const 2))) (i32.const 1))))
  (func $"wrap descriptor" (param $handle i32) (result i32) (call $wrap_as (local.get $handle) (i32.const 0)))

  ;; Makes the host's list of folders, a list<tuple<own<descriptor>, string>>, the app's. `$row`, `$end`: names of those that may not be changed.
  (func $guard (param $list i32) (param $row i32) (param $end i32)
    (local $at i32) (local $left i32)
    (local.set $at (i32.load (local.get $list)))
    (local.set $left (i32.load offset=4 (local.get $list)))
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $left)))
      (i32.store (local.get $at)
        (call $wrap_as (i32.load (local.get $at))
          (select (i32.const 2) (i32.const 0)
            (call $find (i32.load offset=4 (local.get $at)) (i32.load offset=8 (local.get $at)) (local.get $row) (local.get $end) (i32.const 8)))))
      (local.set $at (i32.add (local.get $at) (i32.const 12)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next))))
