// An interface with a resource, exported as a class: its constructor and methods are called from outside.
//= env TASK_DIR, TASK_LIMIT, TASK_OWNER
import { getEnvironment } from 'wasi:cli/environment@0.2.3';

const env = (name) => getEnvironment().filter(([k]) => k === name)[0]?.[1];
class Task {
  constructor(title) { this.title = title; this.dir = env('TASK_DIR'); }
  limit() { return Number(env('TASK_LIMIT') ?? 10); }
  static owner() { return env('TASK_OWNER'); }
  #hidden() { return env('TASK_HIDDEN'); }
}
export const tasks = { Task };
export function run() { return ''; }
