"""Block Kit as strictly as Slack's published reference states it: data in ``reference/``, read by ``check``."""

from playground.blockkit.check import Problem, check_blocks, check_view
from playground.blockkit.reference.payloads import VIEW_BYTES, json_bytes
from playground.blockkit.schema import Surface

__all__ = ["VIEW_BYTES", "Problem", "Surface", "check_blocks", "check_view", "json_bytes"]
