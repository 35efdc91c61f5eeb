"""Fetch uv into .tools/ with nothing but Python's standard library and pip.

uv then brings the pinned Python environment. Kept out of the system on purpose:
`make clean` removes every trace.
"""

import pathlib
import subprocess
import sys
import venv

UV = "uv==0.13.9"
TOOLS = pathlib.Path(__file__).resolve().parent.parent / ".tools"


def main() -> int:
    """Create .tools/ and install uv there; exit 1 with the fix when Python cannot."""
    print(f"── fetching {UV} into .tools/", flush=True)
    try:
        venv.EnvBuilder(with_pip=True, clear=True).create(TOOLS)
    except (subprocess.CalledProcessError, SystemExit, ImportError) as error:
        print(
            f"error: this Python cannot make a virtual environment ({error}).\n"
            "fix:   Debian/Ubuntu: apt install python3-venv   Fedora: dnf install python3-pip",
            file=sys.stderr,
        )
        return 1
    pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV]
    if subprocess.run(pip, check=False).returncode != 0:
        print(
            "error: uv could not be fetched from the package index.\n"
            "fix:   check the network or set PIP_INDEX_URL to a mirror, then run make again.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
