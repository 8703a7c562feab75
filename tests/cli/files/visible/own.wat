;; What the shim exports it defines itself, and nobody out here has given that a name.
(component
  (import "types" (instance $types
    (type $r (record (field "a" u32))) (export "r" (type $r2 (eq $r)))
    (type $v (variant (case "a" $r2))) (export "v" (type (eq $v)))))
  (component $Shim
    (import "types" (instance $types
      (type $r (record (field "a" u32))) (export "r" (type $r2 (eq $r)))
      (type $v (variant (case "a" $r2))) (export "v" (type (eq $v)))))
    (alias export $types "r" (type $r)) (alias export $types "v" (type $v))
    (type $rr (record (field "a" u32))) (export $re "r" (type $rr)) (type $vn (variant (case "a" $re))) (export "v" (type $vn)))
  (instance $shim (instantiate $Shim (with "types" (instance $types))))
  (component $App
    (import "types" (instance $types
      (type $r (record (field "a" u32))) (export "r" (type $r2 (eq $r)))
      (type $v (variant (case "a" $r2))) (export "v" (type (eq $v)))))
    (alias export $types "r" (type $r)) (alias export $types "v" (type $v))
    (core module $m (func (export "f") (param i32 i32)))
    (core instance $i (instantiate $m))
    (type $f (func (param "p" $v)))
    (func $f (type $f) (canon lift (core func $i "f")))
    (component $HS
      (type $r0 (record (field "a" u32))) (import "import-type-r" (type $r (eq $r0)))
      (type $v0 (variant (case "a" $r))) (import "import-type-v" (type $v (eq $v0)))
      (import "import-type-v0" (type $vv (eq $v)))
      (type $ft (func (param "p" $vv))) (import "f" (func $f (type $ft)))
      (export $ve "v" (type $v))
      (type $ft2 (func (param "p" $ve)))
      (export "f" (func $f) (func (type $ft2))))
    (instance $h (instantiate $HS (with "import-type-r" (type $r)) (with "import-type-v" (type $v)) (with "import-type-v0" (type $v)) (with "f" (func $f))))
    (export "h" (instance $h)))
  (instance $app (instantiate $App (with "types" (instance $shim))))
  (export "h" (instance $app "h")))
