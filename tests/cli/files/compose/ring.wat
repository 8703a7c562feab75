;; Takes what it gives.
(component
  (import "demo:ring/left" (instance $in (export "go" (func))))
  (alias export $in "go" (func $go))
  (instance $out (export "go" (func $go)))
  (export "demo:ring/right" (instance $out)))
