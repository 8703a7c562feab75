  ;; Streams of the adapter's own. A representation that is odd is the host's handle, doubled; else it is the address of a cell: where the next
  ;; byte is, and where they end. Cells that are free are chained through their first word.

  (global $cell_free (mut i32) (i32.const 0))
  (global $cell_count (mut i32) (i32.const 0))

  ;; 0: there are as many open as there may be.
  (func $cell_new (param $at i32) (param $end i32) (result i32)
    (local $cell i32)
    (local.set $cell (global.get $cell_free))
    (if (local.get $cell)
      (then (global.set $cell_free (i32.load (local.get $cell))))
      (else
        (if (i32.ge_u (global.get $cell_count) (i32.const 4096)) (then (return (i32.const 0))))
        (local.set $cell (i32.add (global.get $reserved) (i32.shl (global.get $cell_count) (i32.const 3))))
        (global.set $cell_count (i32.add (global.get $cell_count) (i32.const 1)))))
    (i32.store (local.get $cell) (local.get $at))
    (i32.store offset=4 (local.get $cell) (local.get $end))
    (local.get $cell))

  (func $cell_drop (param $cell i32)
    (i32.store (local.get $cell) (global.get $cell_free))
    (global.set $cell_free (local.get $cell)))

  ;; Takes up to so many bytes; how many.
  (func $cell_take (param $cell i32) (param $most i64) (result i32)
    (local $left i32)
    (local.set $left (i32.sub (i32.load offset=4 (local.get $cell)) (i32.load (local.get $cell))))
    (if (i64.lt_u (local.get $most) (i64.extend_i32_u (local.get $left))) (then (local.set $left (i32.wrap_i64 (local.get $most)))))
    (i32.store (local.get $cell) (i32.add (i32.load (local.get $cell)) (local.get $left)))
    (local.get $left))

  (func $cell_ended (param $cell i32) (result i32)
    (i32.eq (i32.load (local.get $cell)) (i32.load offset=4 (local.get $cell))))

  ;; A result<_, stream-error> of `closed`, whose payload is at that offset.
  (func $closed (param $payload i32) (result i32)
    (local $at i32)
    (local.set $at (call $new (i32.const 24)))
    (i32.store8 (local.get $at) (i32.const 1))
    (i32.store8 (i32.add (local.get $at) (local.get $payload)) (i32.const 1))
    (local.get $at))

  ;; result<list<u8>, stream-error>: the list is the bytes themselves.
  (func $stream_read (param $cell i32) (param $most i64) (result i32)
    (local $at i32) (local $from i32)
    (if (call $cell_ended (local.get $cell)) (then (return (call $closed (i32.const 4)))))
    (local.set $at (call $new (i32.const 12)))
    (local.set $from (i32.load (local.get $cell)))
    (i32.store8 (local.get $at) (i32.const 0))
    (i32.store offset=4 (local.get $at) (local.get $from))
    (i32.store offset=8 (local.get $at) (call $cell_take (local.get $cell) (local.get $most)))
    (local.get $at))

  ;; result<u64, stream-error>
  (func $stream_skip (param $cell i32) (param $most i64) (result i32)
    (local $at i32)
    (if (call $cell_ended (local.get $cell)) (then (return (call $closed (i32.const 8)))))
    (local.set $at (call $new (i32.const 24)))
    (i32.store8 (local.get $at) (i32.const 0))
    (i64.store offset=8 (local.get $at) (i64.extend_i32_u (call $cell_take (local.get $cell) (local.get $most))))
    (local.get $at))
