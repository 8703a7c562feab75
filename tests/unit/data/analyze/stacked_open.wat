;; The same as stacked.wat but for what main does: nothing of it can be decided but one call.
(module
  (type $f (func (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (table 21 funcref)
  (elem (i32.const 16) $init.first $init.second $main.main $main.closure $main.ask)
  (memory (export "memory") 2)
  (global $sp (mut i32) (i32.const 0))
  (global $context (mut i64) (i64.const 0))
  (global $g (mut i64) (i64.const 0))
  (func (export "_start")
    (global.set $g (i64.const 0x800))
    (i32.store offset=16 (i32.const 0x800) (i32.const 0x8000))
    (global.set $sp (i32.const 0xfff8))
    (drop (call $runtime.start (i32.const 0))))
  (func $syscall.lookup (type $f) (local i32 i64 i64 i64)
    global.get $sp
    local.set 1
    block $out
      loop $again
        block $0
        local.get 0
        br_table $0
        end
        (if (i32.le_u (local.get 1) (i32.load offset=16 (i32.wrap_i64 (global.get $g)))) (then unreachable))
        (i64.store offset=24 (local.get 1) (i64.const 0))
        (i64.store offset=32 (local.get 1) (i64.const 0))
        (local.set 2 (i64.const 0))
        ;; entries are compared one after the other; 3: length of the name
        (local.set 3 (i64.load offset=16 (local.get 1)))
        (block $none (loop $entry
          (br_if $none (i64.ge_u (local.get 2) (i64.load (i32.const 8200))))
          (local.set 4 (i64.load (i32.wrap_i64 (i64.add (i64.load (i32.const 8192)) (i64.mul (local.get 2) (i64.const 16))))))
          (block $other
            (local.set 0 (i32.const 0))
            (block $same (loop $byte
              (br_if $same (i64.ge_u (i64.extend_i32_u (local.get 0)) (local.get 3)))
              (br_if $other (i32.ne (i32.load8_u (i32.add (i32.wrap_i64 (local.get 4)) (local.get 0)))
                                    (i32.load8_u (i32.add (i32.wrap_i64 (i64.load offset=8 (local.get 1))) (local.get 0)))))
              (local.set 0 (i32.add (local.get 0) (i32.const 1)))
              (br $byte)))
            (br_if $other (i32.ne (i32.load8_u (i32.add (i32.wrap_i64 (local.get 4)) (local.get 0))) (i32.const 61)))
            (i64.store offset=24 (local.get 1) (i64.add (i64.add (local.get 4) (local.get 3)) (i64.const 1)))
            (i64.store offset=32 (local.get 1) (i64.sub (i64.sub (i64.load offset=8 (i32.wrap_i64 (i64.add (i64.load (i32.const 8192)) (i64.mul (local.get 2) (i64.const 16))))) (local.get 3)) (i64.const 1)))
            (br $none))
          (local.set 2 (i64.add (local.get 2) (i64.const 1)))
          (br $entry)))
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
        (return (i32.const 0))
      end
      unreachable
    end
    i32.const 1)
  (func $runtime.environ (type $f) (local i32 i64 i64 i64)
    global.get $sp
    local.set 1
    block $out
      loop $again
        block $0
        local.get 0
        br_table $0
        end
        (if (i32.le_u (local.get 1) (i32.load offset=16 (i32.wrap_i64 (global.get $g)))) (then unreachable))
        (drop (call $sizes (i32.const 8256) (i32.const 8260)))
        (drop (call $environ (i32.const 8264) (i32.const 12288)))
        (local.set 0 (i32.const 0))
        (block $done (loop $entry
          (br_if $done (i32.ge_u (local.get 0) (i32.load (i32.const 8256))))
          (local.set 2 (i64.load32_u offset=8264 (i32.shl (local.get 0) (i32.const 2))))
          (i64.store offset=8448 (i32.shl (local.get 0) (i32.const 4)) (local.get 2))
          (local.set 3 (i64.const 0))
          (block $end (loop $byte
            (br_if $end (i32.eqz (i32.load8_u (i32.wrap_i64 (i64.add (local.get 2) (local.get 3))))))
            (local.set 3 (i64.add (local.get 3) (i64.const 1)))
            (br $byte)))
          (i64.store offset=8456 (i32.shl (local.get 0) (i32.const 4)) (local.get 3))
          (local.set 0 (i32.add (local.get 0) (i32.const 1)))
          (br $entry)))
        (i64.store (i32.const 8192) (i64.const 8448))
        (i64.store (i32.const 8200) (i64.load32_u (i32.const 8256)))
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
        (return (i32.const 0))
      end
      unreachable
    end
    i32.const 1)
  (func $main.ask (type $f) (local i32 i64 i64 i64)
    global.get $sp
    local.set 1
    block $out
        block $1
        block $0
        local.get 0
        br_table $0 $1
        end
        (if (i32.le_u (local.get 1) (i32.load offset=16 (i32.wrap_i64 (global.get $g)))) (then unreachable))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 40))))
        (i64.store (local.get 1) (i64.load offset=48 (local.get 1)))
        (i64.store (i32.wrap_i64 (i64.add (i64.extend_i32_u (local.get 1)) (i64.const 8))) (i64.load offset=56 (local.get 1)))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
        (i64.store (local.get 1) (i64.const 7))
        i32.const 0
        call $syscall.lookup
        (local.set 1 (global.get $sp))
        br_if $out
        end
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 40))))
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
        (return (i32.const 0))
    end
    i32.const 1)
  (func $main.closure (type $f) (local i32 i64 i64 i64)
    global.get $sp
    local.set 1
    block $out
      loop $again
        block $0
        local.get 0
        br_table $0
        end
        (if (i32.le_u (local.get 1) (i32.load offset=16 (i32.wrap_i64 (global.get $g)))) (then unreachable))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 40))))
        (local.set 2 (global.get $context))
        (i64.store (local.get 1) (i64.load offset=8 (i32.wrap_i64 (local.get 2))))
        (i64.store (i32.wrap_i64 (i64.add (i64.extend_i32_u (local.get 1)) (i64.const 8))) (i64.load offset=16 (i32.wrap_i64 (local.get 2))))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
        (i64.store (local.get 1) (i64.const 7))
        i32.const 0
        call $syscall.lookup
        (local.set 1 (global.get $sp))
        br_if $out
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 40))))
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
        (return (i32.const 0))
      end
      unreachable
    end
    i32.const 1)
  (func $init.first (type $f) (local i32 i64 i64 i64)
    global.get $sp
    local.set 1
    block $out
      loop $again
        block $0
        local.get 0
        br_table $0
        end
        (if (i32.le_u (local.get 1) (i32.load offset=16 (i32.wrap_i64 (global.get $g)))) (then unreachable))
        (i64.store (i32.wrap_i64 (i64.const 10240)) (i64.const 4096))
        (i64.store offset=8 (i32.wrap_i64 (i64.const 10240)) (i64.const 9))
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
        (return (i32.const 0))
      end
      unreachable
    end
    i32.const 1)
  (func $init.second (type $f) (local i32 i64 i64 i64)
    global.get $sp
    local.set 1
    block $out
      loop $again
        block $0
        local.get 0
        br_table $0
        end
        (if (i32.le_u (local.get 1) (i32.load offset=16 (i32.wrap_i64 (global.get $g)))) (then unreachable))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 40))))
        (i64.store (local.get 1) (i64.const 4105))
        (i64.store (i32.wrap_i64 (i64.add (i64.extend_i32_u (local.get 1)) (i64.const 8))) (i64.const 9))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
        (i64.store (local.get 1) (i64.const 7))
        i32.const 0
        call $syscall.lookup
        (local.set 1 (global.get $sp))
        br_if $out
        (local.set 2 (i64.load offset=24 (local.get 1)))
        (i64.store (i32.wrap_i64 (i64.const 10256)) (local.get 2))
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 40))))
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
        (return (i32.const 0))
      end
      unreachable
    end
    i32.const 1)
  (func $syscall.all (type $f) (local i32 i64 i64 i64)
    global.get $sp
    local.set 1
    block $out
      loop $again
        block $0
        local.get 0
        br_table $0
        end
        (if (i32.le_u (local.get 1) (i32.load offset=16 (i32.wrap_i64 (global.get $g)))) (then unreachable))
        (i64.store offset=8 (local.get 1) (i64.load (i32.const 8192)))
        (i64.store offset=16 (local.get 1) (i64.load (i32.const 8200)))
        (i64.store offset=24 (local.get 1) (i64.load (i32.const 8200)))
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
        (return (i32.const 0))
      end
      unreachable
    end
    i32.const 1)
  (func $main.main (type $f) (local i32 i64 i64 i64)
    global.get $sp
    local.set 1
    block $out
      loop $again
        block $0
        local.get 0
        br_table $0
        end
        (if (i32.le_u (local.get 1) (i32.load offset=16 (i32.wrap_i64 (global.get $g)))) (then unreachable))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 72))))
        ;; a name that comes from outside
        (drop (call $clock (i32.const 0) (i64.const 0) (i32.const 6656)))
        (local.set 2 (i64.load (i32.const 6656)))
        (i64.store (local.get 1) (local.get 2))
        (i64.store (i32.wrap_i64 (i64.add (i64.extend_i32_u (local.get 1)) (i64.const 8))) (i64.const 4))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
        (i64.store (local.get 1) (i64.const 7))
        i32.const 0
        call $syscall.lookup
        (local.set 1 (global.get $sp))
        br_if $out
        ;; one that does so if the clock says it
        (i64.store (local.get 1) (i64.const 4151))
        (i64.store (i32.wrap_i64 (i64.add (i64.extend_i32_u (local.get 1)) (i64.const 8))) (i64.const 6))
        (if (i64.gt_u (local.get 2) (i64.const 99)) (then
          (i64.store (local.get 1) (i64.const 4157))
          (i64.store offset=8 (local.get 1) (i64.const 9))))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
        (i64.store (local.get 1) (i64.const 7))
        i32.const 0
        call $syscall.lookup
        (local.set 1 (global.get $sp))
        br_if $out
        ;; a function value that goes where it is not followed
        (i64.store (i32.wrap_i64 (local.get 2)) (i64.const 6176))
        ;; the whole list
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
        (i64.store (local.get 1) (i64.const 7))
        i32.const 0
        call $syscall.all
        (local.set 1 (global.get $sp))
        br_if $out
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 72))))
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
        (return (i32.const 0))
      end
      unreachable
    end
    i32.const 1)
  (func $runtime.initialize (type $f) (local i32 i64 i64 i64)
    global.get $sp
    local.set 1
    block $out
      loop $again
        block $0
        local.get 0
        br_table $0
        end
        (if (i32.le_u (local.get 1) (i32.load offset=16 (i32.wrap_i64 (global.get $g)))) (then unreachable))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 40))))
        (global.set $context (i64.const 6144))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
        (i64.store (local.get 1) (i64.const 7))
        i32.const 0
        (i32.wrap_i64 (i64.shr_u (i64.load (i32.wrap_i64 (global.get $context))) (i64.const 16)))
        call_indirect (type $f)
        (local.set 1 (global.get $sp))
        br_if $out
        (global.set $context (i64.const 6152))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
        (i64.store (local.get 1) (i64.const 7))
        i32.const 0
        (i32.wrap_i64 (i64.shr_u (i64.load (i32.wrap_i64 (global.get $context))) (i64.const 16)))
        call_indirect (type $f)
        (local.set 1 (global.get $sp))
        br_if $out
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 40))))
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
        (return (i32.const 0))
      end
      unreachable
    end
    i32.const 1)
  (func $runtime.start (type $f) (local i32 i64 i64 i64)
    global.get $sp
    local.set 1
    block $out
      loop $again
        block $0
        local.get 0
        br_table $0
        end
        (if (i32.le_u (local.get 1) (i32.load offset=16 (i32.wrap_i64 (global.get $g)))) (then unreachable))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 40))))
        (i64.store (local.get 1) (i64.const 4166))
        (i64.store (i32.wrap_i64 (i64.add (i64.extend_i32_u (local.get 1)) (i64.const 8))) (i64.const 7))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
        (i64.store (local.get 1) (i64.const 7))
        i32.const 0
        call $syscall.lookup
        (local.set 1 (global.get $sp))
        br_if $out
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
        (i64.store (local.get 1) (i64.const 7))
        i32.const 0
        call $runtime.environ
        (local.set 1 (global.get $sp))
        br_if $out
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
        (i64.store (local.get 1) (i64.const 7))
        i32.const 0
        call $runtime.initialize
        (local.set 1 (global.get $sp))
        br_if $out
        (global.set $context (i64.const 6160))
        (global.set $sp (local.tee 1 (i32.sub (local.get 1) (i32.const 8))))
        (i64.store (local.get 1) (i64.const 7))
        i32.const 0
        (i32.wrap_i64 (i64.shr_u (i64.load (i32.wrap_i64 (global.get $context))) (i64.const 16)))
        call_indirect (type $f)
        (local.set 1 (global.get $sp))
        br_if $out
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 40))))
        (global.set $sp (local.tee 1 (i32.add (local.get 1) (i32.const 8))))
        (return (i32.const 0))
      end
      unreachable
    end
    i32.const 1)
  (data (i32.const 0x1000) "FROM_INIT")
  (data (i32.const 0x1009) "NOT_THERE")
  (data (i32.const 0x1012) "CONSTANT")
  (data (i32.const 0x101a) "HELPED")
  (data (i32.const 0x1020) "POINTED")
  (data (i32.const 0x1027) "CAPTURED")
  (data (i32.const 0x102f) "UNSET")
  (data (i32.const 0x1034) "SET")
  (data (i32.const 0x1037) "ALWAYS")
  (data (i32.const 0x103d) "SOMETIMES")
  (data (i32.const 0x1046) "GODEBUG")
  (data (i32.const 0x104d) "ROW_ONE")
  (data (i32.const 0x1054) "ROW_TWO")
  (data (i32.const 0x105b) "ROW_THREE")
  (data (i32.const 0x1800) "\00\00\10\00\00\00\00\00")  ;; a value of init.first
  (data (i32.const 0x1808) "\00\00\11\00\00\00\00\00")  ;; a value of init.second
  (data (i32.const 0x1810) "\00\00\12\00\00\00\00\00")  ;; a value of main.main
  (data (i32.const 0x1818) "\00\00\13\00\00\00\00\00")  ;; a value of main.closure
  (data (i32.const 0x1820) "\00\00\14\00\00\00\00\00")  ;; a value of main.ask
  (data (i32.const 0x1900) "\4d\10\00\00\00\00\00\00\07\00\00\00\00\00\00\00")  ;; ROW_ONE
  (data (i32.const 0x1910) "\54\10\00\00\00\00\00\00\07\00\00\00\00\00\00\00")  ;; ROW_TWO
  (data (i32.const 0x1920) "\5b\10\00\00\00\00\00\00\09\00\00\00\00\00\00\00")  ;; ROW_THREE
)
