;; What wit-component makes: lowered imports reach the module through a shim's table, which a third module fills.
(component
  (import "wasi:cli/environment@0.2.3" (instance $environment
    (export "get-environment" (func (result (list (tuple string string)))))
    (export "get-arguments" (func (result (list string))))))
  (core module $main
    (import "wasi:cli/environment@0.2.3" "get-environment" (func $env (param i32)))
    (memory (export "memory") 1)
    (table 3 3 funcref)
    (elem (i32.const 1) func $env $run)
    (func $run (export "run") (call $env (i32.const 8)))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
  (core module $shim
    (type $t (func (param i32)))
    (table (export "$imports") 2 2 funcref)
    (func (export "0") (param i32) (call_indirect (type $t) (local.get 0) (i32.const 0)))
    (func (export "1") (param i32) (call_indirect (type $t) (local.get 0) (i32.const 1))))
  (core module $fixup
    (import "" "0" (func $a (param i32)))
    (import "" "1" (func $b (param i32)))
    (import "" "$imports" (table 2 2 funcref))
    (elem (i32.const 0) func $a $b))
  (core instance $shim-instance (instantiate $shim))
  (core instance $main-instance (instantiate $main
    (with "wasi:cli/environment@0.2.3" (instance (export "get-environment" (func $shim-instance "0"))))))
  (core func $lowered-environment (canon lower (func $environment "get-environment")
    (memory (core memory $main-instance "memory")) (realloc (core func $main-instance "cabi_realloc"))))
  (core func $lowered-arguments (canon lower (func $environment "get-arguments")
    (memory (core memory $main-instance "memory")) (realloc (core func $main-instance "cabi_realloc"))))
  (core instance $fixup-instance (instantiate $fixup
    (with "" (instance
      (export "0" (func $lowered-environment))
      (export "1" (func $lowered-arguments))
      (export "$imports" (table $shim-instance "$imports"))))))
  (func $run (canon lift (core func $main-instance "run")))
  (export "run" (func $run)))
