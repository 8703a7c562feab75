#!/usr/bin/env python3
"""The ECS task definition, judged as far as it can be without an account.

First as what `aws ecs register-task-definition --cli-input-json` would send: botocore checks it against the service's own model, and
refuses members that the service does not know. Then as AWS::ECS::TaskDefinition by cfn-lint, which knows which values may stand
where, what Fargate wants, and which of them go together.
"""

import json
import os
import subprocess
import sys

import clients
import house

clients.python_with("botocore", "cfnlint")

import botocore.loaders  # noqa: E402
import botocore.model  # noqa: E402
import botocore.validate  # noqa: E402

# Maps whose keys are people's own, not the service's.
FREE_KEYS = {"dockerLabels", "options", "driverOpts", "labels"}
# What CloudFormation calls otherwise than the service does, beyond the capital letter.
OTHER_NAMES = {"efsVolumeConfiguration": "EFSVolumeConfiguration"}


def shape_of_request():
    service = botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model("ecs", "service-2"))
    return service.operation_model("RegisterTaskDefinition").input_shape


def service_faults(shape, task):
    return botocore.validate.ParamValidator().validate(task, shape).generate_report()


def capitalised(value, free=False):
    """The service's JSON as CloudFormation writes it."""
    if isinstance(value, list):
        return [capitalised(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key if free else OTHER_NAMES.get(key, key[0].upper() + key[1:]): capitalised(inner, key in FREE_KEYS)
            for key, inner in value.items()}


def template_faults(top, task):
    path = os.path.join(top, "template.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"Resources": {"Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": capitalised(task)}}}, file)
    program = os.path.join(os.path.dirname(sys.executable), "cfn-lint")
    run = subprocess.run([sys.executable, program, "--regions", "eu-central-1", "--format", "json", path], text=True, capture_output=True)
    try:
        found = json.loads(run.stdout or "[]")
    except ValueError:
        return [run.stdout + run.stderr]
    return [f"{f['Level']} {f['Rule']['Id']} {f['Message']} at {'.'.join(map(str, f['Location']['Path']))}" for f in found]


# How a good task definition is spoiled, each must be noticed by the one or the other.
SPOILED = {
    "unknown member": lambda t: t.update(surprise=1),
    "unknown member of a container": lambda t: t["containerDefinitions"][0].update(image_=1),
    "memory that Fargate does not sell": lambda t: t.update(memory="513"),
    "number for a text": lambda t: t["containerDefinitions"][0].update(environment=[{"name": "A", "value": 3}]),
    "no essential container": lambda t: [c.update(essential=False) for c in t["containerDefinitions"]],
    "unknown log driver": lambda t: t["containerDefinitions"][0].update(logConfiguration={"logDriver": "parchment"}),
}


def main():
    clients.need_target("ecs")
    checks = house.Checks()
    shape = shape_of_request()
    good = None
    with clients.folder() as top:
        for wasm in clients.components():
            values = clients.values_file(os.path.join(top, "values.yaml"), clients.values_for(wasm))
            for options in ([], ["--values", values]):
                text = clients.generate(checks, "ecs", wasm, *options)
                if text is None:
                    continue
                good = json.loads(text)
                checks.equal(service_faults(shape, good), "", f"{wasm}, by the service's model")
        # The linter takes a second each: a guest with everything, and one without values.
        for name in ("ferry-http", "ferry-run"):
            values = clients.values_file(os.path.join(top, "values.yaml"), clients.VALUES)
            for options in ([], ["--values", values]):
                good = json.loads(clients.generate(checks, "ecs", os.path.join(clients.GUEST, name + ".wasm"), *options))
                checks.equal(template_faults(top, good), [], f"{name} {options}, by cfn-lint")
        for name, spoil in SPOILED.items():
            task = json.loads(json.dumps(good))
            spoil(task)
            checks.expect(service_faults(shape, task) or template_faults(top, task), f"{name} is not noticed")
    checks.end()


if __name__ == "__main__":
    main()
