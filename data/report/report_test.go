package report

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/xuri/excelize/v2"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/data/demo"
	"lawcircle/data/intake"
	"lawcircle/geo/road"
)

const (
	prefecture = "659900000000"
	township   = "659901100000"
)

// town is the demonstration county, built once.
var town = sync.OnceValues(func() (coverage.Engine, error) {
	dir, err := os.MkdirTemp("", "report")
	if err != nil {
		return coverage.Engine{}, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "demo.gpkg")
	if err := demo.Build(context.Background(), path, nil); err != nil {
		return coverage.Engine{}, err
	}
	project, err := data.Open(context.Background(), path, data.Options{})
	if err != nil {
		return coverage.Engine{}, err
	}
	defer project.Close()
	county, err := project.County(context.Background())
	if err != nil {
		return coverage.Engine{}, err
	}
	network, err := project.Network(context.Background())
	if err != nil {
		return coverage.Engine{}, err
	}
	graphs := map[string]*road.Graph{}
	for _, name := range road.BuiltinProfiles() {
		profile, err := road.BuiltinProfile(name)
		if err != nil {
			return coverage.Engine{}, err
		}
		if graphs[name], err = road.Build(context.Background(), network, profile, road.BuildOptions{}); err != nil {
			return coverage.Engine{}, err
		}
	}
	return coverage.Engine{County: county, Graph: func(_ context.Context, name string) (*road.Graph, error) {
		if g, ok := graphs[name]; ok {
			return g, nil
		}
		return nil, fmt.Errorf("no profile %q", name)
	}}, nil
})

