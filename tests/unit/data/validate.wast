;; The rules of component validation: for each, what keeps it and what breaks it.
;;
;; generate.py makes validate.h of this file. A `component` must be valid with every feature on. An `assert_invalid` must give exactly one
;; error; its text is the anchor of the section that the error must name, and a part of the message. Where the text is "needs FEATURE",
;; the component must be valid, and no longer so without that feature.

;; ---- Index spaces: indices lead to earlier definitions of their sort.

(component (type string) (type (list 0)))
(assert_invalid (component (type (list 1)) (type string)) "index-spaces: type index 1 is out of bounds: it is defined later")
(assert_invalid (component (type (list 7))) "index-spaces: type index 7 is out of bounds: there is 1")
(assert_invalid (component (export "f" (func 0))) "index-spaces: func index 0 is out of bounds")
(assert_invalid (component (instance (instantiate 0))) "index-spaces: component index 0 is out of bounds")
(assert_invalid (component (core instance (instantiate 0))) "index-spaces: core module index 0 is out of bounds")
(assert_invalid (component (alias core export 0 "f" (core func))) "index-spaces: core instance index 0 is out of bounds")
(assert_invalid (component (alias export 0 "f" (func))) "index-spaces: instance index 0 is out of bounds")

;; ---- Aliases.

(component
  (import "i" (instance $i (export "f" (func)) (export "t" (type (sub resource)))))
  (alias export $i "f" (func))
  (alias export $i "t" (type)))
(assert_invalid
  (component (import "i" (instance $i (export "f" (func)))) (alias export $i "g" (func)))
  "alias-definitions: instance 0 has no export named `g`")
(assert_invalid
  (component (import "i" (instance $i (export "f" (func)))) (alias export $i "f" (instance)))
  "alias-definitions: export `f` of instance 0 is not of sort instance, but of sort func")
(assert_invalid
  (component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (alias core export $i "g" (core func)))
  "alias-definitions: core instance 0 has no export named `g`")
(assert_invalid
  (component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (alias core export $i "f" (core memory)))
  "alias-definitions: is not of sort core memory, but of sort core func")

(component $C
  (type $t (record (field "x" u32)))
  (component (alias outer $C $t (type))))
(assert_invalid
  (component $C
    (type $r (resource (rep i32)))
    (type $l (list (own $r)))
    (component (alias outer $C $l (type))))
  "alias-definitions: transitively refers to resources")
(assert_invalid (component (alias outer 3 0 (type))) "alias-definitions: invalid outer alias count of 3")
(assert_invalid
  (component (type (component (import "i" (instance $i (export "f" (func)))) (alias export $i "f" (func)))))
  "type-definitions: may only refer to types or instances, not to the sort func")

;; ---- Core instances.

(component
  (core module $a (func (export "f") (param i32)))
  (core module $b (import "a" "f" (func (param i32))))
  (core instance $a (instantiate $a))
  (core instance (instantiate $b (with "a" (instance $a)))))
(assert_invalid
  (component (core module $b (import "a" "f" (func))) (core instance (instantiate $b)))
  "instance-definitions: missing module instantiation argument named `a`")
(assert_invalid
  (component
    (core module $a)
    (core module $b (import "a" "f" (func)))
    (core instance $a (instantiate $a))
    (core instance (instantiate $b (with "a" (instance $a)))))
  "instance-definitions: argument `a` does not export an item named `f`")
(assert_invalid
  (component
    (core module $a (func (export "f") (param i32)))
    (core module $b (import "a" "f" (func (param i64))))
    (core instance $a (instantiate $a))
    (core instance (instantiate $b (with "a" (instance $a)))))
  "type-checking: expected (func (param i64)), found (func (param i32))")
(assert_invalid
  (component
    (core module $a)
    (core instance $i (instantiate $a))
    (core instance (instantiate $a (with "x" (instance $i)) (with "x" (instance $i)))))
  "instance-definitions: duplicate module instantiation argument named `x`")
(assert_invalid
  (component
    (core module $a (func (export "f")))
    (core instance $i (instantiate $a))
    (core instance (export "g" (func $i "f")) (export "g" (func $i "f"))))
  "instance-definitions: duplicate instantiation export name `g`")

;; ---- Instances: every import is given, with what fits.

(component
  (import "f" (func $f (param "x" u32)))
  (component $c (import "f" (func (param "x" u32))))
  (instance (instantiate $c (with "f" (func $f)))))
(assert_invalid
  (component (component $c (import "f" (func))) (instance (instantiate $c)))
  "instance-definitions: missing import named `f`")
(assert_invalid
  (component
    (import "i" (instance $i (export "read" (func (param "len" u32)))))
    (component $c (import "in" (instance (export "read" (func (param "len" u64))))))
    (instance (instantiate $c (with "in" (instance $i)))))
  "type-checking: import `in`: export `read`: parameter `len`: expected u64, found u32")
(assert_invalid
  (component
    (import "f" (func $f))
    (component $c)
    (instance (instantiate $c (with "f" (func $f)) (with "f" (func $f)))))
  "instance-definitions: argument `f` conflicts with previous argument `f`")
(assert_invalid
  (component
    (import "f" (func $f))
    (component $c (import "f" (func async)))
    (instance (instantiate $c (with "f" (func $f)))))
  "type-checking: expected async function, found sync function")

;; Instances may export more, components import less than is expected.
(component
  (import "i" (instance $i (export "a" (func)) (export "b" (func))))
  (component $c (import "i" (instance (export "b" (func)))))
  (instance (instantiate $c (with "i" (instance $i))))
  (import "c" (component $less (export "x" (func))))
  (component $d (import "c" (component (import "f" (func)) (export "x" (func)))))
  (instance (instantiate $d (with "c" (component $less)))))
(assert_invalid
  (component
    (import "c" (component $more (import "f" (func))))
    (component $d (import "c" (component)))
    (instance (instantiate $d (with "c" (component $more)))))
  "type-checking: missing expected import `f`")

;; Resources given to imports stand for them in what follows, and are not other resources.
(component
  (import "r" (type $r (sub resource)))
  (import "f" (func $f (param "x" (own $r))))
  (component $c
    (import "t" (type $t (sub resource)))
    (import "g" (func (param "x" (own $t)))))
  (instance (instantiate $c (with "t" (type $r)) (with "g" (func $f)))))
