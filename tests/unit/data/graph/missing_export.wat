;; Not valid: there is no such export.
(component
  (import "a:b/c" (instance $c (export "f" (func))))
  (alias export $c "g" (func $g)))
