from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "svd_portal.kit"
    label = "kit"

    def ready(self) -> None:
        from svd_portal.kit import database

        database.connect()
