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
from trainings import Run, Training, killed, on


def compare(training, what, output):
    training.holds(what, training.ended_equal(), output)
    training.broken.unlink(missing_ok=True)


def wait_for_ranks(run):
    while run.poll() is None and not run.ranks():
        time.sleep(0.01)
    return time.monotonic()


def whole_seconds(training, ranks):
    run = training.start(training.whole, on(ranks))
    begin = wait_for_ranks(run)
    output = run.ended()
    seconds = time.monotonic() - begin
    training.holds(f"a training on {ranks} ranks, {seconds:.1f} s", run.returncode == 0, output)
    return seconds


def kill_ranks(training, kills, draw):
    longest = whole_seconds(training, 2)
    done, ends = 0, Counter()
    while done < kills or training.broken.exists():
        ranks, fresh = draw.randint(1, 4), not training.broken.exists()
        run = training.start(training.broken, on(ranks, patience=0))
        begin = wait_for_ranks(run)
        time.sleep(draw.uniform(0, longest))
        targets = run.ranks() if done < kills else []
        hit = bool(targets) and killed(draw.choice(targets))
        done += hit
        output = run.ended()
        ends[f"{ranks} ranks: status {run.returncode}"] += 1
        if run.returncode == 0:
            if fresh:
                longest = min(longest, time.monotonic() - begin)
            compare(training, f"the end after {done} kills", output)
        elif not hit:
            training.holds(f"goes on after {done} kills", False, output)
            break
    print(*(f"{end}, {count} times" for end, count in sorted(ends.items())), sep="; ", flush=True)


def long_training(program, folder, words):
    """A training that no signal comes too late for, however fast the machine: some seconds on one rank."""
    steps, seconds = 100, 0
    while seconds < 4:
        steps *= 2
        training = Training(program, folder / f"{program}_{steps}", [*words, str(steps)])
        seconds = whole_seconds(training, 1)
    return training


def stop_by(training, name, draw):
    # mpirun kills a second after SIGINT and SIGTERM: on a busy machine perhaps before the training saves.
    for _ in range(5):
        run = training.start(training.broken, on(draw.randint(2, 4)))
        while not training.broken.exists() and run.poll() is None:
            time.sleep(0.01)
        run.send_signal(getattr(signal, name))
        output = run.ended()
        stopped = run.returncode == 1 and "stopped after" in output
        ranks = draw.randint(1, 4)
        resumed = training.start(training.broken, on(ranks)).ended()
        compare(training, f"{name}, resumed on {ranks} ranks", resumed)
        if stopped:
            break
    training.holds(f"{name} stops it, saved", stopped, output)


def main():
    if reason := trainings.missing():
        print(f"skipped: {reason}")
        return []
    seed = os.environ.get("SEED", str(time.time_ns() % 100000))
    kills = int(os.environ.get("KILLS", "20"))
    print(f"SEED={seed}")
    sizes = {"reconstruct": ["--window", "10", "--epochs"]}
    if trainings.read_sound():
        sizes["transcribe"] = ["--hidden", "4", "--batch", "6", "--steps"]
    else:
        print("skipped: transcribe, which reads no sound here (make deps)")
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for program, words in sizes.items():
            draw = random.Random(f"{seed} {program}")
            training = Training(program, Path(folder, program), [*words, "60"])
            kill_ranks(training, kills // len(sizes), draw)
            results += training.results
            training = long_training(program, Path(folder), words)
            for name in ("SIGINT", "SIGTERM", "SIGUSR1"):
                stop_by(training, name, draw)
            results += training.results
    if Run.launcher_hangs:
        print(f"mpirun itself hung {Run.launcher_hangs} times after a kill, without ranks, and was killed")
    return results
