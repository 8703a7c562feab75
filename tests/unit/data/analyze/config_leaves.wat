;; Lists of names that are walked until one is there, by loops whose end is told by a branch that stays within them, or by an `if`.
(component
  (import "wasi:config/store@0.2.0-rc.1" (instance $store
    (export "get" (func (param "key" string) (result (option string))))))
  (core module $libc-module
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192)))
  (core instance $libc (instantiate $libc-module))
  (core func $get (canon lower (func $store "get") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core module $main-module
    (import "libc" "memory" (memory 1))
    (import "store" "get" (func $get (param i32 i32 i32)))
    (global $sp (mut i32) (i32.const 4096))
    (data (i32.const 16) "one-two-three-four-five-six-")
    (data (i32.const 64) "\10\00\00\00\03\00\00\00\14\00\00\00\03\00\00\00\18\00\00\00\05\00\00\00\1e\00\00\00\04\00\00\00\23\00\00\00\04\00\00\00\28\00\00\00\03\00\00\00")
    (func $is-there (param i32 i32) (result i32)
      (call $get (local.get 0) (local.get 1) (i32.const 1024))
      (i32.load8_u (i32.const 1024)))
    (func (export "within") (local i32)
      (local.set 0 (i32.const 64))
      (loop $next
        (block $over
          (block $goes-on
            (block $ends
              (br_if $ends (i32.eq (local.get 0) (i32.const 112)))
              (br $goes-on))
            (br $over))
          (if (call $is-there (i32.load (local.get 0)) (i32.load offset=4 (local.get 0))) (then (return)))
          (local.set 0 (i32.add (local.get 0) (i32.const 8)))
          (br $next))))
    (func (export "by-if") (local i32)
      (local.set 0 (i32.const 64))
      (block $found
        (loop $next
          (if (i32.ne (local.get 0) (i32.const 112))
            (then
              (br_if $found (call $is-there (i32.load (local.get 0)) (i32.load offset=4 (local.get 0))))
              (local.set 0 (i32.add (local.get 0) (i32.const 8)))
              (br $next)))))))
  (core instance $main (instantiate $main-module
    (with "libc" (instance $libc))
    (with "store" (instance (export "get" (func $get))))))
  (func $within (canon lift (core func $main "within")))
  (export "within" (func $within))
  (func $by-if (canon lift (core func $main "by-if")))
  (export "by-if" (func $by-if)))
