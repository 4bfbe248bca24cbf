"""A container registry on this machine, empty, with a head, or with a signed one."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from container_registry import ContainerRegistry, container_registry
from published_heads import keys, push, write_head


@pytest.fixture(autouse=True)
def _libraries() -> None:
    if all(find_spec(each) for each in ("oras", "model_signing")):
        return
    if os.environ.get("CI") == "true":
        pytest.fail("oras and model-signing are missing: run `make venv`")
    pytest.skip("needs the extra `distribution`")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the accounts and the proxy of who runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def registry():
    with container_registry() as started:
        yield started


@pytest.fixture
def pushed(registry: ContainerRegistry, tmp_path: Path) -> ContainerRegistry:
    """A registry with pets@3 of the folder `from`."""
    write_head(tmp_path / "from")
    assert push(registry, tmp_path / "from") == 0
    return registry


@pytest.fixture
def signed(registry: ContainerRegistry, tmp_path: Path) -> ContainerRegistry:
    """A registry with pets@3 of the folder `from`, signed with key.pem."""
    private, _ = keys(tmp_path)
    write_head(tmp_path / "from")
    assert push(registry, tmp_path / "from", "--sign-key", private) == 0
    return registry
