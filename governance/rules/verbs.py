"""What a body is asked to do and what it did: "endorse" in a recommendation, "endorsed" in its outcome."""

ASKED = {
    "considered": "consider",
    "noted": "note",
    "endorsed": "endorse",
    "supported": "support",
    "agreed": "agree",
    "approved": "approve",
    "recommended": "recommend",
    "deferred": "defer",
    "rejected": "reject",
    "ratified": "ratify",
}
"""What is asked, by what is then recorded as done."""

ASSENTING = ("endorsed", "supported", "agreed", "approved", "ratified")
"""The verbs by which a body says yes, so that others may rely on its decision."""


def asked(verb: str) -> str:
    """How the verb reads in a recommendation."""
    return ASKED[verb]
