import { LIB } from './names.js';
export const SHARED_NAME = 'SHARED_KEY';
export const NESTED = 'NESTED' + '_KEY';
export const late = () => LIB;
