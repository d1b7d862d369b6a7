"""A PostgreSQL to measure against."""
import os
import pathlib
import shutil
import signal
import subprocess
import time


class Cluster:
    """A PostgreSQL of its own in a folder, on a Unix socket alone; ended by its process id."""

    def __init__(self, folder, programs):
        self.folder, self.bin = folder, programs
        self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        folder.mkdir()
        if self.as_user:
            shutil.chown(folder, "postgres", "postgres")
        self.run(self.bin / "initdb", "-D", folder / "db", "-U", "bench", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8")
        with open(folder / "log", "w") as log:
            self.server = subprocess.Popen(
                [*self.as_user, self.bin / "postgres", "-D", folder / "db", "-k", folder, "-c", "listen_addresses=",
                 "-c", "shared_buffers=1GB", "-c", "work_mem=256MB", "-c", "maintenance_work_mem=1GB", "-c", "fsync=off",
                 "-c", "jit=off"], stdout=log, stderr=log)
        for _ in range(100):
            if subprocess.run([self.bin / "pg_isready", "-h", folder], stdout=subprocess.DEVNULL).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL does not answer")

    def run(self, *command):
        subprocess.run([*self.as_user, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self, text):
        return subprocess.Popen([self.bin / "psql", "-h", self.folder, "-U", "bench", "-d", "postgres", "-v", "ON_ERROR_STOP=1",
                                 "-XqAt", "-c", text], stdout=subprocess.PIPE, text=True)

    def ask(self, text):
        asked = self.start(text)
        out, _ = asked.communicate()
        if asked.returncode:
            raise RuntimeError(text)
        return out

    def cpu(self):
        """CPU seconds of the connections that have ended."""
        fields = pathlib.Path(f"/proc/{self.server.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.server.send_signal(signal.SIGINT)
        self.server.wait(30)
