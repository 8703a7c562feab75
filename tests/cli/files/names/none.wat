;; A store of which there are types alone.
(component
  (import "wasmcloud:keyvalue/store@1.0.0" (instance
    (type $e (variant (case "no-such-store") (case "other" string))) (export "error" (type (eq $e))))))
