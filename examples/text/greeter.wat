;; A component in text, with the abbreviations of the format: what stands in where it is used becomes a definition of its own.
(component $greeter
  (import "names" (instance $names
    (export "next" (func (result string)))))

  (core module $libc
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (i32.const 1024)))
  (core instance $libc (instantiate $libc))

  (core func $next (canon lower (func $names "next")
    (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))

  (core module $main
    (import "names" "next" (func $next (param i32)))
    (func (export "greet") (result i32)
      (call $next (i32.const 16))
      (i32.const 16)))
  (core instance $main (instantiate $main
    (with "names" (instance (export "next" (func $next))))))

  (func (export "greet") (result string)
    (canon lift (core func $main "greet") (memory (core memory $libc "memory")))))
