"""What a person may do, and the roles that bring it: the list a policy officer reviews.

A permission's first word is its scope: what it is granted on. A role given on a partner or a body also brings
the partnership permissions it lists, on the partnership that partner or body belongs to.
"""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    PARTNERSHIP_VIEW = "partnership_view"
    PARTNERSHIP_MANAGE_PROGRAMME = "partnership_manage_programme"
    PARTNERSHIP_MANAGE_GOVERNANCE = "partnership_manage_governance"
    PARTNERSHIP_MANAGE_FUNDING = "partnership_manage_funding"
    PARTNERSHIP_ISSUE_NOTICE = "partnership_issue_notice"
    PARTNERSHIP_CHECK_RETURN = "partnership_check_return"
    PARTNERSHIP_CERTIFY_AS_CFO = "partnership_certify_as_cfo"
    PARTNERSHIP_CERTIFY_AS_LEAD_OFFICER = "partnership_certify_as_lead_officer"
    PARTNERSHIP_READ_EVIDENCE = "partnership_read_evidence"
    PARTNERSHIP_READ_RESTRICTED = "partnership_read_restricted"
    PARTNERSHIP_READ_HISTORY = "partnership_read_history"
    PARTNERSHIP_ADMINISTER = "partnership_administer"
    PARTNER_REPORT_SPEND = "partner_report_spend"
    PARTNER_READ_EVIDENCE = "partner_read_evidence"
    PARTNER_UPDATE_ACTIONS = "partner_update_actions"
    PARTNER_COMMENT_ON_RETURN = "partner_comment_on_return"
    BODY_RUN_MEETINGS = "body_run_meetings"
    BODY_READ_RESTRICTED = "body_read_restricted"

    @property
    def scope(self) -> str:
        """What it is granted on: "partnership", "partner" or "body"."""
        return self.value.split("_", 1)[0]

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self])


P = Permission

SENTENCES = {
    P.PARTNERSHIP_VIEW: _("See the partnership: partners, meetings, decisions, plans, awards and all spend."),
    P.PARTNERSHIP_MANAGE_PROGRAMME: _("Change milestones, products and the delivery plan."),
    P.PARTNERSHIP_MANAGE_GOVERNANCE: _("Call meetings, write minutes, and record decisions and actions."),
    P.PARTNERSHIP_MANAGE_FUNDING: _(
        "Record allocations and awards, enter spend for a partner, prepare returns."
    ),
    P.PARTNERSHIP_ISSUE_NOTICE: _("Record the PCC's decision notices, and publish awards and spending."),
    P.PARTNERSHIP_CHECK_RETURN: _("Carry out the finance check of a return, or send it back."),
    P.PARTNERSHIP_CERTIFY_AS_CFO: _("Certify a return as chief finance officer, or send it back."),
    P.PARTNERSHIP_CERTIFY_AS_LEAD_OFFICER: _("Certify a return as PCC lead officer, or send it back."),
    P.PARTNERSHIP_READ_EVIDENCE: _("Open every partner's evidence files."),
    P.PARTNERSHIP_READ_RESTRICTED: _("Read restricted items of every body."),
    P.PARTNERSHIP_READ_HISTORY: _("Read the partnership's whole record of changes."),
    P.PARTNERSHIP_ADMINISTER: _("Invite people, give and end roles, recover a sign-in."),
    P.PARTNER_REPORT_SPEND: _("Report the partner's own spend."),
    P.PARTNER_READ_EVIDENCE: _("Open the partner's own evidence files."),
    P.PARTNER_UPDATE_ACTIONS: _("Report progress on the partner's own actions."),
    P.PARTNER_COMMENT_ON_RETURN: _("Comment on a return for the partner."),
    P.BODY_RUN_MEETINGS: _("Call the body's meetings and write its minutes."),
    P.BODY_READ_RESTRICTED: _("Read the body's restricted items."),
}


class Role(models.TextChoices):
    PROGRAMME_LEAD = "programme_lead", _("Programme lead")
    FINANCE_OFFICER = "finance_officer", _("PCC finance officer")
    FINANCE_CHECKER = "finance_checker", _("PCC finance checker")
    LEAD_OFFICER = "lead_officer", _("PCC lead officer")
    CHIEF_FINANCE_OFFICER = "chief_finance_officer", _("Chief finance officer")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
    REPRESENTATIVE = "partner_representative", _("Partner representative")
    DEPUTY = "partner_deputy", _("Partner deputy")
    FINANCE_CONTACT = "partner_finance_contact", _("Partner finance contact")
    CHAIR = "body_chair", _("Body chair")
    MEMBER = "body_member", _("Body member")
    OBSERVER = "observer", _("Observer")


