"""JSON against the schemas of docs/schema: as much of JSON Schema (2020-12) as they use. A keyword that is not known here
is an error, so that no schema says something that nobody checks."""
import datetime
import functools
import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "docs/schema"
SAID = {"$schema", "$id", "$defs", "title", "description"}  # to people, or looked up
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
FORMATS = {"date": datetime.date.fromisoformat, "date-time": lambda text: datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")}


@functools.cache
def load(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def is_type(value, name):
    if name in ("integer", "number"):
        return type(value) is int or (type(value) is float and (name == "number" or value.is_integer()))
    return isinstance(value, TYPES[name])


def resolved(reference, file):
    """The schema that a $ref names, and the file it stands in."""
    name, _, pointer = reference.partition("#")
    file = name or file
    schema = load(file)
    for step in filter(None, pointer.split("/")):
        schema = schema[step]
    return schema, file


def of_format(value, name):
    try:
        FORMATS[name](value)
        return True
    except ValueError:
        return False


def faults(value, schema, file, at=""):
    """What does not fit, each with its place."""
    if schema is True:
        return []
    found = []
    for word, wants in schema.items():
        if word in SAID:
            continue
        if word == "$ref":
            found += faults(value, *resolved(wants, file), at)
        elif word == "type":
            names = [wants] if isinstance(wants, str) else wants
            if not any(is_type(value, name) for name in names):
                found.append(f"{at}: {json.dumps(value, ensure_ascii=False)[:80]} is no {' or '.join(names)}")
        elif word == "enum":
            if value not in wants:
                found.append(f"{at}: {value!r} is none of {wants}")
        elif word == "const":
            if value != wants:
                found.append(f"{at}: {value!r} is not {wants!r}")
        elif word == "allOf":
            for one in wants:
                found += faults(value, one, file, at)
        elif word in ("oneOf", "anyOf"):
            tried = [faults(value, one, file, at) for one in wants]
            fitting = sum(not one for one in tried)
            if fitting == 0 or (word == "oneOf" and fitting > 1):
                found.append(f"{at}: fits {fitting} of {word}; the nearest: {min(tried, key=len)}")
        elif word == "format":
            if isinstance(value, str) and not of_format(value, wants):
                found.append(f"{at}: {value!r} is no {wants}")
        elif word == "pattern":
            if isinstance(value, str) and not re.search(wants, value):
                found.append(f"{at}: {value!r} does not fit {wants}")
        elif word in ("minimum", "maximum"):
            if is_type(value, "number") and (value < wants if word == "minimum" else value > wants):
                found.append(f"{at}: {value} is beyond the {word} {wants}")
        elif word in ("minItems", "maxItems"):
            if isinstance(value, list) and (len(value) < wants if word == "minItems" else len(value) > wants):
                found.append(f"{at}: {len(value)} items, {word} {wants}")
        elif word == "required":
            if isinstance(value, dict):
                found += [f"{at}: lacks {name}" for name in wants if name not in value]
        elif word == "properties":
            if isinstance(value, dict):
                for name in wants.keys() & value.keys():
                    found += faults(value[name], wants[name], file, f"{at}/{name}")
        elif word == "additionalProperties":
            if isinstance(value, dict):
                for name in value.keys() - schema.get("properties", {}).keys():
                    found += [f"{at}: unknown member {name}"] if wants is False else faults(value[name], wants, file, f"{at}/{name}")
        elif word == "items":
            if isinstance(value, list):
                for number, item in enumerate(value):
                    found += faults(item, wants, file, f"{at}/{number}")
        else:
            raise ValueError(f"{file}: the keyword {word} is not known to tests/e2e/schema.py")
    return found


def strangers(value, schema, file, at=""):
    """Members of objects that no schema names: what is there and nobody described."""
    named, inner = {}, [schema]
    while inner:
        one = inner.pop()
        if not isinstance(one, dict):
            continue
        if "$ref" in one:
            there, where = resolved(one["$ref"], file)
            if where == file:
                inner.append(there)
            else:
                return []
        inner += one.get("allOf", [])
        inner += [way for word in ("oneOf", "anyOf") for way in one.get(word, []) if not faults(value, way, file)]
        for name, of in one.get("properties", {}).items():
            named.setdefault(name, of)
        if "additionalProperties" in one or (isinstance(value, dict) and "properties" not in one and one.get("type") == "object"):
            return []
        if isinstance(value, list) and "items" in one:
            return [s for number, item in enumerate(value) for s in strangers(item, one["items"], file, f"{at}/{number}")]
    if not isinstance(value, dict) or not named:
        return []
    return ([f"{at}: {name}" for name in value if name not in named] +
            [s for name in value if name in named for s in strangers(value[name], named[name], file, f"{at}/{name}")])


def misfits(value, name):
    """Of a whole answer against docs/schema/NAME: faults, and members that it does not name."""
    return faults(value, load(name), name) + [f"not in the schema{at}" for at in strangers(value, load(name), name)]
