# SPDX-License-Identifier: Apache-2.0
"""Servers that must not run as root get another user, who must be able to reach their files.

A clone below a folder like /root is closed to that user; then it gets the one capability that lets
it pass there, and none else.
"""

import os
from pathlib import Path

import shell
from shell import DevError

# Either lets a user pass folders that are closed to it; containers often lack the first.
PASSING_CAPABILITIES = ("dac_read_search", "dac_override")


def unprivileged(user: str, *folders: Path) -> list[str]:
    """What goes before a command; nothing unless this is root."""
    if os.geteuid() != 0:
        return []
    plain = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    choices = [plain] + [[*plain, f"--inh-caps=+{name}", f"--ambient-caps=+{name}"]
                         for name in PASSING_CAPABILITIES]
    for choice in choices:
        if shell.output_of([*choice, "ls", *folders]).returncode == 0:
            return choice
    raise DevError(f"the user {user} cannot reach {' and '.join(map(str, folders))}, and a server "
                   "must not run as root. Open the folders above ('chmod o+x'), or put the stack "
                   "elsewhere: TOLLGATE_HOME=/var/tmp/tollgate ./dev up")
