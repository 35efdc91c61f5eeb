"""What is sealed opens for its place alone, and outlives a change of keys."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from bot.privacy.vault import Vault, VaultError, add_key, forget_old_keys, make_key_file, read_keys
from bot.settings import SettingError

ADDRESS = {"name": "王小明", "phone": "13812345678", "address": "文三路1号"}


def test_sealed_data_tells_nothing_and_opens_again(tmp_path: Path) -> None:
    """A copied Redis file would be a list of homes of people in danger."""
    vault = Vault.open(tmp_path / "key")
    sealed = vault.seal("demo:A1", ADDRESS)
    assert not any(value in sealed for value in ADDRESS.values())
    assert vault.unseal("demo:A1", sealed) == ADDRESS


def test_an_address_cannot_be_put_under_another_order(tmp_path: Path) -> None:
    """Police would be sent to the wrong door."""
    vault = Vault.open(tmp_path / "key")
    with pytest.raises(VaultError):
        vault.unseal("demo:A2", vault.seal("demo:A1", ADDRESS))


@pytest.mark.parametrize("broken", ["", "{}", "sealed:", "sealed:xxxx", '{"name": "王"}'])
def test_damage_is_said(tmp_path: Path, broken: str) -> None:
    """A damaged address read as an empty one would look like "no address known"."""
    with pytest.raises(VaultError):
        Vault.open(tmp_path / "key").unseal("demo:A1", broken)


def test_keys_can_be_changed_without_losing_what_was_sealed(tmp_path: Path) -> None:
    """After a leak of the key nobody would dare to change it."""
    path = tmp_path / "key"
    old = Vault.open(path).seal("p", ADDRESS)
    add_key(path)
    both = Vault.open(path)
    assert both.unseal("p", old) == ADDRESS
    new = both.renew(old)
    assert forget_old_keys(path) == 1
    only = Vault.open(path)
    assert only.unseal("p", new) == ADDRESS
    with pytest.raises(VaultError):
        only.unseal("p", old)


def test_the_key_file_is_the_owners_alone(tmp_path: Path) -> None:
    """Any user of the machine could open every address."""
    path = tmp_path / "a" / "key"
    make_key_file(path)
    add_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["key"]


@pytest.mark.parametrize("content", ["", "# nothing\n", "no key\n", "é\n"])
def test_a_broken_key_file_is_named_and_never_replaced(tmp_path: Path, content: str) -> None:
    """A fresh key in place of a damaged file would lock every address away for ever."""
    path = tmp_path / "key"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingError, match="backup"):
        Vault.open(path)
    assert path.read_text(encoding="utf-8") == content


def _make(path: Path, seen: multiprocessing.Queue) -> None:
    make_key_file(path)
    seen.put(read_keys(path))


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    """Door and worker would each seal with a key the other does not know."""
    seen: multiprocessing.Queue = multiprocessing.Queue()
    crowd = [multiprocessing.Process(target=_make, args=(tmp_path / "key", seen)) for _ in range(4)]
    for one in crowd:
        one.start()
    assert len({tuple(seen.get(timeout=30)) for _ in crowd}) == 1
    for one in crowd:
        one.join()
