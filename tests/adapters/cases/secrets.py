"""Secrets asked for by key: allowed, denied, renamed, prefixed, in either version; keys that become labels."""

from bed import Case, P3

# The providers' value of a secret is `the KEY`, and they have api-token and database-pass.
ONE = {"behind": ("secrets1",)}
TWO = {"behind": ("secrets2",), "host": P3}
BOTH = ("api-token", "database-pass")
ALLOWED = "api-token the api-token\ndatabase-pass: error not-found\n"


def virt(*options):
    return ("virt",) + options


CASES = [
    Case("c-secrets1", "api-token the api-token\ndatabase-pass the database-pass\n", args=BOTH, **ONE),
    Case("c-secrets1", ALLOWED, args=BOTH, does=virt("--allow-secret", "api-token"), **ONE),
    Case("c-secrets1", ALLOWED, args=BOTH, does=virt("--deny-secret", "database-pass"), **ONE),
    Case("c-secrets1", "token the api-token\n", args=("token",), does=virt("--rename-secret", "token=api-token"), **ONE),
    Case("c-secrets1", "token the api-token\n", args=("token",), does=virt("--prefix-secret", "api-"), **ONE),
    Case("c-secrets2", ALLOWED, args=BOTH, does=virt("--allow-secret", "api-token"), **TWO),
    Case("c-secrets2", "token the api-token\n", args=("token",), does=virt("--rename-secret", "token=api-token"), **TWO),
    # A store under a label keeps it, and what it is asked for is declared.
    Case("c-secrets2", runs=False, gone=("wasmcloud:secrets/store@2.1.0",), needs={"secret": ["database-pass", "k-label"]},
         come=("vault: wasmcloud:secrets/store@2.1.0", "database-pass: wasmcloud:secrets/secret@2.1.0", "k-label: wasmcloud:secrets/secret@2.1.0"),
         does=(("label", "--import", "wasmcloud:secrets/store@2.1.0", "--as", "vault"),
               ("declare", "--secret", "k=k-label", "--others", "refused"))),
]
