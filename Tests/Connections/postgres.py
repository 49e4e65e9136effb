"""A PostgreSQL on loopback with a folder of its own, for as long as a test takes."""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile

SECRET = "a secret:nobody/may@see"
USER = "analyst_of_loans"


def programs():
    """The folder of the server's programs; empty when there is none."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    given = os.environ.get("PG_BIN") or (str(found[0].parent) if found else os.path.dirname(shutil.which("initdb") or ""))
    return given if given and os.path.exists(f"{given}/initdb") else ""


class Server:
    """Whoever makes it removes it."""

    def __init__(self):
        self.programs = programs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="washi-postgres-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.owner = None
        if os.getuid() == 0:
            self.owner = pwd.getpwnam("postgres")
            os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        secret = self.folder / "secret"
        secret.write_text(SECRET)
        secret.chmod(0o644)
        self.call(
            "initdb", "-D", f"{self.folder}/data", "-U", USER, f"--pwfile={secret}", "-A", "scram-sha-256",
            "-E", "UTF8", "--no-locale",
        )
        secret.unlink()
        self.start()

    def call(self, program, *words):
        owner = self.owner
        done = subprocess.run(
            [f"{self.programs}/{program}", *words], cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, user=owner and owner.pw_uid, group=owner and owner.pw_gid,
            extra_groups=[] if owner else None, env={"PATH": os.environ["PATH"], "HOME": str(self.folder)},
        )
        if done.returncode:
            sys.exit(f"{program}: {done.stderr}")

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        self.call("pg_ctl", "-D", f"{self.folder}/data", "-o", options, "-l", f"{self.folder}/log", "-w", "start")

    def stop(self):
        self.call("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-w", "stop")

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, *statements):
        words = [word for statement in statements for word in ("-c", statement)]
        done = subprocess.run(
            [f"{self.programs}/psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", "postgres", "-At", *words],
            capture_output=True, text=True, env={**os.environ, "PGPASSWORD": SECRET},
        )
        if done.returncode:
            sys.exit(f"psql: {done.stderr}")
        return done.stdout.strip()

    def working(self, words):
        """How many other sessions are at work on a statement with such words."""
        return int(self.ask(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() "
            f"AND query LIKE '%{words}%'"
        ))
