from os import environ


def relay():
    try:
        return environ["MAIL_RELAY"]
    except KeyError:
        return environ.get("SMTP_HOST", "localhost")
