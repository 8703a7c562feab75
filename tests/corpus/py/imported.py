# world: environment
"""wasi:cli/environment called directly, its list made a dictionary or searched."""
from wit_world.imports import environment


def lookup(name):
    for key, value in environment.get_environment():
        if key == name:
            return value
    return None


class WitWorld:
    def run(self) -> str:
        env = dict(environment.get_environment())
        table = {k: v for k, v in environment.get_environment()}
        return repr([env.get("DIRECT_ONE"), env["DIRECT_TWO"], table.get("DIRECT_THREE", ""), lookup("DIRECT_FOUR"),
                     [v for k, v in environment.get_environment() if k == "DIRECT_FIVE"]])
