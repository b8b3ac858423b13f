package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"lawcircle/coverage"
	"lawcircle/data/report/svgmap"
)

// Sizes of maps in map units.
const (
	mapWidth, mapHeight     = 900.0, 640.0
	smallWidth, smallHeight = 420.0, 270.0
)

// bound is what the maps show: the unit, or all settlements where it has no boundary.
func (w *writer) bound() orb.Bound {
	var b orb.Bound
	found := false
	extend := func(other orb.Bound) {
		if !found {
			b, found = other, true
		}
		b = b.Union(other)
	}
	for _, a := range w.r.Rows {
		if len(a.Unit.Geometry) > 0 {
			extend(a.Unit.Geometry.Bound())
		}
	}
	for _, s := range w.r.County.Settlements {
		extend(s.Point.Bound())
	}
	return b
}

// ground draws what lies below: the scope hatched, the circle over it, roads and boundaries.
func (w *writer) ground(m *svgmap.Map, small bool) {
	top := coverage.LevelVillage
	for _, a := range w.r.Rows {
		if len(a.Unit.Geometry) > 0 {
			top = min(top, a.Unit.Level)
		}
	}
	if w.boundaries() {
		for _, a := range w.r.Rows {
			if a.Unit.Level == top {
				m.Area(a.Unit.Geometry, m.Hatch(), "", 0, "")
			}
		}
	}
	if w.r.Circle != nil && !small {
		m.Area(w.r.Circle.Area, "#cfe3f2", svgmap.Blue, 0.5, "")
	}
	if !small {
		m.Line(w.Roads, "#8a8a8a", 0.8, "")
	}
	if !w.boundaries() {
		return
	}
	for _, a := range w.r.Rows {
		if a.Unit.Level == top {
			m.Area(a.Unit.Geometry, "none", "#222", 1.4, "")
		} else {
			m.Area(a.Unit.Geometry, "none", "#555", 0.7, "5 3")
		}
	}
}

// names writes the names of the lowest units.
func (w *writer) names(m *svgmap.Map) {
	if !w.boundaries() {
		return
	}
	lowest := w.lowest()
	for _, a := range w.r.Rows {
		if a.Unit.Level == lowest && len(a.Unit.Geometry) > 0 {
			centre, _ := planar.CentroidArea(a.Unit.Geometry)
			m.Label(centre, w.unit(a.Unit), 13, false)
		}
	}
}

// settlementMark draws a settlement by its verdict; area grows with people.
func settlementMark(status coverage.VerdictStatus, people int64) svgmap.Mark {
	size := math.Min(11, 4.5+math.Sqrt(float64(people))/12)
	switch status {
	case coverage.Covered:
		return svgmap.Mark{Shape: svgmap.Circle, Size: size, Fill: svgmap.Blue}
	case coverage.Uncovered:
		return svgmap.Mark{Shape: svgmap.Diamond, Size: size + 1, Fill: svgmap.Vermilion, Stroke: true}
	default:
		return svgmap.Mark{Shape: svgmap.Ring, Size: 7, Fill: svgmap.Grey}
	}
}

func (w *writer) settlementsOn(m *svgmap.Map, status func(i int) coverage.VerdictStatus) {
	for i, v := range w.r.Result.Verdicts {
		s := w.r.County.Settlements[v.Settlement]
		m.Place(s.Point, settlementMark(status(i), s.People.Count))
	}
}

func (w *writer) verdictOf(i int) coverage.VerdictStatus { return w.r.Result.Verdicts[i].Status }

// tierMark draws a point by shape and letter: 中 站 室 警.
func (w *writer) tierMark(tier coverage.Tier) svgmap.Mark {
	marks := map[coverage.Tier]svgmap.Mark{
		coverage.TierCentre:  {Shape: svgmap.Star, Size: 18, Fill: "#111", Letter: w.t("中", "C")},
		coverage.TierStation: {Shape: svgmap.Square, Size: 11, Fill: "#222", Letter: w.t("站", "S")},
		coverage.TierStudio:  {Shape: svgmap.Triangle, Size: 11, Fill: "#fff", Letter: w.t("室", "R")},
		coverage.TierPost:    {Shape: svgmap.Circle, Size: 10, Fill: "#fff", Letter: w.t("警", "P")},
	}
	if mark, ok := marks[tier]; ok {
		return mark
	}
	return svgmap.Mark{Shape: svgmap.Square, Size: 8, Fill: "#fff", Letter: w.t("点", "O")}
}

