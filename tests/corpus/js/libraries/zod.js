// Settings parsed by zod from an object of all entries.
//= env ZOD_PORT, ZOD_HOST, ZOD_MODE, ZOD_DEBUG, ZOD_URL
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { z } from 'zod';

const schema = z.object({
  ZOD_PORT: z.coerce.number().int().min(1).default(3000),
  ZOD_HOST: z.string().min(1),
  ZOD_MODE: z.enum(['development', 'production']).default('development'),
  ZOD_DEBUG: z.string().optional().transform((v) => v === 'true'),
  ZOD_URL: z.string().url().optional(),
});
export function run() {
  const settings = schema.parse(Object.fromEntries(getEnvironment()));
  return JSON.stringify(settings);
}
