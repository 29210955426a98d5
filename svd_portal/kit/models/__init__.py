from svd_portal.kit.models.documents import Document, DocumentState, StoredFile
from svd_portal.kit.models.mail import OutgoingMail
from svd_portal.kit.models.seals import SealCertificate

__all__ = ["Document", "DocumentState", "OutgoingMail", "SealCertificate", "StoredFile"]
