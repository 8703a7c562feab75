// Names that are written as codes, or in base64.
//= config secret.path
import { get } from 'wasi:config/store@0.2.0-rc.1';
const key = [115, 101, 99, 114, 101, 116].map((c) => String.fromCharCode(c)).join('') + '.' + atob('cGF0aA==');
export const run = () => get(key);
