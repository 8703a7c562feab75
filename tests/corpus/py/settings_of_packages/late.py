from os import environ


def value():
    return environ.get("PACKAGE_LATE")
