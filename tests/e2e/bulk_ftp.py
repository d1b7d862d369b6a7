#!/usr/bin/env python3
"""The patent office's bulk data from real servers: demo_city writes the folder, ProFTPD (FTP, TLS, two mirrors) and
OpenSSH (SFTP) show it. Killed in the middle of files, mirrors down, days missed, a host key that is not the named one.
The server's own log and a store that read the same folder directly are the witnesses."""
import datetime
import getpass
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import time
import zipfile

from harness import Bench, Failed, arguments, check, free_port, main, skip

FTP, SSH = pathlib.Path("/usr/sbin/proftpd"), pathlib.Path("/usr/sbin/sshd")
PASSWORD = "geheim-1234"
SETS = ["CN-PA-BIBS-ABSS-10-A", "CN-PA-BIBS-ABSS-10-B", "CN-PA-BIBS-ABSS-20-U"]
PAGE = """
[[page]]
role = "delivery"
files = ["*.zip"]
reader = "patent_xml"
kind = "patent"
key = ["publication_no", "kind_code"]
required = ["application_no", "title"]
[page.columns]
application_no = "application_no"
publication_no = "publication_no"
kind_code = "kind_code"
title = "title"
applicant = "applicant"
filing_date = "filing_date"
publication_date = "publication_date"
[page.public]
field = "publication_date"
"""


def listening(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


class Server:
    def __init__(self, bench, name, root):
        self.folder = bench.folder / name
        self.folder.mkdir()
        self.root, self.port, self.process = root, free_port(), None

    def run(self, words):
        with open(self.folder / "out.log", "ab") as out:
            self.process = subprocess.Popen(words, stdout=out, stderr=out, start_new_session=True)
        for _ in range(200):
            if listening(self.port):
                return
            time.sleep(0.05)
        raise Failed(f"{words[0]} does not listen: {(self.folder / 'out.log').read_text()[-2000:]}")

    def stop(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Ftp(Server):
    def start(self, *more):
        user, group = (65534, 65534) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
        word = subprocess.run(["openssl", "passwd", "-5", "-salt", "tanmiao", PASSWORD], capture_output=True, text=True,
                              check=True).stdout.strip()
        users = self.folder / "users"
        users.touch(mode=0o600)
        users.write_text(f"reader:{word}:{user}:{group}::{self.root}:/bin/false\n")
        conf = self.folder / "conf"
        own = ["User nobody", "Group nogroup"] if os.geteuid() == 0 else []
        conf.write_text("\n".join([
            *more, "ServerName test", "ServerType standalone", "UseIPv6 off", "DefaultAddress 127.0.0.1",
            "SocketBindTight on", f"Port {self.port}", f'PidFile "{self.folder}/pid"',
            f'ScoreboardFile "{self.folder}/score"', f'SystemLog "{self.folder}/system.log"',
            'LogFormat all "%m %F %s %b"', f'ExtendedLog "{self.folder}/commands.log" ALL all', "TransferLog none",
            "WtmpLog off", "DelayEngine off", "UseReverseDNS off", "AuthPAM off", "AuthOrder mod_auth_file.c",
            f'AuthUserFile "{users}"', "RequireValidShell off", "DefaultRoot ~", "AllowRetrieveRestart on",
            "TransferRate RETR 4096", *own]) + "\n")
        self.run([str(FTP), "-n", "-c", str(conf)])

    def asked(self, command):
        log = self.folder / "commands.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line for line in lines if line.startswith(command + " ")]

    def forget(self):
        (self.folder / "commands.log").write_text("")


class Ssh(Server):
    def start(self):
        for name in ("host", "user", "other"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name)], check=True)
        (self.folder / "authorized").write_text((self.folder / "user.pub").read_text())
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", 0o755, exist_ok=True)  # as its service does
        (self.folder / "conf").write_text("\n".join([
            f"Port {self.port}", "ListenAddress 127.0.0.1", f'HostKey "{self.folder}/host"', "PidFile none",
            f'AuthorizedKeysFile "{self.folder}/authorized"', "StrictModes no", "UsePAM no",
            "PasswordAuthentication no", "PermitRootLogin prohibit-password", "Subsystem sftp internal-sftp"]) + "\n")
        self.run([str(SSH), "-D", "-e", "-f", str(self.folder / "conf")])

    def print_of(self, name):
        shown = subprocess.run(["ssh-keygen", "-l", "-f", str(self.folder / (name + ".pub"))], capture_output=True,
                               text=True, check=True).stdout
        return shown.split()[1]


