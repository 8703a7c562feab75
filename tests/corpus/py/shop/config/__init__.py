from .base import Reader
from .parts.database import Database


class Settings:
    def __init__(self):
        read = Reader("SHOP")
        self.name = read("name", "shop")
        self.database = Database(read.below("db"))
        self.flags = {flag: read.flag(flag) for flag in ("beta", "dark")}
