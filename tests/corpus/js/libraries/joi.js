// Settings validated by joi, whose set-up makes and clones much.
//= env JOI_PORT, JOI_HOST, JOI_MODE, JOI_URL
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import Joi from 'joi';
const schema = Joi.object({
  JOI_PORT: Joi.number().port().default(3000),
  JOI_HOST: Joi.string().hostname().required(),
  JOI_MODE: Joi.string().valid('development', 'production').default('development'),
  JOI_URL: Joi.string().uri().optional(),
}).unknown();
export function run() {
  const { value, error } = schema.validate(Object.fromEntries(getEnvironment()));
  if (error) throw error;
  return JSON.stringify([value.JOI_PORT, value.JOI_HOST, value.JOI_MODE, value.JOI_URL]);
}
