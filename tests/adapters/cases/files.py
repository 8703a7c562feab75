"""Folders: taken away, under other names, not to be changed."""

import re

from bed import Case, P3, VERSIONS

FILES = ("--dir", "{dir}::/data", "--dir", "{dir}/sub::/other")
TREE = ("--dir", "{suite}::/")
BOTH = ("wasi:filesystem/types", "wasi:filesystem/preopens")
LOOK = ("ls", "/data", "cat", "/data/a.txt", "stat", "/data/sub/b.txt", "write", "/data/a.txt", "xyz", "write", "/data/new", "xyz")
SEEN = "ls /data: a.txt empty sub/\nfirst\nstat /data/sub/b.txt: file of 7\n"
DEEPER = ("cat", "/data/sub/../sub/deep/c.txt", "cat", "/data/no", "cat", "/data/a.txt/", "ls", "/data/sub", "cat", "/data/empty", "cat", "/data/sub")
BAKED = "third\ncat /data/no: no such file\ncat /data/a.txt/: no folder\nls /data/sub: b.txt deep/\ncat /data/sub: bad descriptor\n"
FIRST = """a.txt
 a file of 6
 flags 1
 the same, by hash too
 readlink: invalid
 read 3 from 1: irs
 read from 100: 0 the end
 stream from 1: ir, skipped 1, t
, then 0, the end
"""
SUB = """sub
 a folder0
 flags 1
 the same, by hash too
 readlink: invalid
 list: b.txt deep/
 read: is-directory
 stream: is-directory
"""
NO = ("sub/../../a.txt", "/etc", "sub/b.txt/", "none", "..", "")
NOWHERE = "".join(f"{path}\n open: {why}\n stat-at: {why}\n" for path, why in zip(
    NO, ("not-permitted", "not-permitted", "not-directory", "no-entry", "not-permitted", "no-entry")))
CHANGED = """changing a.txt
 create: read-only
 create it alone: exist
 open to write: read-only
 open as a folder: not-directory
 set-size: read-only
 sync: done
 write: read-only
 create-directory: read-only
 rename: read-only
 unlink: read-only
"""
MIXED = " rename from another: read-only\n not the same\n"
FREE = """changing a.txt
 create: done
 create it alone: exist
 open to write: done
 open as a folder: not-directory
 set-size: invalid
 sync: done
 write: done
 create-directory: done
 rename: is-directory
 rename from another: read-only
 not the same
 unlink: done
"""
# Programs that change something go no further than that.
REFUSED = re.compile("(?s).*ReadOnly.*")

