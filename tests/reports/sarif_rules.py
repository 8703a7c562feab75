"""The rules that a SARIF log must keep so that GitHub code scanning takes it and other viewers read it right.

`faults(log)` gives a sentence for each that is broken. Where the official schema is at hand (a peer brings it) the test holds the log
against that as well; these rules say what no schema can, and what GitHub asks for beyond it: one rejected result, and none of the
others is shown. Numbers are sections of OASIS SARIF 2.1.0.
"""

import re

# GitHub's limits for one run.
RESULTS, RULES, TAGS, FLOW_STEPS, LOCATIONS = 25000, 25000, 20, 10000, 1000
LEVELS = {"none", "note", "warning", "error"}
# RFC 3986: what may stand in a URI reference.
URI = re.compile(r"(?:file:///)?(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+")


def faults(log):
    found = []
    walk(log, "$", found)
    if log.get("version") != "2.1.0" or "sarif-schema-2.1.0.json" not in log.get("$schema", ""):
        found.append("$: version and $schema of 2.1.0 are wanted")
    if not log.get("runs"):
        found.append("$: there is no run")
    for i, run in enumerate(log.get("runs", [])):
        found += [f"$.runs[{i}]{fault}" for fault in run_faults(run)]
    return found


def walk(value, path, found):
    """What holds everywhere: no empty string, no null, no text that would be taken for a placeholder or a link."""
    if isinstance(value, dict):
        for key, member in value.items():
            walk(member, f"{path}.{key}", found)
        if set(value) == {"text"} and not path.endswith("insertedContent"):
            found += [f"{path}: {fault}" for fault in message_faults(value["text"])]
    elif isinstance(value, list):
        for i, item in enumerate(value):
            walk(item, f"{path}[{i}]", found)
    elif value == "":
        found.append(f"{path}: is an empty string")
    elif value is None:
        found.append(f"{path}: is null")


def message_faults(text):
    bare = text.replace("{{", "").replace("}}", "")
    if "{" in bare or "}" in bare:
        yield "a brace that is not doubled is a placeholder (3.11.5)"
    if re.search(r"(?<!\\)(?:\\\\)*[\[\]]", text):
        yield "a bracket that is not escaped is a link (3.11.6)"
    if not text.endswith((".", "!", "?")):
        yield "a message ends as a sentence does"


def run_faults(run):
    driver = run["tool"]["driver"]
    rules = driver.get("rules", [])
    ids = [rule["id"] for rule in rules]
    if driver.get("name") != "tidewaiter" or not driver.get("version"):
        yield ": the tool is named with its version"
    if len(set(ids)) != len(ids) or len(ids) > RULES:
        yield ": ids of rules are unique"
    for i, rule in enumerate(rules):
        yield from (f".rules[{i}]: {fault}" for fault in rule_faults(rule))
    if not run["automationDetails"]["id"].endswith("/"):
        yield ": the category of GitHub is what stands before the last slash (3.17.3)"
    results = run["results"]
    if len(results) > RESULTS:
        yield ": too many results"
    prints = [(r["ruleId"], uri_of(r), r["partialFingerprints"]["primaryLocationLineHash"]) for r in results]
    if len(set(prints)) != len(prints):
        yield ": two results have the same fingerprint and would be one alert"
    if len({"suppressions" in result for result in results}) > 1:
        yield ": all results say whether they are suppressed, or none does (3.27.23)"
    bases = run.get("originalUriBaseIds", {})
    for i, result in enumerate(results):
        yield from (f".results[{i}]: {fault}" for fault in result_faults(result, ids, bases))
    if any(n["level"] == "error" for n in run["invocations"][0]["toolExecutionNotifications"]):
        if run["invocations"][0]["executionSuccessful"]:
            yield ": a run with an error is no successful one (3.20.14)"


def rule_faults(rule):
    for member in ("shortDescription", "fullDescription", "help"):
        if not rule.get(member, {}).get("text"):
            yield f"{member} is wanted by GitHub"
    if rule["defaultConfiguration"]["level"] not in LEVELS:
        yield "its level is none"
    if rule.get("name", "").lower() == rule["id"].lower():
        yield "a name that repeats the id is left out (3.49.7)"
    if len(rule["properties"]["tags"]) > TAGS:
        yield "too many tags"
    if not rule["helpUri"].startswith("https://"):
        yield "helpUri is absolute (3.49.12)"


def uri_of(result):
    return result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def result_faults(result, ids, bases):
    if ids[result["ruleIndex"]] != result["ruleId"]:
        yield "ruleIndex and ruleId speak of different rules"
    if result["level"] not in LEVELS or not result["message"]["text"]:
        yield "a level and a message are wanted"
    if not re.fullmatch(r"[0-9a-f]{16}:[1-9][0-9]*", result["partialFingerprints"]["primaryLocationLineHash"]):
        yield "primaryLocationLineHash is a hash and an ordinal"
    if not 1 <= len(result["locations"]) <= LOCATIONS:
        yield "GitHub refuses the log where a result has no location"
    for location in result["locations"]:
        yield from location_faults(location, bases, {"startLine", "startColumn", "endLine", "endColumn"})
    steps = 0
    for flow in result.get("codeFlows", [None]):
        for thread in flow["threadFlows"] if flow else []:
            steps += len(thread["locations"])
            if not thread["locations"]:
                yield "a thread flow has at least one step (3.37.6)"
            for step in thread["locations"]:
                yield from location_faults(step["location"], bases, {"startLine", "byteOffset", "byteLength"})
                if not step["location"]["logicalLocations"][0]["fullyQualifiedName"]:
                    yield "a step names its function"
    if steps > FLOW_STEPS:
        yield "too many steps of code flows"
    if result.get("codeFlows") == []:
        yield "no code flows are left out"
    for fix in result.get("fixes", []):
        for change in fix["artifactChanges"]:
            for replacement in change["replacements"]:
                yield from region_faults(replacement["deletedRegion"])


def location_faults(location, bases, wanted):
    physical = location["physicalLocation"]
    artifact = physical["artifactLocation"]
    if not URI.fullmatch(artifact["uri"]) or artifact["uri"].startswith("./"):
        yield f"{artifact['uri']!r} is no tidy URI"
    if artifact["uri"].startswith("file:") == ("uriBaseId" in artifact):
        yield "what is relative has a base, what is absolute has none (3.4.4)"
    if "uriBaseId" in artifact and artifact["uriBaseId"] not in bases:
        yield "the base of a URI is described (3.14.14)"
    if set(physical.get("region", {})) != wanted:
        yield f"a region of {sorted(wanted)} is wanted"
    yield from region_faults(physical["region"])


def region_faults(region):
    numbers = {"startColumn": 1, "endLine": region["startLine"], "endColumn": 2} | region
    if min(numbers[key] for key in ("startLine", "startColumn", "endLine", "endColumn")) < 1:
        yield "lines and columns count from 1"
    if (numbers["endLine"], numbers["endColumn"]) < (numbers["startLine"], numbers["startColumn"]):
        yield "a region ends before it begins"
