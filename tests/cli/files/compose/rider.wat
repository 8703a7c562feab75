(component
  (import "demo:ring/right" (instance $in (export "go" (func))))
  (alias export $in "go" (func $go))
  (export "go" (func $go)))
