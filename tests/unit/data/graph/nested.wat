;; Two components within each other, with names at every level; a lift in the inner one behind two re-exports.
(component $app
  (component $middleware
    (component $store
      (core module $main
        (func (export "get") (param i32) (result i32) (local.get 0)))
      (core instance $main (instantiate $main))
      (func $get (param "key" u32) (result u32) (canon lift (core func $main "get")))
      (export "get" (func $get)))
    (instance $store (instantiate $store))
    (core module $wrapper
      (import "store" "get" (func $get (param i32) (result i32)))
      (func (export "twice") (param i32) (result i32) (call $get (call $get (local.get 0)))))
    (core func $lowered (canon lower (func $store "get")))
    (core instance $wrapper (instantiate $wrapper
      (with "store" (instance (export "get" (func $lowered))))))
    (func $twice (param "key" u32) (result u32) (canon lift (core func $wrapper "twice")))
    (instance $api
      (export "get" (func $store "get"))
      (export "twice" (func $twice)))
    (export "api" (instance $api)))
  (instance $middleware (instantiate $middleware))
  (alias export $middleware "api" (instance $api))
  (export "shop:front/api@1.0.0" (instance $api)))
