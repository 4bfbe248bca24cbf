"""Hides the packages that models/pyproject.toml does not ask for, directly or through others.

A package that another one happens to bring along is missing elsewhere.
"""

from __future__ import annotations

import importlib.metadata as metadata
import sys
import tomllib
from collections.abc import Iterable
from importlib.abc import MetaPathFinder

from checkout import MODELS
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


class Undeclared(MetaPathFinder):
    """Put first into `sys.meta_path`, it raises ModuleNotFoundError for their modules."""

    def __init__(self, extras: Iterable[str]):
        declared = declared_packages(extras)
        self._modules = {
            module
            for module, packages in metadata.packages_distributions().items()
            if not declared & {canonicalize_name(package) for package in packages}
        }

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self._modules:
            raise ModuleNotFoundError(f"{name} is of a package that is not declared", name=name)
        return


def declared_packages(extras: Iterable[str]) -> set[str]:
    project = tomllib.loads((MODELS / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    waiting = [*project["dependencies"], *(each for extra in extras for each in optional[extra])]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = Requirement(waiting.pop())
        key = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if key in seen:
            continue
        seen.add(key)
        try:
            of_it = metadata.requires(requirement.name) or []
        except metadata.PackageNotFoundError:
            continue  # it will not be imported either
        for each in map(Requirement, of_it):
            extras_of_it = requirement.extras or {""}
            if each.marker is None or any(
                each.marker.evaluate({"extra": extra}) for extra in extras_of_it
            ):
                waiting.append(str(each))
    return {name for name, _ in seen}


if __name__ == "__main__":
    sys.meta_path.insert(0, Undeclared(["keras", "datasets"]))
    import tensorflow_datasets as tfds

    builder = tfds.builder("cats_vs_dogs", data_dir=sys.argv[1])
    print(builder.code_path, [*builder.info.features])
