# world: stores
"""Configuration, secrets, buckets, containers, subjects and names."""
from wit_world.imports import (blobstore, consumer, ip_name_lookup, instance_network, reveal, wasi_config_store, types, wasi_keyvalue_store,
                               wasmcloud_secrets_store)
from wit_world.imports.blobstore import ObjectId

BUCKET = "sessions"


def config(name, default):
    return wasi_config_store.get(name) or default


class WitWorld:
    def run(self) -> str:
        title = config("page.title", "untitled") + config("page." + "footer", "")
        everything = dict(wasi_config_store.get_all())
        title += everything.get("page.header", "")
        token = reveal.reveal(wasmcloud_secrets_store.get("api-token"))
        for name in ("db-user", "db-password"):
            token = wasmcloud_secrets_store.get(key=name)
        with wasi_keyvalue_store.open(BUCKET) as bucket:
            bucket.exists(title)
        if not blobstore.container_exists("uploads"):
            blobstore.create_container("uploads")
        blobstore.copy_object(ObjectId("uploads", "a"), ObjectId(container="archive", object="a"))
        consumer.publish(types.BrokerMessage("orders.created", title.encode(), None))
        ip_name_lookup.resolve_addresses(instance_network.instance_network(), "db.internal")
        return title + repr(token)
