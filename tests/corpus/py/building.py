"""Names that are put together of constants in every way that Python has."""
import os

PREFIX = "SHOP"


def key(*parts):
    return "_".join((PREFIX, *parts))


class WitWorld:
    def run(self) -> str:
        return repr([
            os.getenv(PREFIX + "_" + "ADDR"),
            os.getenv(f"{PREFIX}_NAME"),
            os.getenv("{}_{}".format(PREFIX, "LOGO")),
            os.getenv("{prefix}_COLOR".format(prefix=PREFIX)),
            os.getenv("%s_FONT" % PREFIX),
            os.getenv("%(p)s_SIZE" % {"p": PREFIX}),
            os.getenv(key("TAX", "RATE")),
            os.getenv("shop-theme".upper().replace("-", "_")),
            os.getenv("  SHOP_TRIM ".strip()),
            os.getenv(PREFIX[:2] + "ORT"),
            os.getenv("SHOP_A SHOP_B".split()[1]),
            os.environb.get(b"SHOP_BYTES"),
        ])
