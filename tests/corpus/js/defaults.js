// Names that stand in a text of defaults, which is read line by line.
//= env MULTI_LINE, OTHER_ONE
import { getEnvironment } from "wasi:cli/environment@0.2.3";
const DEFAULTS = `
# comment
MULTI_LINE=1
OTHER_ONE = two
`;
function parse(src) { const out = {}; for (const line of src.split(/\r?\n/)) { const t = line.trim(); if (!t || t.startsWith("#")) continue; const i = t.indexOf("="); out[t.slice(0, i).trim()] = t.slice(i + 1).trim(); } return out; }
export function run() { const env = Object.fromEntries(getEnvironment()); const base = parse(DEFAULTS); return Object.keys(base).map((k) => k in env ? env[k] : base[k]).join(); }
