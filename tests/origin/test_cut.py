"""What is left of an address, and that it goes nowhere."""

import copy
import json
import pickle
from ipaddress import ip_address

import msgspec
import pytest

from zweck.origin.acts import cut, cut_further, plainly
from zweck.origin.values import Origin


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", bytes([192, 0, 2])),
        ("2001:db8:1234:5678::9", bytes.fromhex("20010db81234")),
        ("::ffff:192.0.2.77", bytes([192, 0, 2])),
        ("::", bytes(6)),
    ],
)
def test_an_address_is_cut_to_its_network(address: str, network: bytes) -> None:
    assert cut(plainly(ip_address(address).packed)) == Origin(network)


@pytest.mark.parametrize(
    ("network", "bits_v4", "bits_v6", "left"),
    [
        ("c00002", 24, 48, "c00002"),
        ("c00002", 32, 48, "c00002"),
        ("c00002", 16, 48, "c00000"),
        ("c00002", 0, 48, "000000"),
        ("20010db81234", 24, 32, "20010db80000"),
        ("20010db81234", 24, 45, "20010db81230"),
        ("", 8, 8, ""),
    ],
)
def test_a_policy_may_cut_more_and_never_less(network: str, bits_v4: int, bits_v6: int, left: str) -> None:
    assert cut_further(bytes.fromhex(network), bits_v4, bits_v6) == bytes.fromhex(left)


def test_an_origin_shows_itself_to_nobody() -> None:
    origin = cut(bytes([192, 0, 2, 77]))

    assert f"{origin} {origin!r}" == "Origin(…) Origin(…)"
    for write in (pickle.dumps, json.dumps, msgspec.json.encode, msgspec.msgpack.encode, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write(origin)


def test_an_origin_does_not_change() -> None:
    with pytest.raises(AttributeError):
        cut(bytes(4)).network = b"abc"
