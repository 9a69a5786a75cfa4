# SPDX-License-Identifier: Apache-2.0
"""Debian packages: what packages.txt lists and the machine lacks is installed, nothing else."""

import contextlib
import os
import shutil
from pathlib import Path

from paths import LOGS
from shell import DevError, output_of, run, say

LIST = Path(__file__).with_name("packages.txt")
CLUSTER_CONFIG = Path("/etc/postgresql-common/createcluster.conf")
APT_TIMEOUT_S = 1200


def listed(*sections: str) -> list[str]:
    """The packages of these sections of packages.txt, in its order and once each."""
    found: dict[str, None] = {}
    section = ""
    for line in LIST.read_text().splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            section = line.strip("[]")
        elif line and section in sections:
            found[line] = None
    return list(found)


def missing(packages: list[str]) -> list[str]:
    """Those that are not installed; asks dpkg alone, so it costs some milliseconds."""
    answer = output_of(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages])
    if answer.returncode == 127:
        raise DevError("this machine has no dpkg: ./dev installs on Debian 12 only. "
                       f"Elsewhere install by hand what {LIST} lists.")
    installed = {line.split()[0] for line in answer.stdout.splitlines()
                 if line.endswith(" installed")}
    return [name for name in packages if name not in installed]


def ensure(*sections: str) -> None:
    """Installs what these sections need."""
    lacking = missing(listed(*sections))
    if not lacking:
        return
    say(f"installing {len(lacking)} packages: {' '.join(lacking)}")
    if not os.path.exists("/proc/self"):
        raise DevError("/proc is not mounted: run 'mount -t proc proc /proc' first. "
                       "Java's package cannot be set up without it, nor can ./dev watch processes.")
    # Servers of packages are started by ./dev alone, for its stacks: in this runlevel, and for a
    # systemd that is said to be away, no package starts its own.
    apt = as_root() + ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "RUNLEVEL=1",
                       "SYSTEMD_OFFLINE=1", "apt-get",
                       "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]
    run("apt-get update", [*apt, "update", "-q"], LOGS / "apt-update.log", APT_TIMEOUT_S,
        own_session=False)
    refuse_unknown(lacking)
    install = [*apt, "install", "-q", "-y", "--no-install-recommends"]
    if any(name.startswith("postgresql-") for name in lacking):
        # First the package whose setting says that the server's package makes no cluster.
        run("apt-get install postgresql-common", [*install, "postgresql-common"],
            LOGS / "apt-postgresql.log", APT_TIMEOUT_S, own_session=False)
    with no_postgres_cluster():
        run("apt-get install", [*install, *lacking], LOGS / "apt-install.log", APT_TIMEOUT_S,
            own_session=False)
    if "nginx" in lacking and shutil.which("systemctl"):
        output_of([*as_root(), "systemctl", "disable", "nginx"])  # Nor at the next boot.
    still = missing(lacking)
    if still:
        raise DevError(f"apt-get ended well, but these are not installed: {' '.join(still)}")


def as_root() -> list[str]:
    """What goes before a command that only root may run."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        raise DevError("packages are missing and this user is neither root nor has sudo. "
                       f"Ask an administrator to install what {LIST} lists.")
    # The password is asked for here, on the terminal, before output goes to a log.
    if os.system("sudo -n true 2>/dev/null || sudo -v") != 0:
        raise DevError("sudo refused: packages cannot be installed by this user")
    return ["sudo"]


def refuse_unknown(packages: list[str]) -> None:
    known = output_of(["apt-cache", "policy", *packages]).stdout
    candidates = {}
    name = ""
    for line in known.splitlines():
        if line and not line.startswith(" "):
            name = line.rstrip(":")
        elif "Candidate:" in line:
            candidates[name] = line.split()[-1]
    unknown = [name for name in packages if candidates.get(name, "(none)") == "(none)"]
    if unknown:
        raise DevError(
            f"apt knows no package {', '.join(unknown)}. The list is made for Debian 12; "
            "see that /etc/apt/sources.list names its main archive. On another release install "
            "the counterpart by hand and change deploy/local/packages.txt.")


@contextlib.contextmanager
def no_postgres_cluster():
    """Keeps PostgreSQL's package from making and starting a cluster that nobody asked for.

    postgresql-common's setting says so while apt runs; afterwards it is as it was. An existing
    cluster is not touched: the package makes one only where there is none.
    """
    if not CLUSTER_CONFIG.exists():
        yield
        return
    before = CLUSTER_CONFIG.read_text()
    write_as_root(CLUSTER_CONFIG, before + "\ncreate_main_cluster = false\n")
    try:
        yield
    finally:
        write_as_root(CLUSTER_CONFIG, before)


def write_as_root(path: Path, text: str) -> None:
    done = output_of([*as_root(), "tee", path], input=text)
    if done.returncode != 0:
        raise DevError(f"{path} cannot be written: {done.stderr.strip()}")
