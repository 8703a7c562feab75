  ;; Files and folders that are baked in. A descriptor's representation is the address of a node, of 20 bytes: its name (pointer, size; the size's
  ;; highest bit: it is a folder), its bytes (pointer, size) or its children (first node, how many, sorted by name), and the folder it is in.
  ;;
  ;; Results are those of wasi:filesystem 0.2: a discriminant at 0, what is behind it where the canonical ABI has it. Errors are numbers of
  ;; error-code: 12 invalid, 14 is-directory, 20 no-entry, 22 insufficient-memory, 24 not-directory, 31 not-permitted, 33 read-only, 7 exist.

  (func $is_folder (param $node i32) (result i32) (i32.lt_s (i32.load offset=4 (local.get $node)) (i32.const 0)))
  (func $name_size (param $node i32) (result i32) (i32.and (i32.load offset=4 (local.get $node)) (i32.const 0x7fffffff)))

  ;; Below zero, zero, or above, as the first text sorts before the second.
  (func $compare (param $a i32) (param $a_size i32) (param $b i32) (param $b_size i32) (result i32)
    (local $i i32) (local $less i32)
    (block $done (loop $next
      (br_if $done (i32.or (i32.ge_u (local.get $i) (local.get $a_size)) (i32.ge_u (local.get $i) (local.get $b_size))))
      (local.set $less (i32.sub (i32.load8_u (i32.add (local.get $a) (local.get $i))) (i32.load8_u (i32.add (local.get $b) (local.get $i)))))
      (if (local.get $less) (then (return (local.get $less))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
    (i32.sub (local.get $a_size) (local.get $b_size)))

  ;; The child of that name; 0: there is none.
  (func $child (param $node i32) (param $name i32) (param $size i32) (result i32)
    (local $low i32) (local $high i32) (local $middle i32) (local $at i32) (local $order i32)
    (local.set $high (i32.load offset=12 (local.get $node)))
    (block $none (loop $next
      (br_if $none (i32.ge_u (local.get $low) (local.get $high)))
      (local.set $middle (i32.shr_u (i32.add (local.get $low) (local.get $high)) (i32.const 1)))
      (local.set $at (i32.add (i32.load offset=8 (local.get $node)) (i32.mul (local.get $middle) (i32.const 20))))
      (local.set $order
        (call $compare (local.get $name) (local.get $size) (i32.load (local.get $at)) (call $name_size (local.get $at))))
      (if (i32.eqz (local.get $order)) (then (return (local.get $at))))
      (if (i32.lt_s (local.get $order) (i32.const 0))
        (then (local.set $high (local.get $middle)))
        (else (local.set $low (i32.add (local.get $middle) (i32.const 1)))))
      (br $next)))
    (i32.const 0))

  ;; Why a path led nowhere.
  (global $error (mut i32) (i32.const 0))
  (func $stray (param $error i32) (result i32) (global.set $error (local.get $error)) (i32.const 0))

  ;; Where a path leads from a folder; 0: nowhere, $error says why. `..` leads up, but not out of that folder.
  (func $walk (param $node i32) (param $at i32) (param $size i32) (result i32)
    (local $end i32) (local $depth i32) (local $name i32)
    (local.set $end (i32.add (local.get $at) (local.get $size)))
    (if (i32.eqz (local.get $size)) (then (return (call $stray (i32.const 20)))))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x2f)) (then (return (call $stray (i32.const 31)))))
    (loop $next
      (if (i32.eqz (call $is_folder (local.get $node))) (then (return (call $stray (i32.const 24)))))
      (block $skipped (loop $skip
        (br_if $skipped (i32.eq (local.get $at) (local.get $end)))
        (br_if $skipped (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x2f)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $skip)))
      (if (i32.eq (local.get $at) (local.get $end)) (then (return (local.get $node))))
      (local.set $name (local.get $at))
      (block $named (loop $more
        (br_if $named (i32.eq (local.get $at) (local.get $end)))
        (br_if $named (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x2f)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $more)))
      (local.set $node (call $step (local.get $node) (local.get $name) (i32.sub (local.get $at) (local.get $name)) (local.get $depth)))
      (if (i32.eqz (local.get $node)) (then (return (i32.const 0))))
      (local.set $depth (i32.add (local.get $depth) (global.get $deeper)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (local.get $node))

  ;; One name further; $deeper is by how much.
  (global $deeper (mut i32) (i32.const 0))
  (func $step (param $node i32) (param $name i32) (param $size i32) (param $depth i32) (result i32)
    (local $dots i32)
    (local.set $dots (i32.load8_u (local.get $name)))
    (if (i32.eq (local.get $dots) (i32.const 0x2e)) (then
      (if (i32.eq (local.get $size) (i32.const 1)) (then
        (global.set $deeper (i32.const 0))
        (return (local.get $node))))
      (if (i32.and (i32.eq (local.get $size) (i32.const 2)) (i32.eq (i32.load8_u offset=1 (local.get $name)) (i32.const 0x2e))) (then
        (if (i32.eqz (local.get $depth)) (then (return (call $stray (i32.const 31)))))
        (global.set $deeper (i32.const -1))
        (return (i32.load offset=16 (local.get $node)))))))
    (global.set $deeper (i32.const 1))
    (local.set $node (call $child (local.get $node) (local.get $name) (local.get $size)))
    (if (i32.eqz (local.get $node)) (then (return (call $stray (i32.const 20)))))
    (local.get $node))

  ;; A result, of no more than 112 bytes, all zero: ok of nothing.
  (func $fine (result i32)
    (local $at i32)
    (local.set $at (call $new (i32.const 112)))
    (memory.fill (local.get $at) (i32.const 0) (i32.const 112))
    (local.get $at))

  ;; An error, whose payload is at that offset.
  (func $failed (param $payload i32) (param $error i32) (result i32)
    (local $at i32)
    (local.set $at (call $fine))
    (i32.store8 (local.get $at) (i32.const 1))
    (i32.store8 (i32.add (local.get $at) (local.get $payload)) (local.get $error))
    (local.get $at))

  ;; result<own<R>, error-code> of a handle.
  (func $opened (param $handle i32) (result i32)
    (local $at i32)
    (local.set $at (call $fine))
    (i32.store offset=4 (local.get $at) (local.get $handle))
    (local.get $at))

  (func $file_stream (param $node i32) (param $offset i64) (result i32)
    (local $cell i32) (local $size i32)
    (if (call $is_folder (local.get $node)) (then (return (call $failed (i32.const 4) (i32.const 14)))))
    (local.set $size (i32.load offset=12 (local.get $node)))
    (if (i64.lt_u (local.get $offset) (i64.extend_i32_u (local.get $size))) (then
      (local.set $size (i32.wrap_i64 (local.get $offset)))))
    (local.set $cell
      (call $cell_new (i32.add (i32.load offset=8 (local.get $node)) (local.get $size))
                      (i32.add (i32.load offset=8 (local.get $node)) (i32.load offset=12 (local.get $node)))))
    (if (i32.eqz (local.get $cell)) (then (return (call $failed (i32.const 4) (i32.const 22)))))
    (call $opened (call $stream_handle (local.get $cell))))

  ;; result<tuple<list<u8>, bool>, error-code>
  (func $file_read (param $node i32) (param $length i64) (param $offset i64) (result i32)
    (local $at i32) (local $size i64)
    (if (call $is_folder (local.get $node)) (then (return (call $failed (i32.const 4) (i32.const 14)))))
    (local.set $size (i64.load32_u offset=12 (local.get $node)))
    (if (i64.gt_u (local.get $offset) (local.get $size)) (then (local.set $offset (local.get $size))))
    (local.set $size (i64.sub (local.get $size) (local.get $offset)))
    (local.set $at (call $fine))
    (i32.store offset=4 (local.get $at) (i32.add (i32.load offset=8 (local.get $node)) (i32.wrap_i64 (local.get $offset))))
    (i32.store8 offset=12 (local.get $at) (i64.ge_u (local.get $length) (local.get $size)))
    (if (i64.gt_u (local.get $length) (local.get $size)) (then (local.set $length (local.get $size))))
    (i32.store offset=8 (local.get $at) (i32.wrap_i64 (local.get $length)))
    (local.get $at))

  (func $file_advise (param $node i32) (param $offset i64) (param $length i64) (param $advice i32) (result i32) (call $fine))
  (func $file_sync (param $node i32) (result i32) (call $fine))

  ;; result<descriptor-flags, error-code>: only `read`.
  (func $file_flags (param $node i32) (result i32)
    (local $at i32)
    (local.set $at (call $fine))
    (i32.store8 offset=1 (local.get $at) (i32.const 1))
    (local.get $at))

  ;; descriptor-type: 3 directory, 6 regular-file.
  (func $type_of (param $node i32) (result i32) (select (i32.const 3) (i32.const 6) (call $is_folder (local.get $node))))

  (func $file_type (param $node i32) (result i32)
    (local $at i32)
    (local.set $at (call $fine))
    (i32.store8 offset=1 (local.get $at) (call $type_of (local.get $node)))
    (local.get $at))

  ;; result<descriptor-stat, error-code>: type, link count and size, at 8, 16, and 24; no times.
  (func $file_stat (param $node i32) (result i32)
    (local $at i32)
    (local.set $at (call $fine))
    (i32.store8 offset=8 (local.get $at) (call $type_of (local.get $node)))
    (i32.store8 offset=16 (local.get $at) (i32.const 1))
    (if (i32.eqz (call $is_folder (local.get $node))) (then
      (i32.store offset=24 (local.get $at) (i32.load offset=12 (local.get $node)))))
    (local.get $at))

  (func $file_stat_at (param $node i32) (param $how i32) (param $path i32) (param $size i32) (result i32)
    (local.set $node (call $walk (local.get $node) (local.get $path) (local.get $size)))
    (if (i32.eqz (local.get $node)) (then (return (call $failed (i32.const 8) (global.get $error)))))
    (call $file_stat (local.get $node)))

  ;; result<metadata-hash-value, error-code>: where a node is tells it from all others.
  (func $file_hash (param $node i32) (result i32)
    (local $at i32)
    (local.set $at (call $fine))
    (i32.store offset=8 (local.get $at) (local.get $node))
    (i32.store offset=16 (local.get $at) (i32.load offset=12 (local.get $node)))
    (local.get $at))

  (func $file_hash_at (param $node i32) (param $how i32) (param $path i32) (param $size i32) (result i32)
    (local.set $node (call $walk (local.get $node) (local.get $path) (local.get $size)))
    (if (i32.eqz (local.get $node)) (then (return (call $failed (i32.const 8) (global.get $error)))))
    (call $file_hash (local.get $node)))

  ;; `$open`: 1 create, 2 directory, 4 exclusive, 8 truncate; `$flags`: 2 write, 32 mutate-directory.
  (func $file_open (param $node i32) (param $how i32) (param $path i32) (param $size i32) (param $open i32) (param $flags i32) (result i32)
    (local.set $node (call $walk (local.get $node) (local.get $path) (local.get $size)))
    (if (i32.and (local.get $open) (i32.const 1)) (then
      (if (i32.and (i32.ne (local.get $node) (i32.const 0)) (i32.ne (i32.and (local.get $open) (i32.const 4)) (i32.const 0)))
        (then (return (call $failed (i32.const 4) (i32.const 7)))))
      (return (call $failed (i32.const 4) (i32.const 33)))))
    (if (i32.eqz (local.get $node)) (then (return (call $failed (i32.const 4) (global.get $error)))))
    (if (i32.or (i32.and (local.get $open) (i32.const 8)) (i32.and (local.get $flags) (i32.const 34)))
      (then (return (call $failed (i32.const 4) (i32.const 33)))))
    (if (i32.and (i32.shr_u (local.get $open) (i32.const 1)) (i32.eqz (call $is_folder (local.get $node))))
      (then (return (call $failed (i32.const 4) (i32.const 24)))))
    (call $opened (call $descriptor_handle (local.get $node))))

  ;; There are no links: what is there is none.
  (func $file_readlink (param $node i32) (param $path i32) (param $size i32) (result i32)
    (local.set $node (call $walk (local.get $node) (local.get $path) (local.get $size)))
    (call $failed (i32.const 4) (select (i32.const 12) (global.get $error) (local.get $node))))

  (func $file_same (param $a i32) (param $b i32) (result i32) (i32.eq (local.get $a) (local.get $b)))

  ;; A directory stream is a cell too: the next child, and where they end.
  (func $folder_stream (param $node i32) (result i32)
    (local $cell i32)
    (if (i32.eqz (call $is_folder (local.get $node))) (then (return (call $failed (i32.const 4) (i32.const 24)))))
    (local.set $cell
      (call $cell_new (i32.load offset=8 (local.get $node))
                      (i32.add (i32.load offset=8 (local.get $node)) (i32.mul (i32.load offset=12 (local.get $node)) (i32.const 20)))))
    (if (i32.eqz (local.get $cell)) (then (return (call $failed (i32.const 4) (i32.const 22)))))
    (call $opened (call $folder_handle (local.get $cell))))

  ;; result<option<directory-entry>, error-code>: the option at 4, the type at 8, the name from 12 on.
  (func $folder_next (param $cell i32) (result i32)
    (local $at i32) (local $node i32)
    (local.set $at (call $fine))
    (if (call $cell_ended (local.get $cell)) (then (return (local.get $at))))
    (local.set $node (i32.load (local.get $cell)))
    (i32.store (local.get $cell) (i32.add (local.get $node) (i32.const 20)))
    (i32.store8 offset=4 (local.get $at) (i32.const 1))
    (i32.store8 offset=8 (local.get $at) (call $type_of (local.get $node)))
    (i32.store offset=12 (local.get $at) (i32.load (local.get $node)))
    (i32.store offset=16 (local.get $at) (call $name_size (local.get $node)))
    (local.get $at))

  ;; The list of preopens: what the host has of other names, then the roots. `$host`: the host's list, or 0.
  (func $preopens (param $host i32) (param $root i32) (param $count i32) (result i32)
    (local $at i32) (local $list i32) (local $end i32) (local $from i32) (local $left i32)
    (local.set $end (i32.add (local.get $root) (i32.mul (local.get $count) (i32.const 20))))
    (if (local.get $host) (then
      (local.set $from (i32.load (local.get $host)))
      (local.set $left (i32.load offset=4 (local.get $host)))))
    (local.set $at (call $new (i32.const 8)))
    (local.set $list (call $new (i32.mul (i32.add (local.get $count) (local.get $left)) (i32.const 12))))
    (i32.store (local.get $at) (local.get $list))
    (block $listed (loop $next
      (br_if $listed (i32.eqz (local.get $left)))
      (if (call $is_root (i32.load offset=4 (local.get $from)) (i32.load offset=8 (local.get $from)) (local.get $root) (local.get $end))
        (then (call $drop_hosts (i32.load (local.get $from))))
        (else
          (local.set $list (call $listed (local.get $list)
            (call $descriptor_handle (i32.or (i32.shl (i32.load (local.get $from)) (i32.const 1)) (i32.const 1)))
            (i32.load offset=4 (local.get $from)) (i32.load offset=8 (local.get $from))))))
      (local.set $from (i32.add (local.get $from) (i32.const 12)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next)))
    (loop $next
      (local.set $list (call $listed (local.get $list) (call $descriptor_handle (local.get $root)) (i32.load (local.get $root))
        (call $name_size (local.get $root))))
      (local.set $root (i32.add (local.get $root) (i32.const 20)))
      (br_if $next (i32.lt_u (local.get $root) (local.get $end))))
    (i32.store offset=4 (local.get $at) (i32.div_u (i32.sub (local.get $list) (i32.load (local.get $at))) (i32.const 12)))
    (local.get $at))

  (func $listed (param $at i32) (param $handle i32) (param $name i32) (param $size i32) (result i32)
    (i32.store (local.get $at) (local.get $handle))
    (i32.store offset=4 (local.get $at) (local.get $name))
    (i32.store offset=8 (local.get $at) (local.get $size))
    (i32.add (local.get $at) (i32.const 12)))

  (func $is_root (param $name i32) (param $size i32) (param $root i32) (param $end i32) (result i32)
    (loop $next
      (if (call $equal (local.get $name) (local.get $size) (i32.load (local.get $root)) (call $name_size (local.get $root)))
        (then (return (i32.const 1))))
      (local.set $root (i32.add (local.get $root) (i32.const 20)))
      (br_if $next (i32.lt_u (local.get $root) (local.get $end))))
    (i32.const 0))
