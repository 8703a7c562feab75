"""The environment: set, allowed, denied, renamed, read from configuration and from secrets."""

from bed import Case, P3, VERSIONS

ENVIRONMENT = "wasi:cli/environment"
# What the host of every case has.
HOST = {"HOME": "/home/anna", "PORT": "8080", "SECRET": "of the host"}
ALL = "HOME=/home/anna\nPORT=8080\nSECRET=of the host\n"

CASES = [
    # On top of the host's; a comma, an equals sign, nothing, and what is no ASCII are values like any other.
    Case("c-env-{v}", "HOME=/home/anna\nLIST=a,b=c\nPORT=9090\nSECRET=of the host\n", env=HOST, versions=VERSIONS, grown=6000,
         does=("virt", "--env", "LIST=a,b=c", "--env", "PORT=9090"), jco=False),
    Case("c-env-{v}", "EMPTY=\nWORDS=größer als $HOME\nNONE is not there\n", args=("EMPTY", "WORDS", "NONE"), versions=VERSIONS, jco=True,
         does=("virt", "--env", "EMPTY=", "--env", "WORDS=größer als $HOME"), needs={"env": []}),
    Case("rs-app-{v}", "HOME=/home/anna\nLIST=a,b=c\nPORT=9090\nSECRET=of the host\n", args=("env",), env=HOST, versions=VERSIONS,
         does=("virt", "--env", "LIST=a,b=c", "--env", "PORT=9090"), grown=6000),
    Case("rs-app-{v}", "baked in\n", env={"APP_GREETING": "the host's"}, versions=VERSIONS,
         does=("virt", "--env", "APP_GREETING=baked in"), needs={"env": []}),
    Case("c-secretive", "password pass\nhost db\n", env={"DB_PASS": "the host's", "DB_HOST": "db"}, does=("virt", "--env", "DB_PASS=pass"),
         needs={"env": ["DB_HOST"]}, jco=True),
    Case("go-env", "A=1\nB=2\nC is not there\n", args=("A", "B", "C"), env={"A": "1", "B": "1"}, does=("virt", "--env", "B=2"), grown=6000),
    Case("js-env", "A=1\nB=2\nC is not there\n", args=("A", "B", "C"), env={"A": "1", "B": "1"}, does=("virt", "--env", "B=2"), grown=6000),
    # Of files; what the command line says counts more, and of two the last.
    Case("c-env-{v}", "A=1\nB=x=y, z\nC= q \nD=\nE=last\nF=cli\nG='\n", versions=VERSIONS, grown=6000,
         does=("virt", "--deny-env", "--env", "F=cli", "--env-file", "{given}/one", "--env-file", "{given}/two"),
         given={"one": "# them\n\nA=1\r\n  B=x=y, z  \nC=' q '\nD=\"\"\nE=first\nF=file\n", "two": "E=last\nG='"}),
    # Only these.
    Case("c-env-{v}", "PORT=8080\n", env=HOST, versions=VERSIONS, does=("virt", "--allow-env", "PORT,UNSET"), grown=6000,
         needs={"env": ["PORT", "UNSET"]}),
    Case("c-env-{v}", "HOME=/home/anna\nPORT=8080\n", env=HOST, versions=VERSIONS, does=("virt", "--allow-env", "PORT", "--allow-env", "HOME")),
    Case("rs-app-{v}", "PORT=8080\n", args=("env",), env=HOST, versions=VERSIONS, does=("virt", "--allow-env", "PORT"),
         needs={"env": ["PORT"]}),
    Case("c-env-0.2.6", "ADDED=1\nPORT=8080\n", env=HOST, does=("virt", "--allow-env", "PORT", "--env", "ADDED=1")),
    Case("c-secretive", "password is not there\nhost db\n", env={"DB_PASS": "x", "DB_HOST": "db"}, does=("virt", "--allow-env", "DB_HOST"),
         needs={"env": ["DB_HOST"]}, jco=True),
    Case("go-env", "A=1\nB is not there\n", args=("A", "B"), env={"A": "1", "B": "1"}, does=("virt", "--allow-env", "A")),
    Case("js-env", "A=1\nB is not there\n", args=("A", "B"), env={"A": "1", "B": "1"}, does=("virt", "--allow-env", "A")),
    # None: what is asked of the interface besides stays, and where that is nothing, the interface goes.
    Case("c-env-{v}", "HOME is not there\n", args=("HOME",), env=HOST, versions=VERSIONS, does=("virt", "--deny-env"), needs={"env": []}),
    Case("rs-app-{v}", "", args=("env",), env=HOST, versions=VERSIONS, does=("virt", "--deny-env"), needs={"env": []}),
    Case("c-secretive", "password is not there\nhost is not there\n", env={"DB_PASS": "x", "DB_HOST": "db"}, does=("virt", "--deny-env"),
         gone=(ENVIRONMENT,), needs={"env": []}, jco=True),
    Case("c-env-{v}", "ADDED=1\n", env=HOST, versions=VERSIONS, does=("virt", "--deny-env", "--env", "ADDED=1")),
    # Under another name.
    Case("c-env-{v}", "HOME=/home/anna\nLISTEN=8080\nSECRET=of the host\n", env=HOST, versions=VERSIONS,
         does=("virt", "--rename-env", "LISTEN=PORT")),
    Case("c-secretive", "password secret\nhost is not there\n", env={"POSTGRES_PASSWORD": "secret", "DB_PASS": "not this"},
         does=("virt", "--rename-env", "DB_PASS=POSTGRES_PASSWORD"), needs={"env": ["DB_HOST", "POSTGRES_PASSWORD"]}),
    # One variable of the host's under two names; of two for one name the last counts, however they are set.
    Case("c-env-{v}", "A=b\nC=b\nD=d\n", env={"A": "a", "B": "b", "C": "c", "D": "d"}, versions=VERSIONS, grown=6000,
         does=("virt", "--rename-env", "A=D", "--rename-env", "A=B", "--rename-env", "C=B")),
    Case("c-env-0.2.6", "A=b\nC=c\n", env={"A": "a", "B": "b", "C": "c", "D": "d"},
         does=("virt", "--rename-env", "A=B", "--allow-env", "A,B,C,C")),
    Case("c-env-0.2.6", "A=b\nB=a\n", env={"A": "a", "B": "b"}, does=("virt", "--rename-env", "A=B", "--rename-env", "B=A")),
    Case("c-secretive", "password of env\nhost fast\n", env={"DB_HOST": "db"}, come=("wasi:config/store@0.2.0-rc.1",), behind=("config",),
         does=("virt", "--env-from-config", "DB_PASS=mode", "--env", "DB_PASS=of env", "--env", "DB_HOST=x", "--env-from-config", "DB_HOST=mode")),
    # A long value is there once.
    Case("rs-app-0.2.12", "A={long}\n".replace("{long}", 50000 * "x"), args=("env", "A"), does=("virt", "--env-file", "{given}/one"),
         given={"one": "A=" + 50000 * "x"}, grown=56000),
    # One adapter on another.
    Case("c-env-0.2.9", "A=1\nB=2\nPORT=8080\n", env=HOST, does=(("virt", "--env", "A=1", "--env", "B=2"), ("virt", "--allow-env", "PORT"))),
    Case("c-env-0.2.9", "PORT=8080\n", env=HOST, does=(("virt", "--allow-env", "PORT"), ("virt", "--env", "A=1")),
         needs={"env": ["PORT"]}),
    # From configuration.
    Case("c-env-{v}", "GREETING=hello, world\nHOME=/home/anna\nPORT=8080\nSECRET=of the host\n", env=HOST, versions=VERSIONS,
         does=("virt", "--env-from-config", "GREETING=greeting"), come=("wasi:config/store@0.2.0-rc.1",), behind=("config",)),
    Case("c-env-0.2.6", "A=1\nHOME=/home/anna\nPORT=8080\nSECRET=of the host\n", env=HOST, host=("-S", "config", "-S", "config-var=a=1"),
         does=("virt", "--env-from-config", "A=a", "--env-from-config", "B=b"), come=("wasi:config/store@0.2.0-rc.1",)),
    Case("c-secretive", "password fast\nhost db\n", env={"DB_HOST": "db"}, does=("virt", "--env-from-config", "DB_PASS=mode"),
         come=("wasi:config/store@0.2.0-rc.1",), behind=("config",), needs={"env": ["DB_HOST"], "config": ["mode"]}),
    Case("c-secretive", "password fast\nhost db\n", env={"DB_HOST": "db"}, come=("wasi:config/runtime@0.2.0-draft",), behind=("config",),
         does=("virt", "--env-from-config", "DB_PASS=mode", "--config-interface", "wasi:config/runtime@0.2.0-draft")),
    # From a secret, of either version; declared.
    Case("c-secretive", "password the database-pass\nhost db\n", env={"DB_HOST": "db"}, host=P3, behind=("secrets2",),
         does=("virt", "--env-from-secret", "DB_PASS=database-pass"),
         come=("wasmcloud:secrets/store@2.1.0", "wasmcloud:secrets/reveal@2.1.0"), needs={"env": ["DB_HOST"], "secret": ["database-pass"]}),
    Case("c-secretive", "password the database-pass\nhost db\n", env={"DB_HOST": "db"}, behind=("secrets1",),
         does=("virt", "--env-from-secret", "DB_PASS=database-pass", "--secrets-interface", "wasmcloud:secrets/store@1.0.0"),
         come=("wasmcloud:secrets/store@1.0.0", "wasmcloud:secrets/reveal@1.0.0"), needs={"env": ["DB_HOST"], "secret": ["database-pass"]}),
    Case("c-env-{v}", "TOKEN=the api-token\nHOME=/home/anna\n", args=("TOKEN", "HOME"), env=HOST, host=P3, versions=VERSIONS,
         behind=("secrets2",), does=("virt", "--env-from-secret", "TOKEN=api-token"),
         come=("wasmcloud:secrets/store@2.1.0", "wasmcloud:secrets/reveal@2.1.0")),
    Case("c-secretive", "password the database-pass\nhost the api-token\n", env={"DB_HOST": "db"}, host=P3,
         does=("virt", "--declare", "--env-from-secret", "DB_PASS=database-pass", "--env-from-secret", "DB_HOST=api-token"),
         behind=("database-pass=secret-database-pass", "api-token=secret-api-token", "secrets2"),
         come=("wasmcloud:secrets/store@2.1.0", "wasmcloud:secrets/reveal@2.1.0", "database-pass: wasmcloud:secrets/secret@2.1.0",
               "api-token: wasmcloud:secrets/secret@2.1.0"),
         needs={"env": [], "secret": ["api-token", "database-pass"]}),
    # WASI 0.3: the programs compare what they get with what they must get.
    Case("suite/cli-env", args=("a", "b", "42"), host=P3, does=("virt", "--env", "foo=bar", "--env", "baz=42")),
    Case("suite/cli-env", args=("a", "b", "42"), host=P3, env={"foo": "bar", "baz": "42", "more": "1"}, does=("virt", "--allow-env", "foo,baz")),
    Case("suite/cli-env", args=("a", "b", "42"), host=P3, env={"FOO": "bar", "baz": "42"}, does=("virt", "--rename-env", "foo=FOO")),
    Case("suite/cli-env", args=("a", "b", "42"), host=P3, env={"foo": "bar", "baz": "42"}, does=("virt", "--deny-env"), status="fails",
         gone=("wasi:cli/environment@0.2.4",)),
]
