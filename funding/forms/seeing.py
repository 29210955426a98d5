"""Forms of the pages on which money is seen."""

from django.utils.translation import gettext_lazy as _

from svd_portal.kit.forms import DateField, PortalForm


class ThreadDay(PortalForm):
    on = DateField(label=_("As it stood at the end of"), help_text=_("For example, 31 10 2023"))
