;; The environment that the app imports is provided by an inner component, whose own import is that of the root.
(component
  (import "wasi:cli/environment@0.2.3" (instance $host
    (export "get-environment" (func (result (list (tuple string string)))))))
  (component $provider
    (import "wasi:cli/environment@0.2.3" (instance $host
      (export "get-environment" (func (result (list (tuple string string)))))))
    (core module $m
      (memory (export "memory") 1)
      (func (export "get-environment") (result i32) (i32.const 16))
      (func (export "free") (param i32))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
    (core instance $i (instantiate $m))
    (func $get-environment (result (list (tuple string string)))
      (canon lift (core func $i "get-environment") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))
        (post-return (core func $i "free"))))
    (instance $environment (export "get-environment" (func $get-environment)))
    (export "wasi:cli/environment@0.2.3" (instance $environment)))
  (component $app
    (import "wasi:cli/environment@0.2.3" (instance $environment
      (export "get-environment" (func (result (list (tuple string string)))))))
    (core module $libc (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
    (core instance $libc (instantiate $libc))
    (core func $lowered (canon lower (func $environment "get-environment") (memory (core memory $libc "memory"))
      (realloc (core func $libc "realloc"))))
    (core module $main
      (import "env" "get" (func $get (param i32)))
      (import "env" "memory" (memory 1))
      (func (export "run") (call $get (i32.const 0))))
    (core instance $main (instantiate $main
      (with "env" (instance (export "get" (func $lowered)) (export "memory" (memory $libc "memory"))))))
    (func (export "run") (canon lift (core func $main "run"))))
  (instance $provider (instantiate $provider (with "wasi:cli/environment@0.2.3" (instance $host))))
  (instance $app (instantiate $app
    (with "wasi:cli/environment@0.2.3" (instance $provider "wasi:cli/environment@0.2.3"))))
  (export "run" (func $app "run")))
