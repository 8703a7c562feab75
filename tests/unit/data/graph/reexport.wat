;; The root exports a function that is an import, one that an inner component exports unchanged from its own import, an imported
;; instance, and a function twice exported under other names.
(component
  (import "plain" (func $plain))
  (import "a:b/c" (instance $c (export "f" (func))))
  (component $pass
    (import "in" (instance $in (export "f" (func))))
    (export $again "out" (instance $in))
    (export "f" (func $again "f")))
  (instance $pass (instantiate $pass (with "in" (instance $c))))
  (core module $m
    (import "x" "plain" (func))
    (import "x" "f" (func))
    (func (export "own")))
  (alias export $pass "out" (instance $out))
  (core func $l-plain (canon lower (func $plain)))
  (core func $l-f (canon lower (func $out "f")))
  (core instance $x (export "plain" (func $l-plain)) (export "f" (func $l-f)))
  (core instance $i (instantiate $m (with "x" (instance $x))))
  (func $own (canon lift (core func $i "own")))
  (export $first "first" (func $own))
  (export "second" (func $first))
  (export "plain-again" (func $plain))
  (export "f-again" (func $pass "f"))
  (export "c-again" (instance $out)))
