;; Data that were split where there are zeros: places in files of Rust's, and a text behind them.
(module
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 1024))
  (table 2 2 funcref)
  (elem (i32.const 1) func $writes)
  (data (i32.const 1024) "src/main.rssrc/lib.rs")
  (data (i32.const 1100) "\00\04\00\00\0b\00\00\00\07\00\00\00\05\00\00\00\00\04\00\00\0b\00\00\00\08\00\00\00\05\00\00\00")
  (data (i32.const 1200) "\0b\04\00\00\0a\00\00\00\07\00\00\00\09\00\00\00\0b\04\00\00\0a\00\00\00\2c\01\00\00\11\00\00\00")
  ;; No places: of another file, without a line, and out of the data.
  (data (i32.const 1240) "\00\04\00\00\0a\00\00\00\07\00\00\00\05\00\00\00\00\04\00\00\0b\00\00\00\00\00\00\00\05\00\00\00")
  (data (i32.const 1280) "\00\10\00\00\0b\00\00\00\07\00\00\00\05\00\00\00")
  (data (i32.const 1320) "a text of libc's, say, and no message")
  (func $writes (export "writes") (i32.store (i32.const 1400) (i32.const 1))))
