from django.apps import AppConfig


class MilestonesConfig(AppConfig):
    name = "milestones"
    label = "milestones"

    def ready(self) -> None:
        from milestones.services import agreements
        from milestones.views import panels
        from svd_portal.kit import guards

        guards.register("decision.lapses", agreements.keep_adopted)
        panels.register()
