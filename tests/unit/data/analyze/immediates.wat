;; Texts that are compared letter by letter with numbers.
(module
  (memory (export "memory") 1)
  (func (export "words") (param i32) (result i32)
    (i64.eqz
      (i64.or
        (i64.xor (i64.load align=1 (local.get 0)) (i64.const 0x485254524f424d49))
        (i64.xor (i64.load32_u offset=8 align=1 (local.get 0)) (i64.const 0x454d414e)))))
  ;; The last word begins within the one before.
  (func (export "overlapping") (param i32) (result i32)
    (i32.or
      (i32.xor (i32.load (local.get 0)) (i32.const 0x54524f50))
      (i32.ne (i32.load offset=3 (local.get 0)) (i32.const 0x52454c54))))
  ;; One word for two names.
  (func (export "one-of-two") (param i32) (result i32) (local i32)
    (local.set 1 (i32.load (local.get 0)))
    (i32.or (i32.eq (local.get 1) (i32.const 0x54524f50)) (i32.eq (i32.const 0x45444f4d) (local.get 1))))
  (func (export "behind") (param i32) (result i32) (local i32)
    (i32.and
      (i32.eq (i32.load16_u offset=2 (local.tee 1 (i32.add (local.get 0) (i32.const 8)))) (i32.const 0x4554))
      (i32.eq (i32.load8_u offset=4 (local.get 1)) (i32.const 0x5f))))
  (func (export "by-locals") (param i32) (result i32) (local i32 i32 i32 i32)
    (local.set 1 (local.get 0))
    (local.set 2 (i32.load (local.get 1)))
    (local.set 3 (i32.const 0x54524f50))
    (local.set 4 (local.get 0))
    (i32.or
      (i32.ne (local.get 2) (local.get 3))
      (i32.ne (i32.load8_u offset=4 (local.get 4)) (i32.const 0x5f))))
  ;; The pointer is another one then.
  (func (export "moved") (param i32) (result i32)
    (drop (i32.eq (i32.load16_u (local.get 0)) (i32.const 0x4554)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (i32.eq (i32.load16_u offset=2 (local.get 0)) (i32.const 0x4d52)))
  (func (export "nothing") (param i32) (result i32)
    (i32.add (i32.eq (i32.load (local.get 0)) (local.get 0)) (i32.lt_u (i32.load (local.get 0)) (i32.const 0x54524f50)))))
