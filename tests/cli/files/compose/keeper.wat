;; Exports what hands out a resource of what it imports.
(component
  (import "a:b/store" (instance $s
    (export "bucket" (type $b (sub resource))) (type $o (own $b))
    (export "open" (func (param "name" string) (result $o)))))
  (alias export $s "bucket" (type $bucket))
  (alias export $s "open" (func $open))
  (export "first" (func $open)))
