// Builds the C and C++ programs of this folder by a clang that is itself a WebAssembly module. Not needed to use them: built/ holds the results.
//
// usage: node build-yowasp.mjs OUT TOOLS [NAME…]
// TOOLS is a folder with node_modules/@yowasp/clang, version 22.0.0-git20542-10 from npm: clang 22 with wasi-libc and libc++ of October 2025, where
// libc++'s own functions are not optimized. NAME is a source's, like c/options.c; without any, all that are kept are built.
//
// One variant, 22-m: -O2, no names, core modules.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const [out, tools, ...names] = process.argv.slice(2);
const { runClang } = await import(pathToFileURL(path.resolve(tools, 'node_modules/@yowasp/clang/gen/bundle.js')));

const kept = fs.readdirSync(path.join(here, 'built')).map(name => /^(c|cpp)-(.*)-22-m\.wasm$/.exec(name)).filter(m => m)
  .map(m => `${m[1]}/${m[2]}.${m[1]}`);
const quiet = { stdout: () => {}, stderr: () => {} };

fs.mkdirSync(out, { recursive: true });
for (const name of names.length ? names : kept) {
  const [folder, file] = name.split('/');
  const cpp = folder === 'cpp';
  const flags = ['-O2', '-Wl,--strip-all', ...(cpp ? ['-std=c++20', '-fno-exceptions'] : [])];
  const files = { [file]: fs.readFileSync(path.join(here, name), 'utf8'), 'say.h': fs.readFileSync(path.join(here, 'c/say.h'), 'utf8') };
  const made = await runClang([cpp ? 'clang++' : 'clang', ...flags, file, '-o', 'made.wasm'], files, quiet);
  fs.writeFileSync(path.join(out, `${folder}-${file.replace(/\.\w+$/, '')}-22-m.wasm`), made['made.wasm']);
}
