from .config import Settings

_settings = None


def settings():
    global _settings
    if _settings is None:
        _settings = Settings()
    return _settings
