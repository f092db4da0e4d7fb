"""Norms that a bureau is held to: posts for its pupils, counsellors, the public share of migrant children."""

from __future__ import annotations

from dataclasses import dataclass, field

from seatcast.language import named


@dataclass(frozen=True)
class Standards:
    """What staff and what share of migrant children in public schools the norms in force ask for.

    Attributes
    ----------
    pupils_per_post : dict of str to float
        By stage, pupils to a post of teachers and other staff; a stage left out has no norm.
    pupils_per_counsellor : float or None
        Pupils to a counsellor. No national ratio of China was found; the bureau sets its own, or none.
    counsellors_per_school : int
        Counsellors that a school has at least, however small; 0: none.
    public_share : float or None
        Share of the migrant pupils who are to be in public schools, seats bought in private ones among them.
    source : str
        Where the norms stand.
    """

    pupils_per_post: dict[str, float] = field(default_factory=dict)
    pupils_per_counsellor: float | None = None
    counsellors_per_school: int = 0
    public_share: float | None = None
    source: str = ""
    source_zh: str | None = None

    @property
    def origin(self) -> str:
        """Where the norms stand, in the language in force."""
        return named(self.source, self.source_zh)

    @property
    def counts_counsellors(self) -> bool:
        """Whether there is a norm for counsellors."""
        return self.pupils_per_counsellor is not None or self.counsellors_per_school > 0


STANDARDS: dict[str, Standards] = {
    "china 2015": Standards(
        pupils_per_post={"primary": 19.0, "junior": 13.5, "senior": 12.5},
        counsellors_per_school=1,
        public_share=0.85,
        source="posts, General Office of the State Council, 2001 (no. 74), one for town and country since 2015; "
        "counsellors, Ministry of Education with 16 departments, plan for 2023-2025; public share, Ministry of "
        "Education, measures for balanced compulsory education of quality, 2017",
        source_zh="教职工编制，国办发〔2001〕74号，2015年起城乡统一；心理健康教育教师，教育部等十七部门2023—2025年专项行动计划；"
        "公办就读比例，教育部《县域义务教育优质均衡发展督导评估办法》（2017年）",
    )
}
"""Norms by name, for `use` under [standards] in bureau.toml."""
