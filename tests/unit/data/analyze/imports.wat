;; Imports of two modules, mixed, one of them twice.
(module
  (import "b" "y" (func))
  (import "a" "m" (memory 1))
  (import "b" "x" (func))
  (import "a" "f" (func))
  (import "b" "y" (func)))
