"""Reads the scripts of this folder: their directives, each with its component as bytes."""

import json
import subprocess


def forms(text):
    """(line, text) of each form in parentheses at the top of a script."""
    depth = start = at = 0
    while at < len(text):
        if text.startswith(";;", at):
            at = text.find("\n", at) if "\n" in text[at:] else len(text)
            continue
        if text[at] == '"':
            at += 1
            while text[at] != '"':
                at += 2 if text[at] == "\\" else 1
        elif text[at] == "(":
            if depth == 0:
                start = at
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if depth == 0:
                yield text.count("\n", 0, start) + 1, text[start : at + 1]
        at += 1


def assemble(tidewaiter, text):
    return subprocess.run([tidewaiter, "parse", "-"], input=text.encode(), check=True, stdout=subprocess.PIPE).stdout


def read(tidewaiter, path):
    """[(line, expected message or None, bytes)] of (component …) and (assert_invalid (component …) "…")."""
    directives = []
    for line, form in forms(path.read_text(encoding="utf-8")):
        if form.startswith("(component"):
            directives.append((line, None, assemble(tidewaiter, form)))
            continue
        assert form.startswith("(assert_invalid"), f"{path}:{line}: {form[:40]}"
        _, component = next(forms(form[1:]))
        message = form[form.index(component) + len(component) : -1].strip()
        directives.append((line, json.loads(message), assemble(tidewaiter, component)))
    return directives
