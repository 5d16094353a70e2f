"""Where this room holds its staff, and why the rest of Django's own tables hold nobody."""

from zweck.holdings import Excused, Holding, declare, excuse


def declare_all() -> None:
    """Say it."""
    declare(
        Holding(
            "console.Staff",
            subject="id",
            data={"name": "name", "password": "credential", "language": "duty", "roles": "duty", "purposes": "duty",
                  "is_active": "duty", "last_login": "duty", "added_at": "duty"},
            technical=("id",),
        ),
        Holding(
            "console.Token",
            subject="account",
            data={"digest": "credential", "name": "name", "added_at": "duty", "revoked_at": "duty"},
            technical=("id", "site", "account"),
        ),
        Holding(
            "console.Share",
            subject="account",
            data={"digest": "credential", "name": "name", "added_at": "duty", "ends_at": "duty", "revoked_at": "duty"},
            technical=("id", "site", "account"),
            because={"ranges": "names of ranges of days"},
        ),
        Holding(
            "sessions.Session",
            subject="session_data",
            data={"session_key": "credential", "session_data": "credential"},
            technical=("expire_date",),
        ),
    )  # fmt: skip
    excuse(
        Excused("console.Failures", "counts under keyed hashes"),
        Excused("contenttypes.ContentType", "names of tables"),
        Excused("auth.Permission", "names of Django's own; unused", {"name": "as Django words it"}),
        Excused("auth.Group", "unused", {"name": "no group is ever made"}),
        Excused("auth.Group_permissions", "unused"),
    )
