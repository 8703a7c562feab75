/* Calls of tidewaiter:meeting that are there beside each other, and values of all kinds handed to and fro. It says what is not as it should be. */
#define HEAP (1 << 20)
#define RING
#define VOICE "stdout"
#include "../providers/meeting.h"
#include "../providers/provider.h"

#define MEETING "tidewaiter:meeting/meeting@1.0.0"
enum { STARTING, STARTED, RETURNED, SUBTASK = 1 };

IMPORT("$root", "[waitable-set-new]") uint32_t set_new(void);
IMPORT("$root", "[waitable-set-wait]") uint32_t set_wait(uint32_t set, uint32_t *event);
IMPORT("$root", "[waitable-set-drop]") void set_drop(uint32_t set);
IMPORT("$root", "[waitable-join]") void join(uint32_t waitable, uint32_t set);
IMPORT("$root", "[subtask-drop]") void subtask_drop(uint32_t subtask);
IMPORT("$root", "[subtask-cancel]") uint32_t subtask_cancel(uint32_t subtask);

struct failed {
  uint8_t which;
  struct text text;
};
struct met {
  uint8_t is_err;
  union {
    struct text ok;
    struct failed err;
  } u;
};
struct entered {
  uint8_t is_err;
  union {
    uint32_t ok;
    struct failed err;
  } u;
};
IMPORT(MEETING, "[async-lower]meet") uint32_t meet(const char *name, size_t n, uint32_t of, struct met *out);
IMPORT(MEETING, "[async-lower][method]room.enter") uint32_t enter(int32_t room, uint32_t of, struct entered *out);
IMPORT(MEETING, "[resource-drop]room") void room_drop(int32_t room);
IMPORT(MEETING, "open") int32_t open(const char *name, size_t n);
IMPORT(MEETING, "name-of") void name_of(int32_t room, struct text *out);
struct five {
  uint32_t a;
  uint64_t b;
  float c;
  struct text d;
  uint8_t e;
};
IMPORT(MEETING, "[async-lower]five") uint32_t five(struct five *given, struct text *out);
IMPORT(MEETING, "[async-lower]real") uint32_t real(double x, double *out);
IMPORT(MEETING, "[async-lower]nothing") uint32_t nothing(void);
IMPORT(MEETING, "[async-lower]lots") uint32_t lots(struct lots *given, struct many *out);
struct one_of {
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
};
IMPORT(MEETING, "[async-lower]shared") uint32_t shared(uint32_t which, uint64_t a, uint32_t b, uint32_t c, struct one_of *out);
struct taken {
  uint32_t some;
  int32_t room;
};
IMPORT(MEETING, "[async-lower]take") uint32_t take(int32_t room, struct taken *out);

static int faults;
static void wrong(struct text what) { faults++, TELL(TEXT("wrong: "), what); }
#define MUST(condition, what) \
  if (!(condition)) wrong(TEXT(what))

/* Waits until so many calls, begun with these statuses, have returned. */
static void wait_all(uint32_t *status, int count) {
  uint32_t set = set_new(), event[2];
  int left = 0;
  for (int i = 0; i < count; i++)
    if ((status[i] & 15) != RETURNED) join(status[i] >> 4, set), left++;
  while (left > 0) {
    if (set_wait(set, event) != SUBTASK || event[1] < RETURNED) continue;
    subtask_drop(event[0]);
    left--;
  }
  set_drop(set);
}
static void wait_one(uint32_t status) { wait_all(&status, 1); }

static void meets(void) {
  static struct met met[3];
  uint32_t status[3];
  status[0] = meet("anna", 4, 3, &met[0]), status[1] = meet("berta", 5, 3, &met[1]), status[2] = meet("carla", 5, 3, &met[2]);
  wait_all(status, 3);
  for (int i = 0; i < 3; i++)
    if (met[i].is_err) return TELL(TEXT("calls wait for each other"));
  TELL(met[0].u.ok, TEXT(", "), met[1].u.ok, TEXT(", "), met[2].u.ok);
}

static void rooms(void) {
  static struct entered entered[2];
  static struct text name;
  static struct taken taken;
  int32_t red = open("red", 3), blue = open("blue", 4);
  uint32_t status[2];
  status[0] = enter(red, 2, &entered[0]), status[1] = enter(blue, 2, &entered[1]);
  name_of(red, &name); /* synchronous, beside them */
  MUST(same(name, TEXT("red")), "a room's name");
  wait_all(status, 2);
  MUST(!entered[0].is_err && entered[0].u.ok == 2 && !entered[1].is_err, "entering two rooms");
  wait_one(take(red, &taken));
  MUST(taken.some, "giving a room away");
  name_of(taken.room, &name);
  MUST(same(name, TEXT("red")), "the name of a room that came back");
  room_drop(taken.room), room_drop(blue);
  wait_one(take(open("x", 1), &taken));
  MUST(!taken.some, "giving a room away for good");
}

