// The C face of WABT's validator: the binary is read into WABT's own tree, which does a part of the checks, and the tree is validated.

#include "oracle.h"

#include <cstdio>
#include <exception>

#include <wabt/binary-reader-ir.h>
#include <wabt/binary-reader.h>
#include <wabt/error.h>
#include <wabt/feature.h>
#include <wabt/ir.h>
#include <wabt/validator.h>

static wabt::Features features() {
  wabt::Features
      features;  // mutable-global, saturating-float-to-int, sign-extension, multi-value, bulk-memory, reference-types, simd
  features.enable_tail_call();
  features.enable_multi_memory();
  features.enable_extended_const();
  return features;
}

static bool validate(const uint8_t *at, size_t size, char *message) {
  wabt::Errors errors;
  wabt::Module module;
  wabt::ReadBinaryOptions options(features(), nullptr, false, true, false);
  wabt::Result result = wabt::ReadBinaryIr("module", at, size, options, &errors, &module);
  if (Succeeded(result)) result = wabt::ValidateModule(&module, &errors, wabt::ValidateOptions(features()));
  if (Succeeded(result)) return true;
  std::snprintf(message, WABT_ORACLE_MESSAGE, "%s", errors.empty() ? "no reason is given" : errors.front().message.c_str());
  return false;
}

bool wabt_oracle_validate(const uint8_t *at, size_t size, char message[WABT_ORACLE_MESSAGE]) {
  message[0] = 0;
  try {
    return validate(at, size, message);
  } catch (const std::exception &thrown) {
    std::snprintf(message, WABT_ORACLE_MESSAGE, "exception: %s", thrown.what());
    return false;
  }
}
