;; A world without interfaces: a resource, a record, and functions of them.
(component
  (import "counter" (type $counter (sub resource)))
  (type $pair' (record (field "key" string) (field "count" u32)))
  (import "pair" (type $pair (eq $pair')))
  (import "[constructor]counter" (func (param "p" $pair) (result (own $counter))))
  (import "[method]counter.next" (func (param "self" (borrow $counter)) (result u32)))
  (import "greet" (func (param "name" string) (result (result string (error string))))))
