// What must be there and what may be: errors, fallbacks to other names, groups checked in one go.
//= env DATABASE_URL, DB_URL, OLD_DB_URL, SMTP_HOST, SMTP_USER, SMTP_PASSWORD
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

class MissingError extends Error {
  constructor(name) { super(`missing ${name}`); this.name = 'NOT_A_KEY'; }
}
const env = () => new Map(getEnvironment());
function required(...names) {
  const found = names.map((name) => [name, env().get(name)]);
  const missing = found.filter(([, value]) => value === undefined).map(([name]) => name);
  if (missing.length) throw new MissingError(missing.join(', '));
  return Object.fromEntries(found);
}
function first(names) {
  for (const name of names) {
    try {
      return required(name)[name];
    } catch (error) {
      if (!(error instanceof MissingError)) throw error;
    }
  }
  return null;
}
export function run() {
  const url = first(['DATABASE_URL', 'DB_URL']) ?? env().get('OLD_DB_URL');
  const { SMTP_HOST, SMTP_USER } = required('SMTP_HOST', 'SMTP_USER', 'SMTP_PASSWORD');
  return `${url} ${SMTP_HOST} ${SMTP_USER}`;
}
