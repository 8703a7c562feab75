#!/usr/bin/env python3
"""What lies at the top for others' tools: the GitHub action, the GitLab job, the pre-commit hooks, the Dockerfile.

Their scripts are run here as the runners would run them, on the example `shop`, with a gate that passes and one that fails, and with
inputs that try to be run. Runners themselves cannot be had: expressions are evaluated by the few lines below. The peers (`./dev peers`)
hold the files against the schemas and linters of their tools, pre-commit runs its hook for real; there is no container engine, so the
Dockerfile is linted and what it copies and runs is looked for. Examples in docs/ci.md are held to the same schemas.
"""

import os
import re
import shutil
import subprocess
import tempfile

from house import TIDEWAITER, TOP, Checks, skip, tidewaiter

try:
    import yaml
except ImportError:
    skip("python3-yaml is not installed")

PEERS = os.environ.get("TIDEWAITER_PEERS", os.path.join(TOP, ".peers"))
SHOP = os.path.join(TOP, "examples", "shop", "shop.wasm")
missing = set()


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def peer(name):
    """A program of the peers; None where it is not there."""
    path = os.path.join(PEERS, "python", "bin", name)
    if os.path.exists(path):
        return path
    missing.add(name)
    return None


def lint(checks, what, name, *arguments, **options):
    program = peer(name)
    if program:
        run = subprocess.run([program, *arguments], text=True, capture_output=True, **options)
        checks.expect(run.returncode == 0, f"{what}: {name} says: {(run.stdout + run.stderr).strip()[-600:]}")


def schema(checks, what, name, text):
    with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        lint(checks, what, "check-jsonschema", "--builtin-schema", f"vendor.{name}", file.name)


def shell_lint(checks, what, script, dialect):
    lint(checks, what, "shellcheck", "-s", dialect, "-", input=script)


