package demo

import (
	"math/rand/v2"

	"lawcircle/coverage"
)

// Codes of the invented county. 6599 is not a prefecture and 659901 not a county of the division code.
const (
	prefectureCode = "659900000000"
	countyCode     = "659901000000"
	countyPrefix   = "659901"
)

// Names of the invented places. The label stands in the names of the units that head every table.
const (
	label          = "（演示数据·虚构）"
	prefectureName = "示范地区" + label
	countyName     = "示范县" + label
	countyNameEn   = "Shifan County (demonstration data, invented)"
)

// townshipPlan is one unit of township level: where its seat lies and how many committees of each kind belong to its seat.
type townshipPlan struct {
	code    string // three digits
	name    string
	nameEn  string
	kind    coverage.UnitKind
	oasis   oasisID
	seat    step
	seatHas int // residents' committees at the seat
}

func townshipPlans() []townshipPlan {
	return []townshipPlan{
		{"001", "老城街道", "Laocheng Subdistrict", coverage.UnitStreet, central, step{-12, 8}, 0},
		{"002", "河东街道", "Hedong Subdistrict", coverage.UnitStreet, central, step{13, 8}, 0},
		{"100", "玉泉镇", "Yuquan Town", coverage.UnitTown, central, step{-64, -32}, 2},
		{"101", "红柳镇", "Hongliu Town", coverage.UnitTown, east, step{0, 0}, 2},
		{"102", "胡杨镇", "Huyang Town", coverage.UnitTown, lower, step{-32, 0}, 2},
		{"200", "上渠乡", "Shangqu Township", coverage.UnitTownship, upper, step{-16, 0}, 0},
		{"201", "坎儿乡", "Kan'er Township", coverage.UnitTownship, west, step{0, 0}, 0},
		{"202", "杏花乡", "Xinghua Township", coverage.UnitTownship, central, step{64, 32}, 0},
		{"203", "白杨乡", "Baiyang Township", coverage.UnitTownship, central, step{56, -40}, 0},
		{"204", "葡园乡", "Puyuan Township", coverage.UnitTownship, central, step{-48, 48}, 0},
		{"205", "沙枣乡", "Shazao Township", coverage.UnitTownship, lower, step{40, 8}, 0},
		{"400", "北山矿区", "Beishan Mining Area", coverage.UnitTownshipLike, mine, step{0, 0}, 1},
		{"401", "良种繁育场", "Seed Farm", coverage.UnitTownshipLike, farm, step{0, 0}, 1},
		{"402", "示范园区", "Demonstration Zone", coverage.UnitFunctional, zone, step{-6, 0}, 2},
	}
}

// placeNames hands out names of villages, none twice.
type placeNames struct{ left []string }

func newPlaceNames(r *rand.Rand) *placeNames {
	var all []string
	for _, first := range []string{"红", "金", "玉", "青", "新", "上", "下", "东", "西", "南", "北", "大", "小", "双", "老"} {
		for _, second := range []string{"柳", "杨", "泉", "渠", "井", "沟", "湾", "梁", "滩", "桥", "枣园", "杏园", "桑园", "麦地", "棉田", "瓜田", "戈壁", "坎儿"} {
			all = append(all, first+second)
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return &placeNames{all}
}

func (n *placeNames) next() string {
	name := n.left[0]
	n.left = n.left[1:]
	return name
}

// communityNames are the neighbourhoods of the county town.
func communityNames() []string {
	return []string{"迎宾", "文化", "团结", "和平", "光明", "友好", "幸福", "平安", "胜利", "前进", "建设", "民主",
		"滨河", "朝阳", "新华", "春风", "丰收", "兴业", "锦绣", "安居", "康宁", "乐业", "花园", "东湖"}
}
