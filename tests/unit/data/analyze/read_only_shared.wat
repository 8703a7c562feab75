;; Data that the start puts into the memory, as programs with threads have them: the linker's two segments.
(module
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 1024))
  (data $rodata "a text, and what else is read-only")
  (data $data "a variable")
  (func $init
    (memory.init $rodata (i32.const 1024) (i32.const 0) (i32.const 34))
    (memory.init $data (i32.const 1064) (i32.const 0) (i32.const 10)))
  (start $init)
  (func $writes (export "writes") (i32.store (i32.const 1068) (i32.const 1))))
