/* One call that waits long, and one behind it that waits less: that ends before the other. The clock can be asked meanwhile. */
#define VOICE "stdout"
#include "../providers/provider.h"

#define CLOCK "wasi:clocks/monotonic-clock@0.3.0"
IMPORT("$root", "[waitable-set-new]") uint32_t set_new(void);
IMPORT("$root", "[waitable-set-wait]") uint32_t set_wait(uint32_t set, uint32_t *event);
IMPORT("$root", "[waitable-join]") void join(uint32_t waitable, uint32_t set);
IMPORT("$root", "[subtask-drop]") void subtask_drop(uint32_t subtask);
IMPORT(CLOCK, "now") uint64_t now(void);
IMPORT(CLOCK, "[async-lower]wait-until") uint32_t wait_until(uint64_t when);
IMPORT(CLOCK, "[async-lower]wait-for") uint32_t wait_for(uint64_t how_long);
enum { RETURNED = 2, SUBTASK = 1 };

EXPORT("wasi:cli/run@0.3.0#run") uint32_t run(void) {
  const uint64_t nap = 200 * 1000000ull;
  uint64_t begun = now();
  uint32_t set = set_new(), event[2], left = 3, status[] = {wait_until(begun + 4 * nap), wait_until(begun + nap), wait_for(nap)};
  for (int i = 0; i < 3; i++) join(status[i] >> 4, set);
  while (left) {
    if (set_wait(set, event) != SUBTASK || event[1] < RETURNED) continue;
    uint64_t took = now() - begun;
    uint32_t late = took > 3 * nap;
    if (event[0] == status[1] >> 4)
      TELL(TEXT("until soon: "), late ? TEXT("too late") : took < nap ? TEXT("too early") : TEXT("in time"));
    if (event[0] == status[0] >> 4) TELL(TEXT("until later: "), took < 4 * nap ? TEXT("too early") : TEXT("in time"));
    subtask_drop(event[0]);
    left--;
  }
  return 0;
}
