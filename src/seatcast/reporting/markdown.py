"""The report as Markdown: for reading over and for comparison."""

from __future__ import annotations

from seatcast.language import speaking
from seatcast.reporting.content import Block, Content, Heading, KeyFigures, Note, Paragraph, Picture, Table


def to_markdown(content: Content) -> str:
    """Return the report as Markdown, figures by their text alternative: for reading over and for comparison."""
    with speaking(content.language):
        return _text(content)


def _text(content: Content) -> str:
    lines = [f"# {content.title}", "", content.subtitle, ""]
    lines += [f"> **{warning}**\n" for warning in content.warnings]
    for section in content.sections:
        lines += [f"## {section.heading}", ""]
        for block in section.blocks:
            lines += [*_markdown(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def _markdown(block: Block) -> list[str]:
    match block:
        case Paragraph(text):
            return [text]
        case Heading(text):
            return [f"### {text}"]
        case Note(text):
            return [f"> {text}"]
        case KeyFigures(figures):
            return [f"- {label}: **{value}** {remark}".rstrip() for label, value, remark in figures]
        case Picture():
            return [f"*{block.title}*", "", f"[{block.alt}]"]
        case Table():
            head = " | ".join(column.heading for column in block.columns)
            rule = " | ".join("---" if column.kind == "text" else "---:" for column in block.columns)
            rows = [f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |" for row in block.rows()]
            unit = [block.unit, ""] if block.unit else []
            remarks = [line for remark in block.remarks for line in ("", remark)]
            return [f"*{block.title}*", "", *unit, f"| {head} |", f"| {rule} |", *rows, *remarks]
