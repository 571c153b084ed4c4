# SPDX-License-Identifier: BSD-2-Clause
"""Processes that end with the benchmark, however it ends."""

import os
import resource
import signal
import subprocess
import time

import kernel

FILES = 262144  # descriptors, for servers and clients alike


class Failed(Exception):
    """Something did not work; its text says what and where."""


def child_of(parent, space, core):
    """What a child does before it becomes another program."""
    def prepare():
        kernel.die_with(parent)
        if space is not None:
            space.join()
        if core is not None:
            os.sched_setaffinity(0, {core} if isinstance(core, int) else core)
        limit = min(FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
    return prepare


def start(args, space=None, core=None, **kwargs):
    # A group of its own: Ctrl-C is for the benchmark, which ends the others.
    return subprocess.Popen(
        args, preexec_fn=child_of(os.getpid(), space, core),
        stdin=kwargs.pop('stdin', subprocess.DEVNULL), process_group=0,
        **kwargs)


def run(*args, space=None, core=None, limit=120, **kwargs):
    """Run to the end; what it says on standard output."""
    kwargs.setdefault('stdout', subprocess.PIPE)
    process = start(args, space, core, text=True, stderr=subprocess.PIPE,
                    **kwargs)
    try:
        out, err = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired as late:
        raise Failed(f'{" ".join(args)}: not done in {limit} s') from late
    finally:
        stop(process)
    if process.returncode:
        raise Failed(f'{" ".join(args)}: exit {process.returncode}: '
                     f'{(err or out).strip()[-2000:]}')
    return out


def stop(process, limit=15):
    """End a process; true if it did so by itself."""
    if process.poll() is not None:
        return True
    process.terminate()
    try:
        process.wait(limit)
        return True
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def family(pid):
    """A process and all that descends from it."""
    children = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open(f'/proc/{name}/stat', encoding='latin-1') as file:
                    parent = int(file.read().rsplit(')', 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(name))
    found, new = [], [pid]
    while new:
        found.append(new.pop())
        new += children.get(found[-1], [])
    return found


def ran(pids):
    """Nanoseconds that the threads of these processes have run."""
    total = 0
    for pid in pids:
        try:
            for thread in os.listdir(f'/proc/{pid}/task'):
                with open(f'/proc/{pid}/task/{thread}/schedstat',
                          encoding='ascii') as file:
                    total += int(file.read().split()[0])
        except OSError:
            continue
    return total


def memory(pids):
    """Bytes: shared pages count in parts (PSS)."""
    total = 0
    for pid in pids:
        with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as file:
            for line in file:
                if line.startswith('Pss:'):
                    total += int(line.split()[1]) * 1024
    return total


def wait_for(what, limit=60, pause=0.002):
    """Call what until it gives something true, and give that."""
    end = time.monotonic() + limit
    while True:
        value = what()
        if value or time.monotonic() > end:
            return value
        time.sleep(pause)
