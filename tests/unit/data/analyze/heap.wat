;; Code that keeps pointers to variables in memory, and finds them there. Each variable is a pointer to a text; who stores to it makes it another
;; text's.
(module
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (table 3 funcref)
  (elem (i32.const 1) $method $method)
  ;; Variables, 16 bytes apart, of which the one at 2240 holds the address of another one; texts, which are not followed through memory; and a table of
  ;; methods, at 2328.
  (data (i32.const 2048)
    "\d0\08\00\00------------\d8\08\00\00------------\e0\08\00\00------------\d0\08\00\00------------"
    "\d8\08\00\00------------\e0\08\00\00------------\d0\08\00\00------------\d8\08\00\00------------"
    "\e0\08\00\00------------\d0\08\00\00------------\d8\08\00\00------------\e0\08\00\00------------"
    "\80\08\00\00------------FIRST\00\00\00SECOND\00\00THIRD\00\00\00----------------------------------------"
    "\00\00\00\00\00\00\00\00\01\00\00\00\02\00\00\00")
  (func (export "_start") (local i32)
    (local.set 0 (call $malloc (i32.const 64)))
    (call $keeps (local.get 0) (i32.const 2048))
    (call $keeps-farther (local.get 0) (i32.const 2064))
    (call $keeps-text (local.get 0) (i32.const 2264))
    (call $keeps-table (local.get 0) (i32.const 2328))
    (call $found (local.get 0))
    (call $found-text (local.get 0))
    (call $found-table (local.get 0))
    (call $in-variable)
    (i32.store (i32.const 3080) (i32.const 2080))
    (call $data))
  (func $malloc (param i32) (result i32) (local i32)
    (local.set 1 (i32.load (i32.const 3072)))
    (i32.store (i32.const 3072) (i32.add (local.get 1) (local.get 0)))
    (local.get 1))
  ;; Eight bytes behind what is given, and twelve.
  (func $keeps (param i32 i32) (i32.store offset=8 (local.get 0) (local.get 1)))
  (func $keeps-farther (param i32 i32) (i32.store offset=12 (local.get 0) (local.get 1)))
  (func $keeps-text (param i32 i32) (i32.store offset=20 (local.get 0) (local.get 1)))
  (func $keeps-table (param i32 i32) (i32.store offset=24 (local.get 0) (local.get 1)))
  (func $found (param i32) (i32.store (i32.load offset=8 (local.get 0)) (i32.const 2272)))
  (func $found-text (param i32) (i32.store8 (i32.load offset=20 (local.get 0)) (i32.const 88)))
  (func $found-table (param i32) (i32.store (i32.load offset=24 (local.get 0)) (i32.const 1)))
  (func $method)
  ;; Out of a variable that it was put into.
  (func $in-variable (i32.store (i32.load (i32.const 3080)) (i32.const 2272)))
  ;; And out of one that has it in the data.
  (func $data (i32.store (i32.load (i32.const 2240)) (i32.const 2272))))
