"""Programs of the corpus, executed by wasmtime (its Python package, of ./dev peers) under a host that sees what they ask.

What a program asks of the environment goes on within it. It shows in what it prints, in how it ends, and in how many instructions it
executes, which wasmtime counts exactly. What it asks by a call with a key (configuration, secrets, buckets, hosts) is recorded by the host,
which answers with anything of the right type.
"""
import dataclasses
import tempfile

import wasmtime
from wasmtime import component as model

FUEL = 2_000_000_000
# What wasmtime's own host has.
PROVIDED = ("wasi:cli/", "wasi:io/", "wasi:clocks/", "wasi:random/", "wasi:filesystem/", "wasi:sockets/")

OBSERVED = ("wasi:sockets/ip-name-lookup",)  # but is to be seen

HELPERS = ("_initialize", "cabi_", "__", "malloc", "free", "realloc", "calloc")  # exports of core modules that are no entries


class CannotRun(Exception):
    """The program cannot be executed here; why."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    end: str  # "ok", "exit 1", "trap", "fuel"
    printed: bytes
    instructions: int


def items(of, at):
    """Imports or exports by name, with their types."""
    return {name: extern.ty for name, extern in of(at).items()}


def engine():
    config = wasmtime.Config()
    config.consume_fuel = True
    return wasmtime.Engine(config)


class Values:
    """Values of component types, made up. `good`: of several cases, those that say that all went well."""

    def __init__(self, good, number):
        self.good, self.number = good, number
        self.resources = []  # (type, number by which it was defined)

    def of(self, kind, store):
        if isinstance(kind, model.Bool):
            return self.good
        if isinstance(kind, model.String):
            return f"value {self.number}"
        if isinstance(kind, model.Char):
            return "v"
        if isinstance(kind, (model.F32, model.F64)):
            return float(self.number)
        if isinstance(kind, model.ListType):
            return b"value" if isinstance(kind.element, model.U8) else []
        if isinstance(kind, model.RecordType):
            record = model.Record()
            for name, field in kind.fields:
                setattr(record, name, self.of(field, store))
            return record
        if isinstance(kind, model.TupleType):
            return tuple(self.of(element, store) for element in kind.elements)
        if isinstance(kind, model.FlagsType):
            return set()
        if isinstance(kind, model.EnumType):
            return kind.cases[0]
        if isinstance(kind, (model.VariantType, model.OptionType, model.ResultType)):
            return self.case(kind, store)
        if isinstance(kind, model.OwnType):
            for defined, number in self.resources:
                if defined == kind.ty:
                    return model.ResourceHost.own(1, number).to_any(store)
            raise CannotRun("a resource of another's")
        if isinstance(kind, (model.BorrowType, model.StreamType, model.FutureType)):
            raise CannotRun("a value that cannot be made up")
        return self.number

    def case(self, kind, store):
        cases = dict(kind._cases())  # there is no other way to come at them
        wanted = ("ok", "some") if self.good else ("err", "none")
        name = next((case for case in wanted if case in cases), next(iter(cases)))
        value = None if cases[name] is None else self.of(cases[name], store)
        return model.Variant(name, value) if kind._tagged() else value


def key_of(path, parameters, values):
    """The key among the arguments of a sink: PATH is a parameter's name, or a member of it; bars separate names that it has had."""
    for one in path.split("|"):
        head, _, member = one.partition(".")
        for (name, _), value in zip(parameters, values):
            if name == head:
                value = getattr(value, member, None) if member else value
                value = value.payload if isinstance(value, model.Variant) else value
                return value if isinstance(value, str) else None
    return None


