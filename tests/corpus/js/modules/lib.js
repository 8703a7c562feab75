import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { DEFAULT } from './names.js';
export const lookup = (name) => new Map(getEnvironment()).get(name) ?? '';
export const other = () => lookup('NOBODY_CALLS_THIS');
export default function () { return lookup(DEFAULT); }
