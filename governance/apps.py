from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "governance"
    label = "governance"

    def ready(self) -> None:
        from governance import documents, publication_documents
        from governance.views import panels

        documents.register()
        publication_documents.register()
        panels.register()
