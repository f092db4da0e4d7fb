"""The section [standards] of bureau.toml: norms for staff and for the public share of migrant children."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from seatcast.core.standards import STANDARDS, Standards
from seatcast.inputs.schema import did_you_mean
from seatcast.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict

    from seatcast.core.study_area import Stage
    from seatcast.inputs.keys import KeyReader

_PLAIN = {
    "pupils_per_counsellor": float, "counsellors_per_school": int, "public_share": float, "source": str,
    "source_zh": str,
}  # fmt: skip


def read_standards(take: KeyReader, document: Dict[str, Any], stages: tuple[Stage, ...]) -> Standards | None:
    """Return the norms that the section names or states; None without a section.

    `use` takes a documented set; keys beside it take the place of its own.
    """
    section = take.take("bureau.toml", document, "standards", dict, {})
    take.known("standards", section, ("use", *(f.name for f in fields(Standards))))
    if not section:
        return None
    name = take.take("standards", section, "use", str, None)
    if name is not None and name not in STANDARDS:
        rule = _("one of the documented standards is expected")
        take.problem("standards.use", repr(name), rule, did_you_mean(name, STANDARDS))
    base = STANDARDS.get(name or "", Standards())
    posts = take.take("standards", section, "pupils_per_post", dict, {})
    take.known("standards.pupils_per_post", posts, tuple(stage.stage for stage in stages))
    own = {stage: take.take("standards.pupils_per_post", posts, stage, float, float) for stage in posts}
    found = replace(
        base,
        pupils_per_post=base.pupils_per_post | own,
        **{key: take.take("standards", section, key, kind, getattr(base, key)) for key, kind in _PLAIN.items()},
    )
    _check(take, found, own)
    return found


def _check(take: KeyReader, found: Standards, own: dict[str, float]) -> None:
    for stage, pupils in own.items():
        if not pupils > 0:
            take.problem(f"standards.pupils_per_post.{stage}", f"{pupils:g}", _("a post has more than 0 pupils"))
    if found.pupils_per_counsellor is not None and not found.pupils_per_counsellor > 0:
        value = f"{found.pupils_per_counsellor:g}"
        take.problem("standards.pupils_per_counsellor", value, _("a counsellor has more than 0 pupils"))
    if found.counsellors_per_school < 0:
        value = str(found.counsellors_per_school)
        take.problem("standards.counsellors_per_school", value, _("a number of counsellors is 0 or more"))
    if found.public_share is not None and not 0 <= found.public_share <= 1:
        take.problem("standards.public_share", f"{found.public_share:g}", _("a share lies between 0 and 1"))
