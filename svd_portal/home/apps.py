from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "svd_portal.home"
    label = "home"

    def ready(self) -> None:
        from svd_portal.home import documents, panels

        documents.register()
        panels.fill()
