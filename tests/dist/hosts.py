"""Trains on hosts that are network namespaces and talk over TCP: the end is that of one process, also where a
link is slow, and where one was cut and the training resumed. Needs root, iproute2 and Open MPI.

All is made in namespaces whose names carry this process's number, and removed at the end.
"""
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import trainings
from trainings import Training, killed, on

NETWORK = "10.213.47"


def call(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


class Hosts:
    """Hosts behind one switch."""

    def __init__(self, count, folder):
        self.names = [f"tg{os.getpid()}h{i}" for i in range(count)]
        self.switch = f"tg{os.getpid()}s"
        self.agent = folder / "agent.sh"
        # In place of ssh. Each host has a name of its own, by which Open MPI tells hosts apart.
        self.agent.write_text("#!/bin/sh\nhost=$1\nshift\nexec ip netns exec $host unshare --uts "
                              "sh -c \"hostname $host; $*\"\n")
        self.agent.chmod(0o755)

    def __enter__(self):
        try:
            call("ip", "netns", "add", self.switch)
            call("ip", "-n", self.switch, "link", "add", "bridge", "type", "bridge")
            call("ip", "-n", self.switch, "link", "set", "bridge", "up")
            for i, name in enumerate(self.names):
                call("ip", "netns", "add", name)
                call("ip", "-n", self.switch, "link", "add", f"port{i}", "type", "veth",
                     "peer", "name", "eth0", "netns", name)
                call("ip", "-n", self.switch, "link", "set", f"port{i}", "master", "bridge", "up")
                call("ip", "-n", name, "address", "add", f"{NETWORK}.{i + 1}/24", "dev", "eth0")
                call("ip", "-n", name, "link", "set", "eth0", "up")
                call("ip", "-n", name, "link", "set", "lo", "up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.end_processes()
        for name in [*self.names, self.switch]:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)

    def end_processes(self):
        for name in self.names:
            for process in subprocess.run(["ip", "netns", "pids", name], capture_output=True).stdout.split():
                killed(int(process))

    def launcher(self, which):
        """The words that start mpirun on the first of these hosts, with a rank on each."""
        names = [self.names[i] for i in which]
        words = ["mpirun", "--host", ",".join(name + ":1" for name in names), "-np", str(len(names)),
                 "--mca", "plm_rsh_agent", str(self.agent), "--mca", "oob_tcp_if_include", NETWORK + ".0/24",
                 "--mca", "btl", "self,tcp", "--mca", "btl_tcp_if_include", NETWORK + ".0/24",
                 "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"]
        start = f'hostname {names[0]}; exec "$@"'
        return ["ip", "netns", "exec", names[0], "unshare", "--uts", "sh", "-c", start, "sh", *words]

    def sent(self, i):
        counter = "/sys/class/net/eth0/statistics/tx_bytes"
        return int(call("ip", "netns", "exec", self.names[i], "cat", counter))

    def slow_down(self, i):
        for where, link in self.ends_of_link(i):
            call("tc", "-n", where, "qdisc", "add", "dev", link, "root", "tbf", "rate", "10mbit",
                 "burst", "32kbit", "latency", "400ms")

    def full_speed(self, i):
        for where, link in self.ends_of_link(i):
            call("tc", "-n", where, "qdisc", "del", "dev", link, "root")

    def ends_of_link(self, i):
        return (self.switch, f"port{i}"), (self.names[i], "eth0")

    def cut(self, i):
        call("ip", "-n", self.switch, "link", "set", f"port{i}", "down")

    def join(self, i):
        call("ip", "-n", self.switch, "link", "set", f"port{i}", "up")


def trained(training, hosts, which, how=""):
    before, begin = hosts.sent(which[1]), time.monotonic()
    output = training.start(training.broken, hosts.launcher(which)).ended()
    seconds, sent = time.monotonic() - begin, hosts.sent(which[1]) - before
    # Less than the gradients have would mean that they took another way.
    training.holds(f"{len(which)} hosts{how}, {seconds:.1f} s, {sent / 1e6:.1f} MB from the second",
                   training.ended_equal() and sent > 1e6, output)
    training.broken.unlink(missing_ok=True)


def cut_and_resumed(training, hosts):
    """Every rank waits for the host that was cut off. Open MPI 4.1.4's mpirun does too, until SIGKILL."""
    for _ in range(5):
        run = training.start(training.broken, hosts.launcher((0, 1, 2)))
        while run.poll() is None and (not training.broken.exists() or epoch(training.broken) < 2):
            time.sleep(0.01)
        hosts.cut(2)
        time.sleep(2)
        if run.poll() != 0:
            break
        training.broken.unlink()  # it had ended before
        hosts.join(2)
    run.send_signal(signal.SIGTERM)
    time.sleep(2)
    seen = "waits, after SIGTERM too" if run.poll() is None else f"ends with status {run.poll()}"
    run.kill()
    hosts.end_processes()
    at = epoch(training.broken)
    output = training.start(training.broken, hosts.launcher((1, 0))).ended()
    training.holds(f"one of 3 hosts is cut off, mpirun {seen}; resumed from epoch {at} on the others",
                   training.ended_equal(), output)


def epoch(checkpoint):
    return int(trainings.saved(checkpoint)[0]["__metadata__"]["epoch"])


def missing():
    """Why there can be no such hosts here, or nothing."""
    for tool in ("ip", "unshare"):
        if not shutil.which(tool):
            return f"{tool} is missing"
    if os.geteuid() != 0:
        return "only root can make network namespaces"
    name = f"tg{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return made.stderr.strip()


def main():
    if reason := trainings.missing() or missing():
        print(f"skipped: hosts ({reason})")
        return []
    with tempfile.TemporaryDirectory() as name:
        short, long = (Training("reconstruct", Path(name, length), ["--window", "10", "--epochs", length])
                       for length in ("10", "60"))
        for training in short, long:
            training.start(training.whole, on(1)).ended()
        with Hosts(4, Path(name)) as hosts:
            trained(short, hosts, (0, 1))
            trained(short, hosts, (0, 1, 2, 3))
            if shutil.which("tc"):
                hosts.slow_down(1)
                trained(short, hosts, (0, 1), ", one at 10 Mbit/s")
                hosts.full_speed(1)
            else:
                print("skipped: a slow link (tc is missing)")
            cut_and_resumed(long, hosts)
    return short.results + long.results
