;; A loop over a text that nothing is known of, as libc's over the path of a folder that is opened beforehand: "/" and "./" are passed by. It has more and more ways that come
;; back to its start, and what stands behind it is asked for all the same.
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
    (data (i32.const 16) "behind")
    (data (i32.const 32) "else")
    (func (export "run") (param i32 i32) (local i32 i32 i32 i32)
      (local.set 4 (i32.const 6))
      (local.set 5 (i32.const 16))
      (if (local.get 1) (then (local.set 4 (i32.const 4)) (local.set 5 (i32.const 32))))
      (block $none (loop $folders
        (call $get (i32.const 16) (i32.const 3) (i32.const 1024))
        (local.set 0 (i32.load offset=4 (i32.const 1024)))
        (br_if $none (i32.load8_u (i32.const 1024)))
        (br_if $none (i32.load8_u (i32.const 1025)))
        (br_if $none (i32.eqz (i32.load8_u (i32.const 1026))))
        (br_if $none (i32.load8_u (i32.const 1027)))
        (br_if $none (i32.eqz (i32.load8_u (i32.const 1028))))
        (br_if $none (i32.load8_u (i32.const 1029)))
        (br_if $none (i32.eqz (i32.load8_u (i32.const 1030))))
        (loop $strip
          (block $other
            (block $dot
              (block $slash
                (local.set 2 (local.get 0))
                (br_table $dot $slash $other (i32.sub (i32.load8_u (local.get 0)) (i32.const 46))))
              (local.set 0 (i32.add (local.get 2) (i32.const 1)))
              (br $strip))
            (local.set 0 (i32.add (local.get 2) (i32.const 1)))
            (local.set 3 (i32.load8_u offset=1 (local.get 2)))
            (br_if $strip (i32.eqz (local.get 3)))
            (br_if $other (i32.ne (local.get 3) (i32.const 47)))
            (local.set 0 (i32.add (local.get 2) (i32.const 2)))
            (br $strip)))
        (br_if $folders (i32.load8_u (local.get 2)))))
      (call $get (local.get 5) (local.get 4) (i32.const 1024))))
  (core instance $main (instantiate $main-module
    (with "libc" (instance $libc))
    (with "store" (instance (export "get" (func $get))))))
  (func $run (param "at" u32) (param "how" u32) (canon lift (core func $main "run")))
  (export "run" (func $run)))
