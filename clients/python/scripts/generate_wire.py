"""Writes what crosses the wire, from the documents that a server serves; `--check` only compares.

The models of answers are in src/cc_executor/_wire.py; the task that is submitted is in _task.py, without pydantic.

python scripts/generate_wire.py http://127.0.0.1:8001/openapi.json http://127.0.0.1:8004/asyncapi.json [--check]
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent.parent / "src/cc_executor"
HEADER = '''"""{what}. Made by scripts/generate_wire.py from the served documents; change those."""
# ruff: noqa
# fmt: off

from __future__ import annotations

'''
TASK_IMPORTS = "from collections.abc import Mapping, Sequence\nfrom typing import Literal, TypedDict\n\n\n"
# What a server answers. What it is sent is checked by the server, which reports every fault at once.
ANSWERS = [
    "Accepted",
    "AgentsView",
    "Analysis",
    "AuthStatus",
    "ChangesPage",
    "Configuration",
    "Event",
    "EvidenceKey",
    "Execution",
    "ExecutionPage",
    "FilesPage",
    "Health",
    "HistoryRow",
    "HookStatus",
    "Problem",
    "Receipt",
    "Report",
    "RestoreResult",
    "Results",
    "Search",
    "State",
    "Status",
    "Verification",
    "Workers",
]


def tolerant(schema: Any) -> Any:
    """Opens a schema to what a newer server may add: further fields, and further values of an enumeration."""
    if isinstance(schema, list):
        return [tolerant(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    drop = {
        "const",
        "enum",
        "default",
        "minimum",
        "maximum",
        "pattern",
        "minLength",
        "maxLength",
        "exclusiveMinimum",
        "title",
    }
    if "properties" in schema:
        drop |= {"additionalProperties"}
    opened = {key: tolerant(value) for key, value in schema.items() if key not in drop or key == "properties"}
    if "properties" in schema:
        opened["properties"] = {name: tolerant(value) for name, value in schema["properties"].items()}
    if "enum" in schema and "type" not in opened:
        opened["type"] = "string"
    return opened


def document(openapi: Any, asyncapi: Any) -> dict[str, Any]:
    """Returns one JSON schema with a definition for each answer and each message of the event stream."""
    schemas: dict[str, Any] = {}

    def take(name: str) -> None:
        if name in schemas:
            return
        schemas[name] = tolerant(openapi["components"]["schemas"][name])
        for other in names_in(schemas[name]):
            take(other)

    for name in ANSWERS:
        take(name)
    messages = asyncapi["channels"]["events"]["messages"]
    for name in ("gap", "reset"):
        schemas[name.capitalize()] = tolerant(messages[name]["payload"])
    text = json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "wire", "version": "1"},
            "paths": {},
            "components": {"schemas": dict(sorted(schemas.items()))},
        }
    )
    return dict(json.loads(text))


def names_in(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [name for one in schema for name in names_in(one)]
    if not isinstance(schema, dict):
        return []
    here = [str(schema["$ref"]).rsplit("/", 1)[-1]] if "$ref" in schema else []
    return here + [name for value in schema.values() for name in names_in(value)]


def task(openapi: Any) -> str:
    """Returns the class of a task as it is submitted."""
    fields = openapi["components"]["schemas"]["SubmittedTaskObjectInput"]["properties"]
    lines = ["class Task(TypedDict, total=False):"]
    lines += [
        '    """A task: exactly one of `prompt`, `command` and `tool`, and its options. Times are seconds."""',
        "",
    ]
    for name, schema in fields.items():
        lines.append(f"    {name}: {annotation(schema)}")
        said = schema.get("description")
        lines += [f'    """{said}"""'] if said else []
    return "\n".join(lines)


def annotation(schema: Any) -> str:
    """Returns the type of what a schema describes, as Python writes it."""
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(annotation(one) for one in schema["anyOf"]))
    if schema.get("pattern") == "^auto$":
        return "Literal['auto']"
    kind = schema.get("type")
    if kind == "array":
        return f"Sequence[{annotation(schema.get('items', {}))}]"
    plain = {"string": "str", "number": "float", "integer": "int", "boolean": "bool"}
    return plain.get(kind, "Mapping[str, object]" if kind == "object" else "object")


def answers(openapi: Any, asyncapi: Any) -> str:
    """Returns the classes of answers and events, with their imports."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "wire.json"), Path(folder, "wire.py")
        source.write_text(json.dumps(document(openapi, asyncapi)))
        subprocess.run(
            [
                sys.executable,
                "-m",
                "datamodel_code_generator",
                "--input",
                str(source),
                "--input-file-type",
                "openapi",
                "--output",
                str(target),
                "--output-model-type",
                "pydantic_v2.BaseModel",
                "--target-python-version",
                "3.10",
                "--base-class",
                "cc_executor._model.Model",
                "--no-use-standard-collections",
                "--use-union-operator",
                "--use-schema-description",
                "--use-field-description",
                "--disable-timestamp",
                "--formatters",
                "builtin",
                "--collapse-root-models",
                "--strict-nullable",
                "--openapi-scopes",
                "schemas",
                "--disable-warnings",
            ],
            check=True,
        )
        # Its own header and its __future__ import go.
        return re.sub(r"\A.*?\nfrom __future__[^\n]*\n+", "", target.read_text(), flags=re.S).rstrip() + "\n"


def read(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def main() -> int:
    addresses = [word for word in sys.argv[1:] if not word.startswith("--")]
    openapi, asyncapi = (read(address) for address in addresses)
    texts = {
        "_wire.py": HEADER.format(what="What a server answers") + answers(openapi, asyncapi),
        "_task.py": HEADER.format(what="A task as it is submitted") + TASK_IMPORTS + task(openapi) + "\n",
    }
    stale = [name for name, text in texts.items() if PACKAGE.joinpath(name).read_text() != text]
    if "--check" not in sys.argv:
        for name, text in texts.items():
            PACKAGE.joinpath(name).write_text(text)
        return 0
    for name in stale:
        print(f"{name} does not fit the served documents: npm run reference:python", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
