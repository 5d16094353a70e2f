"""The tree is that of RFC 6962: held against its recursive definition, known vectors and an independent oracle."""

from hashlib import sha256

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zweck.ledger import merkle

# Data and roots of the test vectors that Certificate Transparency implementations share.
DATA = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = st.integers(min_value=1, max_value=90)


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def defined_root(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256().digest()
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\1" + defined_root(hashes[:k]) + defined_root(hashes[k:])).digest()


def hash_of(hashes: list[bytes]) -> merkle.HashOf:
    return lambda start, end: merkle.root_of(hashes[start:end])


@pytest.mark.parametrize("size", range(9))
def test_the_known_roots_come_out(size: int) -> None:
    assert merkle.root_of(map(merkle.leaf_hash, DATA[:size])).hex() == ROOTS[size]


@given(SIZES)
def test_the_growing_tree_has_the_root_of_the_definition(size: int) -> None:
    assert merkle.root_of(leaves(size)) == defined_root(leaves(size))


@given(SIZES, st.data())
def test_a_packed_frontier_grows_on_as_if_never_packed(size: int, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, size))
    first = merkle.Frontier()
    for leaf in leaves(size)[:cut]:
        first.append(leaf)

    second = merkle.Frontier(first.size, first.pack())
    for leaf in leaves(size)[cut:]:
        second.append(leaf)

    assert second.root() == defined_root(leaves(size))


@given(SIZES, st.data())
def test_a_proof_of_inclusion_holds_for_its_leaf_alone(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size).filter(lambda n: n != index))
    root = defined_root(leaves(size))

    proof = merkle.inclusion(index, size, hash_of(leaves(size)))

    assert merkle.includes(leaves(size)[index], index, size, proof, root)
    assert not merkle.includes(leaves(size)[index], other, size, proof, root)
    assert not merkle.includes(merkle.leaf_hash(b"forged"), index, size, proof, root)
    assert not merkle.includes(leaves(size)[index], index, size, (*proof, root), root)


@given(SIZES, st.data())
def test_a_proof_of_consistency_holds_for_an_unchanged_past_alone(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, size))
    roots = (defined_root(leaves(old)), defined_root(leaves(size)))
    changed = (merkle.leaf_hash(b"forged"), roots[1])

    proof = merkle.consistency(old, size, hash_of(leaves(size)))

    assert merkle.extends((old, size), proof, roots)
    assert not merkle.extends((old, size), proof, changed)
    assert not merkle.extends((old, size), (*proof, roots[1]), roots)


@given(st.integers(1, 40), st.data())
def test_an_independent_implementation_agrees(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(size):
        oracle.append_entry(str(number).encode())

    path = oracle.prove_inclusion(index + 1, size)
    proof = merkle.inclusion(index, size, hash_of(leaves(size)))

    assert oracle.get_root(size) == defined_root(leaves(size))
    assert oracle.get_root(old) == merkle.root_of(leaves(old))
    assert [bytes(node) for node in path.path[1:]] == list(proof)
    pymerkle.verify_consistency(oracle.get_root(old), oracle.get_root(size), oracle.prove_consistency(old, size))


@pytest.mark.parametrize(("size", "packed"), [(3, b""), (1, b"short"), (-1, b"")])
def test_a_frontier_that_cannot_be_is_refused(size: int, packed: bytes) -> None:
    with pytest.raises(ValueError, match="frontier"):
        merkle.Frontier(size, packed)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="position"):
        merkle.inclusion(index, size, hash_of([]))
