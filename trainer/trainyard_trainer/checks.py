"""Checks a JSON value against the subset of JSON Schema that the catalogue and the job spec use.

The same schema fragments are served to the platform and enforced here, so the two cannot drift.
"""

import math

SHOWN = 80


def shown(value: object) -> str:
    """The value for a message: short, on one line, whatever it holds."""
    text = repr(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def pointer(*parts: object) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def check(value: object, schema: dict, at: str, problems: list[tuple[str, str]]) -> object:
    """Appends `(pointer, message)` for every fault; returns the value in the schema's own Python type.

    A whole number is accepted where a float is asked for and `3.0` where an integer is: JSON has one number.
    """
    if "anyOf" in schema:
        return _any_of(value, schema["anyOf"], at, problems)
    if "const" in schema:
        if value != schema["const"] or isinstance(value, bool) != isinstance(schema["const"], bool):
            problems.append((at, f"must be {schema['const']!r}, got {shown(value)}"))
        return value
    if "enum" in schema:
        if not any(type(value) is type(choice) and value == choice for choice in schema["enum"]):
            problems.append((at, f"must be one of {', '.join(map(str, schema['enum']))}, got {shown(value)}"))
        return value
    return _KINDS[schema["type"]](value, schema, at, problems)


def _any_of(value: object, choices: list[dict], at: str, problems: list[tuple[str, str]]) -> object:
    tried = []
    for choice in choices:
        faults: list[tuple[str, str]] = []
        result = check(value, choice, at, faults)
        if not faults:
            return result
        tried.append(faults)
    problems.extend(tried[-1])
    return value


def _number(value: object, schema: dict, at: str, problems: list[tuple[str, str]]) -> object:
    whole = schema["type"] == "integer"
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    if good:
        try:
            as_float = float(value)
        except OverflowError:
            as_float = math.inf
        good = math.isfinite(as_float) and (not whole or as_float.is_integer())
    if not good:
        problems.append((at, f"must be {'a whole number' if whole else 'a number'}, got {shown(value)}"))
        return value
    for key, holds, words in (
        ("minimum", lambda limit: value >= limit, "at least"),
        ("exclusiveMinimum", lambda limit: value > limit, "more than"),
        ("maximum", lambda limit: value <= limit, "at most"),
        ("exclusiveMaximum", lambda limit: value < limit, "less than"),
    ):
        if key in schema and not holds(schema[key]):
            problems.append((at, f"must be {words} {schema[key]}, got {shown(value)}"))
    return int(value) if whole else as_float


def _string(value: object, schema: dict, at: str, problems: list[tuple[str, str]]) -> object:
    if not isinstance(value, str):
        problems.append((at, f"must be a text, got {shown(value)}"))
    elif not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", math.inf):
        problems.append((at, f"must have {schema.get('minLength', 0)} to {schema.get('maxLength')} characters"))
    return value


def _array(value: object, schema: dict, at: str, problems: list[tuple[str, str]]) -> object:
    if not isinstance(value, list):
        problems.append((at, f"must be a list, got {shown(value)}"))
        return value
    low, high = schema.get("minItems", 0), schema.get("maxItems", math.inf)
    if not low <= len(value) <= high:
        problems.append((at, f"must have {low} to {high} items, got {len(value)}"))
        return value
    return tuple(check(item, schema["items"], at + pointer(i), problems) for i, item in enumerate(value))


def _object(value: object, schema: dict, at: str, problems: list[tuple[str, str]]) -> object:
    if not isinstance(value, dict):
        problems.append((at, f"must be an object, got {shown(value)}"))
        return value
    properties = schema["properties"]
    if "additionalProperties" in schema and schema["additionalProperties"] is not False:
        properties = {**dict.fromkeys(value, schema["additionalProperties"]), **properties}
    for name in value:
        if name not in properties:
            problems.append((at + pointer(name[:SHOWN]), "is not a known field"))
    for name in schema.get("required", ()):
        if name not in value:
            problems.append((at + pointer(name), "is required"))
    return {n: check(value[n], fragment, at + pointer(n), problems) for n, fragment in properties.items() if n in value}


def _boolean(value: object, schema: dict, at: str, problems: list[tuple[str, str]]) -> object:
    if not isinstance(value, bool):
        problems.append((at, f"must be true or false, got {shown(value)}"))
    return value


def _null(value: object, schema: dict, at: str, problems: list[tuple[str, str]]) -> object:
    if value is not None:
        problems.append((at, f"must be null, got {shown(value)}"))
    return value


_KINDS = {
    "number": _number, "integer": _number, "string": _string, "array": _array,
    "object": _object, "boolean": _boolean, "null": _null,
}
