"""Who sees the programme's money through: the programme lead, and the PCC's finance officer."""

from partners.access import Rights
from partners.roles import Permission

MANAGERS = (Permission.PARTNERSHIP_MANAGE_PROGRAMME, Permission.PARTNERSHIP_MANAGE_FUNDING)
"""Rights either of which lets a person see proposals through, and commission services."""


def may_manage(rights: Rights) -> bool:
    return any(rights.on(right) for right in MANAGERS)
