from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"
    label = "funding"

    def ready(self) -> None:
        from funding import documents
        from funding.selectors import awards as awarded
        from funding.selectors import dated
        from funding.services import awards, virements
        from funding.views import panels
        from governance import days
        from governance.selectors import beside
        from governance.signals import notice_recorded
        from svd_portal.kit import guards

        documents.register()
        guards.register("decision.lapses", awards.keep_decided_spend)
        guards.register("decision.lapses", virements.keep_moved_money)
        guards.register("decision.reworded", awards.ask_why_reworded)
        notice_recorded.connect(awards.recognise)
        beside.register_need(awarded.needing_notice)
        days.register(dated.days_of)
        panels.register()
