// Package report writes the report of a unit as a printable page, a workbook and a bundle of evidence. All three show the figures of one
// [coverage.Report]: nothing is computed here but the drawing of maps.
package report

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
)

// Input is what a report is written from.
type Input struct {
	Report       *coverage.Report
	Run          coverage.Run // the run that every figure belongs to; At is the day of writing shown on the cover
	ScenarioName string       // of Run.Scenario, for people
	English      bool
	Map          MapUse
	Roads        []orb.LineString // main roads, for orientation on the maps
	Imports      []Import         // newest first
}

// MapUse says under which rule maps are shown (地图审核管理规定): inside the office, or in public with the number of an approval. Without
// one, a public map leaves out boundaries and says so. Police posts are on no public map.
type MapUse struct {
	Public             bool
	ApprovalNo, Source string
}

// Import is the account of one import of data.
type Import struct {
	At, What                          string
	Read, Accepted, Repaired, Refused int
	CRS                               string
}

// MaxRows bounds the rows of a table on a page and in a sheet; what is left out is said below the table.
const (
	MaxPageRows  = 300
	MaxSheetRows = 50_000
)

// lang chooses between the two languages of a report.
type lang bool

const english lang = true

func (l lang) t(zh, en string) string {
	if l == english {
		return en
	}
	return zh
}

func (l lang) sentence(s coverage.Sentence) string { return l.t(s.Zh, s.En) }

// term names a code of a vocabulary.
func (l lang) term(vocabulary, code string) string {
	for _, t := range coverage.Vocabularies()[vocabulary] {
		if t.Code == code {
			return l.t(t.Zh, t.En)
		}
	}
	return code
}

// unit names a unit; English where the data have an English name.
func (l lang) unit(u coverage.Unit) string {
	if l == english && u.NameEn != "" {
		return u.NameEn
	}
	return clean(u.Name)
}

var personal = regexp.MustCompile(`1[3-9]\d{9}|\d{17}[\dXx]`)

// clean masks mobile and identity numbers that slipped into a name.
func clean(text string) string {
	return personal.ReplaceAllStringFunc(text, func(number string) string { return number[:3] + "****" + number[len(number)-4:] })
}

// writer carries one report through its renderers.
type writer struct {
	Input
	lang
	r *coverage.Report
}

func newWriter(in Input) *writer { return &writer{in, lang(in.English), in.Report} }

// boundaries reports whether boundaries may be shown.
func (w *writer) boundaries() bool { return !w.Map.Public || w.Map.ApprovalNo != "" }

func (w *writer) subject() string {
	if w.r.Unit.Code != "" {
		return w.unit(w.r.Unit)
	}
	return clean(w.r.Whole.Name)
}

func (w *writer) title() string { return w.about(w.subject() + w.t("", ": ") + w.kindOfReport()) }

func (w *writer) kindOfReport() string {
	minutes := number(w.r.Question.Query.Limit.Minutes())
	return w.t("公共法律服务"+minutes+"分钟服务圈覆盖分析报告", "Coverage of the "+minutes+"-Minute Public Legal Service Circle")
}

func (w *writer) asOf() string {
	if day := w.r.Question.Query.AsOf; day != "" {
		return string(day.LastDay())
	}
	return cmp.Or(string(w.r.Whole.DataDate.LastDay()), w.t("未注明", "not stated"))
}

func (w *writer) day() string {
	at, err := time.Parse(time.RFC3339, w.Run.At)
	if err != nil {
		return ""
	}
	return at.Format("2006-01-02")
}

// banner says what nobody may overlook: that data are invented, that there are no roads, that the figures are those of a scenario; "" when there is nothing.
func (w *writer) banner() string {
	var parts []string
	if w.r.Whole.Synthetic {
		parts = append(parts, w.t("演示数据·虚构，不得作为决策依据", "Synthetic demonstration data: not for decisions"))
	}
	if w.r.Result.NoRoads() {
		parts = append(parts, w.t("尚未导入道路，只按直线步行计算", "No roads imported: figures are straight walks only"))
	}
	if w.planned() {
		parts = append(parts, w.scenarioNote())
	}
	return strings.Join(parts, w.t("　", " · "))
}

// use says who may see the maps.
func (w *writer) use() string {
	switch {
	case !w.Map.Public:
		return w.t("内部使用", "For internal use")
	case w.Map.ApprovalNo != "":
		return w.t("审图号：", "Map approval no. ") + w.Map.ApprovalNo + w.t("（不显示警务站）", " (police posts not shown)")
	default:
		return w.t("未经审图，不显示界线与警务站", "No map approval: boundaries and police posts are not shown")
	}
}

func (w *writer) profile(name string) string {
	titles := map[string][2]string{"walk": {"步行 4.0 km/h", "walking, 4.0 km/h"}, "walk_fast": {"快步 4.8 km/h", "brisk walking, 4.8 km/h"},
		"elderly": {"老年人步行 3.0 km/h", "older people walking, 3.0 km/h"}, "ebike": {"电动自行车 15 km/h", "e-bike, 15 km/h"},
		"bike": {"自行车", "bicycle"}, "car": {"汽车（按道路等级）", "car, by road class"}}
	if name == w.r.Profile.Name && (w.r.Profile.Title["zh"] != "" || w.r.Profile.Title["en"] != "") {
		return w.t(w.r.Profile.Title["zh"], w.r.Profile.Title["en"])
	}
	if t, ok := titles[name]; ok {
		return w.t(t[0], t[1])
	}
	return name
}

// FileName names a file of the report as offices do: prefecture, county or smaller, date, what it is.
func FileName(in Input, what, ext string) string {
	w := newWriter(in)
	var parts []string
	for _, level := range []coverage.UnitLevel{coverage.LevelPrefecture, coverage.LevelCounty, coverage.LevelTownship, coverage.LevelVillage} {
		if u, ok := w.r.Whole.UnitAbove(w.r.Unit.Code, level); ok {
			parts = append(parts, w.unit(u))
		}
	}
	if len(parts) == 0 {
		parts = []string{w.subject()}
	}
	if w.planned() {
		parts = append(parts, w.t("方案", "scenario ")+w.Run.Scenario)
	}
	parts = append(parts, strings.ReplaceAll(w.asOf(), "-", ""), what)
	name := strings.Join(parts, "_")
	if w.r.Whole.Synthetic {
		name = strings.ReplaceAll(name, "（演示数据·虚构）", "")
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, name) + "." + ext
}

// number writes a number without needless decimals.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// grouped writes a count with thousands apart.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, text = "-", text[1:]
	}
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return sign + text
}

func percent(v float64) string { return fmt.Sprintf("%.1f%%", 100*v) }
