"""Certificates for tests, made by the `openssl` program."""

import shutil
import ssl
import subprocess
from pathlib import Path


def available() -> bool:
    """Say whether the `openssl` program is here."""
    return shutil.which("openssl") is not None


def certificate(folder: Path, *, host: str = "localhost", expired: bool = False) -> Path:
    """Return a file with a new self-signed certificate for `host` and its key."""
    path, key = folder / f"{host}.pem", folder / f"{host}.key"
    subject = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-days", "1"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]
    _openssl("req", *kind, *subject, "-keyout", str(key), "-out", str(path))
    if expired:
        _openssl("x509", "-in", str(path), "-signkey", str(key), "-days", "-1", "-out", str(path))
    path.write_bytes(path.read_bytes() + key.read_bytes())
    return path


def server_context(path: Path) -> ssl.SSLContext:
    """Return the context of a server that shows the certificate in `path`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def client_context(path: Path) -> ssl.SSLContext:
    """Return the context of a client that trusts the certificate in `path` and nothing else."""
    return ssl.create_default_context(cafile=path)


def _openssl(*args: str) -> None:
    subprocess.run(["openssl", *args], check=True, capture_output=True)