class Program:
    """A module or component, compiled."""

    def __init__(self, of, data, sinks):
        self.engine, self.sinks = of, sinks
        self.input = tempfile.NamedTemporaryFile()  # what it may read
        self.input.write(b"first line\nsecond line\n")
        self.input.flush()
        self.is_component = data[4:8] == b"\x0d\0\1\0"
        try:
            self.code = (model.Component if self.is_component else wasmtime.Module)(of, data)
        except wasmtime.WasmtimeError as e:
            raise CannotRun(f"wasmtime does not take it: {str(e).splitlines()[0]}") from e

    def run(self, environment=(), arguments=(), good=True, number=1):
        """Executes it once: what became of it, and the keys that the host was called with, as (kind, key)."""
        store, wasi, printed = wasmtime.Store(self.engine), wasmtime.WasiConfig(), bytearray()
        wasi.argv, wasi.env = ["program", *arguments], list(environment)

        def take(text):
            printed.extend(text)
            return len(text)

        wasi.stdin_file = self.input.name
        wasi.stdout_custom = take
        store.set_wasi(wasi)
        store.set_fuel(FUEL)
        asked, ends = set(), []
        try:
            start = self.entries(store, Values(good, number), asked)
            for call in start:
                ends.append(self.end_of(call, store))
        except wasmtime.WasmtimeError as e:
            raise CannotRun(f"it cannot be started: {str(e).splitlines()[-1].strip()[:100]}") from e
        except (TypeError, ValueError) as e:  # the package cannot tell some variants' cases apart
            raise CannotRun(f"a value that cannot be handed over: {e}") from e
        return Outcome(", ".join(ends), bytes(printed), FUEL - store.get_fuel()), asked

    @staticmethod
    def end_of(call, store):
        try:
            call()
            return "ok"
        except wasmtime.ExitTrap as e:
            return f"exit {e.code}"
        except (wasmtime.Trap, wasmtime.WasmtimeError) as e:
            if not store.get_fuel():
                raise CannotRun("it does not come to an end") from e
            return "trap"

    def entries(self, store, values, asked):
        """Instantiates it; what is to be called."""
        if self.is_component:
            return self.component_entries(store, values, asked)
        linker = wasmtime.Linker(self.engine)
        linker.define_wasi()
        exports = dict(linker.instantiate(store, self.code).exports(store))
        if "_start" in exports:
            return [lambda: exports["_start"](store)]
        functions = {name: f for name, f in exports.items() if isinstance(f, wasmtime.Func) and not name.startswith(HELPERS)}
        first = [f for name, f in exports.items() if name == "_initialize"]
        return [lambda f=f: f(store, *(values.number for _ in f.type(store).params)) for f in [*first, *functions.values()]]

    def component_entries(self, store, values, asked):
        linker = model.Linker(self.engine)
        linker.add_wasip2()
        linker.allow_shadowing = True
        with linker.root() as root:
            for name, kind in items(self.code.type.imports, self.engine).items():
                if isinstance(kind, model.FuncType):
                    root.add_func(name, self.answer(name, "", kind, values, asked))
                elif isinstance(kind, model.ComponentInstanceType) and (name.startswith(OBSERVED) or not name.startswith(PROVIDED)):
                    with root.add_instance(name) as instance:
                        self.provide(instance, name, kind, values, asked)
        instance = linker.instantiate(store, self.code)
        calls = []
        for name, kind in items(self.code.type.exports, self.engine).items():
            members = items(kind.exports, self.engine) if isinstance(kind, model.ComponentInstanceType) else {None: kind}
            for member, of in members.items():
                if isinstance(of, model.FuncType):
                    index = self.code.get_export_index(name)
                    index = self.code.get_export_index(member, index) if member else index
                    arguments = [values.of(t, store) for _, t in of.params]
                    calls.append(lambda i=index, a=arguments: instance.get_func(store, i)(store, *a))
        return calls

    def provide(self, instance, name, kind, values, asked):
        for member, of in items(kind.exports, self.engine).items():
            if isinstance(of, model.FuncType):
                instance.add_func(member, self.answer(name, member, of, values, asked))
            elif isinstance(of, model.ResourceType):
                number = next((n for known, n in values.resources if known == of), len(values.resources) + 1)
                values.resources.append((of, number))
                instance.add_resource(member, model.ResourceType.host(number), lambda _store, _rep: None)

    def answer(self, interface, function, kind, values, asked):
        """A host's function that remembers its key."""
        base = interface.partition("@")[0]
        sinks = [s for s in self.sinks if (s["interface"], s["function"]) == (base, function) and s["parameter"]]
        parameters, result = kind.params, kind.result

        def call(store, *given):
            for sink in sinks:
                key = key_of(sink["parameter"], parameters, given)
                if key is not None:
                    asked.add((sink["kind"], key))
            for value in given:
                if isinstance(value, model.ResourceAny) and not value.owned:
                    value.drop(store)
            return None if result is None else values.of(result, store)

        return call
