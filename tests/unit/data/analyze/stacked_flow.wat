;; A program whose stack lies in memory (libcomponent/analyze/stacked.h), of functions that do something with what a pointer leads to. Arguments lie
;; from 8 bytes above the stack pointer on; results behind them.
(module
  (type $f (func (param i32) (result i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 4096))
  (table 2 funcref)
  (elem (i32.const 1) $main.method)
  ;; A variable that leads to another one.
  (data (i32.const 11264) "\00\2e\00\00\00\00\00\00")
  (data (i32.const 20472) "\00\00\00\00\00\00\00\01")
  (func (export "_start") (drop (call $main.main (i32.const 0))))
  (func $main.sets (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (i64.store (i32.wrap_i64 (i64.load offset=8 (local.get 1))) (i64.const 1))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
    (return (i32.const 0)))
  (func $main.sets-second (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (i64.store offset=8 (i32.wrap_i64 (i64.load offset=8 (local.get 1))) (i64.const 1))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
    (return (i32.const 0)))
  (func $main.keeps (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (i64.store (i32.const 14848) (i64.load offset=8 (local.get 1)))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
    (return (i32.const 0)))
  (func $main.reads (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (drop (i64.load (i32.wrap_i64 (i64.load offset=8 (local.get 1)))))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
    (return (i32.const 0)))
  (func $main.digs (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (i64.store (i32.wrap_i64 (i64.load (i32.wrap_i64 (i64.load offset=8 (local.get 1))))) (i64.const 1))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
    (return (i32.const 0)))
  (func $main.passes (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 24))))
    (i64.store offset=0 (local.get 1) (i64.load offset=32 (local.get 1)))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.sets (i32.const 0)))
    (local.set 1 (global.get $sp))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 32))))
    (return (i32.const 0)))
  (func $main.passes-second (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 24))))
    (i64.store offset=0 (local.get 1) (i64.add (i64.load offset=32 (local.get 1)) (i64.const 8)))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.sets (i32.const 0)))
    (local.set 1 (global.get $sp))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 32))))
    (return (i32.const 0)))
  (func $main.gives (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (i64.store offset=8 (local.get 1) (i64.const 13312))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
    (return (i32.const 0)))
  (func $main.method (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (i64.store (i32.wrap_i64 (i64.load offset=8 (local.get 1))) (i64.const 1))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
    (return (i32.const 0)))
  (func $strings.Contains (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (i64.store (i32.wrap_i64 (i64.load offset=8 (local.get 1))) (i64.const 1))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
    (return (i32.const 0)))
  ;; Its first argument is a type, the second one where it writes to. The runtime's own variables.
  (func $runtime.typedmemmove (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (drop (i64.load offset=16 (local.get 1)))
    (i64.store (i32.const 15360) (i64.const 1))
    (drop (i64.load (i32.const 15872)))
    (drop (i64.load (i32.const 11776)))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 16))))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $runtime.core (i32.const 0)))
    (local.set 1 (global.get $sp))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 24))))
    (return (i32.const 0)))
  (func $runtime.core (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
    (return (i32.const 0)))
  ;; Takes the addresses of two objects of its frame.
  (func $main.frame (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 72))))
    block
    end
    (i64.store offset=0 (local.get 1) (i64.extend_i32_u (i32.add (local.get 1) (i32.const 16))))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.sets (i32.const 0)))
    (local.set 1 (global.get $sp))
    (i64.store offset=0 (local.get 1) (i64.extend_i32_u (i32.add (local.get 1) (i32.const 40))))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.sets (i32.const 0)))
    (local.set 1 (global.get $sp))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 80))))
    (return (i32.const 0)))
  ;; As wasm-opt leaves it: the stack pointer is moved in the local that has the label, addresses are kept in locals, and the end needs no `return`.
  (func $main.optimized (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (global.set $sp (local.tee 0 (i32.sub (local.get 1) (i32.const 72))))
    (local.set 1 (local.get 0))
    block
    end
    (local.set 2 (i64.extend_i32_u (local.get 1)))
    (i64.store offset=0 (local.get 1) (i64.add (local.get 2) (i64.const 16)))
    (global.set $sp (local.tee 0 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 0) (i64.const 7))
    (drop (call $main.sets (i32.const 0)))
    (local.set 1 (global.get $sp))
    (i64.store offset=0 (local.get 1) (i64.add (i64.extend_i32_u (local.get 1)) (i64.const 40)))
    (global.set $sp (local.tee 0 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 0) (i64.const 7))
    (drop (call $main.sets (i32.const 0)))
    (local.set 1 (global.get $sp))
    (global.set $sp (i32.add (local.get 1) (i32.const 80)))
    (i32.const 0))
  ;; It has no frame, and goes on as another function: that one's arguments are its own.
  (func $main.goes-on (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    (drop (call $main.sets (i32.const 0)))
    (local.set 1 (global.get $sp))
    (return (i32.const 0)))
  ;; Nothing but unwinding leaves it.
  (func $main.ends (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.sets (i32.const 0)))
    (i32.const 1))
  (func $main.object (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 40))))
    (i64.store offset=24 (local.get 1) (i64.const 16896))
    (i64.store offset=0 (local.get 1) (i64.extend_i32_u (i32.add (local.get 1) (i32.const 24))))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.keeps (i32.const 0)))
    (local.set 1 (global.get $sp))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 48))))
    (return (i32.const 0)))
  (func $main.main (type $f) (local i32 i64)
    global.get $sp
    local.set 1
    block
    local.get 0
    br_table 0
    end
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 40))))
    (i64.store offset=0 (local.get 1) (i64.const 8192))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.sets (i32.const 0)))
    (local.set 1 (global.get $sp))
    (i64.store offset=0 (local.get 1) (i64.const 8704))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.sets-second (i32.const 0)))
    (local.set 1 (global.get $sp))
    (i64.store offset=0 (local.get 1) (i64.const 9216))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.keeps (i32.const 0)))
    (local.set 1 (global.get $sp))
    (i64.store offset=0 (local.get 1) (i64.const 9728))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.reads (i32.const 0)))
    (local.set 1 (global.get $sp))
    (i64.store offset=0 (local.get 1) (i64.const 10240))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.passes (i32.const 0)))
    (local.set 1 (global.get $sp))
    (i64.store offset=16 (i32.const 10752) (i64.const 1))
    (i64.store offset=0 (local.get 1) (i64.const 11264))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.digs (i32.const 0)))
    (local.set 1 (global.get $sp))
    (i64.store offset=0 (local.get 1) (i64.const 12288))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $strings.Contains (i32.const 0)))
    (local.set 1 (global.get $sp))
    (i64.store offset=0 (local.get 1) (i64.const 0))
    (i64.store offset=8 (local.get 1) (i64.const 12800))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $runtime.typedmemmove (i32.const 0)))
    (local.set 1 (global.get $sp))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.gives (i32.const 0)))
    (local.set 1 (global.get $sp))
    (i64.store (i32.wrap_i64 (i64.load (local.get 1))) (i64.const 1))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.object (i32.const 0)))
    (local.set 1 (global.get $sp))
    (i64.store offset=0 (local.get 1) (i64.const 13824))
    (i64.store offset=8 (local.get 1) (i64.const 14336))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call_indirect (type $f) (i32.const 0) (i32.wrap_i64 (i64.shr_u (i64.const 65536) (i64.const 16)))))
    (local.set 1 (global.get $sp))
    (i64.store offset=0 (local.get 1) (i64.const 16384))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.passes-second (i32.const 0)))
    (local.set 1 (global.get $sp))
    (i64.store offset=0 (local.get 1) (i64.const 17408))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.goes-on (i32.const 0)))
    (local.set 1 (global.get $sp))
    (drop (i64.load (i32.const 15872)))
    (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
    (i64.store (local.get 1) (i64.const 7))
    (drop (call $main.frame (i32.const 0)))
    (local.set 1 (global.get $sp))
    (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 48))))
    (return (i32.const 0))))