CASES = [
    Case("c-files-{v}", "", does=("virt", "--deny-fs"), host=FILES, gone=BOTH, grown=12000, versions=VERSIONS, jco=True),
    Case("c-files-{v}", "cat /data/a.txt: not capable\nwrite /data/a.txt: not capable\n", does=("virt", "--deny-fs"), host=FILES, gone=BOTH,
         args=("cat", "/data/a.txt", "write", "/data/a.txt", "xyz"), versions=VERSIONS),
    Case("rs-app-{v}", "error NotFound\n", args=("cat", "/data/a.txt"), does=("virt", "--deny-fs"), host=FILES, gone=BOTH, versions=VERSIONS),
    Case("go-env", "A=1\nC is not there\n", args=("A", "C"), env={"A": "1"}, does=("virt", "--deny-fs"), gone=BOTH),
    # Chosen by name.
    Case("c-files-{v}", "preopen /data\n", does=("virt", "--allow-dir", "/data"), host=FILES, grown=6000, versions=VERSIONS),
    Case("c-files-{v}", SEEN + "write /data/a.txt: done\nwrite /data/new: done\nls /other: not capable\n",
         does=("virt", "--allow-dir", "/data,/none"), args=(*LOOK, "ls", "/other"), host=FILES, versions=VERSIONS),
    Case("c-files-0.2.6", "preopen /data\npreopen /other\n", does=("virt", "--allow-dir", "/data", "--allow-dir", "/other"), host=FILES),
    Case("c-files-0.2.6", "", does=("virt", "--allow-dir", "/dat"), host=FILES),
    Case("rs-app-{v}", "first\n", args=("cat", "/data/a.txt"), does=("virt", "--allow-dir", "/data"), host=FILES, versions=VERSIONS),
    Case("rs-app-{v}", "error NotFound\n", args=("cat", "/other/b.txt"), does=("virt", "--allow-dir", "/data"), host=FILES, versions=VERSIONS),
    # Under other names.
    Case("c-files-{v}", "preopen /here\npreopen /other\n", does=("virt", "--rename-dir", "/data=/here"), host=FILES, grown=6000,
         versions=VERSIONS),
    Case("c-files-0.2.6", "ls /here: a.txt empty sub/\nls /data: not capable\n", does=("virt", "--rename-dir", "/data=/here"),
         args=("ls", "/here", "ls", "/data"), host=FILES),
    Case("c-files-0.2.6", "preopen /other\n", does=("virt", "--rename-dir", "/data=/other"), host=FILES),
    Case("c-files-0.2.6", "ls /other: a.txt empty sub/\n", does=("virt", "--rename-dir", "/data=/other"), host=FILES, args=("ls", "/other")),
    Case("c-files-0.2.6", "preopen /other\npreopen /data\n", does=("virt", "--rename-dir", "/data=/other", "--rename-dir", "/other=/data"),
         host=FILES),
    Case("c-files-0.2.6", "preopen /here\n", does=("virt", "--rename-dir", "/data=/here", "--allow-dir", "/none"), host=FILES),
    Case("rs-app-{v}", "first\n", args=("cat", "/here/a.txt"), does=("virt", "--rename-dir", "/data=/here"), host=FILES, versions=VERSIONS),
    # Not to be changed.
    Case("c-files-{v}", SEEN + "write /data/a.txt: read-only\nwrite /data/new: read-only\n", does=("virt", "--read-only-dirs"), args=LOOK,
         host=FILES, versions=VERSIONS),
    Case("rs-app-{v}", "error ReadOnlyFilesystem\n", args=("write", "/data/a.txt", "xyz"), does=("virt", "--read-only-dirs"), host=FILES,
         versions=VERSIONS),
    Case("rs-app-{v}", "first\n", args=("cat", "/data/a.txt"), does=("virt", "--read-only-dirs"), host=FILES, versions=VERSIONS),
    Case("c-files-{v}", "write /here/a.txt: read-only\nfirst\nls /other: not capable\n",
         does=("virt", "--read-only-dirs", "--rename-dir", "/data=/here", "--allow-dir", "/here"),
         args=("write", "/here/a.txt", "xyz", "cat", "/here/a.txt", "ls", "/other"), host=FILES, versions=VERSIONS),
    # Some of them, as they are called in the end; what is opened in one is of it.
    Case("c-files-{v}", SEEN + "write /data/a.txt: read-only\nwrite /data/new: read-only\nwrite /data/sub/b.txt: read-only\n"
         "write /other/b.txt: done\nxyzwrite /other/new: done\nls /other: b.txt deep/ new\n", does=("virt", "--read-only-dir", "/data,/none"),
         args=(*LOOK, "write", "/data/sub/b.txt", "x", "write", "/other/b.txt", "xyz", "cat", "/other/b.txt", "write", "/other/new", "", "ls", "/other"),
         host=FILES, versions=VERSIONS, grown=16000),
    Case("rs-app-{v}", "error ReadOnlyFilesystem\n", args=("write", "/data/a.txt", "xyz"), does=("virt", "--read-only-dir", "/data"), host=FILES,
         versions=VERSIONS),
    Case("rs-app-{v}", "done\n", args=("write", "/other/a.txt", "xyz"), does=("virt", "--read-only-dir", "/data"), host=FILES, versions=VERSIONS),
    Case("rs-app-{v}", "first\n", args=("cat", "/data/a.txt"), does=("virt", "--read-only-dir", "/data"), host=FILES, versions=VERSIONS),
    Case("c-files-{v}", "write /here/a.txt: read-only\nfirst\nwrite /other/b.txt: done\nls /data: not capable\n", versions=VERSIONS, host=FILES,
         does=("virt", "--read-only-dir", "/here", "--rename-dir", "/data=/here"),
         args=("write", "/here/a.txt", "xyz", "cat", "/here/a.txt", "write", "/other/b.txt", "xyz", "ls", "/data")),
    Case("c-files-0.2.6", "write /baked/b.txt: read-only\nwrite /data/a.txt: read-only\nwrite /other/b.txt: done\nsecond\n", host=FILES,
         does=("virt", "--read-only-dir", "/data", "--bake-dir", "{dir}/sub=/baked"),
         args=("write", "/baked/b.txt", "x", "write", "/data/a.txt", "x", "write", "/other/b.txt", "x", "cat", "/baked/b.txt")),
    Case("c-files-0.2.6", "write /data/a.txt: read-only\nwrite /other/b.txt: done\n", host=FILES,
         does=(("virt", "--read-only-dir", "/data"), ("virt", "--stdin", "empty", "--log", "wasi:filesystem/preopens")), gone=("wasi:cli/stdin",),
         args=("write", "/data/a.txt", "x", "write", "/other/b.txt", "x")),
    # Baked in, alone, and with standard input's stream beside the files'.
    Case("c-files-{v}", "preopen /data\n", does=("virt", "--deny-fs", "--bake-dir", "{dir}=/data"), host=FILES, gone=BOTH, grown=16000,
         versions=VERSIONS),
    Case("c-files-{v}", SEEN + "write /data/a.txt: read-only\nwrite /data/new: read-only\n" + BAKED, args=(*LOOK, *DEEPER),
         does=("virt", "--deny-fs", "--bake-dir", "{dir}=/data"), gone=BOTH, versions=VERSIONS, jco=True),
    Case("rs-app-{v}", "first\n", args=("cat", "/data/a.txt"), does=("virt", "--deny-fs", "--bake-dir", "{dir}=/data"), gone=BOTH,
         versions=VERSIONS),
    Case("rs-app-{v}", "error ReadOnlyFilesystem\n", args=("write", "/data/a.txt", "xyz"), versions=VERSIONS, gone=BOTH,
         does=("virt", "--deny-fs", "--bake-dir", "{dir}=/data")),
    Case("rs-app-{v}", "4 bytes abc\n", args=("stdin",), stdin="abc\n", does=("virt", "--deny-fs", "--bake-dir", "{dir}=/data"), gone=BOTH,
         versions=VERSIONS),
    Case("go-env", "A=1\nC is not there\n", args=("A", "C"), env={"A": "1"}, does=("virt", "--deny-fs", "--bake-dir", "{dir}=/data"), gone=BOTH),
    # Methods that no C library calls, of files baked in, and of the host's beside them.
    Case("c-tree", FIRST + SUB + NOWHERE + CHANGED, args=("/data", "a.txt", "sub", *NO), gone=BOTH, does=("virt", "--deny-fs", "--bake-dir", "{dir}=/data"),
         come=("wasi:clocks/monotonic-clock@0.2.6",)),
    Case("c-tree", FIRST + SUB + NOWHERE + CHANGED.replace(" unlink", MIXED + " unlink"), args=("/baked", "a.txt", "sub", *NO), host=FILES[:2],
         does=("virt", "--bake-dir", "{dir}=/baked"), come=("wasi:clocks/monotonic-clock@0.2.6",)),
    Case("c-tree", FIRST.replace("then 0, the end", "then 0, more") + NOWHERE + FREE, args=("/data", "a.txt", *NO), host=FILES[:2],
         does=("virt", "--bake-dir", "{dir}=/baked"), come=("wasi:clocks/monotonic-clock@0.2.6",)),
    Case("c-tree", FIRST.replace("then 0, the end", "then 0, more") + NOWHERE + CHANGED.replace(" create it alone: exist", " create it alone: read-only"),
         args=("/data", "a.txt", *NO), host=FILES[:2], does=("virt", "--read-only-dirs")),
    Case("c-tree", FIRST.replace("then 0, the end", "then 0, more") + NOWHERE + CHANGED.replace(" create it alone: exist", " create it alone: read-only"),
         args=("/data", "a.txt", *NO), host=FILES[:2], does=("virt", "--read-only-dir", "/data")),
    Case("c-tree", FIRST.replace("then 0, the end", "then 0, more") + NOWHERE + FREE.replace(MIXED, ""), args=("/data", "a.txt", *NO), host=FILES[:2],
         does=("virt", "--read-only-dir", "/other")),
    # With output streams of an adapter's own as well.
    Case("c-files-0.2.6", SEEN, args=LOOK[:6], does=("virt", "--deny-fs", "--bake-dir", "{dir}=/data", "--stderr", "ignore"),
         gone=(*BOTH, "wasi:cli/stderr")),
    Case("c-files-0.2.6", SEEN + "ls /host: a.txt empty sub/\n", args=(*LOOK[:6], "ls", "/host"), stdin="x", host=("--dir", "{dir}::/host"),
         does=("virt", "--stdin", "empty", "--bake-dir", "{dir}=/data"), gone=("wasi:cli/stdin",)),
    # Two trees, and the host's folders beside them.
    Case("c-files-0.2.6", "preopen /data\npreopen /more\n", gone=BOTH,
         does=("virt", "--deny-fs", "--bake-dir", "{dir}=/data", "--bake-dir", "{dir}/sub/deep=/more")),
    Case("c-files-0.2.6", "ls /more: c.txt\nthird\nfirst\n", args=("ls", "/more", "cat", "/more/c.txt", "cat", "/data/a.txt"),
         does=("virt", "--deny-fs", "--bake-dir", "{dir}=/data", "--bake-dir", "{dir}/sub/deep=/more"), gone=BOTH),
    Case("c-files-{v}", "preopen /data\npreopen /baked\n", does=("virt", "--bake-dir", "{dir}/sub=/baked"), host=FILES[:2], versions=VERSIONS),
    Case("c-files-{v}", "ls /data: a.txt empty sub/\nls /baked: b.txt deep/\nsecond\nwrite /data/new: done\nxyzwrite /baked/new: read-only\n",
         args=("ls", "/data", "ls", "/baked", "cat", "/baked/b.txt", "write", "/data/new", "xyz", "cat", "/data/new", "write", "/baked/new", ""),
         does=("virt", "--bake-dir", "{dir}/sub=/baked"), host=FILES[:2], versions=VERSIONS),
    Case("c-files-0.2.6", "preopen /other\npreopen /data\n", does=("virt", "--bake-dir", "{dir}/sub=/data"), host=FILES),
    Case("c-files-{v}", "ls /data: b.txt deep/\nls /here: b.txt deep/\nwrite /here/b.txt: read-only\n", versions=VERSIONS, host=FILES,
         args=("ls", "/data", "ls", "/here", "write", "/here/b.txt", "xyz"),
         does=("virt", "--bake-dir", "{dir}/sub=/data", "--rename-dir", "/other=/here", "--read-only-dirs")),
    Case("rs-app-{v}", "first\n", args=("cat", "/data/a.txt"), does=("virt", "--bake-dir", "{dir}/sub=/baked"), host=FILES, versions=VERSIONS),
    # WASI 0.3.
    *(Case(f"suite/filesystem-{name}", host=(*P3, *TREE), does=does) for name in ("stat", "open-errors", "dotdot", "is-same-object") for does in
      (("virt", "--allow-dir", "/"), ("virt", "--rename-dir", "/=/data"))),
    *(Case(f"suite/filesystem-{name}", host=(*P3, *TREE), does=("virt", "--deny-fs"), err="usage: run with one open dir\n", status=1,
           gone=BOTH) for name in ("stat", "read-directory")),
    *(Case(f"suite/filesystem-{name}", host=(*P3, *TREE), does=("virt", "--read-only-dirs"))
      for name in ("read-directory", "open-errors")),
    *(Case(f"suite/filesystem-{name}", host=(*P3, *TREE), does=("virt", "--read-only-dirs"), status=134, err=REFUSED)
      for name in ("io", "mkdir-rmdir", "rename", "set-size", "dotdot", "is-same-object", "metadata-hash")),
    *(Case(f"suite/filesystem-{name}", host=(*P3, *TREE), does=("virt", "--read-only-dir", "/other"))
      for name in ("read-directory", "open-errors", "io", "mkdir-rmdir", "rename", "set-size", "dotdot", "is-same-object", "metadata-hash", "stat")),
    *(Case(f"suite/filesystem-{name}", host=(*P3, *TREE), does=("virt", "--read-only-dir", "/")) for name in ("read-directory", "open-errors")),
    *(Case(f"suite/filesystem-{name}", host=(*P3, *TREE), does=("virt", "--read-only-dir", "/"), status=134, err=REFUSED)
      for name in ("io", "mkdir-rmdir", "rename", "set-size", "dotdot", "is-same-object", "metadata-hash")),
]
