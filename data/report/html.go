package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"lawcircle/coverage"
)

//go:embed report.html
var pageTemplate string

// HTML writes the report as one printable page: no script, no file beside it, nothing fetched. The bytes depend on the input alone.
func HTML(out io.Writer, in Input) error {
	w := newWriter(in)
	t, err := template.New("report").Funcs(template.FuncMap{
		"t":       w.t,
		"svg":     func(text string) template.HTML { return template.HTML(text) }, //nolint:gosec // drawn by svgmap, which escapes what it writes
		"percent": percent,
	}).Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("reading the template of the report: %w", err)
	}
	if err := t.Execute(out, w.document()); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// document is what the template shows.
type document struct {
	Lang, Title, Subject, Kind, AsOf, Day, RunID, Use, Banner string
	Scenario, ServicesTitle, YearsTitle                       string // Scenario is "" for the present state
	PageBanner, WidthRules                                    template.CSS
	Key                                                       []keyFigure
	Findings                                                  []string
	Proposed                                                  page
	Data                                                      []string
	Maps                                                      []mapPage
	Services, Years                                           []small
	ServiceTable, YearTable                                   page
	Tables                                                    []tablePage
	Method                                                    []pair
	Sensitivity, Groups                                       page
	Limits                                                    []string
	Parameters                                                []pair
	Imports, Doubts                                           page
}

type keyFigure struct{ Name, Value, Note string }

type pair struct{ Name, Value string }

type mapPage struct{ Title, SVG string }

type tablePage struct {
	page
	Wide bool
}

func (w *writer) document() document {
	d := document{Lang: w.t("zh-CN", "en"), Title: w.title(), Subject: w.subject(), Kind: w.kindOfReport(), AsOf: w.asOf(), Day: w.day(), RunID: w.Run.ID, Use: w.use(), Banner: w.banner(), Scenario: w.scenarioNote(),
		ServicesTitle: w.about(w.t("图4　各服务事项覆盖", "Map 4. Coverage by service")), YearsTitle: w.about(w.t("图5　逐年覆盖", "Map 5. Coverage by year")),
		PageBanner: w.pageBanner(), WidthRules: widthRules(), Key: w.keyFigures(), Data: w.dataRemarks(), Services: w.serviceMaps(), Years: w.yearMaps(),
		ServiceTable: w.onPage(w.services()), YearTable: w.onPage(w.years()), Method: w.method(), Sensitivity: w.onPage(w.sensitivity()),
		Groups: w.onPage(w.groups()), Limits: w.limits(), Parameters: w.parameters(), Imports: w.onPage(w.imports()), Doubts: w.onPage(w.doubts())}
	for _, s := range w.r.Findings {
		d.Findings = append(d.Findings, w.finding(s))
	}
	d.Proposed = w.proposed()
	d.Maps = []mapPage{{w.about(w.t("图1　", "Map 1. ") + w.coverageTitle()), w.coverageMap()}, {w.about(w.t("图2　缺口", "Map 2. Gaps")), w.gapMap()},
		{w.about(w.t("图3　建议选址", "Map 3. Proposed sites")), w.planMap()}}
	for _, t := range []struct {
		table    *table
		wide     bool
		optional bool // left out when it has no rows
	}{{w.units(), true, false}, {w.uncovered(), true, false}, {w.points(), true, false}, {w.plan(), true, false}, {w.advisers(), false, false}, {w.pairs(), false, false},
		{w.indicators(), true, false}, {w.reported(), true, true}, {w.checklist(), true, true}, {w.honours(), false, true}} {
		if len(t.table.rows) == 0 && t.optional {
			continue
		}
		d.Tables = append(d.Tables, tablePage{w.onPage(t.table), t.wide})
	}
	return d
}

// pageBanner is the line across the top of every printed page; names of others are stripped of what a style sheet could take for its own.
func (w *writer) pageBanner() template.CSS {
	parts := []string{w.use()}
	if w.Map.ApprovalNo != "" {
		parts = nil // foreign text stays out of the style sheet; the maps show the number
	}
	if b := w.banner(); b != "" {
		parts = append(parts, plainText(b))
	}
	parts = append(parts, fmt.Sprintf(w.t("数据日期 %s", "data of %s"), plainText(w.asOf())), fmt.Sprintf(w.t("运行 %s", "run %s"), plainText(w.Run.ID)))
	return template.CSS(`"` + strings.Join(parts, w.t("　", " · ")) + `"`) //nolint:gosec // texts of this package and plain words only
}

// plainText keeps of a text what needs no quoting in a style sheet.
func plainText(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"\<>`, r) || r < ' ' {
			return -1
		}
		return r
	}, text)
}

func (w *writer) keyFigures() []keyFigure {
	t := w.r.Result.Totals
	people := keyFigure{Name: w.inScenario(w.t("人口覆盖率", "People covered")), Value: "—"}
	if share, ok := t.PeopleShare(); ok {
		people.Value = percent(share)
	}
	people.Note = fmt.Sprintf(w.t("%s ÷ %s 人", "%s of %s people"), grouped(t.PeopleCovered), grouped(t.People))
	out := []keyFigure{people, {w.inScenario(w.t("圈外人口", "People outside")), grouped(t.PeopleUncovered),
		fmt.Sprintf(w.t("%d 个居民点；另 %s 人无法判定", "in %d settlements; %s more without an answer"), t.SettlementsUncovered, grouped(t.PeopleUnknown))}}
	for _, tier := range []coverage.Tier{coverage.TierStation, coverage.TierStudio} {
		b := w.r.Built()[tier]
		figure := keyFigure{Name: w.inScenario(w.t(w.term("tier", string(tier))+"建成率", w.term("tier", string(tier))+"s built")), Value: "—",
			Note: fmt.Sprintf(w.t("%d ÷ %d 个单位", "%d of %d units"), b.Built, b.Should)}
		if share, ok := b.Share(); ok {
			figure.Value = percent(share)
		}
		out = append(out, figure)
	}
	return out
}

// proposed is the short table of the first three sites.
func (w *writer) proposed() page {
	t := w.plan()
	t.rows, t.total, t.caption, t.note = t.rows[:min(3, len(t.rows))], nil, "", w.proof()
	if w.r.Plan.Missing != nil {
		t.note = w.sentence(*w.r.Plan.Missing)
	}
	return w.onPage(t)
}

// widthRules are the classes of column widths: a style attribute would be refused by strict content policies.
func widthRules() template.CSS {
	var rules strings.Builder
	for i := 1; i <= 100; i++ {
		fmt.Fprintf(&rules, ".w%d{width:%d%%}", i, i)
	}
	return template.CSS(rules.String()) //nolint:gosec // numbers only
}
