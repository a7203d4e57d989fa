"""Writes the table of docs/security.md that says which function may do what, from the template.

`python docs/permissions.py` writes it; a test compares it with what stands in the repository.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.packaging import load_template

ROOT = Path(__file__).parent.parent
SECURITY = ROOT / "docs" / "security.md"
START, END = "<!-- permissions: begin -->", "<!-- permissions: end -->"
FUNCTION = "AWS::Serverless::Function"


def functions(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The properties of the template's functions by the names of their folders."""
    found = [r["Properties"] for r in template["Resources"].values() if r["Type"] == FUNCTION]
    return {properties["CodeUri"].removeprefix("functions/"): properties for properties in found}


def statements(properties: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a function's or state machine's role allows, statement by statement."""
    for policy in properties["Policies"]:
        yield from policy["Statement"]


def resources(statement: dict[str, Any]) -> list[str]:
    """What a statement is about, each in a few words."""
    if "NotResource" in statement:
        return [f"everything but {_words(statement['NotResource'])}"]
    named = statement["Resource"]
    return [_words(resource) for resource in (named if isinstance(named, list) else [named])]


def _words(resource: Any) -> str:
    if isinstance(resource, str):
        return resource
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    arn = str(resource["Fn::Sub"]).replace("${AWS::StackName}", "STACK")
    if arn.startswith("${"):
        return arn.replace("${", "").replace(".Arn}", "")
    return (
        arn.split("${AWS::AccountId}:", 1)[1] if "${AWS::AccountId}" in arn else arn.split("${AWS::Partition}:", 1)[1]
    )


def table(template: dict[str, Any]) -> str:
    """One row a statement, in the template's order."""
    rows = ["| function | may | on |", "| --- | --- | --- |"]
    for name, properties in functions(template).items():
        for number, statement in enumerate(statements(properties)):
            cells = (
                f"`{name}`" if number == 0 else "",
                ", ".join(f"`{action}`" for action in statement["Action"]),
                ", ".join(f"`{resource}`" for resource in resources(statement)),
            )
            rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def document(text: str, template: dict[str, Any]) -> str:
    """The document with the table between its marks renewed."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{table(template)}\n{END}{after}"


def main() -> None:
    """Renew the table."""
    SECURITY.write_text(document(SECURITY.read_text(), load_template(ROOT / "template.yaml")))


if __name__ == "__main__":
    main()
