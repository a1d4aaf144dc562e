"""A mail relay that encrypts and asks for a password, by aiosmtpd: mail_relay.py PORT FOLDER CERTIFICATE KEY MODE.

MODE is `starttls` (encrypted after a greeting, and nothing before) or `tls` (encrypted from the first
byte). Each letter goes into FOLDER as one file, its envelope in headers of its own. It runs until its
standard input ends.
"""

import ssl
import sys
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Keeper:
    """Keeps letters in a folder, the first one as `1.eml`."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.kept = 0

    async def handle_DATA(self, server, session, envelope):
        self.kept += 1
        lines = [f"X-Sender: {envelope.mail_from}"]
        lines += [f"X-Receiver: {receiver}" for receiver in envelope.rcpt_tos]
        lines.append(f"X-User: {session.auth_data}")
        letter = "\r\n".join(lines).encode() + b"\r\n" + envelope.content
        unfinished = self.folder / "unfinished"
        unfinished.write_bytes(letter)
        unfinished.rename(self.folder / f"{self.kept}.eml")
        return "250 taken"


def authenticate(server, session, envelope, mechanism, login):
    known = login.login == b"pma" and login.password == b"m@il w0rd"
    return AuthResult(success=known, auth_data=login.login.decode())


def main():
    port, folder, certificate, key, mode = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    starts = mode == "starttls"

    class Relay(Controller):
        def factory(self):
            return SMTP(
                self.handler,
                hostname="relay.test",
                authenticator=authenticate,
                auth_required=True,
                tls_context=context if starts else None,
                require_starttls=starts,
                # Where it is encrypted from the first byte, aiosmtpd does not know of it.
                auth_require_tls=starts,
            )

    options = {} if starts else {"ssl_context": context}
    relay = Relay(Keeper(folder), hostname="127.0.0.1", port=int(port), **options)
    relay.start()
    print("ready", flush=True)
    sys.stdin.read()
    relay.stop()


main()
