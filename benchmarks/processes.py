"""Processes under measurement: started, bounded in time, ended by their id, and what they used."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scale import Lacking
from config import ROOT

SYSTEM_PATHS = "/usr/sbin:/sbin:/usr/local/sbin"
"""Where Debian keeps Postfix's tools; not in everybody's PATH."""

OUR_PYTHON = (sys.executable, "-m")
STARTS_WITHIN = 60.0
ENDS_WITHIN = 30.0
"""Seconds a process has to end after SIGTERM, before it is killed."""


@dataclass(frozen=True)
class Usage:
    """What a process took from its start to its end."""

    seconds: float
    processor: float
    """Seconds of CPU, user and system, its own reaped children included."""
    peak: float
    """The most memory it ever had resident, in MB."""


def tool(name: str, package: str) -> str:
    """The path of a program. Raises Lacking."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATHS}")
    if found is None:
        raise Lacking(f"{name} is missing: install the package {package}")
    return found


def plain_environment() -> dict[str, str]:
    """The environment without any setting of a house that may run on this machine."""
    kept = ("PATH", "HOME", "TMPDIR", "USER", "SYSTEMROOT", "PGUSER", "PGPASSWORD", "PGHOST", "PGPORT")
    return {"LANG": "C.UTF-8"} | {name: os.environ[name] for name in kept if name in os.environ}


def ours(command: Sequence[str], environment: Mapping[str, str], *, patience: float) -> str:
    """Run one of our own modules to its end; what it wrote to standard output."""
    done = subprocess.run(
        [*OUR_PYTHON, *command],
        cwd=ROOT,
        env=environment,
        timeout=patience,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stdout


def measured(command: Sequence[str], environment: Mapping[str, str], *, patience: float) -> Usage:
    """Run one of our own modules to its end; what it used.

    The memory's high-water mark is read while it runs: what the kernel reports about a process
    that has ended may be its parent's, from the moment between fork and exec.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        [*OUR_PYTHON, *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0.0
    try:
        while True:
            peak = max(peak, _high_water(process.pid))
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            if time.perf_counter() - started > patience:
                raise TimeoutError(f"{' '.join(command)} took longer than {patience:.0f} s")
            time.sleep(0.02)
    except BaseException:
        process.kill()
        process.wait()
        raise
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Usage(time.perf_counter() - started, used.ru_utime + used.ru_stime, peak)


@contextlib.contextmanager
def running(
    command: Sequence[str], *, environment: Mapping[str, str] | None = None, output: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs until the block ends; what it says goes to the file ``output``."""
    with output.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and see that it does. Twice is the same as once."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(what: str, happened: Callable[[], bool], *, patience: float, every: float = 0.02) -> None:
    """Raises TimeoutError when it does not happen in time."""
    give_up = time.monotonic() + patience
    while not happened():
        if time.monotonic() > give_up:
            raise TimeoutError(f"waited {patience:.0f} s for {what}")
        time.sleep(every)


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    """Wait for a server. Raises RuntimeError when it ends instead, TimeoutError when it does neither."""

    def settled() -> bool:
        return listens(port) or process.poll() is not None

    name = " ".join(str(word) for word in list(process.args)[:4])  # type: ignore[arg-type]
    wait_for(name, settled, patience=STARTS_WITHIN)
    if process.poll() is not None:
        raise RuntimeError(f"{name} ended: {output.read_text('utf-8', 'replace')[-1000:]}")


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
        return True
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _high_water(process_id: int) -> float:
    """VmHWM in MB; 0 when the process is over."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        status = Path(f"/proc/{process_id}/status").read_text("ascii", "replace")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    return 0.0
