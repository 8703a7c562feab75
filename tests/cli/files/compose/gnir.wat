;; And the other way round.
(component
  (import "demo:ring/right" (instance $in (export "go" (func))))
  (alias export $in "go" (func $go))
  (instance $out (export "go" (func $go)))
  (export "demo:ring/left" (instance $out)))
