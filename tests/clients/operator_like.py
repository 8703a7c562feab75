"""From a file of Kubernetes documents to the request that a wash host gets: what wasmCloud's operator does with a WorkloadDeployment,
in as far as one workload is concerned.

The operator looks up what `configFrom` and `secretFrom` name and merges it over `config`, the last one winning; the host is given the
outcome alone. ExternalSecrets are turned into Secrets first, as the External Secrets Operator does it, from a table of what the store
holds.
"""

import base64

POLICIES = {"Always": "IMAGE_PULL_POLICY_ALWAYS", "IfNotPresent": "IMAGE_PULL_POLICY_IF_NOT_PRESENT", "Never": "IMAGE_PULL_POLICY_NEVER"}


class Cluster:
    """The documents by kind and name."""

    def __init__(self, documents, store):
        self.objects = {(d["kind"], d["metadata"]["name"]): d for d in documents if d}
        for (kind, name), document in list(self.objects.items()):
            if kind == "ExternalSecret":
                self.fetch(document["spec"], store, document["spec"].get("target", {}).get("name", name))

    def fetch(self, spec, store, name):
        fetched = {}
        for entry in spec["data"]:
            remote = entry["remoteRef"]
            fetched[entry["secretKey"]] = store[(remote["key"], remote.get("property"))]
        self.objects[("Secret", name)] = {"stringData": fetched}

    def find(self, kind, name):
        if (kind, name) not in self.objects:
            raise KeyError(f"{kind} {name} is named and not there")
        return self.objects[(kind, name)]

    def layer(self, layer):
        """The keys and values of `config`, `configFrom` and `secretFrom`."""
        merged = dict(layer.get("config") or {})
        for reference in layer.get("configFrom") or []:
            merged.update(self.find("ConfigMap", reference["name"]).get("data") or {})
        for reference in layer.get("secretFrom") or []:
            secret = self.find("Secret", reference["name"])
            merged.update({k: base64.b64decode(v).decode() for k, v in (secret.get("data") or {}).items()})
            merged.update(secret.get("stringData") or {})
        return merged

    def resources(self, given):
        return {
            "config": given.get("config") or {},
            "environment": self.layer(given.get("environment") or {}),
            "volumeMounts": given.get("volumeMounts") or [],
            "allowedHosts": given.get("allowedHosts") or [],
            "allowedIpNameLookups": given.get("allowedIpNameLookups") or [],
            "allowedHostLoopbackPorts": given.get("allowedHostLoopbackPorts") or [],
        }

    def part(self, given):
        """What a component and a service have in common."""
        request = {"image": given["image"], "localResources": self.resources(given.get("localResources") or {})}
        if "imagePullPolicy" in given:
            request["imagePullPolicy"] = POLICIES[given["imagePullPolicy"]]
        return request

    def component(self, given):
        limits = {name: given[name] for name in ("poolSize", "maxInvocations", "maxConcurrency") if name in given}
        return {"name": given["name"], **limits, **self.part(given)}

    def interface(self, given):
        kept = {name: given[name] for name in ("namespace", "package", "version", "interfaces", "name") if name in given}
        return {**kept, "config": self.layer(given)}

    def start_request(self, identity):
        """The request of the one WorkloadDeployment among the documents."""
        (deployment,) = [d for (kind, _), d in self.objects.items() if kind == "WorkloadDeployment"]
        spec = deployment["spec"]["template"]["spec"]
        workload = {
            "namespace": deployment["metadata"].get("namespace", "default"),
            "name": deployment["metadata"]["name"],
            "witWorld": {
                "components": [self.component(c) for c in spec.get("components") or []],
                "hostInterfaces": [self.interface(i) for i in spec.get("hostInterfaces") or []],
            },
            "volumes": [self.volume(v) for v in spec.get("volumes") or []],
        }
        if spec.get("service"):
            workload["service"] = {"maxRestarts": spec["service"].get("maxRestarts", 0), **self.part(spec["service"])}
        return {"workloadId": identity, "workload": workload}

    @staticmethod
    def volume(given):
        if "hostPath" in given:
            return {"name": given["name"], "hostPath": {"localPath": given["hostPath"]["path"]}}
        return {"name": given["name"], "emptyDir": {}}
