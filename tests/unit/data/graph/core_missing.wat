;; Not valid: the instance that is given lacks what the module imports.
(component
  (core module $m (import "env" "f" (func)))
  (core module $env (func (export "g")))
  (core instance $env (instantiate $env))
  (core instance (instantiate $m (with "env" (instance $env)))))
