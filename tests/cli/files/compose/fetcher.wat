;; Sends what it gets from one interface to another.
(component
  (import "demo:net/types@0.2.1" (instance $types (export "request" (type (sub resource)))))
  (alias export $types "request" (type $request))
  (import "demo:net/client@0.2.1" (instance
    (alias outer 1 $request (type $r)) (export "request" (type $own (eq $r))) (type $o (own $own))
    (export "send" (func (param "what" $o))))))
