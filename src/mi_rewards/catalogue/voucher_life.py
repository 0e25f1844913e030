"""The life cycle of a voucher, as a table."""

import enum
from collections.abc import Mapping


class VoucherState(enum.StrEnum):
    """Where a voucher is in its life."""

    ISSUED = "issued"
    ATTACHED = "attached"
    USED = "used"
    EXPIRED = "expired"
    VOID = "void"


class VoucherEvent(enum.StrEnum):
    """What can happen to a voucher."""

    ATTACH = "attach"
    DETACH = "detach"
    USE = "use"
    EXPIRE = "expire"
    VOID = "void"
    REVIVE = "revive"


LIFE_CYCLE: Mapping[VoucherState, Mapping[VoucherEvent, VoucherState]] = {
    VoucherState.ISSUED: {
        VoucherEvent.ATTACH: VoucherState.ATTACHED,
        VoucherEvent.EXPIRE: VoucherState.EXPIRED,
        VoucherEvent.VOID: VoucherState.VOID,
    },
    VoucherState.ATTACHED: {
        VoucherEvent.DETACH: VoucherState.ISSUED,
        VoucherEvent.USE: VoucherState.USED,
    },
    VoucherState.USED: {VoucherEvent.REVIVE: VoucherState.ISSUED},
    VoucherState.EXPIRED: {},
    VoucherState.VOID: {},
}
"""What may happen when; what is not in the table is refused."""
