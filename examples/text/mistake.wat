(module
  (func $double (param $n i32) (result i32)
    (i32.mul (local.get $m) (i32.const 2)))
)
