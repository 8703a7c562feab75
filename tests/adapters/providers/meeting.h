/* What tidewaiter:meeting hands to and fro, as it lies in memory: both sides have it from here. Needs the texts of provider.h. */
#ifndef TESTS_ADAPTERS_MEETING_H
#define TESTS_ADAPTERS_MEETING_H

struct many {
  uint8_t a;
  int8_t b;
  uint16_t c;
  int16_t d;
  uint32_t e;
  int32_t f;
  uint64_t g;
  int64_t h;
  float i;
  double j;
  uint32_t k;
  uint8_t l;
  struct text m;
  struct {
    struct text *at;
    size_t count;
  } n;
  struct {
    uint8_t some;
    uint64_t value;
  } o;
  struct {
    uint8_t is_err;
    union {
      struct text ok;
      uint32_t err;
    } u;
  } p;
  struct {
    int16_t x;
    float y;
  } q;
  uint8_t r, s;
};
struct lots {
  struct many these;
  struct many *again;
  size_t count;
};

#endif