class Workspace:
    """A checkout with a component and two policies: one that it passes, one that it does not."""

    def __init__(self, room):
        self.path = os.path.join(room, "work space")
        self.bin = os.path.join(room, "bin")
        os.makedirs(os.path.join(self.path, "dist"))
        os.makedirs(self.bin)
        shutil.copy(SHOP, os.path.join(self.path, "dist", "shop.wasm"))
        os.symlink(TIDEWAITER, os.path.join(self.bin, "tidewaiter"))
        policy = tidewaiter("gate", "--init", SHOP).stdout
        self.write("good policy.yaml", policy)
        self.write("bad.yaml", re.sub(r"(?m)^.*LOG_LEVEL.*\n", "", policy))

    def write(self, name, text):
        with open(os.path.join(self.path, name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(os.path.join(self.path, name), encoding="utf-8") as file:
            return file.read()

    def has(self, name):
        return os.path.exists(os.path.join(self.path, name))

    def environment(self, with_program=True):
        return {"PATH": f"{self.bin}:/usr/bin:/bin" if with_program else "/usr/bin:/bin", "HOME": self.path, "LC_ALL": "C.UTF-8"}


# ---- the action

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def value_of(expression, context):
    """The few forms of expressions that the action has."""
    if "&&" in expression:
        return all(value_of(part.strip(), context) for part in expression.split("&&"))
    comparison = re.fullmatch(r"(\S+) (==|!=) '(.*)'", expression)
    if comparison:
        return (value_of(comparison[1], context) == comparison[3]) == (comparison[2] == "==")
    return context.get(expression, "")


def evaluate(text, context):
    return EXPRESSION.sub(lambda found: str(value_of(found[1], context)), str(text))


def run_action(action, workspace, inputs, with_program=True):
    """Runs the steps as a runner does: the status of the last one that ran, the outputs, the log, the summary, the actions used."""
    context = {f"inputs.{name}": str(inputs.get(name, about.get("default", ""))) for name, about in action["inputs"].items()}
    context["github.action_path"] = TOP
    log, used, status = "", [], 0
    summary = os.path.join(workspace.path, "..", "summary")
    for step in action["runs"]["steps"]:
        if "if" in step and not value_of(EXPRESSION.fullmatch(step["if"])[1], context):
            continue
        if "uses" in step:
            used.append((step["uses"], {key: evaluate(value, context) for key, value in step["with"].items()}))
            continue
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as output:
            environment = workspace.environment(with_program) | {key: evaluate(value, context) for key, value in step.get("env", {}).items()}
            environment |= {"GITHUB_OUTPUT": output.name, "GITHUB_STEP_SUMMARY": summary}
            # As the runner calls bash where `shell: bash` is said.
            run = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=workspace.path, env=environment,
                                 text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            context |= {f"steps.{step.get('id')}.outputs.{key}": value for key, value in re.findall(r"(?m)^([\w-]+)=(.*)$", output.read())}
        log, status = log + run.stdout, run.returncode
        if status:
            break
    outputs = {name: evaluate(about["value"], context) for name, about in action["outputs"].items()}
    shown = ""
    if os.path.exists(summary):
        with open(summary, encoding="utf-8") as file:
            shown = file.read()
        os.unlink(summary)
    return status, outputs, log, shown, used


def check_action(checks):
    text = read("action.yml")
    action = yaml.safe_load(text)
    schema(checks, "action.yml", "github-actions", text)
    ids = {step["id"] for step in action["runs"]["steps"] if "id" in step}
    known = {f"inputs.{name}" for name in action["inputs"]} | {"github.action_path"}
    for expression in EXPRESSION.findall(text):
        for name in re.findall(r"(?:inputs|steps|github)\.[\w.-]+", expression):
            checks.expect(name in known or name.split(".")[1] in ids, f"action.yml: {name} is nothing")
    for step in action["runs"]["steps"]:
        if "run" in step:
            checks.expect("${{" not in step["run"], f"action.yml: {step['name']}: inputs are never text of a script")
            checks.equal(step["shell"], "bash", f"action.yml: {step['name']}: the shell")
            shell_lint(checks, f"action.yml: {step['name']}", step["run"], "bash")

    with tempfile.TemporaryDirectory() as room:
        workspace = Workspace(room)
        good = {"apps": "  dist \n\n", "policy": "good policy.yaml"}
        status, outputs, log, shown, used = run_action(action, workspace, good)
        checks.equal((status, outputs["verdict"], outputs["status"]), (0, "passed", "0"), f"action: a gate that passes: {log}")
        for name in ("sarif", "junit", "json", "markdown", "predicate"):
            checks.expect(outputs[name] and workspace.has(outputs[name]), f"action: the report {name}")
        checks.expect("tidewaiter gate passed" in log and "tidewaiter gate passed" in shown, "action: log and summary")
        checks.equal(used, [], "action: nothing is uploaded unasked")

        bad = {"apps": "dist/shop.wasm", "policy": "bad.yaml", "upload-sarif": "true", "summary": "false", "reports": "out/reports"}
        status, outputs, log, shown, used = run_action(action, workspace, bad)
        checks.equal((status, outputs["verdict"], outputs["status"]), (1, "failed", "1"), "action: a gate that fails")
        checks.expect(re.search(r"(?m)^::error file=bad.yaml,line=\d+.*LOG_LEVEL", log), f"action: the annotation: {log}")
        checks.equal(shown, "", "action: no summary where none is wanted")
        checks.equal(used, [("github/codeql-action/upload-sarif@v3", {"sarif_file": "out/reports/gate.sarif", "category": "tidewaiter"})],
                     "action: the log is uploaded though it failed")

        status, outputs, log, _, _ = run_action(action, workspace, {"apps": "dist/shop.wasm"})
        checks.equal((status, outputs["verdict"], outputs["sarif"]), (2, "error", ""), "action: nothing to judge by")

        hostile = {"apps": "$(touch pwned)\n`touch pwned`\n; touch pwned\n--exit-zero", "policy": "good policy.yaml", "arguments": "--jobs\n1"}
        status, outputs, log, _, _ = run_action(action, workspace, hostile)
        checks.equal((status, workspace.has("pwned")), (3, False), f"action: inputs are not run: {log}")

        given = good | {"tidewaiter": TIDEWAITER, "arguments": "--exit-zero", "policy": "bad.yaml"}
        status, outputs, log, _, _ = run_action(action, workspace, given, with_program=False)
        checks.equal((status, outputs["verdict"]), (0, "passed"), f"action: a program that is given, and an argument: {log}")


# ---- the job of GitLab

INPUT = re.compile(r"\$\[\[ inputs\.([\w-]+) \]\]")


def check_gitlab(checks):
    text = read("templates/gate.yml")
    spec, template = text.split("\n---\n")
    inputs = yaml.safe_load(spec)["spec"]["inputs"]
    checks.equal(set(INPUT.findall(template)), set(inputs), "gitlab: the inputs")
    schema(checks, "templates/gate.yml", "gitlab-ci", template)
    script = yaml.safe_load(template)["$[[ inputs.job ]]"]["script"][0]
    checks.expect(not INPUT.search(script), "gitlab: inputs are never text of a script")
    shell_lint(checks, "templates/gate.yml", script, "sh")

    def run(workspace, **given):
        filled = {name: given.get(name, about.get("default", "")) for name, about in inputs.items()}
        # GitLab puts text in place of the expressions, in what is YAML by then; the quotes around them hold what is on lines of its own.
        job = yaml.safe_load(template)
        job = {INPUT.sub(lambda found: filled[found[1]], name): about for name, about in job.items()}["tidewaiter-gate"]
        variables = {name: INPUT.sub(lambda found: filled[found[1]], value) for name, value in job["variables"].items()}
        done = subprocess.run(["sh", "-e", "-c", job["script"][0]], cwd=workspace.path, env=workspace.environment() | variables, text=True,
                              capture_output=True)
        return done.returncode, done.stdout + done.stderr, job

    with tempfile.TemporaryDirectory() as room:
        workspace = Workspace(room)
        status, log, job = run(workspace, apps=" dist\n\n", policy="good policy.yaml", image="tidewaiter")
        checks.equal(status, 0, f"gitlab: a gate that passes: {log}")
        for report in [*job["artifacts"]["reports"].values(), *job["artifacts"]["paths"]]:
            checks.expect(workspace.has(report), f"gitlab: the report {report}")
        status, log, _ = run(workspace, apps="dist/shop.wasm", policy="bad.yaml", image="tidewaiter")
        checks.equal(status, 1, f"gitlab: a gate that fails: {log}")
        checks.expect("LOG_LEVEL" in workspace.read("tidewaiter-codequality.json"), "gitlab: the finding is reported")
        status, log, _ = run(workspace, apps="$(touch pwned)\n`touch pwned`", policy="good policy.yaml", image="tidewaiter")
        checks.equal((status, workspace.has("pwned")), (3, False), f"gitlab: inputs are not run: {log}")


# ---- the hooks of pre-commit


def check_hooks(checks):
    lint(checks, ".pre-commit-hooks.yaml", "pre-commit", "validate-manifest", os.path.join(TOP, ".pre-commit-hooks.yaml"))
    program = peer("pre-commit")
    if not program:
        return
    with tempfile.TemporaryDirectory() as room:
        workspace = Workspace(room)
        hooks = os.path.join(room, "hooks")
        os.mkdir(hooks)
        shutil.copy(os.path.join(TOP, ".pre-commit-hooks.yaml"), hooks)
        environment = workspace.environment() | {"PRE_COMMIT_HOME": os.path.join(room, "cache")}
        for who in ("AUTHOR", "COMMITTER"):
            environment |= {f"GIT_{who}_NAME": "a", f"GIT_{who}_EMAIL": "a@example.com"}
        for folder in (hooks, workspace.path):
            subprocess.run("git init -q && git add -A && git commit -qm x", shell=True, cwd=folder, env=environment, check=True)
        tidewaiter("manifest", "--output", "deploy.yaml", "dist/shop.wasm", cwd=workspace.path)
        workspace.write("behind.yaml", re.sub(r"(?m)^.*payments.example.com.*\n", "", workspace.read("deploy.yaml")))
        for hook, arguments, wanted, said in (
            ("tidewaiter-gate", ["--policy", "good policy.yaml"], 0, ""),
            ("tidewaiter-gate", ["--policy", "bad.yaml"], 1, "LOG_LEVEL"),
            ("tidewaiter-manifest", ["deploy.yaml"], 0, ""),
            ("tidewaiter-manifest", ["behind.yaml"], 1, "allowedHosts"),
        ):
            config = {"repos": [{"repo": hooks, "rev": "HEAD", "hooks": [{"id": hook, "args": arguments}]}]}
            revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=hooks, env=environment, text=True, capture_output=True, check=True)
            config["repos"][0]["rev"] = revision.stdout.strip()
            workspace.write(".pre-commit-config.yaml", yaml.safe_dump(config))
            subprocess.run(["git", "add", "-A"], cwd=workspace.path, env=environment, check=True)
            run = subprocess.run([program, "run", "--all-files"], cwd=workspace.path, env=environment, text=True, capture_output=True)
            checks.equal(run.returncode, wanted, f"pre-commit: {hook} {arguments}: {run.stdout}{run.stderr}")
            checks.expect(wanted == 0 or said in run.stdout, f"pre-commit: {hook} says what is wrong")


# ---- the image


def check_image(checks):
    lint(checks, "Dockerfile", "hadolint", os.path.join(TOP, "Dockerfile"))
    text = read("Dockerfile")
    checks.expect(re.search(r"(?m)^USER [1-9]", text), "Dockerfile: nothing runs as root")
    helped = subprocess.run([os.path.join(TOP, "dev"), "help"], text=True, capture_output=True).stdout
    for command in re.findall(r"\./dev (\w+)", "\n".join(line for line in text.splitlines() if line.startswith("RUN"))):
        checks.expect(re.search(rf"(?m)^  {command}\b", helped), f"Dockerfile: ./dev {command} is a command")
    ignored = read(".dockerignore").splitlines()
    checks.expect({".git", "build", "build-*", ".peers"} <= set(ignored), ".dockerignore: what was built stays out")


# ---- the examples in the documentation


def check_docs(checks):
    blocks = re.findall(r"(?m)^```yaml\n(.*?)^```$", read("docs/ci.md"), re.S)
    kinds = {"jobs": "github-workflows", "include": "gitlab-ci", "repos": None}
    seen = set()
    for block in blocks:
        found = [kind for kind in kinds if kind in yaml.safe_load(block)]
        checks.equal(len(found), 1, f"docs/ci.md: an example for one tool:\n{block}")
        seen.update(found)
        if found and kinds[found[0]]:
            schema(checks, "docs/ci.md", kinds[found[0]], block)
        elif found:
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(block)
                file.flush()
                lint(checks, "docs/ci.md", "pre-commit", "validate-config", file.name)
        check_inputs(checks, block)
    checks.equal(seen, set(kinds), "docs/ci.md: an example for each tool")


def check_inputs(checks, block):
    """An example gives only inputs that there are."""
    action = yaml.safe_load(read("action.yml"))["inputs"]
    job = yaml.safe_load(read("templates/gate.yml").split("\n---\n")[0])["spec"]["inputs"]
    document = yaml.safe_load(block)
    for about in document.get("jobs", {}).values():
        for step in about["steps"]:
            if "tidewaiter/tidewaiter@" in step.get("uses", ""):
                checks.expect(set(step["with"]) <= set(action), f"docs/ci.md: {sorted(step['with'])} are inputs")
    for include in document.get("include", []):
        checks.expect(set(include["inputs"]) <= set(job), f"docs/ci.md: {sorted(include['inputs'])} are inputs")
        needed = {name for name, about in job.items() if "default" not in about}
        checks.expect(needed <= set(include["inputs"]), f"docs/ci.md: {sorted(needed)} must be given")


def main():
    checks = Checks()
    for check in (check_action, check_gitlab, check_hooks, check_image, check_docs):
        check(checks)
    if missing:
        print("note: not there, so not asked:", ", ".join(sorted(missing)), "(./dev peers)")
    checks.end()


if __name__ == "__main__":
    main()
