#!/usr/bin/env python3
"""Whether what the suites assert to be invalid or malformed is refused for the reason that they give.

Each static directive's message is held against ours: ours contains it, or a row of SAME says that the two mean the same. A row is two
expressions, one that is found in theirs, one in ours. What is refused for another reason fails, but for what is told in OTHERWISE.
"""

import collections
import os
import re
import subprocess
import sys

import suites

# (theirs, ours). Order does not matter; any row that fits will do.
SAME = [
    # Text: tokens.
    (r"unknown operator|unexpected token|invalid lane length|wrong number of lane literals|i8 constant out of range",
     r"expected (a|an|the) |expected `|expected two |unknown instruction|unexpected `|unexpected token|malformed lane|constant out of range"),
    (r"illegal character|malformed UTF-8 encoding|empty (annotation id|identifier)|unclosed|invalid string escape",
     r"unexpected (control )?character|malformed (UTF-8|annotation|escape)|not UTF-8|must not be empty|does not end|unknown escape"),
    (r"alignment must be a power of two", r"is not a power of two"),
    (r"import after function", r"import after func"),
    # Binary: what is cut off, what a byte must not be.
    (r"unexpected end|length out of bounds|section out of order|malformed (import kind|limits flags|reference type)|END opcode expected",
     r"found the end|only \d+ are left|cannot fit in|the section comes too late|expected \d+ bytes|END opcode|unexpected (end|content)"),
    (r"integer (too large|representation too long)", r"malformed section id|LEB128|limits|cannot fit in|expected"),
    (r"invalid leading byte|invalid boolean value|expected a version header", r"expected |cannot (fit in|define)|malformed"),
    (r"immediate must be zero", r"needs the feature cm-threading|immediate must be zero or one"),
    # Indices and what they lead to.
    (r"(index|indices) out of bounds|unknown (module|component|core module|instance|table|memory)\b",
     r"is out of bounds|unknown (elem|data) segment|unknown (type|func)"),
    (r"is not a (module|defined type)|outer item `.*` is not", r"is not of sort|is not a defined value type|belongs to an outer component"),
    # Names.
    (r"kebab case|not a valid (export|import) name|expected `[</>]`|trailing characters|unexpected character|end of input|invalid interface",
     r"is not a valid extern name|is not valid: expected|is not a valid name of an interface|versionsuffix"),
    # Types that part: the whole types are shown, not the one word.
    (r"mismatch|expected|found:|missing", r"type mismatch|do not match|expected "),
    (r"lower component", r"expected to lower component type"),
    # Features.
    (r"requires?|not enabled|not supported|must be enabled|support", r"needs the feature"),
    (r"stream<char>", r"is not valid at this time"),
    (r"cannot be used more than once", r"used a second time"),
    # The same words in another order.
    (r"cannot specify `.*` option on", r"canonical option `.*` cannot be specified for"),
    (r"only supports|only be represented by", r"only supports i32 or i64|only be represented by i32 or i64"),
    (r"duplicate variant case identifier", r"duplicate identifier of a case"),
    (r"[Ff]ixed-length list", r"a list of a fixed length|exceeds maximum byte size"),
    (r"constant out of range", r"out of range"),
    (r"unknown core type|unknown tag", r"unknown type|core tag index 0 is out of bounds"),
    (r"core `struct` has", r"core `struct` has"),
    (r"valid semver|failed to find `>`|is not lowercase", r"is not a valid extern name"),
    (r"outer (count of|component)", r"outer (count of|component)"),
    (r"is not a tag", r"is not of sort core tag"),
    (r"import name `.*` is not valid", r"the name says"),
    (r"was not used", r"is not used"),
    (r"is not active", r"needs the feature"),
    (r"duplicate '.*' option in name", r"attribute `.*` is given more than once"),
    (r"unexpected token", r"attribute `.*` is given more than once|is no longer a canonical definition"),
    (r"unknown binary version", r"unknown component version"),
    (r"lowered (parameter|result) types", r"lowered (parameter|result) types do not match"),
    (r"unexpected content after last section", r"inconsistent lengths"),
    (r"illegal opcode ff", r"illegal opcode 0xff"),
    (r"failed to find name", r"there are no identifiers of this kind here"),
    (r"cannot specify callback without async", r"canonical option `callback` cannot be specified for"),
]

# (script, line): why the reason is another one, and may be.
OTHERWISE = {}

SAID = re.compile(r'^as asserted (\S+):(\d+): assert_\w+ "(.*?)": (.*)$', re.S)


def main():
    folder = suites.suite("wast")
    if not folder:
        print("skipped: ../shared has no scripts")
        return suites.SKIP
    command = [suites.program("conformance_run"), "--static", "--allow-skip", "--verbose",
               "--differences", str(suites.pathlib.Path(__file__).with_name("differences.txt")), str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, env=os.environ)
    counts = collections.Counter()
    for line in done.stdout.decode(errors="replace").splitlines():
        said = SAID.match(line)
        if not said:
            continue
        script, number, theirs, ours = said.groups()
        script = re.sub(r".*/wast/|\.wast$", "", script)
        if ours == "accepted":  # differences.txt says why
            continue
        if theirs.lower() in ours.lower():
            counts["in the same words"] += 1
        elif any(re.search(a, theirs) and re.search(b, ours) for a, b in SAME):
            counts["in other words"] += 1
        elif (script, number) in OTHERWISE:
            counts["for another reason, as told"] += 1
        else:
            counts["for ANOTHER REASON"] += 1
            print(f"{script}:{number}: for `{theirs}`, but ours is: {ours}")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["for ANOTHER REASON"] or not counts["in the same words"] else 0


sys.exit(main())
