export const LIB = 'LIB_KEY', DEFAULT = 'DEFAULT_KEY';
export { SHARED_NAME as SHARED } from './shared.js';
export * from './shared.js';
