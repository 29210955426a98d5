from svd_portal.home.models.reports import Report, ReportSnapshot

__all__ = ["Report", "ReportSnapshot"]
