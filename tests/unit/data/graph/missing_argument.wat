;; Not valid: the argument is missing.
(component
  (component $outer
    (component $inner
      (import "wanted" (func)))
    (instance (instantiate $inner)))
  (instance (instantiate $outer)))