// facilitiesOn draws the counted points of some tiers, the highest on top.
func (w *writer) facilitiesOn(m *svgmap.Map, scale float64, wanted func(coverage.Tier) bool) {
	tiers := codesOf("tier")
	for i := len(tiers) - 1; i >= 0; i-- {
		for _, f := range w.r.Result.Selection.Facilities {
			if string(f.Tier) != tiers[i] || !wanted(f.Tier) || !w.mayShow(f.HostKind) {
				continue
			}
			mark := w.tierMark(f.Tier)
			mark.Size *= scale
			if scale <= 1 && !isUpper(f.Tier) {
				mark.Letter = "" // too small to be read
			}
			m.Place(f.Point, mark)
		}
	}
}

func isUpper(t coverage.Tier) bool { return t == coverage.TierCentre || t == coverage.TierStation }

func isLower(t coverage.Tier) bool { return !isUpper(t) }

// today draws verdicts and points: small points below, so that the settlement that they stand in stays visible, great ones above.
func (w *writer) today(m *svgmap.Map, scale float64) {
	w.ground(m, false)
	w.facilitiesOn(m, scale, isLower)
	w.settlementsOn(m, w.verdictOf)
	w.facilitiesOn(m, scale, isUpper)
}

// crowd finds the part of the map where settlements crowd: the square of a ninth of its width that holds most of them. ok is false when
// it holds less than a fifth, or when there are few settlements.
func (w *writer) crowd() (b orb.Bound, ok bool) {
	all := w.bound()
	side := (all.Max[0] - all.Min[0]) / 9
	tall := side * math.Cos(all.Center()[1]*math.Pi/180)
	most := 0
	for _, s := range w.r.County.Settlements {
		inside := 0
		window := orb.Bound{Min: orb.Point{s.Point[0] - side/2, s.Point[1] - tall/2}, Max: orb.Point{s.Point[0] + side/2, s.Point[1] + tall/2}}
		for _, other := range w.r.County.Settlements {
			if window.Contains(other.Point) {
				inside++
			}
		}
		if inside > most {
			most, b = inside, window
		}
	}
	n := len(w.r.County.Settlements)
	return b, n > 40 && n <= maxCrowd && most*5 > n
}

// maxCrowd bounds the settlements among which a crowd is looked for: all pairs are compared.
const maxCrowd = 5000

// inset draws the crowded part of a map larger, and its outline on the map.
func (w *writer) inset(m *svgmap.Map, id string, draw func(m *svgmap.Map, scale float64)) *svgmap.Map {
	b, ok := w.crowd()
	if !ok {
		return nil
	}
	m.Box(b)
	large := svgmap.New(svgmap.Options{ID: id, Label: w.t("局部放大", "enlarged part"), Bound: b, Width: 250, Height: 250})
	draw(large, 1.05)
	return large
}

// mayShow reports whether the exact place of a host may be on a map: that of a police post never in public.
func (w *writer) mayShow(kind coverage.HostKind) bool {
	return !w.Map.Public || kind != coverage.HostPolicePost
}

func (w *writer) tierRows() []svgmap.LegendRow {
	counts := map[string]int{}
	for _, f := range w.r.Result.Selection.Facilities {
		counts[string(f.Tier)]++
	}
	var rows []svgmap.LegendRow
	for _, tier := range codesOf("tier") {
		if counts[tier] > 0 {
			mark := w.tierMark(coverage.Tier(tier))
			rows = append(rows, svgmap.LegendRow{Mark: &mark, Text: fmt.Sprintf("%s %d", w.term("tier", tier), counts[tier])})
		}
	}
	if len(rows) > 0 {
		rows = append([]svgmap.LegendRow{{Text: w.t("计入的服务点（全部，含范围外）", "Counted points (all, also outside the area)")}}, rows...)
	}
	return rows
}

func (w *writer) verdictRows() []svgmap.LegendRow {
	t := w.r.Result.Totals
	limit := number(w.r.Question.Query.Limit.Minutes())
	row := func(status coverage.VerdictStatus, zh, en string, people int64, places int) svgmap.LegendRow {
		mark := settlementMark(status, 3000)
		mark.Size = 10
		return svgmap.LegendRow{Mark: &mark, Text: fmt.Sprintf(w.t("%s：%s 人，%d 个居民点", "%s: %s people, %d settlements"), w.t(zh, en), grouped(people), places)}
	}
	if share, ok := t.PeopleShare(); ok {
		rows := []svgmap.LegendRow{row(coverage.Covered, "≤"+limit+" 分钟（"+percent(share)+"）", "≤ "+limit+" min ("+percent(share)+")", t.PeopleCovered, t.SettlementsCovered)}
		return append(rows, row(coverage.Uncovered, ">"+limit+" 分钟", "> "+limit+" min", t.PeopleUncovered, t.SettlementsUncovered),
			row(coverage.Unknown, "无法判定", "no answer", t.PeopleUnknown, t.SettlementsUnknown))
	}
	return []svgmap.LegendRow{row(coverage.Unknown, "无法判定", "no answer", t.PeopleUnknown, t.SettlementsUnknown)}
}

