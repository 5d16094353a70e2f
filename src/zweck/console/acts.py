"""The room's door: accounts are added and given new passwords here and nowhere else."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from zweck.console.errors import BadName, NameTaken, NoAccount, WeakPassword
from zweck.console.models import Staff

LEAST_PASSWORD = 12
NAME = re.compile(r"[\w.@+-]{1,60}")


def add(name: str, roles: Sequence[str], purposes: Sequence[str], now: datetime) -> Staff:
    """A new account without a password: nobody can log in to it yet. Raises BadName, NameTaken."""
    if not NAME.fullmatch(name):
        raise BadName("a name has 1 to 60 letters, digits or . @ + - _, and no space")
    account = Staff(name=name, roles=list(roles), purposes=list(purposes), added_at=now)
    account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:
        raise NameTaken("an account of this name exists; `zweck staff reset` gives it a new password") from None
    return account


def named(name: str) -> Staff:
    """The account of a name. Raises NoAccount."""
    account = Staff.objects.filter(name=name).first()
    if account is None:
        raise NoAccount("there is no account of this name; `zweck staff add` makes one")
    return account


def set_password(account: Staff, password: str) -> None:
    """Give an account a password; every session it has ends. Raises WeakPassword."""
    if len(password) < LEAST_PASSWORD or len(set(password)) < 5 or account.name.lower() in password.lower():
        raise WeakPassword(
            f"a password has at least {LEAST_PASSWORD} characters, five different ones, and not the name"
        )
    account.set_password(password)
    account.save(update_fields=["password"])


def lock_out(account: Staff) -> None:
    """Take an account's password away; every session it has ends, until a new one is set."""
    account.set_unusable_password()
    account.save(update_fields=["password"])


def link_to_set(account: Staff) -> str:
    """The path of a link by which the account's person sets a password, once, within three days."""
    # Tied to the password as it is now: once set, the link is dead.
    key = urlsafe_base64_encode(str(account.pk).encode())
    return f"/staff/password/{key}/{default_token_generator.make_token(account)}"


def by_link(key: str, token: str) -> Staff | None:
    """The account that a link is for; None when the link is spent, too old or no link of ours."""
    try:
        account = Staff.objects.filter(pk=int(urlsafe_base64_decode(key)), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return account if account is not None and default_token_generator.check_token(account, token) else None


def forget_sessions(now: datetime) -> int:
    """Drop the sessions that are over; nobody else would."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]
