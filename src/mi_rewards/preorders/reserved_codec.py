"""Units of codes as JSON-ready dictionaries; see `earning.codec` for the rules."""

from typing import Any

from mi_rewards.errors import Corrupt
from mi_rewards.preorders.allotments import CODES
from mi_rewards.preorders.quota_codec import allotment_from_list, allotment_to_list
from mi_rewards.preorders.reserved_units import ReservedUnit
from mi_rewards.wallet.reading import FORMAT, fields_in, text_in, whole_in

_RESERVED_UNIT = frozenset({"format", *ReservedUnit._fields})


def reserved_unit_to_dict(unit: ReservedUnit) -> dict[str, Any]:
    """Write the unit of a code, with its version.

    Args:
        unit: The unit.

    Returns:
        A JSON-ready dictionary.
    """
    return {
        "format": FORMAT,
        "member_id": unit.member_id,
        "voucher_id": unit.voucher_id,
        "allotment": allotment_to_list(unit.allotment),
        "version": unit.version,
    }


def reserved_unit_from_dict(written: dict[str, Any]) -> ReservedUnit:
    """Read the unit of a code.

    Args:
        written: What `reserved_unit_to_dict` answered.

    Returns:
        The unit, with its version.

    Raises:
        Corrupt: It is something else, or no code can have had such a unit.
    """
    fields = fields_in(written, _RESERVED_UNIT, "reserved unit")
    allotment = allotment_from_list(fields["allotment"])
    if allotment.shard != CODES or allotment.member_max is not None:
        raise Corrupt("a code's unit is of the shard for codes, and counts for no member")
    return ReservedUnit(
        text_in(fields["member_id"], "member_id"),
        text_in(fields["voucher_id"], "voucher_id"),
        allotment,
        whole_in(fields["version"], "version", 0),
    )
