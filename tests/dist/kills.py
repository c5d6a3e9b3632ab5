"""Stops trainings on ranks again and again, resumes each on another number of ranks, and compares its end
with that of a training that nothing stopped. KILLS=100 kills so many ranks (20). SEED=n repeats what was
drawn; what a run has done by then still varies.

A rank is killed after a random part of the time that a whole training takes. A training that ended before is
compared and begun anew. Then mpirun gets each signal at which a training saves and stops.
"""
import os
import random
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

import trainings
from trainings import Run, Training, on


class Chain:
    """A training that is stopped again and again."""

    def __init__(self, training, seed, kills):
        self.training, self.kills = training, kills
        self.draw = random.Random(f"{seed} {training.program}")

    def run(self):
        begin = time.monotonic()
        run = self.training.start(self.training.whole, on(2))
        output = run.ended()
        self.seconds = time.monotonic() - begin
        self.training.holds(f"a training on 2 ranks, {self.seconds:.1f} s", run.returncode == 0, output)
        if run.returncode != 0:
            return self.training.results
        self.kill_ranks()
        for name in ("SIGINT", "SIGTERM", "SIGUSR1"):
            self.stop_by(name)
        return self.training.results

    def compare(self, what, output):
        self.training.holds(what, self.training.ended_equal(), output)
        self.training.broken.unlink(missing_ok=True)

    def kill_ranks(self):
        killed, ends = 0, Counter()
        while killed < self.kills or self.training.broken.exists():
            ranks = self.draw.randint(1, 4)
            run = self.training.start(self.training.broken, on(ranks, patience=0))
            time.sleep(self.draw.uniform(0, self.seconds))
            targets = run.ranks() if killed < self.kills else []
            if targets:
                os.kill(self.draw.choice(targets), signal.SIGKILL)
                killed += 1
            output = run.ended()
            ends[f"{ranks} ranks: status {run.returncode}"] += 1
            if run.returncode == 0:
                self.seconds *= 0.8  # it ended too soon to be killed
                self.compare(f"the end after {killed} kills", output)
            elif not targets:
                self.training.holds(f"goes on after {killed} kills", False, output)
                break
        print(*(f"{end}, {count} times" for end, count in sorted(ends.items())), sep="; ", flush=True)

    def stop_by(self, name):
        # mpirun kills a second after SIGINT and SIGTERM: on a busy machine perhaps before the training saves.
        for attempt in range(5):
            run = self.training.start(self.training.broken, on(self.draw.randint(2, 4)))
            while not self.training.broken.exists() and run.poll() is None:
                time.sleep(0.01)
            run.send_signal(getattr(signal, name))
            output = run.ended()
            stopped = run.returncode == 1 and "stopped after" in output
            ranks = self.draw.randint(1, 4)
            self.compare(f"{name}, resumed on {ranks}",
                         self.training.start(self.training.broken, on(ranks)).ended())
            if stopped:
                break
        self.training.holds(f"{name} stops and saves it", stopped, output)


def main():
    if reason := trainings.missing():
        print(f"skipped: {reason}")
        return []
    seed = os.environ.get("SEED", str(time.time_ns() % 100000))
    kills = int(os.environ.get("KILLS", "20"))
    print(f"SEED={seed}")
    sizes = {"reconstruct": ["--window", "10", "--epochs", "60"]}
    if trainings.read_sound():
        sizes["transcribe"] = ["--steps", "60", "--hidden", "4", "--batch", "6"]
    else:
        print("skipped: transcribe, which reads no sound here (make deps)")
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for program, size in sizes.items():
            training = Training(program, Path(folder, program), size)
            results += Chain(training, seed, kills // len(sizes)).run()
    if Run.launcher_hangs:
        print(f"mpirun itself hung {Run.launcher_hangs} times after a kill, without ranks, and was killed")
    return results
