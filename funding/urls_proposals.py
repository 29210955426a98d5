"""Addresses of proposals, below `/<partnership>/funding/proposals/`."""

from django.urls import path

from funding.views import choosing, eligibility, imports, proposals

urlpatterns = [
    path("", proposals.Proposals.as_view(), name="proposals"),
    path("propose/", proposals.ProposeSpend.as_view(), name="propose_spend"),
    path("import/", imports.ImportProposals.as_view(), name="import_proposals"),
    path("take/", choosing.Take.as_view(), name="take_proposals"),
    path("decide/", choosing.Decide.as_view(), name="decide_proposals"),
    path("<uuid:pk>/", proposals.ProposalPage.as_view(), name="proposal"),
    path("items/", eligibility.ItemList.as_view(), name="ineligible_items"),
    path("<uuid:pk>/items/", eligibility.CheckProposal.as_view(), name="check_proposal"),
    path("<uuid:pk>/change/", proposals.ChangeProposal.as_view(), name="change_proposal"),
    path("<uuid:pk>/withdraw/", proposals.WithdrawProposal.as_view(), name="withdraw_proposal"),
    path("<uuid:pk>/ask/", choosing.Ask.as_view(), name="ask_proposal"),
    path("<uuid:pk>/give-back/", choosing.GiveBack.as_view(), name="give_back_proposal"),
]
