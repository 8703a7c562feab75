;; Secrets asked for by label are declared; nothing is analysed.
(component
  (import "zeta" (implements "wasmcloud:secrets/secret@2.1.0") (external-id "vault#z") (instance))
  (import "alpha" (implements "wasmcloud:secrets/secret@2.1.0") (instance)))
