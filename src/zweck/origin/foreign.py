"""Files of other makers (MaxMind DB format): read while serving, or packed once into a table of ours."""

from datetime import date
from pathlib import Path

from zweck.origin import mmdb, records
from zweck.origin.errors import NotATable
from zweck.origin.table import Run
from zweck.origin.values import About


class Foreign:
    """An operator's own MaxMind DB file, read by `maxminddb` (the extra `geo`) record by record."""

    def __init__(self, file: Path) -> None:
        try:
            import maxminddb  # noqa: PLC0415  (an extra)
        except ImportError:
            raise NotATable(
                f"{file}: reading a .mmdb file needs the package maxminddb (pip install 'zweck[geo]'); "
                f"or pack it once, which needs nothing: zweck geo refresh {file}"
            ) from None
        try:
            self._reader = maxminddb.open_database(file)
        except (maxminddb.InvalidDatabaseError, ValueError) as wrong:
            raise NotATable(f"{file}: this is no MaxMind DB file that can be read ({type(wrong).__name__})") from None
        said = self._reader.metadata()
        self._has_v6 = said.ip_version == 6
        self.about = About(said.database_type, _day(said.build_epoch), "", *credit(said.database_type))

    def label(self, network: bytes) -> str:
        """As `Table.label`, asked of the first address of the network. Slower: the makers' records are fat."""
        if len(network) not in (3, 6) or (len(network) == 6 and not self._has_v6):
            return ""
        dotted = ".".join(map(str, network)) + ".0" if len(network) == 3 else _colons(network)
        record: object = self._reader.get(dotted)
        return records.label(record) if isinstance(record, dict) else ""


def _colons(network: bytes) -> str:
    return ":".join(network[at : at + 2].hex() for at in (0, 2, 4)) + "::"


def _day(epoch: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + epoch // 86_400)


def credit(kind: str) -> tuple[str, str, str]:
    """Licence, credit line and address of a known maker's file; three empty ones where it is not known to us."""
    makers = {
        "dbip": ("CC BY 4.0", "IP Geolocation by DB-IP", "https://db-ip.com"),
        "geolite2": ("GeoLite2 EULA", "GeoLite2 data created by MaxMind", "https://www.maxmind.com"),
        "ipinfo": ("CC BY-SA 4.0", "IP address data powered by IPinfo", "https://ipinfo.io"),
        "iplocate": ("CC BY-SA 4.0", "IP address data powered by IPLocate.io", "https://www.iplocate.io"),
        "ip2location": ("CC BY-SA 4.0", "IP2Location LITE data", "https://lite.ip2location.com"),
    }
    plain = kind.lower().replace("-", "").replace(" ", "")
    return next((said for maker, said in makers.items() if maker in plain), ("", "", ""))


def packable(content: bytes, sha256: str) -> tuple[About, list[Run], list[Run]]:
    """What `table.packed` takes, of a whole .mmdb file. Takes minutes for 100 MB. Raises NotATable."""
    tree = mmdb.Tree(content)
    kind = str(tree.about.get("database_type", "unknown"))
    epoch = tree.about.get("build_epoch")
    about = About(kind, _day(epoch if isinstance(epoch, int) else 0), sha256, *credit(kind))
    v4 = list(tree.networks(records.label, is_v4=True))
    v6 = list(tree.networks(records.label, is_v4=False))
    if not any(label for _, label in v4):
        raise NotATable("no record of it names a country that can be read")
    return about, v4, v6
