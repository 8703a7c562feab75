  ;; What many adapters use; what is not called is dropped.

  (func $equal (param $a i32) (param $a_size i32) (param $b i32) (param $b_size i32) (result i32)
    (local $i i32)
    (if (i32.ne (local.get $a_size) (local.get $b_size)) (then (return (i32.const 0))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $a_size)))
      (if (i32.ne (i32.load8_u (i32.add (local.get $a) (local.get $i))) (i32.load8_u (i32.add (local.get $b) (local.get $i))))
        (then (return (i32.const 0))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
    (i32.const 1))

  ;; The row of a table that begins with a pointer to this text and its size; 0: there is none.
  (func $find (param $text i32) (param $size i32) (param $row i32) (param $end i32) (param $width i32) (result i32)
    (block $none (loop $next
      (br_if $none (i32.ge_u (local.get $row) (local.get $end)))
      (if (call $equal (local.get $text) (local.get $size) (i32.load (local.get $row)) (i32.load offset=4 (local.get $row)))
        (then (return (local.get $row))))
      (local.set $row (i32.add (local.get $row) (local.get $width)))
      (br $next)))
    (i32.const 0))

  (func $new (param $size i32) (result i32)
    (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (local.get $size)))