func engine(t *testing.T) coverage.Engine {
	t.Helper()
	e, err := town()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func inputOf(t *testing.T, e coverage.Engine, unit string) Input {
	t.Helper()
	content, err := e.Report(t.Context(), coverage.ReportQuestion{Query: coverage.DefaultQuery(), Unit: unit})
	if err != nil {
		t.Fatal(err)
	}
	run, err := coverage.Run{At: "2020-01-15T08:00:00Z", Kind: "coverage", Question: coverage.DefaultQuery(), Profile: "walk", Program: "test", DataDate: e.County.DataDate,
		DataDigest: "d1", RoadsDigest: "r1"}.Identify()
	if err != nil {
		t.Fatal(err)
	}
	return Input{Report: content, Run: run, Imports: []Import{{At: "2020-01-01", What: "units", Read: 10, Accepted: 9, Refused: 1, CRS: "wgs84"}}}
}

func page1(t *testing.T, in Input) string {
	t.Helper()
	var out strings.Builder
	if err := HTML(&out, in); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func workbook(t *testing.T, in Input) (*excelize.File, []byte) {
	t.Helper()
	var out bytes.Buffer
	if err := XLSX(&out, in); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file, out.Bytes()
}

func TestFiguresAreThoseOfTheEngine(t *testing.T) {
	e := engine(t)
	in := inputOf(t, e, "")
	result, err := e.Assess(t.Context(), coverage.DefaultQuery())
	if err != nil {
		t.Fatal(err)
	}
	html := page1(t, in)
	share, _ := result.Totals.PeopleShare()
	for _, want := range []string{percent(share), grouped(result.Totals.PeopleCovered) + " ÷ " + grouped(result.Totals.People) + " 人", in.Run.ID, "2019-12-31",
		"演示数据·虚构", "内部使用"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	file, _ := workbook(t, in)
	rows, err := file.GetRows("乡镇", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, row := range rows[3:] {
		i := slices.IndexFunc(result.Areas, func(a coverage.AreaSum) bool { return a.Unit.Code == row[0] })
		if i < 0 {
			continue
		}
		seen++
		a := result.Areas[i]
		want := []int64{a.People, a.PeopleCovered, a.PeopleUncovered, a.PeopleUnknown}
		for n, people := range want {
			if row[2+n] != strconv.FormatInt(people, 10) {
				t.Errorf("%s column %d: %s, want %d", a.Unit.Name, 2+n, row[2+n], people)
			}
		}
		if !strings.Contains(html, ">"+grouped(a.PeopleCovered)+"<") {
			t.Errorf("the page has no %s people covered for %s", grouped(a.PeopleCovered), a.Unit.Name)
		}
		got, err := strconv.ParseFloat(row[6], 64)
		if share, ok := a.PeopleShare(); ok && (err != nil || math.Abs(got-share) > 1e-12) {
			t.Errorf("%s: share %s, want %v", a.Unit.Name, row[6], share)
		}
	}
	if seen != 14 {
		t.Errorf("%d townships in the sheet, want 14", seen)
	}
	total, err := file.CalcCellValue("乡镇", fmt.Sprintf("D%d", len(rows)))
	if err != nil {
		t.Fatal(err)
	}
	if strings.ReplaceAll(total, ",", "") != strconv.FormatInt(result.Totals.PeopleCovered, 10) {
		t.Errorf("the sum formula gives %s people covered, want %d", total, result.Totals.PeopleCovered)
	}
}

func TestEverySettlementIsAccountedFor(t *testing.T) {
	e := engine(t)
	whole, err := e.Assess(t.Context(), coverage.DefaultQuery())
	if err != nil {
		t.Fatal(err)
	}
	village := ""
	for _, u := range e.County.Units {
		if u.Level == coverage.LevelVillage && u.Parent == township {
			village = u.Code
			break
		}
	}
	for _, code := range []string{"", prefecture, township, village} {
		in := inputOf(t, e, code)
		r, w := in.Report, newWriter(in)
		totals := r.Result.Totals
		if totals.Settlements != len(r.Uncovered)+len(r.Unknown)+totals.SettlementsCovered || totals.People != totals.PeopleCovered+totals.PeopleUncovered+totals.PeopleUnknown {
			t.Errorf("unit %q: %+v with %d uncovered and %d unknown", code, totals, len(r.Uncovered), len(r.Unknown))
		}
		for _, a := range whole.Areas {
			if a.Unit.Code == code && a.Sums != totals {
				t.Errorf("unit %q: report %+v, engine %+v", code, totals, a.Sums)
			}
		}
		units := w.units()
		if got := units.total[2]; got != totals.People {
			t.Errorf("unit %q: table 1 adds up to %v people, want %d", code, got, totals.People)
		}
		if got := len(w.settlements().rows); got != totals.Settlements {
			t.Errorf("unit %q: %d settlements listed, want %d", code, got, totals.Settlements)
		}
		if got := len(w.uncovered().rows); got != totals.SettlementsUncovered {
			t.Errorf("unit %q: table 2 lists %d, want %d", code, got, totals.SettlementsUncovered)
		}
		if gained := r.Plan.After.PeopleCovered - r.Plan.Before.PeopleCovered; len(r.Plan.Sites) > 0 && w.plan().total[6] != gained {
			t.Errorf("unit %q: table 4 adds up to %v people, want %d", code, w.plan().total[6], gained)
		}
		if page1(t, in) == "" {
			t.Errorf("unit %q: empty page", code)
		}
	}
}

func TestSameInputSameBytes(t *testing.T) {
	in := inputOf(t, engine(t), township)
	var first, second bytes.Buffer
	layers := []File{{Name: "a.txt", What: "a", Write: func(w io.Writer) error { _, err := w.Write([]byte("a")); return err }}}
	for _, out := range []*bytes.Buffer{&first, &second} {
		if err := Zip(out, in, layers); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two bundles of one report differ")
	}
	archive, err := zip.NewReader(bytes.NewReader(first.Bytes()), int64(first.Len()))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range archive.File {
		names[f.Name] = true
	}
	for _, want := range []string{"读我.txt", "report.html", "run.json", "style.qml", "a.txt", "示范地区_示范县_玉泉镇_20191231_汇总表.xlsx"} {
		if !names[want] {
			t.Errorf("the bundle has no %s: %v", want, names)
		}
	}
}

// renamed copies a county with every name changed.
func renamed(c *coverage.County, name func(i int) string) *coverage.County {
	out := *c
	out.Name = name(0)
	out.Units, out.Settlements = slices.Clone(c.Units), slices.Clone(c.Settlements)
	out.Hosts, out.Points, out.Targets = slices.Clone(c.Hosts), slices.Clone(c.Points), slices.Clone(c.Targets)
	out.Measures, out.ChecklistItems, out.Honours = slices.Clone(c.Measures), slices.Clone(c.ChecklistItems), slices.Clone(c.Honours)
	for i := range out.Units {
		out.Units[i].Name, out.Units[i].NameEn, out.Units[i].NameUg = name(i), "", ""
	}
	for i := range out.Settlements {
		out.Settlements[i].Name, out.Settlements[i].PeopleSource = name(i), name(0)
	}
	for i := range out.Hosts {
		out.Hosts[i].Name = name(i)
	}
	for i := range out.Points {
		out.Points[i].Name = name(i)
	}
	for i := range out.Targets {
		out.Targets[i].Clause = name(i)
	}
	for i := range out.Measures {
		out.Measures[i].Source = name(i)
	}
	for i := range out.ChecklistItems {
		if out.ChecklistItems[i].Title != "" {
			out.ChecklistItems[i].Title, out.ChecklistItems[i].TitleEn = name(i), name(i)
		}
	}
	for i := range out.Honours {
		out.Honours[i].Name = name(i)
	}
	return &out
}

func TestHostileNamesStayText(t *testing.T) {
	names := []string{`<script>alert(1)</script>`, `=HYPERLINK("http://x","y")`, `"><img src=x onerror=alert(1)>`, `王某13812345678`, `+1+1`}
	e := engine(t)
	e.County = renamed(e.County, func(i int) string { return names[i%len(names)] })
	in := inputOf(t, e, "")
	html := page1(t, in)
	for _, bad := range []string{"<script", "<img", "13812345678"} {
		if strings.Contains(html, bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
	file, content := workbook(t, in)
	if bytes.Contains(content, []byte("13812345678")) {
		t.Error("the workbook contains a mobile number")
	}
	for _, sheet := range file.GetSheetList() {
		rows, err := file.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x, cell := range row {
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if formula, _ := file.GetCellFormula(sheet, at); strings.Contains(formula, "HYPERLINK") {
					t.Errorf("%s!%s is a formula: %s", sheet, at, formula)
				}
				if strings.Contains(cell, "13812345678") {
					t.Errorf("%s!%s shows a mobile number", sheet, at)
				}
			}
		}
	}
}

func TestEnglishIsComplete(t *testing.T) {
	e := engine(t)
	e.County = renamed(e.County, func(i int) string { return fmt.Sprintf("Name %d", i) })
	in := inputOf(t, e, "")
	in.English = true
	in.Report.Whole.Synthetic = true
	style := regexp.MustCompile(`(?s)<style>.*?</style>|font-family="[^"]*"`)
	html := style.ReplaceAllString(page1(t, in), "")
	if i := strings.IndexFunc(html, func(r rune) bool { return unicode.Is(unicode.Han, r) }); i >= 0 {
		t.Errorf("the English page has Chinese: …%s…", html[max(0, i-80):min(len(html), i+80)])
	}
	file, _ := workbook(t, in)
	for _, sheet := range file.GetSheetList() {
		rows, err := file.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range append(rows, []string{sheet}) {
			if text := strings.Join(row, "|"); strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("sheet %s has Chinese: %s", sheet, text)
				break
			}
		}
	}
}

func TestWorkbookImportsBack(t *testing.T) {
	e := engine(t)
	for _, in := range []Input{inputOf(t, e, ""), func() Input { in := inputOf(t, e, ""); in.English = true; return in }()} {
		_, content := workbook(t, in)
		w := newWriter(in)
		source := intake.BytesSource("report.xlsx", content)
		batch, err := intake.Settlements(t.Context(), source, intake.Options{CRS: "wgs84", Sheet: w.t("村", "Settlements")}, e.County, intake.CRSReference{})
		if err != nil {
			t.Fatal(err)
		}
		if batch.Quality.Refused != 1 { // the row of sums
			t.Errorf("%d settlement rows refused, want the row of sums alone: %v", batch.Quality.Refused, batch.Quality.Problems)
		}
		want := map[string]coverage.Settlement{}
		for _, s := range e.County.Settlements {
			want[s.ID] = s
		}
		if len(batch.Settlements) != len(want) {
			t.Errorf("%d settlements read back, want %d", len(batch.Settlements), len(want))
		}
		for _, s := range batch.Settlements {
			old := want[s.ID]
			if s.Name != old.Name || s.Code != old.Code || s.People != old.People || s.PeopleYear != old.PeopleYear || s.PeopleSource != old.PeopleSource ||
				s.UrbanRural != old.UrbanRural || fmt.Sprint(s.Groups) != fmt.Sprint(old.Groups) || far(s.Point, old.Point) {
				t.Errorf("settlement %s came back as %+v, was %+v", s.ID, s, old)
			}
		}
		points, err := intake.Facilities(t.Context(), source, intake.Options{CRS: "wgs84", Sheet: w.t("服务点台账", "Points")}, e.County, intake.CRSReference{})
		if err != nil {
			t.Fatal(err)
		}
		if points.Quality.Refused != 1 {
			t.Errorf("%d point rows refused, want the row of sums alone: %v", points.Quality.Refused, points.Quality.Problems)
		}
		samePoints(t, e.County.Points, points.Points)
		sameRows(t, source, e.County, "assignments", w.t("法律顾问", "Advisers"), len(e.County.VillagesWithoutAdviser(""))+1)
		sameRows(t, source, e.County, "honours", w.t("示范称号", "Titles"), 0)
	}
}

// sameRows imports a sheet as an attribute table into the county that it was written from: nothing changes. Rows that say that there is
// nothing, and the row of sums, are refused.
func sameRows(t *testing.T, source intake.Source, county *coverage.County, table, sheet string, refused int) {
	t.Helper()
	batch, err := intake.Records(table)(t.Context(), source, intake.Options{Sheet: sheet, CRS: "wgs84"}, county, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	d := batch.Difference
	if batch.Quality.Refused != refused || len(d.Added) != 0 || len(d.Changed) != 0 || d.Unchanged == 0 {
		t.Errorf("%s from sheet %s: %d refused, want %d; %d unchanged, added %v, changed %v; %v", table, sheet, batch.Quality.Refused, refused, d.Unchanged, d.Added, d.Changed, batch.Quality.Problems)
	}
}

func far(a, b [2]float64) bool {
	return math.Abs(a[0]-b[0]) > 1e-9 || math.Abs(a[1]-b[1]) > 1e-9
}

func samePoints(t *testing.T, want, got []coverage.ServicePoint) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%d points read back, want %d", len(got), len(want))
	}
	text := func(p coverage.ServicePoint) string {
		show := func(v any) string {
			switch v := v.(type) {
			case *int:
				if v != nil {
					return fmt.Sprint(*v)
				}
			case *bool:
				if v != nil {
					return fmt.Sprint(*v)
				}
			}
			return "-"
		}
		return fmt.Sprint(p.ID, p.HostID, p.Name, p.Tier, p.Level, p.Status, p.Code, p.PlannedOn, p.OpenedOn, p.AcceptedOn, p.ClosedOn, p.AreaM2, p.OpeningHours,
			show(p.StaffFull), show(p.StaffPart), show(p.Bilingual), show(p.Board), show(p.BookCorner), show(p.StreetFront), show(p.GroundFloor), show(p.Accessible))
	}
	byID := map[string]coverage.ServicePoint{}
	for _, p := range want {
		byID[p.ID] = p
	}
	for _, p := range got {
		if old := byID[p.ID]; text(p) != text(old) || far(p.Point, old.Point) {
			t.Errorf("point %s came back as\n%s, was\n%s", p.ID, text(p), text(old))
		}
	}
}

func TestPublicMapsWithoutApprovalHideBoundaries(t *testing.T) {
	in := inputOf(t, engine(t), "")
	in.Map = MapUse{Public: true}
	html := page1(t, in)
	if strings.Contains(html, `fill="url(#map1-hatch)"`) || strings.Contains(html, `stroke-dasharray="5 3"`) {
		t.Error("a public map without approval shows boundaries")
	}
	if !strings.Contains(html, "未经审图") {
		t.Error("the page does not say why boundaries are hidden")
	}
	w := newWriter(in)
	for _, row := range w.points().rows {
		if row[8] == "便民警务站" && (row[4] != nil || row[5] != nil) {
			t.Fatalf("the place of police post %v is public", row[0])
		}
	}
	in.Map.ApprovalNo = "新S(2020)001号"
	if html = page1(t, in); !strings.Contains(html, "审图号：新S(2020)001号") || !strings.Contains(html, `fill="url(#map1-hatch)"`) {
		t.Error("an approved map shows its number and the boundaries")
	}
}

func TestLongTablesSayWhatIsLeftOut(t *testing.T) {
	w := newWriter(inputOf(t, engine(t), ""))
	long := &table{columns: []column{{key: "n", zh: "数", en: "n", kind: count}}}
	for i := range MaxPageRows + 7 {
		long.add(i)
	}
	if p := w.onPage(long); len(p.Rows) != MaxPageRows || !strings.Contains(p.Note, strconv.Itoa(MaxPageRows+7)) {
		t.Errorf("%d rows shown, note %q", len(p.Rows), p.Note)
	}
}
