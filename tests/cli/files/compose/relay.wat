;; Imports what it exports, of a newer version.
(component
  (import "demo:net/types@0.2.4" (instance $types (export "request" (type (sub resource)))))
  (alias export $types "request" (type $request))
  (import "demo:net/client@0.2.4" (instance $client
    (alias outer 1 $request (type $r)) (export "request" (type $own (eq $r))) (type $o (own $own))
    (export "send" (func (param "what" $o)))))
  (export "demo:net/client@0.2.4" (instance $client)))
