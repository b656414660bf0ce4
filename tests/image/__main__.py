# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make ee-image``: the documented execution environment as an image, and the demo's playbook run in it.

ansible-builder makes the context of docs/examples/execution-environment.yml, with the collection as it is
here, and buildah the image, without a daemon and without a registry of images: the base is a Debian that
debootstrap has made. A practice rack outside answers what runs inside. Needs root, and Debian's packages
buildah and debootstrap. All of it lies in build/image; the base stays in the cache.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from scripts import environments, tree
from tests.practice_rack.server import PracticeRack

FOLDER = environments.BUILD / "image"
BASE, IMAGE = "localhost/convox-base:latest", "localhost/convox-ee:latest"
DEBIAN = ("bookworm", os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian"))
PACKAGES = "ca-certificates,git,python3,python3-pip,python3-venv"
STORE = ("--storage-driver=vfs", f"--root={FOLDER / 'store'}", f"--runroot={FOLDER / 'run'}")
ALONE = ("--isolation=chroot", "--network=host")
# By which a machine behind a proxy of its own reaches the package registry.
HOSTS = ("/etc/ssl/certs", "/usr/local/share/ca-certificates", "/etc/pip.conf")
SECRET = "of-an-image-5eec7ac4d0"
PACE: dict[str, Any] = {"build_seconds": 0.5, "promote_seconds": 0.5, "process_seconds": 0.2}


class Failed(Exception):
    """A step did not come out as it should; the message says which."""


def run(*words: str | Path, quiet: bool = False, **more: str) -> str:
    """Run a program to its end; its output. Raises Failed with the end of it where the program fails."""
    shown = " ".join(map(str, words[:2]))
    done = subprocess.run(
        [str(word) for word in words],
        cwd=FOLDER,
        env={**os.environ, **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=None if quiet else subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise Failed(f"{shown} ended with status {done.returncode}:\n{done.stdout[-3000:]}")
    return done.stdout


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what is done, and how long it took."""
    started = time.monotonic()
    print(f"{title} ...", end=" ", flush=True)
    yield
    print(f"{time.monotonic() - started:.0f} s", flush=True)


def buildah(*words: str | Path) -> str:
    return run("buildah", *STORE, *words, quiet=True).strip()


def base() -> None:
    """The image that stands for a registry's."""
    root = environments.CACHE / "image" / "-".join([DEBIAN[0], *PACKAGES.split(",")])
    ready = root.with_suffix(".ready")
    if not ready.exists():
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", DEBIAN[0], root, DEBIAN[1])
        ready.touch()
    container = buildah("from", "scratch")
    buildah("copy", "--quiet", container, root, "/")
    buildah("commit", "--quiet", container, BASE)
    buildah("rm", container)


def definition(tarball: Path) -> Path:
    """The documented example, on this base and with this collection."""
    path = environments.ROOT / "docs" / "examples" / "execution-environment.yml"
    wanted = yaml.safe_load(path.read_text(encoding="utf-8"))
    wanted["images"]["base_image"]["name"] = BASE
    # The base has a pip, and Debian's Python refuses to bring another.
    wanted["options"] = {"package_manager_path": "/usr/bin/apt-get", "skip_pip_install": True}
    wanted["additional_build_files"] = [{"src": str(tarball), "dest": "configs"}]
    depends = wanted["dependencies"]
    depends["python_interpreter"] = {"package_system": "python3", "python_path": "/usr/bin/python3"}
    depends["galaxy"]["collections"] = [{"name": f"configs/{tarball.name}", "type": "file"}]
    made = FOLDER / "execution-environment.yml"
    made.write_text(yaml.safe_dump(wanted), encoding="utf-8")
    return made


def image() -> None:
    """The execution environment."""
    tools = environments.tools("importer")
    run(tools / "ansible-galaxy", "collection", "build", tree.COLLECTION, "--output-path", FOLDER)
    (tarball,) = FOLDER.glob("convox-rack-*.tar.gz")
    words = ("--output-filename", "Containerfile", "--file", definition(tarball), "--context", "context")
    run(tools / "ansible-builder", "create", *words)
    mounts = [f"--volume={path}:{path}:ro" for path in HOSTS if Path(path).exists()]
    run("buildah", *STORE, "build", *ALONE, *mounts, "--pull-never", "--tag", IMAGE, "context")


def demo(rack: PracticeRack, container: str) -> None:
    """The demo's playbook inside, twice: all changes, then nothing does."""
    project = FOLDER / "project"
    shutil.copytree(environments.ROOT / "tests" / "demo", project)
    (project / "vault-password").write_text("of no use", encoding="utf-8")
    (project / "secrets.yml").write_text(f"api_token: {SECRET}\n", encoding="utf-8")
    variables = {"CONVOX_HOST": rack.url, "CONVOX_PASSWORD": rack.password, "HOME": "/tmp"}
    given = [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
    inside = ("--workingdir=/runner/project", f"--volume={project}:/runner/project:ro", *given)
    for changed in ("changed=5", "changed=0"):
        output = run(
            *("buildah", *STORE, "run", *ALONE, *inside, container, "--"),
            *("ansible-playbook", "-vvvv", "deploy.yml", "-e", "commit=4f2c9e1"),
        )
        if changed not in output or "failed=0" not in output:
            raise Failed(f"{changed} is missing in:\n{output[-3000:]}")
        if SECRET in output or rack.password in output:
            raise Failed("a secret is in the output")


def main() -> None:
    missing = [name for name in ("buildah", "debootstrap") if not shutil.which(name)]
    if missing or os.geteuid():
        sys.exit("ee-image: needs root, and Debian's packages buildah and debootstrap")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    started = time.monotonic()
    try:
        with step("A base"):
            base()
        with step("The execution environment"):
            image()
        container = buildah("from", "--pull-never", IMAGE)
        with (
            step("The demo's playbook in it, twice"),
            PracticeRack(password="of-a-rack-77aa", **PACE) as rack,
        ):
            demo(rack, container)
        buildah("rm", container)
    except Failed as problem:
        sys.exit(f"\nee-image: {problem}")
    print(f"Done in {time.monotonic() - started:.0f} s; the image is {IMAGE} in {FOLDER / 'store'}")


if __name__ == "__main__":
    main()
