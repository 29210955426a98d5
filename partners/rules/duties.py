"""Capacities and standing under the Police, Crime, Sentencing and Courts Act 2022, Part 2 Chapter 1."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    SPECIFIED = "Specified authority"
    RELEVANT = "Relevant authority"
    POLICING_BODY = "Local policing body"
    INVITED = "Invited"


class Capacity(StrEnum):
    POLICE = "police"
    FIRE = "fire"
    INTEGRATED_CARE_BOARD = "integrated_care_board"
    LOCAL_HEALTH_BOARD = "local_health_board"
    COUNTY_COUNCIL = "county_council"
    DISTRICT_COUNCIL = "district_council"
    UNITARY_COUNCIL = "unitary_council"
    PUBLIC_HEALTH = "public_health"
    YOUTH_OFFENDING_TEAM = "youth_offending_team"
    PROBATION = "probation"
    EDUCATION = "education"
    PRISON = "prison"
    YOUTH_CUSTODY = "youth_custody"
    LOCAL_POLICING_BODY = "local_policing_body"
    PROVIDER = "provider"
    OTHER = "other"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(capacity.value, CAPACITIES[capacity].label) for capacity in cls]


class AuthorityClass(StrEnum):
    """Kinds of authority, as terms of reference count who is represented."""

    POLICE = "police"
    HEALTH = "health"
    LOCAL_AUTHORITY = "local authority"
    FIRE = "fire and rescue"
    PROBATION = "probation"
    YOUTH_JUSTICE = "youth justice"
    EDUCATION = "education"
    CUSTODY = "prisons and youth custody"
    POLICING_BODY = "local policing body"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(each.name.lower(), each.value[0].upper() + each.value[1:]) for each in cls]


@dataclass(frozen=True)
class Facts:
    """How a capacity is called, its standing, and where the Act says so."""

    label: str
    standing: Standing
    source: str


_SPECIFIED = "PCSC Act 2022, s.11 and Schedule 1"
_RELEVANT = "PCSC Act 2022, s.12 and Schedule 2"
_S, _R = Standing.SPECIFIED, Standing.RELEVANT

CAPACITIES = {
    Capacity.POLICE: Facts("Chief officer of police", _S, _SPECIFIED),
    Capacity.FIRE: Facts("Fire and rescue authority", _S, _SPECIFIED),
    Capacity.INTEGRATED_CARE_BOARD: Facts("Integrated care board", _S, _SPECIFIED),
    Capacity.LOCAL_HEALTH_BOARD: Facts("Local health board", _S, _SPECIFIED),
    Capacity.COUNTY_COUNCIL: Facts("Local authority (county)", _S, _SPECIFIED),
    Capacity.DISTRICT_COUNCIL: Facts("Local authority (district or borough)", _S, _SPECIFIED),
    Capacity.UNITARY_COUNCIL: Facts("Local authority (unitary or metropolitan)", _S, _SPECIFIED),
    Capacity.PUBLIC_HEALTH: Facts("Public health (part of the local authority)", _S, _SPECIFIED),
    Capacity.YOUTH_OFFENDING_TEAM: Facts("Youth offending team", _S, _SPECIFIED),
    Capacity.PROBATION: Facts("Provider of probation services", _S, _SPECIFIED),
    Capacity.EDUCATION: Facts("Educational authority", _R, _RELEVANT),
    Capacity.PRISON: Facts("Prison authority", _R, _RELEVANT),
    Capacity.YOUTH_CUSTODY: Facts("Youth custody authority", _R, _RELEVANT),
    Capacity.LOCAL_POLICING_BODY: Facts("Local policing body", Standing.POLICING_BODY, "PCSC Act 2022, s.14"),
    Capacity.PROVIDER: Facts("Provider of services", Standing.INVITED, "No duty under the Act"),
    Capacity.OTHER: Facts("Other organisation", Standing.INVITED, "No duty under the Act"),
}

CLASSES = {
    Capacity.POLICE: AuthorityClass.POLICE,
    Capacity.FIRE: AuthorityClass.FIRE,
    Capacity.INTEGRATED_CARE_BOARD: AuthorityClass.HEALTH,
    Capacity.LOCAL_HEALTH_BOARD: AuthorityClass.HEALTH,
    Capacity.PUBLIC_HEALTH: AuthorityClass.HEALTH,
    Capacity.COUNTY_COUNCIL: AuthorityClass.LOCAL_AUTHORITY,
    Capacity.DISTRICT_COUNCIL: AuthorityClass.LOCAL_AUTHORITY,
    Capacity.UNITARY_COUNCIL: AuthorityClass.LOCAL_AUTHORITY,
    Capacity.YOUTH_OFFENDING_TEAM: AuthorityClass.YOUTH_JUSTICE,
    Capacity.PROBATION: AuthorityClass.PROBATION,
    Capacity.EDUCATION: AuthorityClass.EDUCATION,
    Capacity.PRISON: AuthorityClass.CUSTODY,
    Capacity.YOUTH_CUSTODY: AuthorityClass.CUSTODY,
    Capacity.LOCAL_POLICING_BODY: AuthorityClass.POLICING_BODY,
}
"""The class of authority that each capacity belongs to; providers and others belong to none."""
