;; An imported module and an imported component: what they are given, they may call.
(component
  (core type $module-type (module
    (import "m" "f" (func (param i32)))
    (import "m" "table" (table 1 funcref))
    (export "g" (func))
    (export "memory" (memory 1))))
  (import "module" (core module $imported (type $module-type)))
  (import "component" (component $plugin
    (import "callback" (func))
    (import "api" (instance (export "call" (func))))
    (export "go" (func (param "n" u32)))
    (export "inner" (instance (export "deep" (func))))))
  (core module $own
    (func (export "f") (param i32))
    (func (export "called"))
    (table (export "table") 1 funcref)
    (elem (i32.const 0) func 1))
  (core instance $own (instantiate $own))
  (core instance $given (instantiate $imported (with "m" (instance $own))))
  (func $called (canon lift (core func $own "called")))
  (instance $api (export "call" (func $called)))
  (instance $made (instantiate $plugin (with "callback" (func $called)) (with "api" (instance $api))))
  (core module $user
    (import "x" "g" (func))
    (import "x" "go" (func (param i32)))
    (import "x" "deep" (func))
    (import "x" "memory" (memory 1))
    (func (export "run")))
  (alias export $made "inner" (instance $inner))
  (core func $go (canon lower (func $made "go")))
  (core func $deep (canon lower (func $inner "deep")))
  (core instance $user (instantiate $user (with "x" (instance
    (export "g" (func $given "g"))
    (export "go" (func $go))
    (export "deep" (func $deep))
    (export "memory" (memory $given "memory")))))))