class Office:
    """One bench: a folder as the office shows it, and a tanmiao with one source."""

    def __init__(self, bench):
        self.bench = bench
        self.city = bench.make_city(firms=120, patents=2500)
        self.root = bench.folder / "office"
        os.chmod(bench.folder, 0o755)
        shutil.rmtree(self.city / "sources")
        (self.city / "sources").mkdir()
        bench.environment["BULK_PASSWORD"] = PASSWORD

    def show(self, date):
        made = subprocess.run([str(self.bench.programs / "demo_city"), "bulk", "--world", str(self.city), "--out",
                               str(self.root), "--date", date], check=True, capture_output=True, text=True)
        return json.loads(made.stdout)

    def describe(self, kind, hosts=(), remote="", inbox=None):
        quote = json.dumps
        folders = [f"/CN/{name}/data/{{YYYYMMDD}}rawdata/" for name in SETS]
        text = ('id = "bulk"\ntitle = "批量数据"\npublisher = "演示城市"\nterms = "虚构"\nbasis = "演示"\n'
                f'complete = "append"\nkind = "{kind}"\ninbox = {quote(str(inbox or self.bench.folder / "inbox"))}\n')
        if kind == "remote":
            text += ('[secrets.PASSWORD]\nenv = "BULK_PASSWORD"\n[remote]\n'
                     f'hosts = {quote(list(hosts))}\nfolders = {quote(folders)}\nfiles = ["*.zip"]\n{remote}\n'
                     '[fetch]\npause = 0\n')
        (self.city / "sources" / "bulk.toml").write_text(text + PAGE, encoding="utf-8")

    def crawl(self, data, date, expect=(0, 3)):
        report = self.bench.json("crawl", *self.bench.of(data), "--clock", date + "T02:00:00Z", expect=expect)
        return next(s for stage in report["stages"] for s in stage.get("sources", []) if s["id"] == "bulk")

    def approve(self, data):
        self.bench.run("source", "approve", "bulk", "--by", "test", "--reason", "invented", *self.bench.of(data))


LOGIN = 'user = "reader"\npassword = "{secret:PASSWORD}"\ntls = "never"\n'


def heavy(root, date):
    """A file that takes its time: pictures are most of a delivery."""
    folder = root / "CN" / SETS[0] / "data" / (date.replace("-", "") + "rawdata")
    noise = random.Random(date)
    with zipfile.ZipFile(folder / "PICTURES.ZIP", "w", zipfile.ZIP_STORED) as out:
        out.writestr("1.TIF", noise.randbytes(900_000))


def expected(office, data, date):
    """The store that read a copy of the office's folders itself."""
    inbox = data.with_suffix(".inbox")
    for name in SETS:
        shutil.copytree(office.root / "CN" / name, inbox / "CN" / name)
    office.describe("folder", inbox=inbox)
    source = office.crawl(data, date)
    check(source["outcome"] == "published", f"the folder read directly: {source['new']} records")
    return office.bench.digest(data)


