"""Keeps the chart's values described in one place, the comments of values.yaml.

    describe_values.py           fails where values.schema.json or README.md say something else
    describe_values.py --write   writes the comments into both

The schema's types and bounds are written by hand; what the services' options are called comes from
docs/configuration.md. Needs PyYAML.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = Path(__file__).parent / "vgg16-serving"
VALUES, SCHEMA, README = (CHART / n for n in ("values.yaml", "values.schema.json", "README.md"))
TABLE = re.compile(r"(?<=<!-- values -->\n\n).*?(?=\n<!-- /values -->)", re.DOTALL)

SET_BY_THE_CHART = re.compile(
    r"host|port|management-.*|plaintext|tls-.*|auth-tokens|drain-delay-ms|grace-ms"
    r"|head-(target|tls|tls-.*|token-file|plaintext)|heads|admin-host"
)
"""Options that other values decide; given a second time they would contradict these."""

Path_ = tuple[str, ...]


def comments(text: str) -> Iterator[tuple[Path_, str]]:
    """The keys of a YAML file in block style with the comments right above them, or ''."""
    above: list[str] = []
    path: list[str] = []
    for line in text.splitlines():
        if comment := re.match(r" *# (.*)", line):
            above.append(comment[1])
        elif key := re.match(r"( *)([\w-]+):", line):
            path[len(key[1]) // 2 :] = [key[2]]
            yield tuple(path), " ".join(above)
            above = []
        else:
            above = []


def described(text: str) -> dict[Path_, str]:
    """The values that have a comment; what lies below one of them belongs to it."""
    result: dict[Path_, str] = {}
    for path, comment in comments(text):
        if any(path[:n] in result for n in range(1, len(path))):
            continue
        if comment:
            result[path] = comment
    return result


def options(program: str) -> list[str]:
    page = (ROOT / "docs/configuration.md").read_text()
    section = page.split(f"<!-- options: {program} -->")[1].split("<!-- /options -->")[0]
    return re.findall(r"^\| `--([a-z0-9-]+)", section, re.MULTILINE)


def value_at(values: Any, path: Path_) -> Any:
    for key in path:
        values = values[key]
    return values


def schema_at(schema: dict[str, Any], path: Path_) -> dict[str, Any]:
    for key in path:
        if key not in schema.get("properties", {}):
            raise KeyError(f"values.schema.json has no {'.'.join(path)}")
        schema = schema["properties"][key]
    return schema


def leaves(schema: dict[str, Any], path: Path_ = ()) -> Iterator[Path_]:
    if "properties" not in schema:
        yield path
    for key, below in schema.get("properties", {}).items():
        yield from leaves(below, (*path, key))


def written_schema(schema: dict[str, Any], texts: dict[Path_, str]) -> str:
    for path, text in texts.items():
        schema_at(schema, path)["description"] = text
    for path in leaves(schema):
        # What a chart above this one gives all its parts.
        if path not in texts and path != ("global",):
            raise KeyError(f"values.yaml has no {'.'.join(path)} with a comment")
    for program in ("feature-service", "head-service"):
        path = (program.partition("-")[0] + "Service", "options")
        names = [name for name in options(program) if not SET_BY_THE_CHART.fullmatch(name)]
        schema_at(schema, path)["propertyNames"] = {"enum": names}
    return json.dumps(schema, indent=2) + "\n"


def table(values: Any, texts: dict[Path_, str]) -> str:
    rows = ["| value | default | meaning |", "| --- | --- | --- |"]
    for path, text in texts.items():
        default = json.dumps(value_at(values, path))
        rows.append(f"| `{'.'.join(path)}` | `{default}` | {text.replace('|', chr(92) + '|')} |")
    return "\n".join(rows) + "\n"


def main(arguments: list[str]) -> int:
    text = VALUES.read_text()
    texts = described(text)
    try:
        schema = written_schema(json.loads(SCHEMA.read_text()), texts)
    except KeyError as e:
        print(f"describe_values.py: {e.args[0]}", file=sys.stderr)
        return 1
    rows = table(yaml.safe_load(text), texts)
    readme, tables = TABLE.subn(lambda _: rows, README.read_text())
    if tables != 1:
        print("describe_values.py: README.md has no place for the table", file=sys.stderr)
        return 1
    if arguments == ["--write"]:
        SCHEMA.write_text(schema)
        README.write_text(readme)
        return 0
    stale = [f.name for f, new in ((SCHEMA, schema), (README, readme)) if f.read_text() != new]
    if stale:
        print(
            f"describe_values.py: {' and '.join(stale)} do not say what values.yaml says: "
            "run deploy/helm/describe_values.py --write",
            file=sys.stderr,
        )
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
