"""Checks and tests this client, from a wheel in an empty environment, on Pythons of the machine.

It needs Python 3.10 or newer with `venv`; everything else comes from the package index. What it makes is kept in
`clients/python/.venv`, for the next time. Arguments go to pytest, which then runs on one Python alone; `--update`
writes the models of the wire instead, `--benchmark` says what the client costs, and `--build FOLDER` puts what is
published there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CLIENT = Path(__file__).resolve().parent.parent
ROOT = CLIENT.parent.parent
VENV = CLIENT / ".venv"
OTHERS = ("3.10", "3.11", "3.12", "3.13", "3.14")
NIGHTLY = os.environ.get("CC_TEST_NIGHTLY") == "1"
# What is tried on every Python; the whole is for one of them.
SHORT = ("tests/test_client.py", *(["tests/test_bad_input.py"] if NIGHTLY else []))


def run(*words: str | Path, cwd: Path = CLIENT, env: dict[str, str] | None = None) -> None:
    print("+", *(Path(word).name if isinstance(word, Path) else word for word in words), flush=True)
    ended = subprocess.run([str(word) for word in words], cwd=cwd, env={**os.environ, **(env or {})}, check=False)
    if ended.returncode != 0:
        sys.exit(ended.returncode)


def bring_uv() -> Path:
    """Returns uv, in its own place: the system's Python stays as it is."""
    uv = VENV / "bin/uv"
    if not uv.exists():
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False)
        if made.returncode != 0:
            sys.exit("Python comes without venv here; on Debian: apt-get install python3-venv")
        run(VENV / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
    return uv


def pythons() -> dict[str, str]:
    """Returns the interpreters of the machine by their version."""
    found: dict[str, str] = {}
    folders = sorted(Path.home().glob(".pyenv/versions/*/bin"))
    search = os.pathsep.join([os.environ["PATH"], *map(str, folders)])
    for version in OTHERS:
        for folder in search.split(os.pathsep):
            path = shutil.which(f"python{version}", path=folder)
            # A shim of pyenv may stand for a version that is not chosen.
            if path is not None and works(path):
                found[version] = path
                break
    return found


def minor(version: str) -> int:
    return int(version.split(".")[1])


def works(path: str) -> bool:
    return subprocess.run([path, "-c", "import ssl"], capture_output=True, check=False).returncode == 0


def main() -> None:
    uv = bring_uv()
    if sys.argv[1:2] == ["--build"]:
        run(uv, "build", "--quiet", "--out-dir", Path(sys.argv[2]))
        return
    node = shutil.which("node") or "node"
    command = json.dumps([node, str(ROOT / "packages/cli/src/main.ts")])
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    with tempfile.TemporaryDirectory(prefix="cc-executor-python-") as folder:
        run(uv, "build", "--quiet", "--wheel", "--out-dir", Path(folder, "dist"))
        (wheel,) = Path(folder, "dist").glob("*.whl")
        is_update = "--update" in sys.argv
        if is_update:
            os.environ["CC_EXECUTOR_UPDATE_WIRE"] = "1"
            sys.argv[1:] = ["tests/test_wire.py"]
        benchmark = sys.argv[1:] == ["--benchmark"]
        others = {} if sys.argv[1:] else pythons()
        if not NIGHTLY:
            # The oldest and the newest; all of them at night.
            ends = {min(others, key=minor), max(others, key=minor)} if others else set()
            others = {version: python for version, python in others.items() if version in ends}
        for version, python in {**others, own: sys.executable}.items():
            place = Path(folder, version)
            whole = version == own
            run(uv, "venv", "--quiet", "--python", python, place)
            install: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", place / "bin/python", wheel]
            run(*install, *(["--group", "dev"] if whole else ["pytest", "rich"]))
            # Nothing of the environment that runs this decides what is tested, and no source folder is in the way.
            env = {
                "CC_EXECUTOR_COMMAND": command,
                "VIRTUAL_ENV": str(place),
                "PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}",
                "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
            }
            binaries = place / "bin"
            if benchmark:
                run(binaries / "python", "scripts/benchmark.py", env=env)
                continue
            words = sys.argv[1:] or (() if whole else SHORT)
            # What is generated again may be what does not pass.
            if whole and not is_update:
                run(binaries / "ruff", "check", "--quiet", ".")
                run(binaries / "ruff", "format", "--quiet", "--check", ".")
                run(binaries / "mypy", env=env)
                run(binaries / "pyright", env=env)
            run(binaries / "pytest", "-q", *words, env=env)


if __name__ == "__main__":
    main()
