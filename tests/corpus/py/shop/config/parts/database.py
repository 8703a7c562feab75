class Database:
    def __init__(self, read):
        self.host, self.port = read("host", "localhost"), int(read("port", 5432))
        self.password = read("password")

    @property
    def dsn(self):
        return f"{self.host}:{self.port}"
