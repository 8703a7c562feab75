;; Not valid: a component that instantiates what it is given with what it is given, and is given itself.
(component
  (component $a
    (import "x" (component $x (import "x" (component))))
    (instance (instantiate $x (with "x" (component $x)))))
  (instance (instantiate $a (with "x" (component $a)))))
