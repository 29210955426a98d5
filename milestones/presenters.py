"""Tones of tags: how a status is coloured. The words always say it too."""

from milestones.models import Rag
from milestones.rules.status import Status

STATUS_TONES = {
    Status.MET: "good",
    Status.LATE: "warn",
    Status.MISSED: "bad",
    Status.AT_RISK: "warn",
    Status.ON_TRACK: "info",
}
RAG_TONES = {
    Rag.NOT_STARTED: "",
    Rag.RED: "bad",
    Rag.AMBER: "warn",
    Rag.GREEN: "good",
    Rag.COMPLETE: "info",
}


def status_tag(status: Status) -> tuple[str, str]:
    return status.value, STATUS_TONES[status]


def rag_tag(rag: str) -> tuple[str, str]:
    return str(Rag(rag).label), RAG_TONES[Rag(rag)]
