from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"
    label = "funding"

    def ready(self) -> None:
        from funding import documents
        from funding.views import panels

        documents.register()
        panels.register()
