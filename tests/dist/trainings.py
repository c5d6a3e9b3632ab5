"""Trainings on ranks, for kills.py and hosts.py: their data, how they are started, and what they saved."""
import atexit
import json
import math
import os
import signal
import struct
import subprocess
import tempfile
import time
import wave
from pathlib import Path

BUILD = Path(os.environ.get("BUILD", "build")).resolve()
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMP_NUM_THREADS": "1", "PMIX_MCA_gds": "hash"}


def write_series(path):
    rows = (f"{math.sin(0.6 * k):.4f},{math.cos(0.6 * k):.4f}\n" for k in range(400))
    path.write_text("wave,half\n" + "".join(rows))


def write_digits(folder):
    """Tones in place of words: a tenth of a second each, higher for each digit."""
    folder.mkdir()
    for digit in range(10):
        for take in range(4):
            with wave.open(str(folder / f"{digit}_ada_{take}.wav"), "wb") as file:
                file.setparams((1, 2, 8000, 0, "NONE", ""))
                tones = (math.sin(0.1 * (1 + digit + 0.1 * take) * i) for i in range(1600))
                file.writeframes(b"".join(struct.pack("<h", int(9000 * tone)) for tone in tones))


def read_sound():
    return "-lsndfile" in (BUILD / "toolchain.sound").read_text()


def missing():
    """Why trainings cannot run on ranks here, or nothing."""
    if not any(os.access(Path(folder, "mpirun"), os.X_OK) for folder in os.get_exec_path()):
        return "mpirun is missing (make deps-check)"
    if not (BUILD / "toolchain.mpi").read_text():
        return "this build found no MPI (make deps-check)"
    return ""


class Training:
    """A training that a program does on data in a folder of its own, in any number of runs."""

    def __init__(self, program, folder, size):
        self.program, self.size = program, size  # words that say how long it is
        self.data, self.whole, self.broken = folder / "data", folder / "whole", folder / "broken"
        self.results = []
        folder.mkdir()
        (write_series if program == "reconstruct" else write_digits)(self.data)

    def start(self, model, launcher):
        """Begins it, or goes on where there is a model."""
        words = [*launcher, str(BUILD / "lessons/programs" / self.program), "train", str(self.data),
                 "--quiet", "--save", str(model)]
        if not model.exists():
            words += ["--shards", "4", *self.size]
        elif self.program == "reconstruct":
            words += ["--resume", *self.size]
        else:
            words += ["--resume"]
        return Run(words)

    def ended_equal(self):
        return self.broken.exists() and saved(self.broken) == saved(self.whole)

    def holds(self, what, good, output):
        self.results.append(good)
        print(f"{'ok   ' if good else 'FAIL '} {self.program}: {what}", flush=True)
        if not good:
            print(output, flush=True)


class Run(subprocess.Popen):
    """A program, or mpirun with its ranks. What they print is kept in a file, which holds up nobody."""

    launcher_hangs = 0

    def __init__(self, words):
        self.output = tempfile.TemporaryFile("w+", errors="replace")
        super().__init__(words, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=self.output,
                         stderr=subprocess.STDOUT)
        atexit.register(self.end)

    def ranks(self):
        """The processes that are ranks and alive: itself, or what its launcher started."""
        if self.args[0] != "mpirun":
            return [self.pid] if self.poll() is None else []
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                name, rest = stat.read_text().split("(", 1)[1].rsplit(") ", 1)
            except OSError:
                continue  # it has ended
            state, parent = rest.split()[:2]
            if int(parent) == self.pid and name != "mpirun" and state != "Z":
                found.append(int(stat.parent.name))
        return found

    def end(self):
        for process in self.ranks():
            killed(process)
        self.kill()
        self.wait()
        atexit.unregister(self.end)

    def ended(self):
        """Waits, and gives what was printed. Open MPI 4.1.4's mpirun can hang when a rank is killed while it
        starts; that is counted, and ended. Ranks that hang are an error."""
        alone = 0  # seconds without ranks
        begin = time.monotonic()
        while self.poll() is None and alone < 20:
            time.sleep(0.05)
            alone = 0 if self.ranks() else alone + 0.05
            if time.monotonic() - begin > 600:
                raise TimeoutError(f"no end after 600 s: {' '.join(self.args)}")
        if self.poll() is None:
            Run.launcher_hangs += 1
        self.end()
        self.output.seek(0)
        return self.output.read()


def killed(process):
    """Whether a process was there to be killed."""
    try:
        os.kill(process, signal.SIGKILL)
        return True
    except ProcessLookupError:
        return False


def saved(path):
    """All that a checkpoint holds but the seconds that it took: entries and tensors."""
    data = path.read_bytes()
    end = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:end])
    header["__metadata__"].pop("seconds", None)
    return header, data[end:]


def on(ranks, patience=1):
    """The launcher's words; none for one rank. Its patience are seconds from SIGTERM to SIGKILL."""
    if ranks == 1:
        return []
    return ["mpirun", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1",
            "--mca", "odls_base_sigkill_timeout", str(patience), "-np", str(ranks)]

