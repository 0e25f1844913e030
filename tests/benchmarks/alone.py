"""Start a process and tell what it took: `python -I -S alone.py PROGRAM ARGUMENT...`.

It is a script of its own, and small: on Linux the peak memory of a process is at least that of the
one which starts it, so a benchmark that has read much would measure itself.
"""

import os
import sys
import time

began = time.perf_counter_ns()
pid = os.posix_spawn(
    sys.argv[1],
    sys.argv[1:],
    os.environ,
    file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
)
_, status, usage = os.wait4(pid, 0)
took = time.perf_counter_ns() - began
print(os.waitstatus_to_exitcode(status), took, usage.ru_utime, usage.ru_stime, usage.ru_maxrss)
