#!/usr/bin/env python3
"""Fails when an #include climbs.

The floors of the house are listed below, lowest first. A file may include from its own folder and from lower floors; floors
beside each other do not know one another. Public headers (libcomponent/include/component/NAME.h) belong to the folder that
implements them: the one that holds NAME.c, or that is called NAME; a header without either belongs to the highest floor that it
includes from itself. JSON and YAML libraries are known in tools/ alone. Tests and examples may include anything.
"""

import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

FLOORS = [
    ["libcomponent/base"],
    ["libcomponent/core", "libcomponent/wabt"],
    ["libcomponent/binary"],
    ["libcomponent/types"],
    ["libcomponent/validate", "libcomponent/text", "libcomponent/graph"],
    ["libcomponent/analyze", "libcomponent/compose", "libcomponent/runtime"],
    ["libwit"],
    ["adapters"],
    ["tools/doc"],
    ["tools/report", "tools/host"],
    ["tools/manifest"],
    ["tools/gate"],
    ["tools/cmd"],
    ["tools/adapt"],
]
PUBLIC = "libcomponent/include/component"
# Where an include may be found, besides the folder of the file itself.
ROOTS = ["libcomponent/include", "libcomponent", "libwit/include", "libwit", "adapters/include", "adapters", "tools"]
TOOLS_ONLY = {"jansson.h", "yaml.h"}

LEVEL = {folder: level for level, floor in enumerate(FLOORS) for folder in floor}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def folder_of(path):
    """The floor's folder that a file lies in, at any depth (analyze/x/y.c is in analyze); None outside the floors."""
    folder = os.path.dirname(path)
    while folder:
        if folder in LEVEL:
            return folder
        folder = os.path.dirname(folder)
    return None


def includes(path):
    with open(os.path.join(TOP, path), encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            match = INCLUDE.match(line)
            if match:
                yield number, match.group(2)


def resolve(path, name):
    """The file of ours that an include means; None for a header of the system."""
    for root in [os.path.dirname(path)] + ROOTS:
        candidate = os.path.normpath(os.path.join(root, name))
        if os.path.isfile(os.path.join(TOP, candidate)):
            return candidate
    return None


def home(path, seen=()):
    """The folder whose floor a file belongs to."""
    if os.path.dirname(path) != PUBLIC:
        return folder_of(path)
    subject = os.path.splitext(os.path.basename(path))[0]
    library = [folder for folder in LEVEL if folder.startswith("libcomponent/")]
    for folder in library:
        if os.path.basename(folder) == subject:
            return folder
    for folder in library:
        if os.path.isfile(os.path.join(TOP, folder, subject + ".c")):
            return folder
    best = FLOORS[0][0]
    for _, name in includes(path):
        target = resolve(path, name)
        if target and target not in seen and target != path:
            candidate = home(target, (*seen, path))
            if candidate and LEVEL[candidate] > LEVEL[best]:
                best = candidate
    return best


def files():
    for root in ["libcomponent", "libwit", "adapters", "tools"]:
        for folder, _, names in os.walk(os.path.join(TOP, root)):
            for name in sorted(names):
                if name.endswith((".c", ".h", ".def", ".cc")):
                    yield os.path.relpath(os.path.join(folder, name), TOP)


def climbs():
    for path in files():
        own = home(path)
        if own is None:
            yield f"{path}: in no floor; tests/floors.py lists them"
            continue
        for number, name in includes(path):
            if name in TOOLS_ONLY and not own.startswith("tools/"):
                yield f"{path}:{number}: {name} is known in tools/ alone"
            target = resolve(path, name)
            if target is None:
                continue
            other = home(target)
            if other is None:
                yield f"{path}:{number}: {target} is in no floor"
            elif other != own and LEVEL[other] >= LEVEL[own]:
                way = "climbs to" if LEVEL[other] > LEVEL[own] else "reaches across to"
                yield f"{path}:{number}: {own} {way} {other} ({name})"


def main():
    faults = list(climbs())
    for fault in faults:
        print(fault)
    print(f"{len(list(files()))} files, {len(faults)} includes that climb")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
