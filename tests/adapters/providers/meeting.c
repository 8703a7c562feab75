/* tidewaiter:meeting: what is given comes back, changed so that it can be told; who meets waits for others. A call that waits for longer than
 * PATIENCE turns is alone. */
#define HEAP (1 << 20)
#define RING
#include "meeting.h"
#include "provider.h"

#define MEETING "tidewaiter:meeting/meeting@1.0.0"
#define LIFT "[async-lift]" MEETING
enum { EXIT = 0, YIELD = 1, CANCELLED = 6, WAITERS = 64, PATIENCE = 20000 };

IMPORT("[export]" MEETING, "[resource-new]room") int32_t room_new(void *room);
IMPORT("[export]" MEETING, "[resource-rep]room") struct text *room_rep(int32_t room);
IMPORT("[export]" MEETING, "[resource-drop]room") void room_drop(int32_t room);
IMPORT("[export]" MEETING, "[task-return]meet") void return_meet(uint32_t is_err, uint32_t a, uint32_t b, uint32_t c);
IMPORT("[export]" MEETING, "[task-return][method]room.enter")
void return_enter(uint32_t is_err, uint32_t a, uint32_t b, uint32_t c);
IMPORT("[export]$root", "[task-cancel]") void task_cancel(void);
IMPORT("$root", "[context-get-0]") uint32_t context_get(void);
IMPORT("$root", "[context-set-0]") void context_set(uint32_t value);

/* Who waits: since how many turns, for how many, what they are called. */
static struct waiter {
  uint32_t in_use, turns, of, is_room;
  struct text name;
  char copy[24];
} waiters[WAITERS];
static uint32_t met; /* so many have been there at once */

static uint32_t waiting(void) {
  uint32_t count = 0;
  for (int i = 0; i < WAITERS; i++) count += waiters[i].in_use;
  return count;
}

static uint32_t begin(const char *name, size_t n, uint32_t of, uint32_t is_room) {
  for (uint32_t i = 0; i < WAITERS; i++) {
    struct waiter *w = &waiters[i];
    if (w->in_use) continue;
    *w = (struct waiter){.in_use = 1, .of = of, .is_room = is_room, .name = {name, n}};
    for (size_t k = 0; k < n && k < sizeof w->copy; k++) w->copy[k] = name[k];
    if (n <= sizeof w->copy) w->name.ptr = w->copy;
    if (waiting() > met) met = waiting();
    context_set(i);
    return YIELD;
  }
  __builtin_trap();
}

static uint32_t go_on(uint32_t event) {
  struct waiter *w = &waiters[context_get()];
  if (event == CANCELLED) return w->in_use = 0, task_cancel(), EXIT;
  if (met < w->of && w->turns++ < PATIENCE) return YIELD;
  uint32_t alone = met < w->of;
  struct text said = JOIN(TEXT("hello "), w->name);
  w->in_use = 0;
  if (!waiting()) met = 0;
  if (w->is_room)
    return_enter(alone, alone ? 0 : w->of, 0, 0);
  else
    return_meet(alone, alone ? 0 : (uint32_t)(uintptr_t)said.ptr, (uint32_t)said.len, 0);
  return EXIT;
}

EXPORT(LIFT "#meet") uint32_t meet(const char *name, size_t n, uint32_t of) { return begin(name, n, of, 0); }
EXPORT("[callback]" LIFT "#meet") uint32_t meet_event(uint32_t event, uint32_t a, uint32_t b) {
  return (void)a, (void)b, go_on(event);
}
EXPORT(LIFT "#[method]room.enter") uint32_t enter(struct text *room, uint32_t of) { return begin(room->ptr, room->len, of, 1); }
EXPORT("[callback]" LIFT "#[method]room.enter") uint32_t enter_event(uint32_t event, uint32_t a, uint32_t b) {
  return (void)a, (void)b, go_on(event);
}

static struct text rooms[8];
static uint32_t room_count;
EXPORT(MEETING "#open") int32_t open(const char *name, size_t n) {
  struct text *room = &rooms[room_count++ % 8];
  static char names[8][16];
  for (size_t i = 0; i < n && i < 16; i++) names[room - rooms][i] = name[i];
  *room = (struct text){names[room - rooms], n};
  return room_new(room);
}
static struct text text;
EXPORT(MEETING "#name-of") void *name_of(struct text *room) { return text = *room, &text; }
EXPORT(MEETING "#five") void *five(uint32_t a, uint64_t b, float c, const char *d, size_t n, uint32_t e) {
  char digits[4] = {(char)('0' + a % 10), (char)('0' + b % 10), (char)('0' + (int)c % 10), (char)('0' + e % 10)};
  text = JOIN((struct text){d, n}, TEXT(" "), (struct text){digits, 4});
  return &text;
}
EXPORT(MEETING "#real") double real(double x) { return x * 2; }
EXPORT(MEETING "#nothing") void nothing(void) {}

/* Of the second list the last one, if there is one; its text is told twice. */
EXPORT(MEETING "#lots") void *lots(struct lots *given) {
  static struct many many;
  many = given->count ? given->again[given->count - 1] : given->these;
  many.m = JOIN(many.m, given->these.m);
  return &many;
}

static struct one_of {
  uint8_t which;
  union {
    uint32_t number;
    float real;
    uint64_t wide;
    double precise;
    struct text text;
    struct {
      float x;
      struct text text;
    } both;
  } u;
} one;
EXPORT(MEETING "#shared") void *shared(uint32_t which, uint64_t a, uint32_t b, uint32_t c) {
  union {
    uint32_t i;
    float f;
  } low = {.i = (uint32_t)a};
  union {
    uint64_t i;
    double f;
  } wide = {.i = a};
  one.which = (uint8_t)which;
  switch (which) {
    case 1: one.u.number = low.i + 1; break;
    case 2: one.u.real = low.f + 1; break;
    case 3: one.u.wide = a + 1; break;
    case 4: one.u.precise = wide.f + 1; break;
    case 5: one.u.text = JOIN((struct text){(const char *)(uintptr_t)a, b}, TEXT("!")); break;
    case 6:
      one.u.both.x = low.f + 1;
      one.u.both.text = JOIN((struct text){(const char *)(uintptr_t)b, c}, TEXT("!"));
      break;
  }
  return &one;
}
static struct {
  uint32_t some;
  int32_t room;
} taken;
/* A room whose name is a single letter is kept. */
EXPORT(MEETING "#take") void *take(int32_t room) {
  taken.some = room_rep(room)->len > 1, taken.room = room;
  if (!taken.some) room_drop(room);
  return &taken;
}
