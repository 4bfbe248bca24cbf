"""Writes schemas/: JSON schemas of the kinds that the chart makes, for kubeconform.

    vendor_schemas.py

takes them from the projects' own definitions in their Go modules (needs Go and PyYAML). They are
strict: a field that is not in the definition is an error. Descriptions are left out.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import yaml

SCHEMAS = Path(__file__).parent / "schemas"

KUBERNETES = "k8s.io/kubernetes@v1.34.4"
KINDS = {
    "apps/v1": ["Deployment"],
    "autoscaling/v2": ["HorizontalPodAutoscaler"],
    "core/v1": ["ConfigMap", "Pod", "Service", "ServiceAccount"],
    "networking/v1": ["NetworkPolicy"],
    "policy/v1": ["PodDisruptionBudget"],
}

CRDS = {
    "github.com/cert-manager/cert-manager@v1.21.2": [
        "deploy/crds/cert-manager.io_certificates.yaml"
    ],
    "github.com/kedacore/keda/v2@v2.21.0": ["config/crd/bases/keda.sh_scaledobjects.yaml"],
    "github.com/prometheus-operator/prometheus-operator@v0.85.0": [
        "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
        "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
    ],
    "sigs.k8s.io/gateway-api@v1.4.0": [
        "config/crd/standard/gateway.networking.k8s.io_backendtlspolicies.yaml",
        "config/crd/standard/gateway.networking.k8s.io_grpcroutes.yaml",
    ],
}

KEPT = {
    "$ref", "additionalProperties", "allOf", "anyOf", "const", "enum", "format", "items", "maximum",
    "maxItems", "maxLength", "maxProperties", "minimum", "minItems", "minLength", "minProperties",
    "not", "oneOf", "pattern", "properties", "required", "type", "uniqueItems",
}  # fmt: skip

QUANTITY = {"type": ["string", "number"]}
INT_OR_STRING = {"type": ["string", "integer"]}


def strict(schema: Any) -> Any:
    """Without descriptions, and closed where the properties are known."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
        return INT_OR_STRING
    result = {}
    for key, value in schema.items():
        if key == "properties":
            result[key] = {name: strict(of) for name, of in value.items()}
        elif key in KEPT:
            result[key] = strict(value)
    if "properties" in result and not schema.get("x-kubernetes-preserve-unknown-fields"):
        result.setdefault("additionalProperties", False)
    return result


def references(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(references, schema))
    if not isinstance(schema, dict):
        return set()
    own = {schema["$ref"].rpartition("/")[2]} if isinstance(schema.get("$ref"), str) else set()
    return own.union(*map(references, schema.values()))


def kubernetes_schema(definitions: dict[str, Any], name: str) -> dict[str, Any]:
    """One definition with all that it refers to."""
    found: dict[str, Any] = {}
    wanted = {name}
    while wanted:
        current = wanted.pop()
        schema = strict(definitions[current])
        if current.endswith(".api.resource.Quantity"):
            schema = QUANTITY
        found[current] = schema
        wanted |= references(schema) - found.keys()
    return {"$ref": f"#/definitions/{name}", "definitions": found}


def crd_schema(crd: dict[str, Any], version: dict[str, Any]) -> dict[str, Any]:
    schema = strict(version["schema"]["openAPIV3Schema"])
    schema["properties"]["metadata"] = {"type": "object"}
    # Written by controllers.
    schema["properties"].pop("status", None)
    schema["properties"]["kind"] = {"const": crd["spec"]["names"]["kind"]}
    return schema


def module(name: str) -> Path:
    out = subprocess.run(
        ["go", "mod", "download", "-json", name], check=True, capture_output=True, text=True
    ).stdout
    return Path(json.loads(out)["Dir"])


def write(kind: str, group: str, version: str, schema: dict[str, Any]) -> None:
    """Named as kubeconform asks for it: {{.ResourceKind}}{{.KindSuffix}}."""
    short = group.partition(".")[0]
    name = "-".join([kind.lower(), *([short] if short else []), version])
    (SCHEMAS / f"{name}.json").write_text(
        json.dumps(schema, separators=(",", ":"), sort_keys=True) + "\n"
    )


def main() -> None:
    SCHEMAS.mkdir(exist_ok=True)
    definitions = json.loads((module(KUBERNETES) / "api/openapi-spec/swagger.json").read_text())[
        "definitions"
    ]
    for group_version, kinds in KINDS.items():
        group, version = group_version.split("/")
        for kind in kinds:
            schema = kubernetes_schema(definitions, f"io.k8s.api.{group}.{version}.{kind}")
            api = definitions[f"io.k8s.api.{group}.{version}.{kind}"]
            group_name = api["x-kubernetes-group-version-kind"][0]["group"]
            write(kind, group_name, version, schema)
    for name, files in CRDS.items():
        folder = module(name)
        for file in files:
            crd = yaml.safe_load((folder / file).read_text())
            for version in crd["spec"]["versions"]:
                if version["storage"]:
                    schema = crd_schema(crd, version)
                    group = crd["spec"]["group"]
                    write(crd["spec"]["names"]["kind"], group, version["name"], schema)


if __name__ == "__main__":
    main()
