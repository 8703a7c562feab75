  ;; Tasks: functions whose calls may be there beside each other. What a call must remember while it waits lies in its frame: the set that it waits
  ;; for (0), the subtask, which is the call of the host (4), where its parameters are (8), and what else is noted (12).

  (func $give (param $at i32) (param $size i32) (if (local.get $size) (then (call $free (local.get $at)))))

  ;; What a callback returns to be called again: 2, wait.
  (func $waiting (param $frame i32) (result i32) (i32.or (i32.const 2) (i32.shl (i32.load (local.get $frame)) (i32.const 4))))

  (func $wait (param $frame i32) (param $subtask i32) (result i32)
    (i32.store (local.get $frame) (call $"waitable-set.new"))
    (i32.store offset=4 (local.get $frame) (local.get $subtask))
    (call $"waitable.join" (local.get $subtask) (i32.load (local.get $frame)))
    (call $"context.set" (local.get $frame))
    (call $waiting (local.get $frame)))

  ;; The state of the subtask after an event: 0 and 1, it goes on; 2, it has returned; 3 and 4, it was cancelled, before it had begun or later. Whoever
  ;; cancels the task (event 6) cancels the subtask.
  (func $state (param $frame i32) (param $event i32) (param $state i32) (result i32)
    (local $subtask i32)
    (local.set $subtask (i32.load offset=4 (local.get $frame)))
    (if (i32.eq (local.get $event) (i32.const 6)) (then
      (call $"waitable.join" (local.get $subtask) (i32.const 0))
      (local.set $state (call $"subtask.cancel" (local.get $subtask)))))
    (if (i32.ge_u (local.get $state) (i32.const 2)) (then
      (call $"subtask.drop" (local.get $subtask))
      (call $"waitable-set.drop" (i32.load (local.get $frame)))))
    (local.get $state))
