"""A headless Chromium, spoken to over two pipes: what a test of pages needs of it, with nothing but Python's own library."""
import base64
import fcntl
import json
import os
import select
import subprocess
import tempfile


class Browser:
    def __init__(self, command):
        read_here, write_there = os.pipe()
        read_there, write_here = os.pipe()
        # Chromium reads from 3 and writes to 4; ours are moved out of the way first.
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (read_there, write_there)]

        def give():
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
                   "--disable-background-networking", "--hide-scrollbars", f"--user-data-dir={self.profile.name}"]
        self.process = subprocess.Popen([command, *options], preexec_fn=give, pass_fds=(3, 4),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for fd in (read_there, write_there, *high):
            os.close(fd)
        self.reader, self.writer = read_here, os.fdopen(write_here, "wb")
        self.rest, self.last_id, self.page, self.events = b"", 0, None, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.page = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")

    def receive(self):
        while b"\0" not in self.rest:
            answers = select.select([self.reader], [], [], 60)[0]
            more = os.read(self.reader, 1 << 20) if answers else b""
            if not more:
                self.process.kill()
                raise SystemExit("error: the browser " + ("ended" if answers else "has not answered for a minute"))
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": params}
        if self.page:
            message["sessionId"] = self.page
        self.writer.write(json.dumps(message).encode() + b"\0")
        self.writer.flush()
        while True:
            answer = self.receive()
            if answer.get("id") == self.last_id:
                if "error" in answer:
                    raise SystemExit(f"error: {method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, url, scripts=True):
        """Loads the page and returns what happened on the way. With its scripts switched off it cannot be waited for."""
        self.events = []
        self.call("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.receive())
        if scripts:
            self.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        return self.events

    def evaluate(self, script):
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise SystemExit(f"error: {answer['exceptionDetails']['exception'].get('description')}")
        return answer["result"].get("value")

    def press(self, key):
        """A key by its name; these three act by what they type or by their number."""
        number, text = {"Enter": (13, "\r"), "/": (191, "/"), "Escape": (27, "")}.get(key, (0, ""))
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=number,
                      text=text if kind == "keyDown" else "")

    def look(self, width, scheme, media="screen"):
        height = 844 if width < 600 else 900
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def close(self):
        self.call("Browser.close")
        self.process.wait()
        self.profile.cleanup()
