#!/usr/bin/env python3
"""A crawl of one source whose server means harm and one whose server is well: for each case, what came of it, how long
it took, the peak memory, and that the other source got all it has, in the time it takes anyway. The server's own log is
the witness of what was asked, and a third server of what must never be.
--full 1: sizes and time limits as in service (minutes). --only TEXT: cases with this in their name. --table FILE: the
table in Markdown."""
import concurrent.futures
import json
import os
import pathlib
import pty
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

from harness import ROOT, Bench, Failed, arguments, check, main
from hostile_cases import MIB, TRIES, answer, cases, head, html, org_code

GOOD_PAGES = 8
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # but tabs and ends of lines
AT_ONCE = 6
SHORT = "most_seconds = 2\nmost_stalled_seconds = 1\nmost_page_bytes = 1048576\n"


class Talk:
    """One request and the socket it came by."""

    def __init__(self, server, connection):
        self.server, self.socket, self.ports = server, connection, server.ports
        connection.settimeout(60)
        self.head = b""
        while b"\r\n\r\n" not in self.head:
            more = connection.recv(65536)
            if not more:
                return
            self.head += more
            if self.head.startswith(b"\x16"):  # a TLS greeting
                self.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                self.head = b""
                return
        self.target = self.head.split(b" ", 2)[1].decode()

    def send(self, data):
        if self.server.ended:
            return False
        try:
            self.socket.sendall(data)
            self.server.sent += len(data)
            return True
        except OSError:
            return False

    def wait(self):
        """Until the other side has had enough."""
        try:
            while self.socket.recv(4096):
                pass
        except OSError:
            pass


class Server:
    """Answers each connection by `play` in a thread; counts connections, notes requests and when each came."""

    def __init__(self, play, robots=None, tls=None, ports=None):
        self.play, self.robots, self.tls, self.ports = play, robots, tls, dict(ports or {})
        self.connections, self.requests, self.times, self.cookies, self.sent, self.ended = 0, [], [], 0, 0, False
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.ports["own"] = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            talk = Talk(self, connection)
            if not talk.head:
                return
            self.requests.append(talk.target)
            self.times.append(time.monotonic())
            self.cookies += b"\r\ncookie:" in talk.head.lower()
            if talk.target == "/robots.txt":
                self.robots(talk) if self.robots else talk.send(answer(status="404 None"))
            elif self.play:
                self.play(talk)
            self.close(connection)
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    @staticmethod
    def close(connection):
        """Without a reset for what was not read yet."""
        try:
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(1)
            while connection.recv(65536):
                pass
        except OSError:
            pass

    def stop(self):
        self.ended = True
        self.listener.close()


def good_site(talk):
    if talk.target == "/":
        return talk.send(answer(html("".join(f'<a href="/firm/{i}">x</a>' for i in range(2, GOOD_PAGES + 1)), 1)))
    talk.send(answer(html("", int(talk.target.rpartition("/")[2]))))


def source(name, hosts, starts, extra="", scope=""):
    quote = json.dumps
    return f"""id = "{name}"
title = "{name}"
publisher = "test"
kind = "http"
hosts = {quote(list(hosts))}
complete = "part"
terms = "test"
basis = "test"

[fetch]
start = {quote(list(starts))}
start_role = "page"
pause = 0.002
{extra}
[scope]
{scope}
[[page]]
role = "page"
reader = "html"
kind = "firm"
rows = "//table"
key = ["org_code"]
required = ["firm_name", "org_code"]
[page.columns]
firm_name = "tr[1]/td"
org_code = "tr[2]/td"
[[page.link]]
xpath = "//a/@href"
role = "page"
"""


