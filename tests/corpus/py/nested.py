"""A package of packages: settings in the innermost, by relative imports, a lazy singleton, a reader that is handed on."""
from shop import settings
from shop.config import parts as all_parts


class WitWorld:
    def run(self) -> str:
        s = settings()
        return f"{s.name} {s.database.dsn} {all_parts.mail.relay()} {s.flags}"
