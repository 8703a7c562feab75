;; What loops write to: rows from before the constant on that is added, words behind one another, and nothing that a text beside leads to.
(module
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (data (i32.const 1024) "read-only")
  ;; Three rows of two words each, a table of pointers to others, and words.
  (data (i32.const 2048) "\01\00\00\00\02\00\00\00\01\00\00\00\02\00\00\00\01\00\00\00\02\00\00\00")
  (data (i32.const 2080) "\01\00\00\00\02\00\00\00")
  (data (i32.const 2096) "\01\00\00\00\02\00\00\00")
  (data (i32.const 2112) "\20\08\00\00\30\08\00\00")
  (data (i32.const 2128) "\01\00\00\00\02\00\00\00\03\00\00\00\04\00\00\00")
  (data (i32.const 2164) "text\00\00\00\00")
  (func (export "_start")
    (call $rows)
    (call $through (i32.const 2112))
    (call $words (i32.const 2128))
    (drop (call $length (i32.const 2164))))
  ;; The second word of each row.
  (func $rows (local i32)
    (local.set 0 (i32.const -8))
    (loop $next
      (call $row (i32.add (local.get 0) (i32.const 2056)))
      (local.set 0 (i32.add (local.get 0) (i32.const 8)))
      (br_if $next (i32.lt_s (local.get 0) (i32.const 16)))))
  (func $row (param i32) (i32.store offset=4 (local.get 0) (i32.const 7)))
  ;; The first word of what each of the table leads to.
  (func $through (param i32) (local i32)
    (loop $next
      (i32.store (i32.load (local.get 0)) (i32.const 7))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (br_if $next (local.tee 1 (i32.add (local.get 1) (i32.const 1))))))
  ;; Every second one.
  (func $words (param i32) (local i32)
    (loop $next
      (i32.store (local.get 0) (i32.const 7))
      (local.set 0 (i32.add (local.get 0) (i32.const 8)))
      (br_if $next (local.tee 1 (i32.add (local.get 1) (i32.const 1))))))
  ;; Is read, and no more.
  (func $length (param i32) (result i32) (local i32)
    (local.set 1 (local.get 0))
    (loop $next
      (br_if $next (i32.load8_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))))))
    (i32.sub (local.get 1) (local.get 0))))