class Certificates:
    """An authority of our own, and what it signed: for the loopback, for another host, for last year."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        (folder / "index.txt").write_text("")
        (folder / "ca.cnf").write_text(
            f"[ca]\ndefault_ca = own\n[own]\ndir = {folder}\ndatabase = {folder}/index.txt\nnew_certs_dir = {folder}\nrand_serial = yes\n"
            "default_md = sha256\nunique_subject = no\npolicy = any\ncopy_extensions = copy\n[any]\ncommonName = supplied\n")
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj",
                     "/CN=test authority")
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "own.key", "-out", "own.pem", "-days", "2", "-subj", "/CN=127.0.0.1",
                     "-addext", "subjectAltName=IP:127.0.0.1")
        self.sign("good", "IP:127.0.0.1", "20200101000000Z", "20400101000000Z")
        self.sign("other", "DNS:other.example", "20200101000000Z", "20400101000000Z")
        self.sign("old", "IP:127.0.0.1", "20200101000000Z", "20210101000000Z")

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    def sign(self, name, host, begin, end):
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}", "-addext",
                     f"subjectAltName={host}")
        self.openssl("ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-in", f"{name}.csr", "-out",
                     f"{name}.pem", "-notext", "-startdate", begin, "-enddate", end)

    def context(self, name):
        if not name or name == "plain":
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context


def own_mounts():
    """Words before a command that give it mounts of its own; None where the system does not let us."""
    words = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    return words if shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True).returncode == 0 else None


class Run:
    """One crawl of a hostile source and a good one."""

    def __init__(self, bench, case, certificates, full):
        self.bench, self.case, self.certificates, self.full = bench, case, certificates, full
        self.folder = bench.folder / re.sub(r"\W+", "-", case.name)
        (self.folder / "sources").mkdir(parents=True)

    def servers(self):
        case = self.case
        for part in (case.page, case.robots):
            if hasattr(part, "ready"):
                part.ready()
        self.victim = Server(lambda talk: talk.send(answer(html("", 99))))
        self.good = Server(good_site)
        self.host = Server(case.page, case.robots, self.certificates.context(case.https), {"port": self.victim.port})

    def write(self):
        case, own = self.case, self.host.port
        scheme = "https" if case.https else "http"
        hosts, starts = [f"127.0.0.1:{own}"], [f"{scheme}://127.0.0.1:{own}{start}" for start in case.starts]
        if case.names:
            port = own if case.rows else self.victim.port
            hosts = [*case.names, *(h.format(own=own) for h in case.hosts)]
            starts = [f"http://{name}:{port}/" for name in case.names]
        bounds = case.fetch + (SHORT if case.limits and not self.full else "")
        if case.slow and not self.full:
            bounds = bounds.replace("most_seconds = 2", "most_seconds = 1")
        self.write_source("hostile", source("hostile", hosts, starts, bounds, case.scope))
        self.write_source("good", source("good", [f"127.0.0.1:{self.good.port}"], [f"http://127.0.0.1:{self.good.port}/"]))
        self.config = self.folder / "tanmiao.toml"
        self.config.write_text(f'[city]\nreference = {json.dumps(str(ROOT / "config/reference"))}\n[crawl]\ncontact = "test@localhost"\n'
                               f'sources = "sources"\nloopback_speed = true\n[mine]\nrules = {json.dumps(str(ROOT / "config"))}\n', encoding="utf-8")
        self.of = ["--config", self.config, "--data", self.folder / "data"]

    def write_source(self, name, text):
        (self.folder / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")

    def words(self):
        words = self.bench.command("crawl", *self.of, "--json")
        if not self.case.names:
            return words
        hosts = self.folder / "hosts"
        hosts.write_text("127.0.0.1 localhost\n" + "".join(f"{address} {name}\n" for name, address in self.case.names.items()))
        return [*own_mounts(), "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', str(hosts), *words]

    def crawl(self):
        environment = dict(self.bench.environment, SSL_CERT_FILE=str(self.certificates.folder / "ca.pem"))
        began = time.monotonic()
        done = subprocess.run(self.words(), cwd=ROOT, env=environment, capture_output=True, text=True, timeout=3600)
        self.seconds = time.monotonic() - began
        if done.returncode not in (0, 3):
            raise Failed(f"{self.case.name}: exit {done.returncode}\n{done.stderr[-3000:]}")
        stage = json.loads(done.stdout)["stages"][0]
        self.peak = stage["peak_memory_bytes"]
        self.source = {s["id"]: s for s in stage["sources"]}
        self.told = [("stdout", done.stdout), ("stderr", done.stderr)]

    def for_people(self):
        """What commands tell of the host's words, into pipes and on a terminal, where the program itself moves the cursor."""
        for words in (["crawl", "--only", "hostile"], ["rejects", "list", "hostile"], ["replay", "hostile"], ["source", "list"]):
            done = subprocess.run(self.bench.command(*words, *self.of), cwd=ROOT, env=self.bench.environment, capture_output=True, text=True, timeout=600)
            self.told += [(" ".join(words), done.stdout), (" ".join(words), done.stderr)]
        ours, theirs = pty.openpty()
        child = subprocess.Popen(self.bench.command("crawl", "--only", "hostile", *self.of), cwd=ROOT, env=dict(self.bench.environment, TERM="xterm"),
                                 stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # the other end is closed
            pass
        os.close(ours)
        child.wait(timeout=600)
        self.screen = shown.decode(errors="replace")

    def screen_faults(self):
        found = [f"{where}: {text[at.start() - 30:at.end() + 20]!r}" for where, text in self.told if (at := CONTROL.search(text))]
        if self.case.screen and (at := re.search(r"\x07|\x1b\]|\x9b|taken\x07|\x1b\[2J|\x1b\[31m", self.screen)):
            found.append(f"on the terminal: {self.screen[max(0, at.start() - 30):at.end() + 20]!r}")
        if self.case.screen and not any("taken" in text for _, text in self.told):
            found.append("the host's words were not told at all, so that nothing was tried")
        return found

    def go(self):
        self.servers()
        try:
            self.write()
            for name in ("hostile", "good"):
                self.bench.run("source", "approve", name, "--by", "test", "--reason", "test", *self.of)
            self.crawl()
            if self.case.screen:
                self.for_people()
        finally:
            for server in (self.victim, self.good, self.host):
                server.stop()
            if not self.bench.keep:
                shutil.rmtree(self.folder, ignore_errors=True)
        return self

    def faults(self):
        case, hostile, good = self.case, self.source["hostile"], self.source["good"]
        asked = len(self.host.requests) if case.https != "plain" else self.host.connections
        self.asked = asked
        self.other = self.good.times[-1] - self.good.times[0] if self.good.times else -1
        told = (hostile["why"] or "") + " ".join(r["note"] for r in hostile["robots"])
        found = self.screen_faults()
        if not case.least_asked <= asked <= case.asked:
            found.append(f"asked {asked} times, expected {case.least_asked} to {case.asked}: {self.host.requests[:40]}")
        if not re.search(case.why, told):
            found.append(f"the report says {told!r}, expected {case.why!r}")
        if hostile["new"] != case.rows:
            found.append(f"{hostile['new']} records, expected {case.rows}")
        if self.victim.connections:
            found.append(f"the server that nobody may ask was connected {self.victim.connections} times: {self.victim.requests}")
        if self.host.cookies or self.good.cookies:
            found.append("a cookie was sent")
        if good["outcome"] != "published" or good["new"] != GOOD_PAGES or len(self.good.requests) != GOOD_PAGES + 1:
            found.append(f"the good source: {good['outcome']}, {good['new']} records, {len(self.good.requests)} requests")
        return found


def columns(run):
    told = run.source["hostile"]["why"] or "已读取"
    told = re.sub(r"https?://[^\s：；，）]*", "…", told).replace("|", "/")
    return run.case.name, told[:110], run.asked, f"{run.host.sent / MIB:.1f}", f"{run.seconds:.1f}", f"{run.peak / MIB:.0f}", f"{run.other:.2f}"


HEADINGS = ("case", "what the report says", "asked", "sent, MiB", "seconds", "peak, MiB", "other host, s")


def body(options):
    full = bool(options.full)
    chosen = [case for case in cases(full) if options.only in case.name]
    with Bench(options, "hostile") as bench:
        if own_mounts() is None:
            print("not run: names that lead to private addresses (no mounts of our own here)")
            chosen = [case for case in chosen if not case.names]
        certificates = Certificates(bench.folder / "certificates")
        began = time.monotonic()
        # What waits for time limits waits side by side; in full the others run alone, so that their seconds mean something.
        runs = {}
        for slow, at_once in ((True, AT_ONCE), (False, 1 if full else AT_ONCE)):
            with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
                for case in (c for c in chosen if c.slow == slow):
                    runs[case.name] = pool.submit(Run(bench, case, certificates, full).go)
        failed, rows = [], []
        for case in chosen:
            run = runs[case.name].result()
            faults = run.faults()
            rows.append(columns(run))
            print("FAULT:" if faults else "ok:", " | ".join(map(str, rows[-1])), flush=True)
            failed += [f"{case.name}: {fault}" for fault in faults]
        print(f"{len(rows)} cases in {time.monotonic() - began:.1f} s")
        if options.table:
            lines = [HEADINGS, ["---"] * 2 + ["---:"] * 5, *rows]
            pathlib.Path(options.table).write_text("".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines), encoding="utf-8")
        check(not failed, "every case ended within its bounds, nothing went where it must not, the other host got its pages" if not failed
              else "\n".join(failed))
        most = max(float(row[5]) for row in rows)
        check(most < options.memory, f"peak memory {most:.0f} MiB, allowed {options.memory}")


if __name__ == "__main__":
    main(body, arguments(__doc__, full=0, only="", table="", memory=1500))
