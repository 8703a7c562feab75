;; Not valid: a function's name is no name. It would end the text that an adapter's code is, were it taken over.
(component
  (import "wasi:cli/environment@0.2.6" (instance
    (export "get-environment" (func (result (list (tuple string string)))))
    (export "x\" unreachable) (func $\"y" (func)))))
