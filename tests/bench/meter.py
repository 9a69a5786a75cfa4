# SPDX-License-Identifier: Apache-2.0
"""What a stretch of time cost: processor time of the stack's processes, and what others took."""

import os
import resource
import time

import stack


class Meter:
    """Runs from its making. Programs that were started meanwhile count once they have ended."""

    def __init__(self):
        self.pids = {name: stack.pid_of(name) for name in ("kafka", "postgres")}
        self.before = self.look()

    def look(self):
        usage = stack.load(["usage", *self.pids.values()], {})
        cpu_s = {name: usage["processes"][str(pid)]["cpu_s"] for name, pid in self.pids.items()}
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        own = resource.getrusage(resource.RUSAGE_SELF)
        cpu_s["programs"] = ended.ru_utime + ended.ru_stime + own.ru_utime + own.ru_stime
        return {"at": time.monotonic(), "busy_s": usage["cores_busy_s"], "cpu_s": cpu_s}

    def read(self):
        now = self.look()
        seconds = now["at"] - self.before["at"]
        cpu_s = {name: now["cpu_s"][name] - before
                 for name, before in self.before["cpu_s"].items()}
        busy_s = now["busy_s"] - self.before["busy_s"]
        foreign_s = max(0, busy_s - sum(cpu_s.values()))
        return {"cpu_s": cpu_s, "foreign_share": foreign_s / seconds / os.cpu_count()}
