;; The module of environ.wat. Variables hold names, and functions that are called from outside change them: to a constant, to one that comes
;; through a local, through a pointer; and to what is not known: a parameter, one of two constants of a loop, a part, a copy.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (global $sp (mut i32) (i32.const 32768))
  (data (i32.const 1024) "SET_A\00SET_B\00LOC_A\00LOC_B\00GIV_A\00RND_A\00RND_B\00CUT_A\00LED_A\00LED_B\00BLANK\00CPY_A\00")
  (data (i32.const 2048) "\00\04\00\00\0c\04\00\00\18\04\00\00\1e\04\00\00\2a\04\00\00\30\04\00\00\42\04\00\00")
  ;; pointers at 40000, text at 50000, counts at 39000
  (func $getenv (param i32) (result i32) (local i32 i32 i32)
    (drop (call $sizes (i32.const 39000) (i32.const 39004)))
    (drop (call $environ (i32.const 40000) (i32.const 50000)))
    (block $none
      (loop $entries
        (br_if $none (i32.ge_u (local.get 1) (i32.load (i32.const 39000))))
        (local.set 2 (i32.load (i32.add (i32.const 40000) (i32.shl (local.get 1) (i32.const 2)))))
        (local.set 3 (local.get 0))
        (block $differs
          (loop $letters
            (if (i32.eqz (i32.load8_u (local.get 3)))
              (then
                (br_if $differs (i32.ne (i32.load8_u (local.get 2)) (i32.const 61)))
                (return (i32.add (local.get 2) (i32.const 1)))))
            (br_if $differs (i32.ne (i32.load8_u (local.get 3)) (i32.load8_u (local.get 2))))
            (local.set 2 (i32.add (local.get 2) (i32.const 1)))
            (local.set 3 (i32.add (local.get 3) (i32.const 1)))
            (br $letters)))
        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (br $entries)))
    (i32.const 0))
  ;; 2048: SET_A or SET_B
  (func (export "set") (i32.store (i32.const 2048) (i32.const 1030)))
  (func (export "of-set") (drop (call $getenv (i32.load (i32.const 2048)))))
  ;; 2052: LOC_A or LOC_B
  (func (export "set-local") (local i32)
    (local.set 0 (i32.const 1042))
    (i32.store (i32.const 2052) (local.get 0)))
  (func (export "of-local") (drop (call $getenv (i32.load (i32.const 2052)))))
  ;; 2056: GIV_A, or what is given
  (func (export "set-given") (param i32) (i32.store (i32.const 2056) (local.get 0)))
  (func (export "of-given") (drop (call $getenv (i32.load (i32.const 2056)))))
  ;; 2060: RND_A, then RND_B from the second round on
  (func (export "set-round") (param i32) (local i32)
    (local.set 1 (i32.const 1054))
    (loop $rounds
      (i32.store (i32.const 2060) (local.get 1))
      (local.set 1 (i32.const 1060))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $rounds (local.get 0))))
  (func (export "of-round") (drop (call $getenv (i32.load (i32.const 2060)))))
  ;; 2064: CUT_A, and of that what one byte makes
  (func (export "set-cut")
    (i32.store (i32.const 2064) (i32.const 1066))
    (i32.store8 (i32.const 2064) (i32.const 0x2c)))
  (func (export "of-cut") (drop (call $getenv (i32.load (i32.const 2064)))))
  ;; 2068: LED_A or LED_B, through a pointer
  (func $put (param i32) (i32.store (local.get 0) (i32.const 1078)))
  (func (export "set-led") (call $put (i32.const 2068)))
  (func (export "of-led") (drop (call $getenv (i32.load (i32.const 2068)))))
  ;; 2076: nothing, or BLANK
  (func (export "set-blank") (i32.store (i32.const 2076) (i32.const 1084)))
  (func (export "of-blank") (drop (call $getenv (i32.load (i32.const 2076)))))
  ;; 2072: CPY_A, and what is copied there
  (func (export "set-copy") (param i32) (memory.copy (i32.const 2072) (local.get 0) (i32.const 4)))
  (func (export "of-copy") (drop (call $getenv (i32.load (i32.const 2072)))))
)
