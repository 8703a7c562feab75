;; Components and modules passed as arguments: a wrapper that instantiates what it is given.
(component
  (import "log" (func $log))
  (core module $real (func (export "f")))
  (component $maker
    (import "module" (core module $m (export "f" (func))))
    (import "plugin" (component $p (import "log" (func)) (export "run" (func))))
    (import "log" (func $log))
    (core instance $i (instantiate $m))
    (instance $made (instantiate $p (with "log" (func $log))))
    (func (export "f") (canon lift (core func $i "f")))
    (export "run" (func $made "run")))
  (component $plugin
    (import "log" (func $log))
    (core func $l (canon lower (func $log)))
    (core module $m (import "" "log" (func $log)) (func (export "run") (call $log)))
    (core instance $i (instantiate $m (with "" (instance (export "log" (func $l))))))
    (func (export "run") (canon lift (core func $i "run"))))
  (instance $maker (instantiate $maker
    (with "module" (core module $real)) (with "plugin" (component $plugin)) (with "log" (func $log))))
  (export "f" (func $maker "f"))
  (export "run" (func $maker "run")))