def killed(office, server, data, date):
    parts = re.compile(r"\.part$")
    for _ in range(3):
        process = subprocess.Popen(office.bench.command("crawl", *office.bench.of(data), "--clock", date + "T02:00:00Z"),
                                   env=office.bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        begun, until = {}, time.monotonic() + 120
        while process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
            now = {p: p.stat().st_size for p in (office.bench.folder / "inbox").rglob("*.part") if p.exists()}
            if any(size > begun.setdefault(p, size) + 60_000 for p, size in now.items()):
                break
        process.kill()
        process.wait()
        check(any(parts.search(p.name) for p in (office.bench.folder / "inbox").rglob("*")),
              "killed in the middle of a file")
    server.stop()
    server.start()


def ftp_story(office):
    bench, data = office.bench, office.bench.folder / "data"
    first, second = Ftp(bench, "first", office.root), Ftp(bench, "second", office.root)
    try:
        totals = office.show("2026-10-13")
        heavy(office.root, "2026-10-13")
        first.start("TransferRate RETR 400")
        office.describe("remote", [f"ftp://127.0.0.1:{first.port}", f"ftp://127.0.0.1:{second.port}"], LOGIN)
        office.approve(data)
        killed(office, first, data, "2026-10-13")
        source = office.crawl(data, "2026-10-13")
        check(source["outcome"] == "published" and source["new"] == totals["documents"],
              f"all {totals['documents']} documents of {totals['dates']} folders are records: {source['new']}")
        whole = [line.split()[1] for line in first.asked("RETR") if " 226 " in line]
        zips = [p for name in SETS for p in (office.root / "CN" / name).rglob("*.ZIP")]
        check(len(whole) == len(set(whole)) == len(zips), f"each of {len(zips)} files came to its end once")
        check(first.asked("REST"), "what was cut off was gone on with")
        direct = expected(office, bench.folder / "direct", "2026-10-13")
        check(direct == bench.digest(data), "the store is that of a crawl of the folder itself")

        office.describe("remote", [f"ftp://127.0.0.1:{first.port}", f"ftp://127.0.0.1:{second.port}"], LOGIN)
        first.stop()
        office.show("2026-10-16")
        second.start()
        source = office.crawl(data, "2026-10-16")
        fetched = {line.split()[1].split("/")[-2] for line in second.asked("RETR")}
        check(fetched == {"20261016rawdata"} and source["alarms"] == [], f"the mirror gave what was new alone: {fetched}")
        second.forget()
        office.crawl(data, "2026-10-17")
        office.crawl(data, "2026-10-18")
        check(not second.asked("RETR"), "nothing is fetched again")
        listed = [line for line in second.asked("MLSD")]
        source = office.crawl(data, "2026-10-19")
        check(len(second.asked("MLSD")) - len(listed) == len(SETS), "taken dates are not listed any more")

        office.show("2026-11-20")  # 32 days later
        source = office.crawl(data, "2026-11-20")
        gaps = [text for text in source["alarms"] if text.endswith("缺口")]
        check(len(gaps) == len(SETS) and "2026-10-17 至 2026-10-22" in gaps[0], f"the days nobody looked at: {gaps}")
        bench.run("crawl", "--accept", "bulk", "--by", "test", "--reason", "had it on paper", "--clock",
                  "2026-11-20T03:00:00Z", *bench.of(data), expect=(0, 3))
        check(not office.crawl(data, "2026-11-21")["alarms"], "a person accepted the gap")
        check(PASSWORD not in "".join(p.read_text(errors="ignore") for p in data.rglob("*.json")), "no password is kept")
    finally:
        first.stop()
        second.stop()


def tls_story(office):
    bench, data = office.bench, office.bench.folder / "tls"
    few = bench.folder / "few"  # a connection of its own for each listing and file takes its time
    for name in SETS:
        (few / "CN" / name / "data").mkdir(parents=True)
    for date in sorted((office.root / "CN" / SETS[0] / "data").iterdir())[-2:]:
        shutil.copytree(date, few / date.relative_to(office.root))
    server = Ftp(bench, "tls-server", few)
    cert, key = server.folder / "cert.pem", server.folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "30", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key),
                    "-out", str(cert)], check=True, capture_output=True)
    tls = ["LoadModule mod_tls.c", "TLSEngine on", "TLSProtocol TLSv1.2 TLSv1.3", "TLSRequired on",
           f'TLSECCertificateFile "{cert}"', f'TLSECCertificateKeyFile "{key}"']
    try:
        server.start(*tls)
        inbox = bench.folder / "tls-inbox"
        login = 'user = "reader"\npassword = "{secret:PASSWORD}"\ntls = "required"\n'
        office.describe("remote", [f"ftp://127.0.0.1:{server.port}"], login, inbox)
        office.approve(data)
        source = office.crawl(data, "2026-11-20")
        check(source["outcome"] == "failed" and not server.asked("PASS"),
              "a certificate nobody vouches for is told no password")
        office.describe("remote", [f"ftp://127.0.0.1:{server.port}"], login + f"ca_file = {json.dumps(str(cert))}\n", inbox)
        office.approve(data)
        source = office.crawl(data, "2026-11-21")
        check(source["new"] > 0 and server.asked("AUTH") and server.asked("PROT"), f"over TLS: {source['new']} records")
    finally:
        server.stop()


def sftp_story(office):
    bench, data = office.bench, office.bench.folder / "sftp"
    server = Ssh(bench, "ssh-server", office.root)
    try:
        server.start()
        inbox = bench.folder / "sftp-inbox"
        host = f"sftp://127.0.0.1:{server.port}{office.root}"
        login = f'user = {json.dumps(getpass.getuser())}\nkey_file = {json.dumps(str(server.folder / "user"))}\n'

        def named(key):
            return login + f'host_keys = {{"127.0.0.1" = [{json.dumps(server.print_of(key))}]}}\n'
        office.describe("remote", [host], named("other"), inbox)
        office.approve(data)
        source = office.crawl(data, "2026-11-20")
        check(source["outcome"] == "failed" and "host_keys" in source["why"], "a host key that is not named is refused")
        check("Accepted publickey" not in (server.folder / "out.log").read_text(), "nobody logged in")
        office.describe("remote", [host], named("host"), inbox)
        office.approve(data)
        source = office.crawl(data, "2026-11-21")
        direct = bench.folder / "sftp-direct"
        check(source["new"] > 0, f"over SFTP: {source['new']} records")
        check(expected(office, direct, "2026-11-21") == bench.digest(data), "the same as the folder itself")
    finally:
        server.stop()


def body(options):
    if not FTP.exists() or not SSH.exists():
        skip("proftpd-core and openssh-server are not installed (scripts/bootstrap test)")
    with Bench(options, "bulk_ftp") as bench:
        office = Office(bench)
        ftp_story(office)
        tls_story(office)
        sftp_story(office)


if __name__ == "__main__":
    main(body, arguments(__doc__))
