"""What people see: one content, as HTML, PDF, DOCX or XLSX, in Chinese and English."""

from seatcast.reporting.report import Report

__all__ = ["Report"]
