"""Forms of the pages on which money is seen."""

from django.utils.translation import gettext_lazy as _

from svd_portal.kit.forms import DateField, PortalForm


class ThreadDay(PortalForm):
    on = DateField(
        label=_("Day"), help_text=_("The thread as it stood when that day ended. For example, 31 10 2023")
    )