func (w *writer) groundRows(m *svgmap.Map) []svgmap.LegendRow {
	rows := []svgmap.LegendRow{{Fill: "#cfe3f2", Stroke: svgmap.Blue, Text: w.t("服务圈内的地面", "Ground inside the circle")}}
	if w.boundaries() && slices.ContainsFunc(w.r.Rows, func(a coverage.AreaSum) bool { return len(a.Unit.Geometry) > 0 }) {
		rows = append(rows, svgmap.LegendRow{Fill: m.Hatch(), Text: w.t("服务圈外的地面", "Ground outside the circle")},
			svgmap.LegendRow{Stroke: "#555", Dash: "5 3", Text: w.t("下级单位界线", "Boundaries of lower units")})
	}
	if len(w.Roads) > 0 {
		rows = append(rows, svgmap.LegendRow{Stroke: "#8a8a8a", Text: w.t("主要道路", "Main roads")})
	}
	return rows
}

// frame puts the notes that every map needs around it.
func (w *writer) frame(legend []svgmap.LegendRow) svgmap.Frame {
	source := w.Map.Source
	if source == "" {
		source = w.t("项目内区划与 OpenStreetMap 道路数据（© OpenStreetMap 贡献者）", "boundaries of the project; roads © OpenStreetMap contributors")
	}
	if w.Map.Source == "" && w.r.Result.NoRoads() {
		source = w.t("项目内区划；尚未导入道路", "boundaries of the project; no roads imported")
	}
	q := w.r.Question.Query
	return svgmap.Frame{Legend: legend, Banner: w.banner(), Corner: w.use(), North: w.t("北", "N"), Notes: []string{
		fmt.Sprintf(w.t("出行：%s，%s 分钟（含）；数据日期 %s；运行 %s", "Travel: %s, %s minutes inclusive; data of %s; run %s"), w.profile(q.Profile), number(q.Limit.Minutes()), w.asOf(), w.Run.ID),
		fmt.Sprintf(w.t("坐标系 WGS-84，以图幅中心为准的等距圆柱投影；来源：%s", "WGS-84, equirectangular around the middle of the map; source: %s"), source)}}
}

func (w *writer) newMap(id, label string) *svgmap.Map {
	return svgmap.New(svgmap.Options{ID: id, Label: label, Bound: w.bound(), Width: mapWidth, Height: mapHeight})
}

// coverageTitle calls coverage today's only when it is.
func (w *writer) coverageTitle() string {
	if w.planned() {
		return w.t("方案覆盖", "Coverage in the scenario")
	}
	return w.t("现状覆盖", "Coverage today")
}

// coverageMap is map 1.
func (w *writer) coverageMap() string {
	m := w.newMap("map1", w.about(w.coverageTitle()))
	w.today(m, 1)
	w.names(m)
	frame := w.frame(slices.Concat(w.verdictRows(), w.groundRows(m), w.tierRows()))
	frame.Inset = w.inset(m, "map1i", w.today)
	return m.SVG(frame)
}

// gapMap is map 2: uncovered settlements with the numbers of table 2.
func (w *writer) gapMap() string {
	m := w.newMap("map2", w.about(w.t("缺口图", "Map of gaps")))
	w.gaps(m, 1)
	numbered := w.numbers(m, 9.5)
	w.names(m)
	rows := append(w.verdictRows()[1:], w.groundRows(m)...)
	rows = append(rows, svgmap.LegendRow{Text: w.t("编号与表2一致，按人口从多到少", "Numbers are those of table 2, most people first")})
	if hidden := len(w.r.Uncovered) - numbered; hidden > 0 {
		rows = append(rows, svgmap.LegendRow{Text: fmt.Sprintf(w.t("%d 个密集处的编号未标出", "%d numbers are left out where places crowd"), hidden)})
	}
	frame := w.frame(rows)
	frame.Inset = w.inset(m, "map2i", func(large *svgmap.Map, scale float64) {
		w.gaps(large, scale)
		w.numbers(large, 9)
	})
	return m.SVG(frame)
}

