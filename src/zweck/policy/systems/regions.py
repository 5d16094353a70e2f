"""Countries, states of the USA, and groups of countries by name: how a policy says which country leads to what."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import StringConstraints

# A country (ISO 3166-1), a state of the USA (ISO 3166-2: `US-CA`), or the name of a group.
Region = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|US-[A-Z]{2}|[a-z]+)$")]

# Whose currency is the euro on 1 January 2026: 21 states of the Union, their territories, and others.
EURO = """AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK
    AD AX BL GF GP MC ME MF MQ PM RE SM TF VA XK YT"""
# The pound at par: the United Kingdom and the dependencies of its Crown.
STERLING = "GB GG IM JE"
# European Economic Area: the Union, Iceland, Liechtenstein, Norway.
EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO"
# United Nations M49, region 019.
AMERICAS = """AG AI AR AW BB BL BM BO BQ BR BS BV BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GS GT GY HN HT JM KN KY
    LC MF MQ MS MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI"""
GROUPS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "euro": frozenset(EURO.split()),
        "sterling": frozenset(STERLING.split()),
        "eea": frozenset(EEA.split()),
        "americas": frozenset(AMERICAS.split()),
    }
)
# Which currency is proposed where a policy names none.
CURRENCIES: Mapping[str, list[str]] = MappingProxyType({"EUR": ["euro"], "GBP": ["sterling"], "CHF": ["CH", "LI"]})
CURRENCY_OTHERWISE = "USD"


def spread(where: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Region by region, what it leads to; groups as their countries. What is named by itself wins over a group."""
    by_group = {country: to for to, regions in where.items() for name in regions for country in GROUPS.get(name, ())}
    return by_group | {name: to for to, regions in where.items() for name in regions if name not in GROUPS}
