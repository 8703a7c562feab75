// Made by generate.py from the .wat files of analyze/. Do not edit.
// clang-format off
#include "sample.h"

static const struct sample analyze_samples[] = {
    {NULL, NULL, 0},
};