static struct many some(struct text m, struct text *n, size_t count) {
  return (struct many){.a = 200,
                       .b = -3,
                       .c = 60000,
                       .d = -300,
                       .e = 4000000000u,
                       .f = -5,
                       .g = 1ull << 63,
                       .h = -7,
                       .i = 1.5f,
                       .j = 2.25,
                       .k = 0xe4,
                       .l = 1,
                       .m = m,
                       .n = {n, count},
                       .o = {1, 9},
                       .p = {0, {.ok = TEXT("p")}},
                       .q = {-2, 0.5f},
                       .r = 5,
                       .s = 2};
}

static void values(void) {
  static struct text text;
  static struct one_of one;
  static struct many out;
  static double x;
  struct text list[] = {TEXT("one"), TEXT(""), TEXT("three")};
  struct five f = {1, 2, 3, TEXT("five"), 4};
  wait_one(five(&f, &text));
  MUST(same(text, TEXT("five 1234")), "more than four values");
  wait_one(real(1.25, &x));
  MUST(x == 2.5, "one value");
  wait_one(nothing());
  struct many again[] = {some(TEXT("again"), list, 2), some(TEXT("last"), list, 3)};
  again[1].p.is_err = 1, again[1].p.u.err = 77, again[1].o.some = 0;
  struct lots l = {some(TEXT("these"), list, 1), again, 0};
  wait_one(lots(&l, &out));
  MUST(same(out.m, TEXT("thesethese")) && out.a == 200 && out.b == -3 && out.d == -300 && out.g == 1ull << 63 && out.i == 1.5f &&
           out.j == 2.25 && out.k == 0xe4 && out.n.count == 1 && same(out.n.at[0], list[0]) && out.o.value == 9 &&
           same(out.p.u.ok, TEXT("p")) && out.q.y == 0.5f && out.r == 5 && out.s == 2,
       "more than sixteen values");
  l.count = 2;
  wait_one(lots(&l, &out));
  MUST(same(out.m, TEXT("lastthese")) && out.n.count == 3 && same(out.n.at[2], list[2]) && !out.o.some && out.p.is_err &&
           out.p.u.err == 77,
       "a list of records");
  union {
    float f;
    uint32_t i;
  } real = {2.5f};
  union {
    double f;
    uint64_t i;
  } wide = {3.5};
  wait_one(shared(0, 0, 0, 0, &one));
  MUST(one.which == 0, "a case without a value");
  wait_one(shared(1, 41, 0, 0, &one));
  MUST(one.which == 1 && one.u.number == 42, "a case of a number");
  wait_one(shared(2, real.i, 0, 0, &one));
  MUST(one.which == 2 && one.u.real == 3.5f, "a case of a real");
  wait_one(shared(3, (1ull << 40) - 1, 0, 0, &one));
  MUST(one.which == 3 && one.u.wide == 1ull << 40, "a case of a long");
  wait_one(shared(4, wide.i, 0, 0, &one));
  MUST(one.which == 4 && one.u.precise == 4.5, "a case of a double");
  wait_one(shared(5, (uintptr_t) "text", 4, 0, &one));
  MUST(one.which == 5 && same(one.u.text, TEXT("text!")), "a case of a text");
  wait_one(shared(6, real.i, (uintptr_t) "both", 4, &one));
  MUST(one.which == 6 && one.u.both.x == 3.5f && same(one.u.both.text, TEXT("both!")), "a case of two");
}

/* One call is given up while it waits; what it would have returned to stays as it was. */
static void cancels(void) {
  static struct met met;
  static struct entered entered;
  int32_t room = open("green", 5);
  uint32_t status = meet("nobody", 6, 9, &met);
  MUST((status & 15) != RETURNED, "waiting for nobody");
  if ((status & 15) == RETURNED) return;
  MUST(subtask_cancel(status >> 4) > RETURNED, "giving a call up");
  subtask_drop(status >> 4);
  status = enter(room, 9, &entered);
  MUST(subtask_cancel(status >> 4) > RETURNED, "giving a call of a room up");
  subtask_drop(status >> 4);
  room_drop(room);
}

/* Large texts many times, while another call waits all along: what they take must be given back. */
static void lasts(void) {
  static struct met waiting, met;
  static char large[20000];
  static struct text text;
  for (size_t i = 0; i < sizeof large; i++) large[i] = 'x';
  uint32_t status = meet("waits", 5, 2, &waiting);
  struct five f = {1, 2, 3, {large, sizeof large}, 4};
  for (int i = 0; i < 500; i++) {
    wait_one(five(&f, &text));
    if (text.len != sizeof large + 5) return wrong(TEXT("a large text"));
  }
  wait_one(meet("comes", 5, 2, &met));
  wait_one(status);
  MUST(!waiting.is_err && !met.is_err, "a call that waited long");
}

EXPORT("wasi:cli/run@0.3.0#run") uint32_t run(void) {
  meets(), rooms(), values(), cancels(), lasts();
  TELL(faults ? TEXT("not all is well") : TEXT("all is well"));
  return faults != 0;
}