_PARTNER_VOICE = {
    P.PARTNERSHIP_VIEW,
    P.PARTNER_UPDATE_ACTIONS,
    P.PARTNER_COMMENT_ON_RETURN,
    P.PARTNER_READ_EVIDENCE,
    P.PARTNER_REPORT_SPEND,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    role: frozenset(permissions)
    for role, permissions in {
        Role.PROGRAMME_LEAD: {
            P.PARTNERSHIP_VIEW,
            P.PARTNERSHIP_MANAGE_PROGRAMME,
            P.PARTNERSHIP_MANAGE_GOVERNANCE,
            P.PARTNERSHIP_READ_RESTRICTED,
            P.PARTNERSHIP_READ_HISTORY,
        },
        Role.FINANCE_OFFICER: {
            P.PARTNERSHIP_VIEW,
            P.PARTNERSHIP_MANAGE_FUNDING,
            P.PARTNERSHIP_ISSUE_NOTICE,
            P.PARTNERSHIP_READ_EVIDENCE,
            P.PARTNERSHIP_READ_HISTORY,
        },
        Role.FINANCE_CHECKER: {
            P.PARTNERSHIP_VIEW,
            P.PARTNERSHIP_CHECK_RETURN,
            P.PARTNERSHIP_READ_EVIDENCE,
            P.PARTNERSHIP_READ_HISTORY,
        },
        Role.LEAD_OFFICER: {
            P.PARTNERSHIP_VIEW,
            P.PARTNERSHIP_CERTIFY_AS_LEAD_OFFICER,
            P.PARTNERSHIP_ISSUE_NOTICE,
            P.PARTNERSHIP_READ_EVIDENCE,
            P.PARTNERSHIP_READ_RESTRICTED,
            P.PARTNERSHIP_READ_HISTORY,
        },
        Role.CHIEF_FINANCE_OFFICER: {
            P.PARTNERSHIP_VIEW,
            P.PARTNERSHIP_CERTIFY_AS_CFO,
            P.PARTNERSHIP_READ_EVIDENCE,
            P.PARTNERSHIP_READ_HISTORY,
        },
        Role.AUDITOR: {
            P.PARTNERSHIP_VIEW,
            P.PARTNERSHIP_READ_EVIDENCE,
            P.PARTNERSHIP_READ_RESTRICTED,
            P.PARTNERSHIP_READ_HISTORY,
        },
        Role.ADMINISTRATOR: {P.PARTNERSHIP_VIEW, P.PARTNERSHIP_ADMINISTER},
        Role.REPRESENTATIVE: _PARTNER_VOICE,
        Role.DEPUTY: _PARTNER_VOICE,
        Role.FINANCE_CONTACT: {P.PARTNERSHIP_VIEW, P.PARTNER_REPORT_SPEND, P.PARTNER_READ_EVIDENCE},
        Role.CHAIR: {P.PARTNERSHIP_VIEW, P.BODY_RUN_MEETINGS, P.BODY_READ_RESTRICTED},
        Role.MEMBER: {P.PARTNERSHIP_VIEW, P.BODY_READ_RESTRICTED},
        Role.OBSERVER: {P.PARTNERSHIP_VIEW},
    }.items()
}

SCOPE_OF_ROLE: dict[Role, str] = {
    role: (
        "partner"
        if role in {Role.REPRESENTATIVE, Role.DEPUTY, Role.FINANCE_CONTACT}
        else "body"
        if role in {Role.CHAIR, Role.MEMBER, Role.OBSERVER}
        else "partnership"
    )
    for role in Role
}


def roles_with(permission: Permission) -> list[Role]:
    return [role for role, permissions in PERMISSIONS.items() if permission in permissions]


def roles_on(scope: str) -> list[tuple[str, str]]:
    """Choices of the roles that are given on `scope`."""
    return [(role.value, str(role.label)) for role in Role if SCOPE_OF_ROLE[role] == scope]


def declared(scope: str) -> list[tuple[str, str]]:
    """`Meta.permissions` of the scope's model."""
    return [(p.value, str(SENTENCES[p])) for p in Permission if p.scope == scope]
