/* A small tide-table client. It is here for what it needs: variables of the environment, a configuration key, a secret named by
   its import, a host; and one variable whose name depends on an argument, which nobody can tell from the file alone. */
#include "imports.h"
#include <stdlib.h>
#include <string.h>

struct setting {
  const char *name, *fallback;
  long value;
};

static struct setting settings[] = {
    {"TIDES_INTERVAL", "360", 0},
    {"TIDES_RETRIES", "3", 0},
    {"TIDES_TIMEOUT_MS", "2500", 0},
};

__attribute__((noinline)) static void read_settings(void) {
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    const char *text = getenv(settings[i].name);
    settings[i].value = strtol(text ? text : settings[i].fallback, NULL, 10);
  }
}

/* TIDES_DATUM_<STATION> overrides the datum for one station. */
__attribute__((noinline)) static const char *datum_of(const char *station, size_t size) {
  char name[64] = "TIDES_DATUM_";
  size_t start = strlen("TIDES_DATUM_");
  if (size > sizeof name - start - 1) return NULL;
  memcpy(name + start, station, size);
  return getenv(name);
}

__attribute__((noinline)) static int configured(const char *key) {
  struct config_result result;
  config_get(key, strlen(key), &result);
  return !result.is_err && result.is_some;
}

__attribute__((noinline)) static int32_t prepare_request(const char *path) {
  static const char api[] = "api.tides.example", mirror[] = "mirror.tides.example";
  int32_t request = new_request(new_fields());
  if (getenv("TIDES_USE_MIRROR"))
    set_authority(request, 1, mirror, sizeof mirror - 1);
  else
    set_authority(request, 1, api, sizeof api - 1);
  set_path(request, 1, path, strlen(path));
  return request;
}

__attribute__((export_name("refresh"))) uint32_t refresh(const char *station, size_t size) {
  struct secret_value token;
  read_settings();
  secret_reveal(secret_api_token(), &token);
  if (!token.value.size) return 0;
  prepare_request(configured("tides.high-resolution") ? "/v2/fine" : "/v2/coarse");
  return (uint32_t)settings[0].value * (datum_of(station, size) ? 2 : 1);
}
