"""Folders: taken away, under other names, not to be changed."""

import re

from bed import Case, P3, VERSIONS

FILES = ("--dir", "{dir}::/data", "--dir", "{dir}/sub::/other")
TREE = ("--dir", "{suite}::/")
BOTH = ("wasi:filesystem/types", "wasi:filesystem/preopens")
LOOK = ("ls", "/data", "cat", "/data/a.txt", "stat", "/data/sub/b.txt", "write", "/data/a.txt", "xyz", "write", "/data/new", "xyz")
SEEN = "ls /data: a.txt empty sub/\nfirst\nstat /data/sub/b.txt: file of 7\n"
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
    # WASI 0.3.
    *(Case(f"suite/filesystem-{name}", host=(*P3, *TREE), does=does) for name in ("stat", "open-errors", "dotdot", "is-same-object") for does in
      (("virt", "--allow-dir", "/"), ("virt", "--rename-dir", "/=/data"))),
    *(Case(f"suite/filesystem-{name}", host=(*P3, *TREE), does=("virt", "--deny-fs"), err="usage: run with one open dir\n", status=1,
           gone=BOTH) for name in ("stat", "read-directory")),
    *(Case(f"suite/filesystem-{name}", host=(*P3, *TREE), does=("virt", "--read-only-dirs"))
      for name in ("read-directory", "open-errors")),
    *(Case(f"suite/filesystem-{name}", host=(*P3, *TREE), does=("virt", "--read-only-dirs"), status=134, err=REFUSED)
      for name in ("io", "mkdir-rmdir", "rename", "set-size", "dotdot", "is-same-object", "metadata-hash")),
]
