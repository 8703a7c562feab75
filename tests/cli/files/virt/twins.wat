;; Two of one kind, each with one within; one that uses a type of the whole, and one that asks for nothing.
(component
  (type $number u32)
  (import "demo:kv/count@1.0.0" (instance $count (export "next" (func (param "by" u32) (result u32)))))
  (component $Outer
    (import "demo:kv/count@1.0.0" (instance $count (export "next" (func (param "by" u32) (result u32)))))
    (component $Inner
      (import "demo:kv/count@1.0.0" (instance $count (export "next" (func (param "by" u32) (result u32)))))
      (alias export $count "next" (func $next))
      (export "next" (func $next)))
    (instance $inner (instantiate $Inner (with "demo:kv/count@1.0.0" (instance $count))))
    (alias export $inner "next" (func $next))
    (export "next" (func $next)))
  (component $Bound
    (alias outer 1 $number (type $n))
    (import "demo:kv/count@1.0.0" (instance (export "next" (func (param "by" u32) (result u32)))))
    (type (list $n)))
  (component $Empty)
  (instance $left (instantiate $Outer (with "demo:kv/count@1.0.0" (instance $count))))
  (instance $right (instantiate $Outer (with "demo:kv/count@1.0.0" (instance $count))))
  (instance $bound (instantiate $Bound (with "demo:kv/count@1.0.0" (instance $count))))
  (instance $empty (instantiate $Empty))
  (alias export $left "next" (func $l))
  (alias export $right "next" (func $r))
  (export "left" (func $l))
  (export "right" (func $r)))
