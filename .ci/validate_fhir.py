"""Validates exported plans as FHIR R4: every bundle in a folder, every resource in it. Prints what is wrong, without values."""

import json
import pathlib
import sys

from fhir.resources.R4B.bundle import Bundle
from pydantic import ValidationError

folder = pathlib.Path(sys.argv[1])
bundles = sorted(folder.glob("*.json"))
wrong = 0
for path in bundles:
    try:
        Bundle.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong += 1
        for problem in error.errors(include_input=False, include_url=False):
            place = ".".join(str(part) for part in problem["loc"])
            print(f"{path.name}: {place}: {problem['msg']}", file=sys.stderr)
print(f"{len(bundles)} bundles, {wrong} of them not valid")
sys.exit(1 if wrong or not bundles else 0)
