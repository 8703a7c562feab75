# world: hosts
"""Hosts that requests go to: a constant, one of two, a table, a method of a class."""
from wit_world.imports.types import Fields, OutgoingRequest, Scheme_Https

MIRRORS = {"eu": "eu.mirror.example", "us": "us.mirror.example"}


class Client:
    host = "api.client.example"

    def request(self, path):
        request = OutgoingRequest(Fields())
        request.set_scheme(Scheme_Https())
        request.set_authority(self.host)
        request.set_path_with_query(path)
        return request


def send(host):
    request = OutgoingRequest(Fields())
    request.set_authority(host)
    return request


class WitWorld:
    def run(self, fast: bool) -> str:
        send("fast.example" if fast else "slow.example:8443")
        for host in MIRRORS.values():
            send(host)
        Client().request("/v1")
        return "sent"