(assert_invalid
  (component
    (import "r" (type $r (sub resource)))
    (import "s" (type $s (sub resource)))
    (import "f" (func $f (param "x" (own $r))))
    (component $c
      (import "t" (type $t (sub resource)))
      (import "g" (func (param "x" (own $t)))))
    (instance (instantiate $c (with "t" (type $s)) (with "g" (func $f)))))
  "type-checking: import `g`: parameter `x`: resource types are not the same: expected (resource `s`)")

;; Each instantiation has resources of its own.
(component
  (component $c (type $r' (resource (rep i32))) (export "r" (type $r')))
  (instance $a (instantiate $c))
  (alias export $a "r" (type $r1))
  (component $d (import "r" (type $r (sub resource))) (import "s" (type (eq $r))))
  (instance (instantiate $d (with "r" (type $r1)) (with "s" (type $r1)))))
(assert_invalid
  (component
    (component $c (type $r' (resource (rep i32))) (export "r" (type $r')))
    (instance $a (instantiate $c))
    (instance $b (instantiate $c))
    (alias export $a "r" (type $r1))
    (alias export $b "r" (type $r2))
    (component $d (import "r" (type $r (sub resource))) (import "s" (type (eq $r))))
    (instance (instantiate $d (with "r" (type $r1)) (with "s" (type $r2)))))
  "type-checking: import `s`: resource types are not the same")

;; Components that are generic in a resource match when the resources correspond.
(component
  (component $in (import "c" (component (import "r" (type $r (sub resource))) (export "f" (func (param "x" (own $r)))))))
  (import "c" (component $given (import "r" (type $t (sub resource))) (export "f" (func (param "x" (own $t))))))
  (instance (instantiate $in (with "c" (component $given)))))
(assert_invalid
  (component
    (component $in
      (import "c" (component
        (import "r" (type $r (sub resource))) (import "s" (type $s (sub resource)))
        (export "f" (func (param "x" (own $r)))))))
    (import "c" (component $given
      (import "r" (type $r (sub resource))) (import "s" (type $s (sub resource)))
      (export "f" (func (param "x" (own $s))))))
    (instance (instantiate $in (with "c" (component $given)))))
  "type-checking: import `c`: export `f`: parameter `x`: resource types are not the same")

;; Core modules match by both names of their imports and by their exports.
(component
  (import "m" (core module $m (export "f" (func))))
  (component $c (import "m" (core module (import "a" "b" (func)) (export "f" (func)))))
  (instance (instantiate $c (with "m" (core module $m)))))
(assert_invalid
  (component
    (import "m" (core module $m (import "a" "b" (func))))
    (component $c (import "m" (core module)))
    (instance (instantiate $c (with "m" (core module $m)))))
  "type-checking: missing expected import `a::b`")
(assert_invalid
  (component
    (import "m" (core module $m (export "g" (global i32))))
    (component $c (import "m" (core module (export "g" (global (mut i32))))))
    (instance (instantiate $c (with "m" (core module $m)))))
  "type-checking: import `m`: export `g`: expected: (global mut i32), found: (global i32)")

;; ---- Types.

(component (type (record (field "a" u8))) (type (variant (case "a"))) (type (tuple u8)) (type (flags "a")) (type (enum "a")))
(assert_invalid (component (type (record))) "type-definitions: record type must have at least one field")
(assert_invalid (component (type (variant))) "type-definitions: variant type must have at least one case")
(assert_invalid (component (type (tuple))) "type-definitions: tuple type must have at least one type")
(assert_invalid (component (type (flags))) "type-definitions: flags must have at least one entry")
(assert_invalid (component (type (enum))) "type-definitions: enum type must have at least one variant")
(assert_invalid
  (component (type (flags "a0" "a1" "a2" "a3" "a4" "a5" "a6" "a7" "a8" "a9" "b0" "b1" "b2" "b3" "b4" "b5" "b6" "b7" "b8" "b9" "c0"
    "c1" "c2" "c3" "c4" "c5" "c6" "c7" "c8" "c9" "d0" "d1" "d2")))
  "type-definitions: cannot have more than 32 flags: there are 33")
(assert_invalid (component (type $f (func)) (type (list $f))) "type-definitions: type index 0 is not a defined value type, but a function type")
(assert_invalid (component (type (func)) (type (own 0))) "type-definitions: type index 0 is not a resource type, but a function type")
(assert_invalid (component (type string) (import "f" (func (type 0)))) "type-definitions: type index 0 is not a function type, but string")
(assert_invalid (component (type (func)) (import "i" (instance (type 0)))) "type-definitions: is not an instance type")
(assert_invalid (component (type (func)) (import "c" (component (type 0)))) "type-definitions: is not a component type")
(assert_invalid (component (core type (func)) (import "m" (core module (type 0)))) "type-definitions: core type index 0 is not a module type")

(component (type (map string u32)))
(assert_invalid (component (type (map f32 u32))) "type-definitions: a map cannot have keys of type f32")
(assert_invalid (component (type (list u8 0))) "type-definitions: must have more than zero elements")
(assert_invalid (component (type (list u8 268435456))) "element-size: exceeds maximum byte size")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (type (stream (list (borrow $r)))))
  "type-definitions: a stream cannot carry a `borrow`")
(assert_invalid (component (type (stream char))) "todo: `(stream char)` is not valid")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (type (func (result (option (borrow $r))))))
  "type-definitions: function result cannot contain a `borrow` type")
(component (import "r" (type $r (sub resource))) (type (func (param "x" (option (borrow $r))))))

(component
  (core module $m (func (export "d") (param i32)))
  (core instance $i (instantiate $m))
  (type (resource (rep i32) (dtor (core func $i "d")))))
(assert_invalid
  (component
    (core module $m (func (export "d")))
    (core instance $i (instantiate $m))
    (type (resource (rep i32) (dtor (core func $i "d")))))
  "type-definitions: wrong signature for a destructor")
(assert_invalid (component (type (component (type (resource (rep i32)))))) "type-definitions: only be defined within a concrete component")
(assert_invalid (component (type (resource (rep f32)))) "type-definitions: only be represented by i32 or i64")

