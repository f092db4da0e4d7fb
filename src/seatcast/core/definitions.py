"""Who is called a migrant child, and who left behind, by the bodies that publish figures of them."""

from __future__ import annotations

from seatcast.core.study_area import Definition

DEFINITIONS: dict[str, Definition] = {
    "civil affairs 2024": Definition(
        migrant="Children under 16 who have left the place of their household registration and live, for six months or "
        "more, in another county with one or both of their parents or guardians.",
        migrant_zh="不满16周岁，离开户籍地，随父母双方或一方或其他监护人跨县域异地居住或生活6个月以上的儿童。",
        left_behind="Children under 16, registered in the countryside, both of whose parents have left to work, or one "
        "while the other cannot look after them.",
        left_behind_zh="不满16周岁，父母双方外出务工，或一方外出务工另一方无监护能力的农村户籍儿童。",
        source="Ministry of Civil Affairs: with 20 other departments, Action plan for migrant children, 2024 (no. 35); "
        "of those left behind, from 2016",
        source_zh="民政部等21部门《加强流动儿童关爱保护行动方案》（民发〔2024〕35号）；留守儿童为民政部2016年起口径",
        age_below=16,
        boundary="county",
        months=6,
    ),
    "education": Definition(
        migrant="Children of school age whose household is registered in another province or in another county of this "
        "province, who live with their parents where these work and go to school there.",
        migrant_zh="户籍登记在外省（区、市）或本省外县（区），随父母到输入地同住并在校接受教育的适龄儿童少年。",
        source="Ministry of Education, statistical indicators for monitoring and evaluating education",
        source_zh="教育部《中国教育监测与评价统计指标体系》",
        boundary="county",
    ),
    "census 2020": Definition(
        migrant="Children of 0 to 17 whose township or subdistrict of residence is not that of their household "
        "registration, which they left half a year ago or more; moves within the districts of one city left out.",
        migrant_zh="0—17周岁，居住地与户口登记地所在乡镇街道不一致且离开户口登记地半年以上的儿童，扣除市辖区内人户分离。",
        left_behind="Children of 0 to 17 who live where they are registered while one or both parents have been away, "
        "beyond the township or subdistrict, for half a year or more.",
        left_behind_zh="0—17周岁，父母双方或一方跨乡镇街道外出流动半年及以上，留在原籍不能与父母双方共同生活的儿童。",
        source="National Bureau of Statistics, UNICEF China and UNFPA China, Children in China 2020: facts and figures",
        source_zh="国家统计局、联合国儿童基金会、联合国人口基金《2020年中国儿童人口状况：事实与数据》",
        age_below=18,
        boundary="township",
        months=6,
    ),
}
"""Definitions by name, for `use` under [definition] in bureau.toml. Counts by different definitions differ by a third:
pupils of migrant families in compulsory school were 18.97 million in 2017 by the broad one, 14.07 by the narrow
(Ministry of Education, quoted in the press)."""