// gaps draws what is not covered.
func (w *writer) gaps(m *svgmap.Map, _ float64) {
	w.ground(m, false)
	for _, list := range [][]coverage.Verdict{w.r.Unknown, w.r.Uncovered} {
		for _, v := range list {
			s := w.r.County.Settlements[v.Settlement]
			m.Place(s.Point, settlementMark(v.Status, s.People.Count))
		}
	}
}

// numbers writes the numbers of table 2 where there is room, and counts those written.
func (w *writer) numbers(m *svgmap.Map, size float64) (written int) {
	for i, v := range w.r.Uncovered {
		if i < MaxPageRows && m.Label(w.r.County.Settlements[v.Settlement].Point, strconv.Itoa(i+1), size, false) {
			written++
		}
	}
	return written
}

// planMap is map 3: proposed sites numbered as in table 4.
func (w *writer) planMap() string {
	m := w.newMap("map3", w.about(w.t("建议选址图", "Map of proposed sites")))
	proposed := svgmap.Mark{Shape: svgmap.Star, Size: 14, Fill: svgmap.Green}
	draw := func(m *svgmap.Map, scale float64) {
		w.ground(m, false)
		w.settlementsOn(m, w.verdictOf)
		w.facilitiesOn(m, 0.7, isUpper)
		for _, s := range w.r.Plan.Sites {
			if w.mayShow(s.HostKind) {
				m.Place(s.Point, proposed)
			}
		}
		for i, s := range w.r.Plan.Sites {
			if w.mayShow(s.HostKind) {
				m.Label(s.Point, strconv.Itoa(i+1), 12, scale > 1)
			}
		}
	}
	draw(m, 1)
	w.names(m)
	gained := w.r.Plan.After.PeopleCovered - w.r.Plan.Before.PeopleCovered
	rows := []svgmap.LegendRow{{Mark: &proposed, Text: fmt.Sprintf(w.t("建议新增 %d 处，新增覆盖 %s 人（编号见表4）", "%d proposed points, %s more people inside (numbers: table 4)"),
		len(w.r.Plan.Sites), grouped(gained))}}
	rows = append(rows, w.verdictRows()...)
	frame := w.frame(append(rows, w.groundRows(m)...))
	frame.Inset = w.inset(m, "map3i", draw)
	return m.SVG(frame)
}

// small is one of a set of small maps.
type small struct{ Title, Figure, SVG string }

func (w *writer) smallMap(id, title string, status []coverage.VerdictStatus, s coverage.Sums, points string) small {
	m := svgmap.New(svgmap.Options{ID: id, Label: title, Bound: w.bound(), Width: smallWidth, Height: smallHeight})
	w.ground(m, true)
	for i, v := range w.r.Result.Verdicts {
		mark := settlementMark(status[i], 0)
		mark.Size = 6
		m.Place(w.r.County.Settlements[v.Settlement].Point, mark)
	}
	figure := w.t("没有人口", "no people")
	if share, ok := s.PeopleShare(); ok {
		figure = fmt.Sprintf(w.t("%s（%s/%s 人）", "%s (%s of %s people)"), percent(share), grouped(s.PeopleCovered), grouped(s.People))
	}
	return small{title, figure + w.t("，", ", ") + points, m.SVG(svgmap.Frame{Bare: true})}
}

// serviceMaps is map 4.
func (w *writer) serviceMaps() []small {
	var out []small
	for i, s := range w.r.Services {
		points := fmt.Sprintf(w.t("%d 个点", "%d points"), s.Points)
		out = append(out, w.smallMap(fmt.Sprintf("map4x%d", i+1), w.term("service", string(s.Service)), s.Status, s.Sums, points))
	}
	return out
}

// yearMaps is map 5.
// yearName is the day of a year's figures, and that they are planned where they are.
func (w *writer) yearName(y coverage.YearCoverage) string {
	if y.Planned {
		return string(y.AsOf) + w.t("（规划）", " (planned)")
	}
	return string(y.AsOf)
}

func (w *writer) yearMaps() []small {
	var out []small
	for i, y := range w.r.Years {
		points := fmt.Sprintf(w.t("%d 个点", "%d points"), len(y.Points))
		out = append(out, w.smallMap(fmt.Sprintf("map5x%d", i+1), w.yearName(y), y.Status, y.Sums, points))
	}
	return out
}
