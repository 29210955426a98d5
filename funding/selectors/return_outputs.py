"""The files of a certified return, and how their making stands."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import UUIDField

from funding.models import QuarterlyReturn
from funding.rules.outputs import KINDS
from funding.selectors import return_page
from svd_portal.kit.models.documents import Document, DocumentState
from svd_portal.kit.statements import Given, Statement


@dataclass(frozen=True)
class File:
    """One file of a return: `document` is the one that was made, or else the latest request for it."""

    ending: str
    name: str
    href: str
    document: Document | None

    @property
    def is_made(self) -> bool:
        return bool(self.document and self.document.file_id)


@dataclass(frozen=True)
class Files:
    """All files of a return; none before it is certified."""

    all: tuple[File, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def made(self) -> list[File]:
        return [each for each in self.all if each.is_made]

    @property
    def waiting(self) -> list[File]:
        """Those that a worker still makes."""
        return [each for each in self.all if each.document and not each.document.is_finished]

    def late(self, now: datetime) -> bool:
        """Whether one waits longer than usual: the broker or the worker does not answer."""
        return any(each.document and each.document.is_late(now) for each in self.waiting)

    @property
    def failed(self) -> list[File]:
        return [each for each in self.all if each.document and each.document.state == DocumentState.FAILED]

    @property
    def wanting(self) -> bool:
        """Whether one can be asked for: nobody did, or its making failed."""
        return any(each.document is None for each in self.all) or bool(self.failed)

    @property
    def state(self) -> str:
        """Of them all in one word, such as "working" while one is being made."""
        states = [str(each.document.state) for each in self.all if each.document]
        order = (DocumentState.WORKING, DocumentState.QUEUED, DocumentState.FAILED, DocumentState.DONE)
        return next((state.value for state in order if state in states), "")

    def get(self, ending: str) -> File | None:
        return next((each for each in self.all if each.ending == ending), None)


def files(quarterly_return: QuarterlyReturn, default: UUID | None) -> Files:
    """The files of a certified return, in one question; `default` as for a return's address."""
    if not quarterly_return.snapshot_id:
        return Files()
    requests = _requests.ask(subject=quarterly_return.snapshot_id)
    name = return_page.file_name(quarterly_return)
    return Files(
        tuple(
            File(
                ending,
                f"{name}.{ending}",
                return_page.file_address(quarterly_return, default, ending),
                _best([each for each in requests if each.kind == kind]),
            )
            for ending, kind in KINDS.items()
        )
    )


def _best(requests: list[Document]) -> Document | None:
    """The one that was made, or else the latest request."""
    return next((each for each in requests if each.file), requests[0] if requests else None)


_requests: Statement[Document] = Statement(
    lambda: (
        Document.objects.filter(kind__in=list(KINDS.values()), subject=Given("subject", UUIDField()))
        .select_related("file")
        .order_by("-created_at", "-id")[:40]
    )
)
