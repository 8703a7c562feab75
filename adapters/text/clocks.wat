  ;; Adds to a record of seconds and nanoseconds.
  (func $add_time (param $at i32) (param $seconds i64) (param $nanoseconds i32)
    (local.set $nanoseconds (i32.add (local.get $nanoseconds) (i32.load offset=8 (local.get $at))))
    (if (i32.ge_u (local.get $nanoseconds) (i32.const 1000000000)) (then
      (local.set $nanoseconds (i32.sub (local.get $nanoseconds) (i32.const 1000000000)))
      (local.set $seconds (i64.add (local.get $seconds) (i64.const 1)))))
    (i64.store (local.get $at) (i64.add (i64.load (local.get $at)) (local.get $seconds)))
    (i32.store offset=8 (local.get $at) (local.get $nanoseconds)))

  ;; An unsigned moment, moved by a signed duration; it stays between 0 and the last there is.
  (func $moved (param $moment i64) (param $by i64) (result i64)
    (local $sum i64)
    (local.set $sum (i64.add (local.get $moment) (local.get $by)))
    (if (i64.lt_s (local.get $by) (i64.const 0))
      (then (if (i64.gt_u (local.get $sum) (local.get $moment)) (then (return (i64.const 0)))))
      (else (if (i64.lt_u (local.get $sum) (local.get $moment)) (then (return (i64.const -1))))))
    (local.get $sum))
