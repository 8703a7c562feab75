# world: hosts
"""Hosts that are taken out of URLs."""
from urllib.parse import urlparse, urlsplit

from wit_world.imports.types import Fields, OutgoingRequest, Scheme_Http, Scheme_Https

BASE = "https://api.example.com/v1"


def build(url):
    parts = urlparse(url)
    match parts.scheme:
        case "https":
            scheme = Scheme_Https()
        case _:
            scheme = Scheme_Http()
    request = OutgoingRequest(Fields())
    request.set_scheme(scheme)
    request.set_authority(parts.netloc)
    request.set_path_with_query(parts.path)
    return request


class WitWorld:
    def run(self, fast: bool) -> str:
        build(BASE + "/items")
        build("https://auth.example.com:8443/token")
        request = OutgoingRequest(Fields())
        request.set_authority(urlsplit(f"https://cdn.example.com/{fast}?x=1").hostname)
        return "sent"
