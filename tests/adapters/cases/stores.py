"""Buckets, containers, subjects: renamed, prefixed, allowed, denied."""

from bed import Case

KEYVALUE = ("-S", "keyvalue", "-S", "keyvalue-in-memory-data=k=v")


def denied(function):
    """The text of an error that is a text."""
    return f"error {function} is denied"


EXISTS, GET = denied("wasi:blobstore/blobstore@0.2.0-draft.container-exists"), denied("wasi:blobstore/blobstore@0.2.0-draft.get-container")
PUBLISH, REQUEST = denied("wasmcloud:messaging/consumer@0.2.0.publish"), denied("wasmcloud:messaging/consumer@0.2.0.request")

CASES = [
    # Buckets. Wasmtime has one, without a name.
    Case("c-keyvalue", "k=sessions/k\n", args=("carts", "k=5"), behind=("keyvalue",), does=("virt", "--rename-bucket", "carts=sessions"),
         err="keyvalue: open sessions\nkeyvalue: set sessions k=5\nkeyvalue: get sessions k\n", grown=6000),
    Case("c-keyvalue", "k=other/k\n", args=("other", "k"), behind=("keyvalue",), does=("virt", "--rename-bucket", "carts=sessions"),
         err="keyvalue: open other\nkeyvalue: get other k\n"),
    Case("c-keyvalue", "k=app/carts/k\n", args=("carts", "k"), behind=("keyvalue",), does=("virt", "--prefix-bucket", "app/"),
         err="keyvalue: open app/carts\nkeyvalue: get app/carts k\n", grown=6000),
    Case("c-keyvalue", "open: error access-denied\n", args=("carts", "k"), behind=("keyvalue",), does=("virt", "--deny-bucket", "a,carts"),
         err=""),
    Case("c-keyvalue", "k=b/k\n", args=("b", "k"), behind=("keyvalue",), does=("virt", "--deny-bucket", "a,carts")),
    Case("c-keyvalue", "open: error no-such-store\n", args=("carts", "k"), behind=("keyvalue",), err="",
         does=("virt", "--allow-bucket", "a", "--allow-bucket", "b,c", "--deny-with", "error:no-such-store")),
    Case("c-keyvalue", "k=x.c/k\n", args=("c", "k"), behind=("keyvalue",), does=("virt", "--allow-bucket", "b,c", "--prefix-bucket", "x."),
         needs={"keyvalue-bucket": ["x.b", "x.c"]}),
    Case("c-keyvalue", "open: error access-denied\n", args=("", "k"), host=KEYVALUE, does=("virt", "--allow-bucket", "a")),
    Case("c-keyvalue", "open: error no-such-store\n", args=("", "k"), host=KEYVALUE, does=("virt", "--prefix-bucket", "a")),
    Case("c-keyvalue", "k=v\n", args=("", "k"), host=KEYVALUE, does=("virt", "--deny-bucket", "a")),
    Case("c-keyvalue", "open: error access-denied\n", args=("carts", "k"), does=("virt", "--deny-keyvalue"), gone=("wasi:keyvalue/store",),
         needs={"keyvalue-bucket": []}, grown=6000),
    # Containers.
    Case("c-blobstore", "none is there, called none\n", args=("none",), behind=("blobstore",), does=("virt", "--prefix-container", "x-"),
         err="blobstore: container-exists x-none\nblobstore: get-container x-none\n", grown=6000),
    # What the host calls a container is not what the application does.
    Case("c-blobstore", "a is there, called a\n", args=("a",), behind=("blobstore",), does=("virt", "--rename-container", "a=b"),
         err="blobstore: container-exists b\nblobstore: get-container b\n"),
    Case("c-blobstore", "a is not there, error no container none\nb is there, called b\n", args=("a", "b"), behind=("blobstore",),
         does=("virt", "--rename-container", "a=none")),
    Case("c-blobstore", f"a is there, called a\nb: {EXISTS}, {GET}\n", args=("a", "b"), behind=("blobstore",),
         does=("virt", "--allow-container", "a"), needs={"blobstore-container": ["a"]}),
    Case("c-blobstore", f"a is there, called a\nb: {EXISTS}, {GET}\n", args=("a", "b"), behind=("blobstore",),
         does=("virt", "--deny-container", "b")),
    Case("c-blobstore", f"a: {EXISTS}, {GET}\n", args=("a",), does=("virt", "--deny-blobstore"), grown=6000,
         gone=("wasi:blobstore/blobstore", "wasi:blobstore/container")),
    # Subjects.
    Case("c-messaging", "publish: done\nrequest: news.reply body\n", args=("news", "body"), behind=("messaging",),
         does=("virt", "--prefix-subject", "x."), err="messaging: publish x.news body\nmessaging: request x.news body\n", grown=6000),
    Case("c-messaging", "publish: done\nrequest: old.reply body\n", args=("news", "body"), behind=("messaging",),
         does=("virt", "--rename-subject", "news=old"), err="messaging: publish old body\nmessaging: request old body\n"),
    Case("c-messaging", f"publish: {PUBLISH}\nrequest: {REQUEST}\n", args=("news", "body"), behind=("messaging",), err="",
         does=("virt", "--deny-subject", "news")),
    Case("c-messaging", f"publish: {PUBLISH}\nrequest: {REQUEST}\n", args=("news", "body"), behind=("messaging",), err="",
         does=("virt", "--allow-subject", "new,newsy"), needs={"messaging-subject": ["new", "newsy"]}),
    Case("c-messaging", f"publish: {PUBLISH}\nrequest: {REQUEST}\n", args=("news", "body"), does=("virt", "--deny-messaging"),
         gone=("wasmcloud:messaging/consumer", "wasmcloud:messaging/types"), grown=6000),
]
