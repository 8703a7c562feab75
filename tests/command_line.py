#!/usr/bin/env python3
"""What holds for the command line as a whole: usage errors, suggestions, --output, closed streams, exit status."""

import os
import stat
import subprocess
import tempfile

from house import TIDEWAITER, Checks, tidewaiter


def check_usage(checks):
    def wrong(arguments, *words):
        run = tidewaiter(*arguments)
        good = run.returncode == 2 and not run.stdout and all(word in run.stderr for word in words)
        checks.expect(good, f"{arguments}: wanted exit 2 and {words}, got {run}")

    wrong([], "which command")
    wrong(["hlep"], "did you mean 'help'?")
    wrong(["frobnicate"], "unknown command 'frobnicate'\n")
    wrong([""], "unknown command ''")
    wrong(["--nonsense"], "unknown option")
    wrong(["help", "--fromat", "text"], "did you mean '--format'?")
    wrong(["help", "--format"], "needs an argument")
    wrong(["help", "--format", "markdwon"], "did you mean 'markdown'?", "one of: text, man")
    wrong(["help", "--format="], "one of: text, man")
    wrong(["help", "--list=yes"], "takes no argument")
    wrong(["help", "-z"], "unknown option '-z'")
    wrong(["help", "help", "version"], "extra operand 'version'")
    wrong(["help", "--format", "man", "--format=text"], "given twice")
    wrong(["version", "--", "--help"], "extra operand '--help'")


def check_output(checks, folder):
    wanted = tidewaiter("version").stdout
    target = os.path.join(folder, "out.txt")

    def written(path, *arguments):
        run = tidewaiter(*arguments)
        checks.equal((run.returncode, run.stdout, run.stderr), (0, "", ""), f"{arguments}")
        with open(path, encoding="utf-8") as file:
            checks.equal(file.read(), wanted, f"what {arguments} wrote")

    written(target, "version", "--output", target)
    checks.equal(stat.S_IMODE(os.stat(target).st_mode), 0o666 & ~umask(), "a new file has what the umask gives")
    os.chmod(target, 0o640)
    written(target, "version", "-o" + target)
    checks.equal(stat.S_IMODE(os.stat(target).st_mode), 0o640, "a replaced file keeps its permissions")

    link = os.path.join(folder, "link.txt")
    os.symlink("out.txt", link)
    written(target, "version", f"--output={link}")
    checks.expect(os.path.islink(link), "a link stays a link")
    dangling = os.path.join(folder, "dangling.txt")
    os.symlink("made.txt", dangling)
    written(os.path.join(folder, "made.txt"), "version", "-o", dangling)
    checks.equal(tidewaiter("version", "-o", "-").stdout, wanted, "-o - is standard output")
    checks.equal(tidewaiter("version", "-o", "/dev/null").returncode, 0, "-o /dev/null")
    checks.expect(stat.S_ISCHR(os.stat("/dev/null").st_mode), "/dev/null is still a device")
    checks.equal(sorted(os.listdir(folder)), ["dangling.txt", "link.txt", "made.txt", "out.txt"], "nothing is left behind")


def check_failing_output(checks, folder):
    def fails(arguments, words, **options):
        run = tidewaiter(*arguments, **options)
        checks.expect(run.returncode == 4 and words in run.stderr, f"{arguments}: wanted exit 4 and {words}, got {run}")

    fails(["version", "-o", os.path.join(folder, "no", "such", "folder")], "No such file or directory")
    fails(["version", "-o", folder], "Is a directory")
    fails(["version", "-o", "/dev/full"], "No space left on device")
    checks.equal([name for name in os.listdir(folder) if name.startswith(".")], [], "nothing is left behind")

    for arguments in ["--version", "--help", "version", "help --format man"]:
        full = subprocess.run(f"'{TIDEWAITER}' {arguments} > /dev/full", shell=True, capture_output=True, check=False)
        checks.equal(full.returncode, 4, f"{arguments} > /dev/full")
        closed = subprocess.run(f"'{TIDEWAITER}' {arguments} >&-", shell=True, capture_output=True, check=False)
        checks.equal(closed.returncode, 4, f"{arguments} >&-")
    pipe = subprocess.run(["bash", "-c", f"'{TIDEWAITER}' help --format bash | true; echo ${{PIPESTATUS[0]}}"],
                          text=True, capture_output=True, check=False)
    checks.expect(pipe.stdout.strip() in ("0", "4"), f"a closed pipe is no crash: {pipe}")
    quiet = subprocess.run(f"'{TIDEWAITER}' nonsense 2>&-", shell=True, capture_output=True, check=False)
    checks.equal(quiet.returncode, 2, "closed standard error")


def umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def main():
    checks = Checks()
    check_usage(checks)
    with tempfile.TemporaryDirectory() as folder:
        check_output(checks, folder)
        check_failing_output(checks, folder)
    checks.end()


if __name__ == "__main__":
    main()
