;; Not valid: what is a function is aliased as a core module.
(component
  (import "a:b/c" (instance $c (export "f" (func))))
  (alias export $c "f" (core module $g)))