;; Trees that double at each step are measured as the trees that they are.
(assert_invalid
  (component
    (type $a (tuple u8 u8)) (type $b (tuple $a $a)) (type $c (tuple $b $b)) (type $d (tuple $c $c)) (type $e (tuple $d $d))
    (type $f (tuple $e $e)) (type $g (tuple $f $f)) (type $h (tuple $g $g)) (type $i (tuple $h $h)) (type $j (tuple $i $i))
    (type $k (tuple $j $j)) (type $l (tuple $k $k)) (type $m (tuple $l $l)) (type $n (tuple $m $m)) (type $o (tuple $n $n))
    (type $p (tuple $o $o)) (type $q (tuple $p $p)) (type $r (tuple $q $q)) (type $s (tuple $r $r)) (type $t (tuple $s $s)))
  ": effective type size exceeds the limit of 1000000 nodes")

;; ---- Core types.

(component
  (core type $f (func (param i32)))
  (core type (module (alias outer 1 $f (type $g)) (import "a" "b" (func (type $g))) (export "m" (memory 1)))))
(assert_invalid (component (core type (module (export "a" (func (type 0)))))) "index-spaces: type index out of bounds")
(assert_invalid (component (core type (module (export "a" (func)) (export "a" (func))))) "type-definitions: export name `a` already defined")
(assert_invalid
  (component (core type (module (import "a" "b" (func)) (import "a" "b" (func)))))
  "type-definitions: duplicate import name `a:b`")
(assert_invalid
  (component (core module (import "a" "b" (func)) (import "a" "b" (func))))
  "type-definitions: duplicate import name `a:b`")
(assert_invalid (component (core type (module (import "a" "b" (memory 70000))))) "type-definitions: memory size must be at most 65536")
(assert_invalid (component (core type (module)) (core type (module (alias outer 1 0 (type))))) "type-definitions: cannot alias another module type")
(assert_invalid (component (core module (func (result i32)))) "type mismatch")

;; ---- Names.

(component
  (import "a" (func)) (import "b-C-d1" (func)) (import "wasi:http/types@0.2.0-rc.1+b.2" (instance)) (import "a:b/c@1" (version-suffix ".0.4") (instance)))
(assert_invalid (component (import "aB" (func))) "import-and-export-definitions: import name `aB` is not a valid extern name")
(assert_invalid (component (import "1a" (func))) "import-and-export-definitions: is not in kebab case")
(assert_invalid (component (import "a-" (func))) "import-and-export-definitions: is not in kebab case")
(assert_invalid (component (import "" (func))) "import-and-export-definitions: is not in kebab case")
(assert_invalid (component (import "A:b/c" (func))) "import-and-export-definitions: its namespace is not in kebab case")
(assert_invalid (component (import "a:B/c" (func))) "import-and-export-definitions: its package is not in kebab case")
(assert_invalid (component (import "a:b" (func))) "import-and-export-definitions: expected `/` after package name")
(assert_invalid (component (import "a:b/c@1.0" (func))) "import-and-export-definitions: its version is not valid")
(assert_invalid (component (import "a:b/c@01.0.0" (func))) "import-and-export-definitions: a number without leading zeros")
(assert_invalid (component (import "a:b/c@1.0.0-01" (func))) "import-and-export-definitions: in the pre-release")
(assert_invalid (component (import "a:b/c@1.0.0+" (func))) "import-and-export-definitions: in the build metadata")
(assert_invalid (component (import "a:b/c@1" (version-suffix "2.3") (instance))) "-canonical-interface-name: version `12.3`, with its versionsuffix")
(assert_invalid (component (import "a:b/c@0.2.1" (version-suffix "-a") (instance))) "-canonical-interface-name: is not canonical")
(assert_invalid (component (import "a" (version-suffix ".1.2") (instance))) "-canonical-interface-name: no version that it could stand behind")
(assert_invalid (component (type (record (field "A_b" u8)))) "import-and-export-definitions: record field name `A_b` is not in kebab case")
(assert_invalid (component (type (func (param "" u8)))) "import-and-export-definitions: function parameter name cannot be empty")

(component
  (import "foo" (type $r (sub resource)))
  (import "foo-bar" (func))
  (import "[constructor]foo" (func (result (own $r))))
  (import "[method]foo.bar" (func (param "self" (borrow $r))))
  (import "[static]foo.baz" (func))
  (import "foo:bar/baz" (instance)))
(assert_invalid (component (import "a" (func)) (import "A" (func))) "name-uniqueness: import name `A` conflicts with previous name `a`")
(assert_invalid (component (import "a:b/c" (func)) (import "a:b/C" (func))) "name-uniqueness: import name `a:b/C` conflicts")
(assert_invalid
  (component
    (import "a" (type $r (sub resource)))
    (import "[method]a.b" (func (param "self" (borrow $r))))
    (import "[static]a.B" (func)))
  "name-uniqueness: conflicts with previous name `[method]a.b`")
(assert_invalid
  (component (import "a" (type $r (sub resource))) (import "[static]a.a" (func)))
  "name-uniqueness: import name `[static]a.a` conflicts with previous name `a`")
(assert_invalid (component (type (enum "a" "A"))) "name-uniqueness: enum tag name `A` conflicts with previous tag name `a`")
(assert_invalid
  (component (type (func (param "a" u8) (param "a" u8))))
  "name-uniqueness: function parameter name `a` conflicts with previous parameter name `a`")
(assert_invalid
  (component (type (record (field "a0" u8) (field "a1" u8) (field "a2" u8) (field "a3" u8) (field "a4" u8) (field "a5" u8)
    (field "a6" u8) (field "a7" u8) (field "a8" u8) (field "a9" u8) (field "b0" u8) (field "b1" u8) (field "b2" u8) (field "b3" u8)
    (field "b4" u8) (field "b5" u8) (field "b6" u8) (field "A9" u8))))
  "name-uniqueness: record field name `A9` conflicts with previous field name `a9`")

(assert_invalid (component (import "[constructor]r" (func))) "import-and-export-definitions: should return one value")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[constructor]r" (func (result u32))))
  "import-and-export-definitions: should return `(own $T)`")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[constructor]r" (func async (result (own $r)))))
  "import-and-export-definitions: cannot be async")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "s" (type $s (sub resource))) (import "[constructor]r" (func (result (own $s)))))
  "import-and-export-definitions: does not match expected resource name `s`")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[method]r.f" (func)))
  "import-and-export-definitions: at least one argument")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[method]r.f" (func (param "me" (borrow $r)))))
  "import-and-export-definitions: first argument called `self`")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[method]r.f" (func (param "self" (own $r)))))
  "import-and-export-definitions: should take a first argument of `(borrow $T)`")
