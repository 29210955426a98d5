from svd_portal.kit.models.documents import Document, DocumentState, StoredFile
from svd_portal.kit.models.mail import OutgoingMail

__all__ = ["Document", "DocumentState", "OutgoingMail", "StoredFile"]
