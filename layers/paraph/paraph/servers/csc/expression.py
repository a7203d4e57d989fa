"""Which authentication objects an expression asks for (v2, §4.2)."""

import re
from collections.abc import Callable, Iterator
from itertools import combinations

MAX_OBJECTS = 8
OPERATORS: dict[str, Callable[[bool, bool], bool]] = {
    "AND": lambda a, b: a and b,
    "OR": lambda a, b: a or b,
    "XOR": lambda a, b: a != b,
}
_TOKEN = re.compile(r"[()]|[^\s()]+")


def choices(objects: tuple[str, ...], expression: str | None) -> Iterator[tuple[str, ...]]:
    """The sets of objects that satisfy the expression, small ones first, each in the objects' order.

    Without an expression all objects are wanted. One that cannot be read is satisfied by nothing.
    """
    if expression is None or not expression.strip():
        yield objects
        return
    if len(objects) > MAX_OBJECTS:
        return
    for size in range(1, len(objects) + 1):
        for chosen in combinations(objects, size):
            if _holds(expression, objects, frozenset(chosen)):
                yield chosen


def _holds(expression: str, objects: tuple[str, ...], chosen: frozenset[str]) -> bool:
    tokens = _TOKEN.findall(expression)[::-1]
    try:
        return _value(tokens, objects, chosen) and not tokens
    except (IndexError, ValueError):
        return False


def _value(tokens: list[str], objects: tuple[str, ...], chosen: frozenset[str]) -> bool:
    """Left to right: no operator binds tighter than another."""
    value = _operand(tokens, objects, chosen)
    while tokens and tokens[-1].upper() in OPERATORS:
        operator = OPERATORS[tokens.pop().upper()]
        value = operator(value, _operand(tokens, objects, chosen))
    return value


def _operand(tokens: list[str], objects: tuple[str, ...], chosen: frozenset[str]) -> bool:
    word = tokens.pop()
    if word == "(":
        value = _value(tokens, objects, chosen)
        if tokens.pop() != ")":
            raise ValueError("a parenthesis is open")
        return value
    if word not in objects:
        raise ValueError("no such object")
    return word in chosen
