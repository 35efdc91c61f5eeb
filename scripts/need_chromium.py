"""Make sure the browser tests have Chromium and a Chinese font, or say how to get them."""

import os
import shutil
import subprocess
import sys

PACKAGES = ["chromium", "fonts-noto-cjk"]


def main() -> int:
    """Exit 0 with Chromium on PATH, installing Debian's package when allowed to."""
    if shutil.which("chromium") or shutil.which("chromium-browser"):
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("── browser tests: installing Debian's Chromium", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if shutil.which("chromium"):
            return 0
    print(
        "error: the browser tests need Chromium.\n"
        "fix:   apt install chromium fonts-noto-cjk   (or the package of your system)",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
