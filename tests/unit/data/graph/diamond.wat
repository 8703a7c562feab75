;; One component, instantiated twice; both instances are given the same logger.
(component
  (import "log" (func $log (param "n" u32)))
  (component $logger
    (import "out" (func $out (param "n" u32)))
    (export "log" (func $out)))
  (component $worker
    (import "log" (func $log (param "n" u32)))
    (core func $lowered (canon lower (func $log)))
    (core module $m
      (import "host" "log" (func $log (param i32)))
      (func (export "work") (call $log (i32.const 7)))
      (export "log" (func $log)))
    (core instance $i (instantiate $m (with "host" (instance (export "log" (func $lowered))))))
    (core instance $j (instantiate $m (with "host" (instance (export "log" (func $i "log"))))))
    (func (export "work") (canon lift (core func $j "work"))))
  (instance $logger (instantiate $logger (with "out" (func $log))))
  (instance $left (instantiate $worker (with "log" (func $logger "log"))))
  (instance $right (instantiate $worker (with "log" (func $logger "log"))))
  (export "left" (func $left "work"))
  (export "right" (func $right "work")))
