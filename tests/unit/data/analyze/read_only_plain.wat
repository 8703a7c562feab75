;; The same where code is position independent, which has the tables among what is relocated.
(module
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 1024))
  (global $base i32 (i32.const 0))
  (table 4 4 funcref)
  (elem (i32.const 1) func $drop $method $writes)
  (data (i32.const 1024) "a text")
  (data (i32.const 1100) "\01\00\00\00\04\00\00\00\04\00\00\00\02\00\00\00\01\00\00\00\08\00\00\00\08\00\00\00\02\00\00\00")
  (data (i32.const 1200) "\01\00\00\00\0c\00\00\00\04\00\00\00\02\00\00\00\01\00\00\00\00\00\00\00\01\00\00\00\02\00\00\00")
  (data (i32.const 1300) "a text of libc's, say, and no message")
  (func $drop (param i32))
  (func $method (param i32 i32) (result i32) (i32.const 0))
  (func $writes (export "writes") (i32.store (i32.const 1400) (i32.const 1))))
