import os


class Reader:
    def __init__(self, *prefix, source=os.environ):
        self.prefix, self.source = prefix, source

    def key(self, name):
        return "_".join((*self.prefix, name)).upper()

    def __call__(self, name, default=None):
        return self.source.get(self.key(name), default)

    def flag(self, name):
        return (self(name) or "").lower() in ("1", "yes", "true")

    def below(self, *more):
        return Reader(*self.prefix, *more, source=self.source)
