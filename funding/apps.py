from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"
    label = "funding"

    def ready(self) -> None:
        from funding import documents
        from funding.services import awards
        from funding.views import panels
        from governance.signals import notice_recorded
        from svd_portal.kit import guards

        documents.register()
        guards.register("decision.lapses", awards.keep_decided_spend)
        guards.register("decision.reworded", awards.ask_why_reworded)
        notice_recorded.connect(awards.recognise)
        panels.register()
