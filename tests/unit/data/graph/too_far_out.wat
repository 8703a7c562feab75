;; Not valid: there are not as many components around.
(component
  (component
    (alias outer 7 0 (type)))
  (instance (instantiate 0)))
