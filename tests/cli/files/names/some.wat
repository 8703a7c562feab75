;; Two stores, of one of which there are types alone.
(component
  (import "wasi:keyvalue/store@0.2.0-draft" (instance
    (type $e (variant (case "no-such-store") (case "access-denied") (case "other" string))) (export "error" (type $error (eq $e)))
    (export "bucket" (type $bucket (sub resource)))
    (export "open" (func (param "identifier" string) (result (result (own $bucket) (error $error)))))))
  (import "wasmcloud:keyvalue/store@1.0.0" (instance
    (type $e (variant (case "no-such-store") (case "other" string))) (export "error" (type (eq $e))))))