(assert_invalid (component (import "[static]r.f" (func))) "import-and-export-definitions: no resource `r` is imported before")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (import "[static]r.f" (instance)))
  "import-and-export-definitions: the item is not a func")
(assert_invalid (component (import "[method]r" (func))) "import-and-export-definitions: failed to find `.` character")

;; ---- Attributes.

(component (import "a" (implements "a:b/c@1.0.0") (external-id "☃") (instance)) (import "b" (implements "a:b/c") (instance)))
(assert_invalid (component (import "a" (implements "a:b/c") (func))) "import-and-export-definitions: only instances can have an `implements`")
(assert_invalid (component (import "a:b/d" (implements "a:b/c") (instance))) "import-and-export-definitions: is not valid with `implements`")
(assert_invalid (component (import "a" (implements "b") (instance))) "import-and-export-definitions: must be an interface")

;; ---- External visibility.

(component
  (type $t' (record (field "x" u32)))
  (import "t" (type $t (eq $t')))
  (import "f" (func (param "x" $t)))
  (import "i" (instance $i (type $u' (enum "a")) (export "u" (type $u (eq $u'))) (export "g" (func (param "x" $u)))))
  (alias export $i "u" (type $u))
  (export "h" (type $u)))
(assert_invalid
  (component (type $t (record (field "x" u32))) (import "f" (func (param "x" (list $t)))))
  "external-visibility-of-types: func not valid to be used as import: it mentions the type (record (field \"x\" u32))")
(assert_invalid
  (component (type $t (record (field "x" u32))) (type $u (tuple $t)) (export "u" (type $u)))
  "external-visibility-of-types: type not valid to be used as export")
(assert_invalid
  (component (type $r (resource (rep i32))) (import "f" (func (param "x" (own $r)))))
  "external-visibility-of-types: func not valid to be used as import")
(assert_invalid
  (component (type $r (resource (rep i32))) (import "r" (type (eq $r))))
  "external-visibility-of-types: local resource type found in imports")
(assert_invalid
  (component (type (component (export "r" (type $r (sub resource))) (import "f" (func (param "x" (own $r)))))))
  "external-visibility-of-types: func not valid to be used as import")
(component
  (import "i" (instance $i (export "f" (func)) (export "g" (func))))
  (export "j" (instance $i) (instance (export "f" (func)))))
(assert_invalid
  (component (import "f" (func $f)) (export "g" (func $f) (func (param "x" u8))))
  "import-and-export-definitions: ascribed type of export is not compatible with item's type: expected 1 parameters, found 0")

;; An ascribed resource bound makes a type of its own of a resource type, which clients cannot see to be the same.
(component
  (type $r (resource (rep i32)))
  (export "r1" (type $r))
  (export $r2 "r2" (type $r) (type (sub resource)))
  (instance $i (export "r" (type $r)))
  (export "i" (instance $i) (instance (export "r" (type (sub resource))))))
(assert_invalid
  (component
    (component $c
      (type $r (resource (rep i32)))
      (export "r1" (type $r))
      (export "r2" (type $r) (type (sub resource))))
    (instance $c (instantiate $c))
    (alias export $c "r1" (type $r1))
    (alias export $c "r2" (type $r2))
    (component $eq (import "a" (type $a (sub resource))) (import "b" (type (eq $a))))
    (instance (instantiate $eq (with "a" (type $r1)) (with "b" (type $r2)))))
  "type-checking: import `b`: resource types are not the same")
(assert_invalid
  (component (type $t u8) (export "t" (type $t) (type (sub resource))))
  "import-and-export-definitions: ascribed type of export is not compatible with item's type: expected (resource `t`), found u8")

;; ---- Canonical options.

(component
  (core module $m
    (memory (export "mem") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "f") (param i32 i32) (result i32) unreachable)
    (func (export "post") (param i32)))
  (core instance $i (instantiate $m))
  (func (param "x" string) (result string)
    (canon lift (core func $i "f") (memory (core memory $i "mem")) (realloc (core func $i "realloc")) (post-return (core func $i "post")))))
(assert_invalid
  (component
    (core module $m (func (export "f") (param i32 i32)))
    (core instance $i (instantiate $m))
    (func (param "x" string) (canon lift (core func $i "f"))))
  "canonopt-validation: canonical option `memory` is required: a parameter contains a list or string")
(assert_invalid
  (component (import "f" (func $f)) (core func (canon lower (func $f) string-encoding=utf8 string-encoding=utf16)))
  "canonopt-validation: canonical encoding option `utf8` conflicts with option `utf16`")
(assert_invalid
  (component
    (core module $m (memory (export "mem") 1))
    (core instance $i (instantiate $m))
    (import "f" (func $f))
    (core func (canon lower (func $f) (memory (core memory $i "mem")) (memory (core memory $i "mem")))))
  "canonopt-validation: canonical option `memory` is specified more than once")
(assert_invalid
  (component
    (core module $m (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (import "f" (func $f))
    (core func (canon lower (func $f) (realloc (core func $i "r")))))
  "canonopt-validation: canonical option `realloc` requires `memory`")
(assert_invalid
  (component
    (core module $m (memory (export "mem") 1) (func (export "r") (param i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (import "f" (func $f))
    (core func (canon lower (func $f) (memory (core memory $i "mem")) (realloc (core func $i "r")))))
  "canonopt-validation: canonical option `realloc` uses a core function with an incorrect signature")
(assert_invalid
  (component
    (core module $m (memory (export "mem") 1 1 shared))
    (core instance $i (instantiate $m))
    (import "f" (func $f))
    (core func (canon lower (func $f) (memory (core memory $i "mem")))))
  "canonopt-validation: mismatch in the shared flag for memories")
(assert_invalid
  (component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (import "f" (func $f))
    (core func (canon lower (func $f) (post-return (core func $i "f")))))
  "canonopt-validation: canonical option `post-return` cannot be specified for lowerings")
(assert_invalid
  (component
    (core module $m (func (export "f")) (func (export "p") (param i32)))
    (core instance $i (instantiate $m))
    (func (canon lift (core func $i "f") (post-return (core func $i "p")))))
  "canon-lift: canonical option `post-return` uses a core function with an incorrect signature")
(assert_invalid
  (component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (func async (canon lift (core func $i "f") (callback (core func $i "f")))))
  "canonopt-validation: cannot specify callback without async")
(assert_invalid
  (component
    (core module $m (func (export "f") (result i32) unreachable) (func (export "c") (param i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (func async (canon lift (core func $i "f") async (callback (core func $i "c")))))
  "canonopt-validation: canonical option `callback` uses a core function with an incorrect signature")
(assert_invalid
  (component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (func (canon lift (core func $i "f") async)))
  "canonopt-validation: the `async` canonical option requires an async function type")

;; ---- canon lift and canon lower: flat signatures, sync and async.

(component
  (core module $m
    (memory (export "mem") 1)
    (func (export "f") (param i32 i64 f32 i32 i64) (result i32) unreachable)
    (func (export "c") (param i32 i32 i32) (result i32) unreachable)
    (func (export "a") (param i32) (result i32) unreachable)
    (func (export "s") (param i32)))
  (core instance $i (instantiate $m))
  (func (param "a" (tuple u8 s64 f32)) (param "b" (variant (case "x" f32) (case "y" u64))) (result (tuple u8 u8))
    (canon lift (core func $i "f") (memory (core memory $i "mem"))))
  (func async (param "x" u32) (result (tuple u8 u8)) (canon lift (core func $i "a") async (callback (core func $i "c"))))
  (func async (param "x" u32) (canon lift (core func $i "s") async)))
(assert_invalid
  (component
    (core module $m (func (export "f") (param i32)))
    (core instance $i (instantiate $m))
    (func (param "x" u64) (canon lift (core func $i "f"))))
  "canon-lift: lowered parameter types do not match parameter types of core function 0: expected (func (param i64)), found (func (param i32))")
(assert_invalid
  (component
    (core module $m (func (export "f") (result i64) unreachable))
    (core instance $i (instantiate $m))
    (func (result f32) (canon lift (core func $i "f"))))
  "canon-lift: lowered result types do not match result types")
(assert_invalid
  (component
    (core module $m (type $t (sub (func))) (func (export "f") (type $t)))
    (core instance $i (instantiate $m))
    (func (canon lift (core func $i "f"))))
  "canon-lift: lowered function type do not match function type")

(component
  (import "f" (func $f (param "a" u8) (param "b" u8) (param "c" u8) (param "d" u8) (param "e" u8) (result u8)))
  (import "g" (func $g async (param "a" u8) (param "b" u8) (param "c" u8) (param "d" u8) (param "e" u8) (result u8)))
  (core module $m (memory (export "mem") 1))
  (core instance $m (instantiate $m))
  (core module $n
    (import "" "f" (func (param i32 i32 i32 i32 i32) (result i32)))
    (import "" "g" (func (param i32 i32) (result i32))))
  (core func $f' (canon lower (func $f)))
  (core func $g' (canon lower (func $g) async (memory (core memory $m "mem"))))
  (core instance (instantiate $n (with "" (instance (export "f" (func $f')) (export "g" (func $g')))))))
(assert_invalid
  (component (import "f" (func $f (result (tuple u8 u8)))) (core func (canon lower (func $f))))
  "canonopt-validation: canonical option `memory` is required: the result is passed in memory")
(assert_invalid
  (component (import "f" (func $f async (result u8))) (core func (canon lower (func $f) async)))
  "canonopt-validation: canonical option `memory` is required: the result is passed in memory")

;; ---- Built-ins.

(component
  (type $r (resource (rep i32)))
  (core func $new (canon resource.new $r))
  (core func $rep (canon resource.rep $r))
  (core func $drop (canon resource.drop $r))
  (core module $m
    (import "" "new" (func (param i32) (result i32)))
    (import "" "rep" (func (param i32) (result i32)))
    (import "" "drop" (func (param i32))))
  (core instance (instantiate $m (with "" (instance (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop)))))))
(assert_invalid
  (component (import "r" (type $r (sub resource))) (core func (canon resource.new $r)))
  "canonical-definitions: type 0 is not a local resource")
(assert_invalid (component (type u8) (core func (canon resource.drop 0))) "type-definitions: type index 0 is not a resource type, but u8")

(component
  (core module $libc
    (memory (export "mem") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
  (core instance $libc (instantiate $libc))
  (alias core export $libc "mem" (core memory $mem))
  (alias core export $libc "realloc" (core func $realloc))
  (type $s (stream string))
  (type $f (future u32))
  (core func $sn (canon stream.new $s))
  (core func $sr (canon stream.read $s async (memory $mem) (realloc $realloc)))
  (core func $sw (canon stream.write $s (memory $mem)))
  (core func $sc (canon stream.cancel-read $s async))
  (core func $sd (canon stream.drop-writable $s))
  (core func $fn (canon future.new $f))
  (core func $fr (canon future.read $f async (memory $mem)))
  (core func $tr (canon task.return (result string) (memory $mem)))
  (core func $tc (canon task.cancel))
  (core func $xc (canon subtask.cancel async))
  (core func $xd (canon subtask.drop))
  (core func $wn (canon waitable-set.new))
  (core func $ww (canon waitable-set.wait (memory $mem)))
  (core func $wj (canon waitable.join))
  (core func $cg (canon context.get i32 1))
  (core func $bi (canon backpressure.inc))
  (core func $ti (canon thread.index))
  (core func $ty (canon thread.yield))
  (core func $en (canon error-context.new (memory $mem)))
  (core func $ed (canon error-context.debug-message (memory $mem) (realloc $realloc)))
  (core module $m
    (import "" "sn" (func (result i64)))
    (import "" "sr" (func (param i32 i32 i32) (result i32)))
    (import "" "sw" (func (param i32 i32 i32) (result i32)))
    (import "" "sc" (func (param i32) (result i32)))
    (import "" "sd" (func (param i32)))
    (import "" "fn" (func (result i64)))
    (import "" "fr" (func (param i32 i32) (result i32)))
    (import "" "tr" (func (param i32 i32)))
    (import "" "tc" (func))
    (import "" "xc" (func (param i32) (result i32)))
    (import "" "xd" (func (param i32)))
    (import "" "wn" (func (result i32)))
    (import "" "ww" (func (param i32 i32) (result i32)))
    (import "" "wj" (func (param i32 i32)))
    (import "" "cg" (func (result i32)))
    (import "" "bi" (func))
    (import "" "ti" (func (result i32)))
    (import "" "ty" (func (result i32)))
    (import "" "en" (func (param i32 i32) (result i32)))
    (import "" "ed" (func (param i32 i32))))
  (core instance (instantiate $m (with "" (instance
    (export "sn" (func $sn)) (export "sr" (func $sr)) (export "sw" (func $sw)) (export "sc" (func $sc)) (export "sd" (func $sd))
    (export "fn" (func $fn)) (export "fr" (func $fr)) (export "tr" (func $tr)) (export "tc" (func $tc)) (export "xc" (func $xc))
    (export "xd" (func $xd)) (export "wn" (func $wn)) (export "ww" (func $ww)) (export "wj" (func $wj)) (export "cg" (func $cg))
    (export "bi" (func $bi)) (export "ti" (func $ti)) (export "ty" (func $ty)) (export "en" (func $en)) (export "ed" (func $ed)))))))
(assert_invalid (component (type $s (stream u8)) (core func (canon stream.read $s async))) "canonopt-validation: canonical option `memory` is required: there are elements")
(assert_invalid (component (type $s (future u8)) (core func (canon stream.new $s))) "canonical-definitions: `stream.new` requires a stream type, found (future u8)")
(assert_invalid (component (core func (canon context.get i32 2))) "canonical-definitions: immediate must be zero or one: 2")
(assert_invalid (component (core func (canon context.get i32 0)) (core func (canon context.set i64 0))) "canonical-definitions: type must match previous context type")
(assert_invalid (component (core func (canon error-context.new))) "canonopt-validation: canonical option `memory` is required")
(assert_invalid
  (component
    (core module $m (memory (export "mem") 1) (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (core func (canon task.return (result u8) (memory (core memory $i "mem")) (realloc (core func $i "r")))))
  "canonopt-validation: canonical option `realloc` cannot be specified for task.return")
(component
  (core type $start (func (param i32)))
  (core module $m (table (export "t") 1 funcref))
  (core instance $i (instantiate $m))
  (core func (canon thread.new-indirect $start (core table $i "t"))))
(assert_invalid
  (component
    (core type $start (func (param f32)))
    (core module $m (table (export "t") 1 funcref))
    (core instance $i (instantiate $m))
    (core func (canon thread.new-indirect $start (core table $i "t"))))
  "canonical-definitions: start function must take a single `i32` argument")
(assert_invalid
  (component
    (core type $start (func (param i32)))
    (core module $m (table (export "t") 1 externref))
    (core instance $i (instantiate $m))
    (core func (canon thread.new-indirect $start (core table $i "t"))))
  "canonical-definitions: table is not a 32-bit table of (ref null (func))")

;; ---- Values and start.

(component (import "v" (value $v string)) (import "f" (func $f (param "x" string) (result u8))) (start $f (value $v) (result (value $w))) (export "w" (value $w)))
(assert_invalid (component (import "v" (value string))) "-start-definitions: value 0 is not used")
(assert_invalid
  (component (import "v" (value $v string)) (export "a" (value $v)) (export "b" (value $v)))
  "-start-definitions: value 0 is used a second time")
(assert_invalid
  (component (type (component (import "r" (type $r (sub resource))) (export "v" (value (borrow $r))))))
  "type-definitions: an exported value cannot contain a `borrow`")
(assert_invalid
  (component (import "f" (func $f (param "x" string))) (start $f))
  "-start-definitions: component start function requires 1 arguments but was given 0")
(component (import "f" (func $f)) (start $f) (start $f))

;; ---- What few components do: each rule that is left.

;; Aliases and exports of core instances.
(component
  (core module $m (tag (export "t")) (memory (export "mem") 1))
  (core instance $i (instantiate $m))
  (core instance (export "t" (tag $i "t")) (export "mem" (memory $i "mem"))))
(assert_invalid (component binary "\00asm\0d\00\01\00" "\06\07\01\00\10\01\00\01a") "alias-definitions: a core instance has no export of sort core type")
(assert_invalid
  (component (core module $m (tag (export "t"))) (core instance $i (instantiate $m)) (alias core export $i "t" (core tag)))
  "needs exceptions")
(assert_invalid (component binary "\00asm\0d\00\01\00" "\03\04\01\60\00\00" "\02\07\01\01\01\01t\10\00") "instance-definitions: a core instance has no exports of sort core type")
(assert_invalid (component binary "\00asm\0d\00\01\00" "\0b\08\01\00\01a\00\00\00\00") "instance-definitions: a core func cannot be imported, exported or given as an argument")

;; Core types and module types.
(component
  (core type $a (sub (func)))
  (core type (sub $a (func)))
  (core type (module (import "a" "t" (tag)) (import "a" "m" (memory 1 65536 shared)) (export "t" (table 0 10 funcref)))))
(assert_invalid (component (core type $m (module)) (core type (func (param (ref 0))))) "type-definitions: core type index 0 is a module type")
(assert_invalid (component (core type $a (func)) (core type (sub $a (func)))) "type-definitions: sub type cannot have a final super type")
(assert_invalid (component (core type $a (sub (func))) (core type (sub $a (func (param i32))))) "type-definitions: core type does not match its supertype")
(assert_invalid (component (core type (module (import "a" "b" (memory 65537))))) "type-definitions: memory size must be at most 65536")
(assert_invalid (component (core type (module (import "a" "b" (table 2 1 funcref))))) "type-definitions: table size minimum must not be greater than maximum")
(assert_invalid (component (core type (module (import "a" "b" (memory 1 2 shared))))) "needs threads")
(assert_invalid (component (core type (module (import "a" "b" (memory 1 (pagesize 1)))))) "needs custom-page-sizes")
(assert_invalid (component (core type (module (import "a" "b" (memory 1 (pagesize 4)))))) "type-definitions: invalid custom page size")
(assert_invalid (component (core type (module (import "a" "b" (memory 1 shared))))) "type-definitions: shared memory must have maximum size")
(assert_invalid (component (core type (module (import "a" "b" (table i64 1 funcref))))) "needs memory64")
(assert_invalid (component (core type (module (import "a" "b" (tag))))) "needs exceptions")
(assert_invalid (component (core type (module (import "a" "b" (table shared 1 (ref null (shared func))))))) "needs shared-everything-threads")
(assert_invalid (component (core type (module (import "a" "b" (table shared 1 funcref))))) "type-definitions: a shared table must have a shared type")
(assert_invalid (component (core type (module (import "a" "b" (global (shared i32)))))) "needs shared-everything-threads")
(assert_invalid (component (core type (module (import "a" "b" (global (shared funcref)))))) "type-definitions: a shared global must have a shared type")
(assert_invalid (component (core type (module (import "a" "b" (tag (result i32)))))) "type-definitions: invalid exception type: non-empty tag result type")
(assert_invalid (component (core type (module (type (module))))) "type-definitions: a module type cannot define another module type")

;; Forms of former drafts.
(component (type (func (result u8))) (core func (canon backpressure.inc)))
(assert_invalid (component binary "\00asm\0d\00\01\00" "\07\08\01\40\00\01\01\01a\7d") "type-definitions: named results are no longer part of the format")
(assert_invalid (component binary "\00asm\0d\00\01\00" "\08\08\01\09\01\01\01a\7d\00") "type-definitions: named results are no longer part of the format")
(assert_invalid (component binary "\00asm\0d\00\01\00" "\08\02\01\08") "canonical-definitions: `backpressure.set` is no longer part of the specification")
(assert_invalid (component (import "[implements=<a:b/c>]x" (instance))) "needs cm-draft-names")
(assert_invalid
  (component binary "\00asm\0d\00\01\00\01 \00asm\01\00\00\00\01\05\01`\01\7f\00\03\02\01\00\07\05\01\01d\00\00\0a\04\01\02\00\0b\02\04\01\00\00\00\06\07\01\00\00\01\00\01d"
    "\07\05\01>\7f\00\00")
  "type-definitions: asynchronous destructors are no longer part of the format")

;; Names.
(component
  (import "x" (type $r (sub resource)))
  (import "y" (external-id "e") (implements "a:b/c") (instance))
  (import "[constructor]x" (func (result (own $r)))))
(assert_invalid
  (component
    (import "x" (type $r (sub resource)))
    (type (instance (alias outer 1 $r (type $s)) (export "[constructor]r" (func (result (own $s)))))))
  "import-and-export-definitions: resource used in function does not have a name in this context")
(assert_invalid (component (import "x" (implements "a:b") (instance))) "import-and-export-definitions: `a:b` in `implements` is not a valid name of an interface")
(assert_invalid
  (component (import "x" (external-id "a") (external-id "b") (instance)))
  "import-and-export-definitions: attribute `external-id` is given more than once")

;; Canonical definitions and their options.
(component
  (import "f" (func $f (param "s" string) (result string)))
  (core module $m
    (memory (export "mem") 1) (memory (export "mem64") i64 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "realloc64") (param i64 i64 i64 i64) (result i64) unreachable))
  (core instance $i (instantiate $m))
  (core func (canon lower (func $f) (memory (core memory $i "mem")) (realloc (core func $i "realloc"))))
  (core func (canon lower (func $f) (memory (core memory $i "mem64")) (realloc (core func $i "realloc64")))))
(assert_invalid (component (core func (canon context.get f32 0))) "canonical-definitions: `context.get` only supports i32 or i64")
(assert_invalid (component (core func (canon context.get i64 0))) "needs cm64")
(assert_invalid (component (core func (canon context.get i32 1))) "needs cm-threading")
(assert_invalid (component (type $f (future)) (core func (canon future.cancel-read $f async))) "needs cm-more-async-builtins")
(assert_invalid
  (component
    (core type $start (module))
    (core module $m (table (export "t") 1 funcref))
    (core instance $i (instantiate $m))
    (core func (canon thread.new-indirect $start (core table $i "t"))))
  "canonical-definitions: expected a core function type")
(assert_invalid
  (component
    (core type $start (struct))
    (core module $m (table (export "t") 1 funcref))
    (core instance $i (instantiate $m))
    (core func (canon thread.new-indirect $start (core table $i "t"))))
  "canonical-definitions: start type must be a function")
(assert_invalid
  (component
    (core type $start (shared (func (param i32))))
    (core module $m (table (export "t") 1 funcref))
    (core instance $i (instantiate $m))
    (core func (canon thread.new-indirect $start (core table $i "t"))))
  "canonical-definitions: spawn type must not be shared")
(assert_invalid
  (component (core type $start (func (param i32))) (core func (canon thread.spawn-ref $start)))
  "canonical-definitions: spawn type must be shared")
(assert_invalid
  (component
    (core type $start (func (param i32) (result i32)))
    (core module $m (table (export "t") 1 funcref))
    (core instance $i (instantiate $m))
    (core func (canon thread.new-indirect $start (core table $i "t"))))
  "canonical-definitions: start function must not return any values")
(assert_invalid
  (component
    (core type $start (func (param i32)))
    (core module $m (table (export "t") i64 1 funcref))
    (core instance $i (instantiate $m))
    (core func (canon thread.new-indirect $start (core table $i "t"))))
  "needs cm64")
(assert_invalid
  (component
    (import "f" (func $f (param "s" string)))
    (core module $m (memory (export "mem") i64 1))
    (core instance $i (instantiate $m))
    (core func (canon lower (func $f) (memory (core memory $i "mem")))))
  "needs cm64")
(assert_invalid
  (component
    (import "f" (func $f (result string)))
    (core module $m (memory (export "mem") 1))
    (core instance $i (instantiate $m))
    (core func (canon lower (func $f) (memory (core memory $i "mem")))))
  "canonopt-validation: canonical option `realloc` is required")
(assert_invalid
  (component
    (core module $m
      (func (export "f")) (func (export "post"))
      (func (export "cb") (param i32 i32 i32) (result i32) unreachable))
    (core instance $i (instantiate $m))
    (func async (canon lift (core func $i "f") async (post-return (core func $i "post")))))
  "canonopt-validation: cannot specify post-return function in async")

;; Garbage-collected values.
(component
  (import "f" (func $f (param "x" (tuple u8 u8)) (result u32)))
  (core type $s (struct (field i8) (field i8)))
  (core type $t (func (param (ref $s)) (result i32)))
  (core func (canon lower (func $f) gc (core-type $t))))
(assert_invalid
  (component (import "f" (func $f)) (core type $t (func)) (core func (canon lower (func $f) gc (core-type $t))))
  "needs cm-gc")
(assert_invalid
  (component (import "f" (func $f)) (core func (canon lower (func $f) gc)))
  "canonopt-validation: cannot specify `gc` without also specifying a `core-type`")
(assert_invalid
  (component (import "f" (func $f)) (core type $t (func)) (core func (canon lower (func $f) (core-type $t))))
  "canonopt-validation: cannot specify `core-type` without `gc`")
(assert_invalid
  (component (import "f" (func $f)) (core type $t (struct)) (core func (canon lower (func $f) gc (core-type $t))))
  "canonopt-validation: canonical option `core-type` must reference a core function type")
(assert_invalid
  (component (import "f" (func $f (param "x" u32))) (core type $t (func (param f32))) (core func (canon lower (func $f) gc (core-type $t))))
  "expected to lower component type u32 to core `i32` type, found `f32`")
(assert_invalid
  (component
    (import "f" (func $f (param "x" (tuple u8 u8))))
    (core type $s (struct (field i8)))
    (core type $t (func (param (ref $s))))
    (core func (canon lower (func $f) gc (core-type $t))))
  "core `struct` has 1 fields, but component type (tuple u8 u8) has 2")
(assert_invalid
  (component
    (import "f" (func $f (param "x" (map string u8))))
    (core type $t (func (param i32)))
    (core func (canon lower (func $f) gc (core-type $t))))
  "a map cannot be passed to garbage-collected modules yet")
(assert_invalid
  (component (import "f" (func $f (param "x" u32))) (core type $t (func)) (core func (canon lower (func $f) gc (core-type $t))))
  "the core type has 0 parameters, but the component function has 1")
(assert_invalid
  (component (import "f" (func $f (result u32))) (core type $t (func)) (core func (canon lower (func $f) gc (core-type $t))))
  "the core type has 0 results, but the component function has 1")
(assert_invalid
  (component
    (type $s (stream))
    (core type $t (func (param f32)))
    (core func (canon stream.read $s async gc (core-type $t))))
  "canonical-definitions: `core-type` is")

;; Where types part.
(component
  (component $c (type $t (record (field "x" u8))) (import "t" (type (eq $t))) (import "f" (func (param "a" u8) (result u8))))
  (type $t (record (field "x" u8)))
  (import "f" (func $f (param "a" u8) (result u8)))
  (instance (instantiate $c (with "t" (type $t)) (with "f" (func $f)))))
(assert_invalid
  (component
    (component $c (type $t (record (field "x" u8))) (import "t" (type (eq $t))))
    (type $t (record (field "y" u8)))
    (instance (instantiate $c (with "t" (type $t)))))
  "type-checking: expected record field named `x`, found `y`")
(assert_invalid
  (component
    (component $c (type $t (flags "x")) (import "t" (type (eq $t))))
    (type $t (flags "y"))
    (instance (instantiate $c (with "t" (type $t)))))
  "type-checking: mismatch in flags elements: expected (flags \"x\"), found (flags \"y\")")
(assert_invalid
  (component
    (component $c (type $t (enum "x")) (import "t" (type (eq $t))))
    (type $t (enum "y"))
    (instance (instantiate $c (with "t" (type $t)))))
  "type-checking: mismatch in enum elements: expected (enum \"x\"), found (enum \"y\")")
(assert_invalid
  (component
    (component $c (import "f" (func (param "a" u8))))
    (import "f" (func $f (param "b" u8)))
    (instance (instantiate $c (with "f" (func $f)))))
  "type-checking: expected parameter named `a`, found `b`")
(assert_invalid
  (component
    (component $c (import "f" (func (result u8))))
    (import "f" (func $f))
    (instance (instantiate $c (with "f" (func $f)))))
  "type-checking: expected a result, found none")
(assert_invalid
  (component
    (component $c (import "m" (core module (export "f" (func)))))
    (import "m" (core module $m))
    (instance (instantiate $c (with "m" (core module $m)))))
  "type-checking: missing expected export `f`")

;; Values.
(component
  (value $a u8 1)
  (import "f" (func $f (param "x" u8) (result u8)))
  (start $f (value $a) (result (value $b)))
  (export "b" (value $b)))
(assert_invalid (component (value $v (export "v") u8 (binary "\01\02"))) "-value-definitions: the bytes are no value of type u8")
(assert_invalid
  (component (import "v" (value $v u8)) (import "f" (func $f (param "x" string))) (start $f (value $v)))
  "-start-definitions: value type mismatch for component start function argument 0")
(assert_invalid
  (component (import "f" (func $f (result u8))) (start $f))
  "-start-definitions: component start function has a result count of 0 but the function type has a result count of 1")
(assert_invalid (component (import "f" (func $f)) (start $f)) "needs cm-values")

;; ---- Gated features.

(component)  ;; needs none of them

(assert_invalid (component (type (stream u8))) "needs cm-async")
(assert_invalid (component (type (future u8))) "needs cm-async")
(assert_invalid (component (type (func async))) "needs cm-async")
(assert_invalid (component (import "f" (func $f async)) (core func (canon lower (func $f) async))) "needs cm-async")
(assert_invalid (component (core func (canon task.cancel))) "needs cm-async")
(assert_invalid (component (type (map string u8))) "needs cm-map")
(assert_invalid (component (import "a" (implements "a:b/c") (instance))) "needs cm-implements")
(assert_invalid (component (import "a" (external-id "x") (instance))) "needs cm-external-id")
(assert_invalid (component (import "v" (value $v u8)) (export "w" (value $v))) "needs cm-values")
(assert_invalid (component (import "a:b:c/d" (instance))) "needs cm-nested-names")
(assert_invalid (component (import "a:b/c/d" (instance))) "needs cm-nested-names")
(assert_invalid (component (core func (canon subtask.cancel async))) "needs cm-more-async-builtins")
(assert_invalid (component (type $f (future)) (core func (canon future.read $f))) "needs cm-more-async-builtins")
(assert_invalid
  (component (core module $m (func (export "f"))) (core instance $i (instantiate $m)) (func async (canon lift (core func $i "f") async)))
  "needs cm-async-stackful")
(assert_invalid (component (core func (canon thread.index))) "needs cm-threading")
(assert_invalid (component (core func (canon thread.available-parallelism))) "needs shared-everything-threads")
(assert_invalid (component (core type (shared (func)))) "needs shared-everything-threads")
(assert_invalid (component (core type (struct))) "needs gc")
(assert_invalid (component (core type (module (import "a" "b" (memory i64 1))))) "needs memory64")
(assert_invalid (component (type (list u8 4))) "needs cm-fixed-length-lists")
(assert_invalid (component (type (list error-context))) "needs cm-error-context")
(assert_invalid (component (core func (canon error-context.drop))) "needs cm-error-context")
(assert_invalid (component (import "a:b/c@1" (version-suffix ".2.3") (instance))) "needs cm-canon-names")
(assert_invalid (component (type (resource (rep i64)))) "needs cm64")
(assert_invalid (component (import "url=<https://a.b>" (func))) "needs cm-draft-names")
