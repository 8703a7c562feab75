// A function that calls itself, deeper than a few times.
//= config t.root, t.root.left, t.root.right, t.root.left.leaf, t.root.left.leaf.deep, t.root.left.leaf.deep.deeper
import { get } from 'wasi:config/store@0.2.0-rc.1';
const tree = { name: 't.root', kids: [{ name: 'left', kids: [{ name: 'leaf', kids: [{ name: 'deep', kids: [{ name: 'deeper', kids: [] }] }] }] }, { name: 'right', kids: [] }] };
function visit(node, prefix, out) { const key = prefix ? `${prefix}.${node.name}` : node.name; out.push(get(key)); node.kids.forEach((k) => visit(k, key, out)); return out; }
export const run = () => visit(tree, '', []).join();
