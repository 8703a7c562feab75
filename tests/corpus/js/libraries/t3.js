// @t3-oss/env-core over zod.
//= env T3_SECRET, T3_PORT
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { createEnv } from '@t3-oss/env-core';
import { z } from 'zod';

export function run() {
  const env = createEnv({
    server: { T3_SECRET: z.string().min(1), T3_PORT: z.coerce.number().default(80) },
    runtimeEnv: Object.fromEntries(getEnvironment()),
  });
  return env.T3_SECRET + env.T3_PORT;
}
