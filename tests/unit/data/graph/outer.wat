;; Outer aliases of a module, a component and a type, one and two components out.
(component $top
  (type $text (list string))
  (core module $shared
    (memory (export "memory") 1)
    (func (export "f") (param i32 i32))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
  (component $leaf
    (alias outer $top $shared (core module $m))
    (alias outer $top $text (type $t))
    (core instance $i (instantiate $m))
    (func $f (param "texts" $t)
      (canon lift (core func $i "f") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
    (export "f" (func $f)))
  (component $branch
    (component $twig
      (alias outer $top $leaf (component $l))
      (instance $made (instantiate $l))
      (export "f" (func $made "f")))
    (instance $twig (instantiate $twig))
    (export "f" (func $twig "f")))
  (instance $branch (instantiate $branch))
  (export "f" (func $branch "f")))
