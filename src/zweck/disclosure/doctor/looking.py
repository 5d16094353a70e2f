"""Looks outside: names in the DNS, and the mail server's greeting. What could not be seen is never taken for fine."""

import smtplib
import ssl
from dataclasses import dataclass
from ipaddress import ip_address

import dns.exception
import dns.resolver
import dns.reversename

from zweck.disclosure.errors import NotDelivered
from zweck.disclosure.smtp.relay import Smtp
from zweck.disclosure.smtp.session import Session

_LIFETIME_SECONDS = 5.0


class Unseen(Exception):  # noqa: N818
    """Nothing could be seen. The message says why."""


@dataclass(frozen=True, slots=True)
class Outside:
    """The world as a machine with a resolver sees it."""

    def texts(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name; none where there are none. Raises Unseen."""
        return tuple(text.strip('"').replace('" "', "") for text in self._asked(name, "TXT"))

    def exchangers(self, name: str) -> tuple[str, ...]:
        """The MX records of a name. Raises Unseen."""
        return tuple(found.split()[-1].rstrip(".") for found in self._asked(name, "MX"))

    def addresses(self, name: str) -> tuple[str, ...]:
        """The addresses of a name; an address is its own. Raises Unseen."""
        try:
            return (str(ip_address(name)),)
        except ValueError:
            return (*self._asked(name, "A"), *self._asked(name, "AAAA"))

    def names(self, address: str) -> tuple[str, ...]:
        """What an address is called. Raises Unseen."""
        return tuple(found.rstrip(".") for found in self._asked(str(dns.reversename.from_address(address)), "PTR"))

    def greeting(self, server: Smtp) -> str:
        """Speak to the mail server as a sender would, log-in included; what is wrong, empty where nothing is.

        Raises Unseen where it cannot be reached.
        """
        try:
            with Session(server):
                return ""
        except NotDelivered as trouble:
            if isinstance(trouble.__cause__, (smtplib.SMTPException, ssl.SSLError)):
                return str(trouble)
            raise Unseen(f"the mail server cannot be reached ({trouble})") from None

    def _asked(self, name: str, kind: str) -> tuple[str, ...]:
        try:
            answer = dns.resolver.resolve(name, kind, lifetime=_LIFETIME_SECONDS, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as trouble:
            raise Unseen(f"the DNS does not answer ({type(trouble).__name__})") from None
        return tuple(record.to_text() for record in answer)
