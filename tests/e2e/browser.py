"""Headless Chromium, driven over its debugging protocol with the standard library alone."""
import base64
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import urllib.request

from harness import Failed


def chromium():
    """The program, or None where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Socket:
    """A WebSocket client (RFC 6455) that is just enough: text frames, masked, no extensions."""

    def __init__(self, host, port, path, timeout):
        self.socket = socket.create_connection((host, port), timeout)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.splitlines()[0]:
            raise Failed("the browser refused the debugging connection: " + head.decode(errors="replace"))

    def more(self):
        got = self.socket.recv(1 << 16)
        if not got:
            raise Failed("the browser ended")
        return got

    def take(self, size):
        while len(self.buffer) < size:
            self.buffer += self.more()
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        size = len(data)
        head = b"\x81" + (struct.pack("!B", 0x80 | size) if size < 126 else struct.pack("!BH", 0xFE, size)
                          if size < 1 << 16 else struct.pack("!BQ", 0xFF, size))
        self.socket.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def receive(self):
        whole = b""
        while True:
            first, second = self.take(2)
            size = second & 0x7F
            if size == 126:
                size, = struct.unpack("!H", self.take(2))
            elif size == 127:
                size, = struct.unpack("!Q", self.take(8))
            payload = self.take(size)
            if first & 0x0F in (0, 1, 2):
                whole += payload
                if first & 0x80:
                    return whole.decode()
            elif first & 0x0F == 8:
                raise Failed("the browser closed the connection")


class Browser:
    """One page. Every call waits until the page is there."""

    def __init__(self, bench, width=1400, height=900):
        program = chromium()
        self.profile = tempfile.mkdtemp(dir=bench.folder, prefix="browser-")
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(
            [program, "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self.profile}", "--disable-gpu",
             "--no-first-run", "--disable-background-networking", "--disable-dev-shm-usage", "--no-proxy-server",
             f"--window-size={width},{height}", *sandbox, "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        bench.processes.append(self.process)
        active = pathlib.Path(self.profile) / "DevToolsActivePort"
        deadline = time.monotonic() + 60
        while not (active.exists() and active.read_text().strip()):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise Failed("the browser did not start")
            time.sleep(0.05)
        port = int(active.read_text().split()[0])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=30) as answer:
            page = next(p for p in json.load(answer) if p["type"] == "page")
        self.socket = Socket("127.0.0.1", port, "/" + page["webSocketDebuggerUrl"].split("/", 3)[3], 120)
        self.number = 0
        self.events = []
        self.call("Page.enable")
        self.call("DOM.enable")

    def call(self, method, **params):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.receive())
            if message.get("id") == self.number:
                if "error" in message:
                    raise Failed(f"{method}: {message['error']['message']}")
                return message["result"]
            self.events.append(message.get("method"))

    def loaded(self, act):
        """Does what loads a page, and waits for it."""
        self.events.clear()
        act()
        while "Page.loadEventFired" not in self.events:
            self.events.append(json.loads(self.socket.receive()).get("method"))

    def open(self, url):
        self.loaded(lambda: self.call("Page.navigate", url=url))
        return self.text()

    def evaluate(self, script):
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in done:
            raise Failed(f"{script}: {done['exceptionDetails'].get('exception', {}).get('description')}")
        return done["result"].get("value")

    def text(self):
        return self.evaluate("document.body.innerText")

    def fill(self, selector, value):
        self.evaluate(f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
                      f" if (!e) throw new Error('nothing there: ' + {json.dumps(selector)});"
                      f" if (e.type === 'checkbox') e.checked = {json.dumps(bool(value))};"
                      f" else e.value = {json.dumps(str(value))}; }})()")

    def key(self, key):
        """Presses and lets go of a key, as a person does; what is typed goes where the focus is."""
        text = "\r" if key == "Enter" else key if len(key) == 1 else ""
        common = {"key": key, **({"windowsVirtualKeyCode": 13} if key == "Enter" else {})}
        self.call("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text):
        for character in text:
            self.key(character)

    def loaded_text(self, act):
        self.loaded(act)
        return self.text()

    def choose_file(self, selector, path):
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        if node == 0:
            raise Failed("no such field: " + selector)
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def click(self, selector):
        """Presses what leads to another page; forms are checked as for a person."""
        self.loaded(lambda: self.evaluate(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            f" if (!e) throw new Error('nothing there: ' + {json.dumps(selector)});"
            f" if (e.form && !e.form.reportValidity()) throw new Error('the form is not valid: ' + {json.dumps(selector)});"
            f" setTimeout(() => e.click(), 0); }})()"))
        return self.text()

    def picture(self, path, width=None):
        if width:
            self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))
        if width:
            self.call("Emulation.clearDeviceMetricsOverride")

    def pages_in_print(self):
        """How many sheets the page takes, by its own print style."""
        printed = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(printed["data"]).count(b"/Type /Page\n")
