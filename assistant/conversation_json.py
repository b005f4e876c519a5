"""Questions of a conversation as JSON, for those that must outlive the process."""

from __future__ import annotations

import json
from functools import cache

from pydantic import TypeAdapter

from assistant.conversation import Exchanged


def dumped(exchanged: Exchanged) -> str:
    """A question with its outcome, so that :func:`loaded` gives it back as it was."""
    # Names of files may hold what no UTF-8 can; JSON escapes it.
    return json.dumps(_adapter().dump_python(exchanged, mode="json"), separators=(",", ":"))


def loaded(text: str) -> Exchanged | None:
    """What :func:`dumped` wrote; None where another version wrote it so that this cannot read it."""
    try:
        return _adapter().validate_python(json.loads(text))
    # pydantic's error is one as well, and so is what a type says of values that do not fit.
    except ValueError:
        return None


@cache
def _adapter() -> TypeAdapter[Exchanged]:
    return TypeAdapter(Exchanged)
