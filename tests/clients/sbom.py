#!/usr/bin/env python3
"""The bill of materials, judged by CycloneDX's own library: its strict JSON schema, then read into the library's model.

The model finds what a schema cannot say: references that lead nowhere, and one reference for two things.
"""

import json

import clients
import house

clients.python_with("cyclonedx", "jsonschema")

from cyclonedx.model.bom import Bom  # noqa: E402
from cyclonedx.schema import SchemaVersion  # noqa: E402
from cyclonedx.validation.json import JsonStrictValidator  # noqa: E402

# "1.6" to the library's name of it.
VERSIONS = {version.to_version(): version for version in SchemaVersion}


def faults(text):
    """What is wrong with a document, in a line; empty where nothing is."""
    document = json.loads(text)
    version = VERSIONS.get(document.get("specVersion"))
    if version is None:
        return f"specVersion {document.get('specVersion')!r} is none that the library knows"
    fault = JsonStrictValidator(version).validate_str(text)
    if fault is not None:
        return f"{fault.data.json_path}: {fault.data.message}"
    try:
        Bom.from_json(document).validate()
    except Exception as error:  # the library has no one kind of error for this
        return f"{type(error).__name__}: {error}"
    return twice_or_nowhere(document)


def twice_or_nowhere(document):
    """References that two things have, and those of dependencies that nothing has."""
    found = []

    def collect(component):
        if "bom-ref" in component:
            found.append(component["bom-ref"])
        for inner in component.get("components", []):
            collect(inner)

    collect(document["metadata"]["component"])
    collect(document)
    twice = {reference for reference in found if found.count(reference) > 1}
    named = {word for entry in document.get("dependencies", []) for word in (entry["ref"], *entry.get("dependsOn", []))}
    nowhere = named - set(found)
    return (f"twice: {sorted(twice)} " if twice else "") + (f"nowhere: {sorted(nowhere)}" if nowhere else "")


# How a good document is spoiled; each must be noticed.
SPOILED = {
    "unknown member": lambda d: d.update(surprise=1),
    "unknown type": lambda d: d["metadata"]["component"].update(type="wasm"),
    "hash too short": lambda d: d["metadata"]["component"].update(hashes=[{"alg": "SHA-256", "content": "abc"}]),
    "reference to nothing": lambda d: d.setdefault("dependencies", []).append({"ref": "nobody"}),
    "reference twice": lambda d: d.setdefault("components", []).append(
        {"type": "library", "name": "x", "bom-ref": d["metadata"]["component"]["bom-ref"]}),
}


def main():
    clients.need_target("sbom")
    checks = house.Checks()
    count = 0
    for wasm in clients.components():
        text = clients.generate(checks, "sbom", wasm)
        if text is not None:
            checks.equal(faults(text), "", wasm)
            count += 1
    checks.equal(count, len(clients.components()), "documents that were made")
    several = clients.generate(checks, "sbom", *clients.components()[:5])
    checks.equal(faults(several), "", "several components in one document")
    for name, spoil in SPOILED.items():
        document = json.loads(several)
        spoil(document)
        checks.expect(faults(json.dumps(document)), f"{name} is not noticed")
    print(f"{count} documents judged")
    checks.end()


if __name__ == "__main__":
    main()
