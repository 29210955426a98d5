"""The files that a certified return is given out as. Pure."""

KINDS = {
    "pdf": "quarterly-return",
    "xlsx": "quarterly-return-xlsx",
    "ods": "quarterly-return-ods",
    "csv": "quarterly-return-csv",
}
"""Kinds of document by the ending of their files."""
FUNDER_FORM = "funder-form"
"""Kind of the funder's own form, filled in."""
WORDS = {
    "pdf": "The return as a document",
    "xlsx": "Excel workbook, whose sums are formulas",
    "ods": "OpenDocument workbook, whose sums are formulas",
    "csv": "One row for every award",
}
LONGEST = 600
"""Awards that the PDF lists one by one; of more, it gives the sums and says where the rows are."""
