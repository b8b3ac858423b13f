package intake_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"lawcircle/coverage"
	"lawcircle/data/intake"
)

func facilities(t testing.TB, src intake.Source, options intake.Options, county *coverage.County) *intake.Batch {
	t.Helper()
	b, err := intake.Facilities(context.Background(), src, options, county, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	accounted(t, &b.Quality)
	return b
}

func csvSource(text string) intake.Source { return intake.BytesSource("test.csv", []byte(text)) }

// workbook writes rows from A1 on and lets a function spoil the sheet as offices do.
func workbook(t testing.TB, rows [][]any, spoil func(*excelize.File)) intake.Source {
	t.Helper()
	file := excelize.NewFile()
	for i, row := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := file.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	if spoil != nil {
		spoil(file)
	}
	var out bytes.Buffer
	if err := file.Write(&out); err != nil {
		t.Fatal(err)
	}
	return intake.BytesSource("站点.xlsx", out.Bytes())
}

// A workbook as an office sends it: title, two header rows, merged cells, codes as numbers, every habit of dates, a sum, a hidden sheet.
func TestOfficeWorkbook(t *testing.T) {
	src := workbook(t, [][]any{
		{"高昌区公共法律服务站点统计表"},
		{"填报单位：司法局"},
		{"序号", "区县", "乡镇", "名称", "类型", "区划代码", "坐标", "", "人员", "", "建成时间", "是否建成"},
		{"", "", "", "", "", "", "经度", "纬度", "专职", "兼职", "", ""},
		{1, "高昌区", "亚尔镇", "亚尔镇公共法律服务工作站", "工作站", 650402102000, 89.156321, 42.947654, "３", 1, "2018.12", "√"},
		{2, nil, nil, "老城路便民警务站", "便民警务站", "650402001000", "89°11′24″", "42°57′00″", nil, nil, nil, nil},
		{3, nil, "葡萄镇", "葡萄镇司法所", "司法所", "６５０４０２１０４０００", "89.25240 ", "42.92674", nil, nil, nil, nil},
		{4, "高昌区", "葡萄镇", "葡萄沟村法律服务工作室", "工作室", 650402104, "89.2301234", "42.9367234", 1, nil, 43465, "是"},
		{5, "高昌区", "葡萄镇", "待建工作室", "工作室", nil, 89.2311234, 42.9367234, nil, nil, "19年底", "否"},
		{"合计", nil, nil, nil, nil, nil, nil, nil, 4, 1},
		{"填表人：王某", nil, nil, "联系电话：13812345678"},
	}, func(f *excelize.File) {
		for _, merged := range [][2]string{{"A1", "L1"}, {"A3", "A4"}, {"B3", "B4"}, {"C3", "C4"}, {"D3", "D4"}, {"E3", "E4"}, {"F3", "F4"}, {"G3", "H3"}, {"I3", "J3"}, {"K3", "K4"}, {"L3", "L4"}, {"B5", "B7"}, {"C5", "C6"}} {
			if err := f.MergeCell("Sheet1", merged[0], merged[1]); err != nil {
				t.Fatal(err)
			}
		}
		_, _ = f.NewSheet("隐藏")
		_ = f.SetSheetRow("隐藏", "A1", &[]any{"名称", "经度", "纬度", "类型"})
		_ = f.SetSheetVisible("隐藏", false)
	})
	b := facilities(t, src, intake.Options{CRS: "cgcs2000"}, nil)
	q := &b.Quality
	if q.Read != 7 || q.Accepted != 5 || q.Refused != 2 {
		t.Errorf("read %d, accepted %d, refused %d; want 7, 5, 2\n%+v", q.Read, q.Accepted, q.Refused, q.Problems)
	}
	for what, want := range map[string]int64{"hosts": 5, "points": 3, "candidates": 2} {
		if got, _ := q.Count(what); got != want {
			t.Errorf("%d %s, want %d", got, what, want)
		}
	}
	point := func(name string) coverage.ServicePoint {
		i := slices.IndexFunc(b.Points, func(p coverage.ServicePoint) bool { return p.Name == name })
		if i < 0 {
			t.Fatalf("no point %s", name)
		}
		return b.Points[i]
	}
	station := point("亚尔镇公共法律服务工作站")
	if station.Tier != coverage.TierStation || station.OpenedOn != "2018-12" || station.Status != coverage.StatusBuilt || station.Code != "650402102000" || *station.StaffFull != 3 || *station.StaffPart != 1 {
		t.Errorf("station %+v", station)
	}
	if studio := point("葡萄沟村法律服务工作室"); studio.OpenedOn != "2018-12-31" || studio.Code != "650402104000" {
		t.Errorf("studio %+v", studio)
	}
	if planned := point("待建工作室"); planned.Status != coverage.StatusPlanned || planned.OpenedOn != "2019-12" {
		t.Errorf("planned %+v", planned)
	}
	for _, h := range b.Hosts {
		if h.Name == "老城路便民警务站" && (h.Kind != coverage.HostPolicePost || h.Point != orb.Point{89.19, 42.95}) {
			t.Errorf("police post %+v", h)
		}
		if h.Name == "葡萄镇司法所" && h.Code != "650402104000" {
			t.Errorf("full-width code became %q", h.Code)
		}
	}
	text := problemText(q)
	for _, want := range []string{"隐藏的工作表", "合计", "合并单元格", "全角"} {
		if !strings.Contains(text, want) {
			t.Errorf("the quality sheet does not speak of %s:\n%s", want, text)
		}
	}
}

func problemText(q *intake.Quality) string {
	var lines []string
	for _, p := range q.Problems {
		lines = append(lines, p.Problem+" → "+p.Repair)
	}
	return strings.Join(lines, "\n")
}

func TestRowNumbersAreThoseOfTheFile(t *testing.T) {
	b := facilities(t, csvSource("标题\n\n名称,经度,纬度\n甲,89.123456,42.123456\n\n乙,,\n"), intake.Options{CRS: "wgs84", English: true}, nil)
	if n := len(b.Quality.Problems); n != 1 || b.Quality.Problems[0].Row != 6 || !b.Quality.Problems[0].Refused {
		t.Errorf("problems %+v, want one at row 6", b.Quality.Problems)
	}
}

func TestEncodings(t *testing.T) {
	text := "名称,经度,纬度,类型\n火焰山便民警务站,89.123456,42.123456,便民警务站\n"
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String(text)
	le, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	be, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text)
	bare, _ := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String("name,lon,lat\nx,1.123456,2.123456\n")
	for name, content := range map[string]string{
		"UTF-8": text, "UTF-8 BOM": "\ufeff" + text, "GB18030": gb, "UTF-16LE": le, "UTF-16BE": be, "tabs": strings.ReplaceAll(text, ",", "\t"), "semicolons": strings.ReplaceAll(text, ",", ";"),
	} {
		b := facilities(t, csvSource(content), intake.Options{CRS: "wgs84"}, nil)
		if len(b.Hosts) != 1 || b.Hosts[0].Name != "火焰山便民警务站" || b.Hosts[0].Kind != coverage.HostPolicePost || len(b.Points) != 0 {
			t.Errorf("%s: %+v", name, b.Hosts)
		}
	}
	if b := facilities(t, csvSource(bare), intake.Options{CRS: "wgs84"}, nil); b.Hosts[0].Name != "x" {
		t.Errorf("UTF-16 without BOM: %+v", b.Hosts)
	}
}

// A row is a service point only if it says so, if it is an institution, or if it says nothing of its kind at all.
func TestWhatIsAServicePoint(t *testing.T) {
	tests := []struct {
		header, row, kind string // kind is the flag
		points            int
		host              coverage.HostKind
		tier              coverage.Tier
	}{
		{"类型", "便民警务站", "", 0, coverage.HostPolicePost, ""},
		{"类型,状态", "便民警务站,建成", "", 1, coverage.HostPolicePost, coverage.TierOther},
		{"类型,层级", "便民警务站,警务站服务点", "", 1, coverage.HostPolicePost, coverage.TierPost},
		{"类型,专职", "司法所,2", "", 1, coverage.HostJudicialOffice, coverage.TierOther},
		{"类型,建成时间", "村委会,2019", "", 1, coverage.HostVillageCommittee, coverage.TierOther},
		{"类型", "律师事务所", "", 1, coverage.HostLawFirm, coverage.TierOther},
		{"类型", "公证处", "", 1, coverage.HostNotary, coverage.TierOther},
		{"备考", "", "", 1, coverage.HostOther, coverage.TierOther},
		{"备考", "", "便民警务站", 0, coverage.HostPolicePost, ""},
		{"备考", "", "police_post", 0, coverage.HostPolicePost, ""},
		{"备考", "", "工作室", 1, coverage.HostOther, coverage.TierStudio},
		{"备考", "", "post_desk", 1, coverage.HostPolicePost, coverage.TierPost},
		{"kind", "Law firm", "", 1, coverage.HostLawFirm, coverage.TierOther},
		{"kind", "police_post", "studio", 0, coverage.HostPolicePost, ""},
	}
	for _, test := range tests {
		b := facilities(t, csvSource("名称,经度,纬度,"+test.header+"\n甲,89.123456,42.123456,"+test.row+"\n"), intake.Options{CRS: "wgs84", Kind: test.kind}, nil)
		if len(b.Hosts) != 1 || b.Hosts[0].Kind != test.host || len(b.Points) != test.points || test.points > 0 && b.Points[0].Tier != test.tier {
			t.Errorf("%s=%s --kind %q: hosts %+v, points %+v", test.header, test.row, test.kind, b.Hosts, b.Points)
		}
	}
	if _, err := intake.Facilities(context.Background(), csvSource("name,lon,lat\na,1,2\n"), intake.Options{Kind: "天文台"}, nil, intake.CRSReference{}); err == nil {
		t.Error("an unknown --kind is accepted")
	}
}

func TestPersonalDataIsRestricted(t *testing.T) {
	csv := "名称,经度,纬度,类型,负责人,联系电话,备考,地址\n" +
		"甲所,89.123456,42.123456,司法所,张三,0995-8521234,身份证11010519491231002X,幸福路1号（13912345678）\n" +
		"乙所,89.223456,42.223456,司法所,,,无,订单 139123456789 号\n"
	b := facilities(t, csvSource(csv), intake.Options{CRS: "wgs84"}, nil)
	var values []string
	for _, r := range b.Restricted {
		values = append(values, r.Value)
	}
	slices.Sort(values)
	if want := []string{"0995-8521234", "11010519491231002X", "13912345678", "张三"}; !slices.Equal(values, want) {
		t.Errorf("restricted %v, want %v", values, want)
	}
	for _, h := range b.Hosts {
		if strings.Contains(h.Address, "13912345678") && !strings.Contains(h.Address, "139123456789") {
			t.Errorf("the address still holds the number: %s", h.Address)
		}
	}
	seen, err := intake.Preview(context.Background(), "facilities", csvSource(csv), intake.Options{CRS: "wgs84"}, nil, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"负责人", "联系电话", "备考", "地址"}; !slices.Equal(seen.Personal, want) {
		t.Errorf("columns with personal data %v, want %v", seen.Personal, want)
	}
}

func TestMappingByTheUser(t *testing.T) {
	csv := "甲列,乙列,丙列,丁列\nA,89.123456,42.123456,x\n"
	b := facilities(t, csvSource(csv), intake.Options{CRS: "wgs84", Columns: map[string]string{"甲列": "name", "乙列": "经度", "丙列": "lat"}}, nil)
	if b.Hosts[0].Name != "A" || b.Hosts[0].Point != (orb.Point{89.123456, 42.123456}) {
		t.Errorf("host %+v", b.Hosts[0])
	}
	for _, columns := range []map[string]string{{"没有": "name"}, {"甲列": "nothing"}} {
		if _, err := intake.Facilities(context.Background(), csvSource(csv), intake.Options{CRS: "wgs84", Columns: columns}, nil, intake.CRSReference{}); err == nil {
			t.Errorf("mapping %v is accepted", columns)
		}
	}
}

func TestSettlementPeople(t *testing.T) {
	csv := "村名称,人口,老年人,经度,纬度\n甲村,约1200人,\"1,000\",89.123456,42.123456\n乙村,,,89.223456,42.123456\n丙村,0,,89.323456,42.123456\n丁村,-5,,89.423456,42.123456\n戊村,1.2万,,89.523456,42.123456\n"
	b, err := intake.Settlements(context.Background(), csvSource(csv), intake.Options{CRS: "wgs84"}, nil, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]coverage.People{"甲村": {Count: 1200, Known: true}, "乙村": {}, "丙村": {Known: true}, "丁村": {}, "戊村": {Count: 12000, Known: true}}
	for _, s := range b.Settlements {
		if s.People != want[s.Name] {
			t.Errorf("%s has %+v, want %+v", s.Name, s.People, want[s.Name])
		}
		if elderly, ok := s.Groups[coverage.GroupElderly]; (s.Name == "甲村") != ok || ok && elderly != 1000 {
			t.Errorf("%s has groups %v", s.Name, s.Groups)
		}
	}
	if b.Quality.Repaired != 3 {
		t.Errorf("repaired %d, want 3: %s", b.Quality.Repaired, problemText(&b.Quality))
	}
}

func TestReimportShowsTheDifference(t *testing.T) {
	first := "编号,名称,类型,经度,纬度,状态\n1,甲,司法所,89.123456,42.123456,建成\n2,乙,司法所,89.223456,42.123456,规划\n3,丙,司法所,89.323456,42.123456,规划\n"
	second := "编号,名称,类型,经度,纬度,状态\n1,甲,司法所,89.123456,42.123456,建成\n2,乙,司法所,89.223456,42.123456,建成\n4,丁,司法所,89.423456,42.123456,规划\n"
	county := apply(&coverage.County{}, facilities(t, csvSource(first), intake.Options{CRS: "wgs84"}, nil))
	d := facilities(t, csvSource(second), intake.Options{CRS: "wgs84"}, county).Difference
	if len(d.Added) != 2 || len(d.Changed) != 1 || d.Changed[0].Layer != "points" || !slices.Equal(d.Changed[0].Fields, []string{"Status"}) || len(d.Absent) != 2 || len(d.Removed) != 0 || d.Unchanged != 3 {
		t.Errorf("difference %+v", d)
	}
	same := facilities(t, csvSource(first), intake.Options{CRS: "wgs84"}, county).Difference
	if len(same.Added)+len(same.Changed)+len(same.Absent) != 0 || same.Unchanged != 6 {
		t.Errorf("importing the same file again changes something: %+v", same)
	}
}

func TestCRSIsScoredAgainstTheProject(t *testing.T) {
	county := apply(&coverage.County{}, areas(t, "turpan/admin_gcj02/650400_full.json", intake.Options{CRS: "gcj02"}, nil))
	list := "名称,经度,纬度,类型\n"
	// Twins of places that the project has in WGS-84, given in GCJ-02.
	for _, p := range []struct{ name, lon, lat string }{
		{"甲", "89.1896568", "42.9513894"}, {"乙", "89.2896568", "42.9013894"}, {"丙", "89.3896568", "42.8513894"}, {"丁", "89.4896568", "42.8013894"}, {"戊", "89.5896568", "42.7513894"},
	} {
		list += p.name + "," + p.lon + "," + p.lat + ",司法所\n"
	}
	if _, err := intake.Facilities(context.Background(), csvSource(list), intake.Options{}, county, intake.CRSReference{}); err == nil {
		t.Error("places deep inside a county tell nothing of the coordinate system, yet one was chosen")
	}
	told := facilities(t, csvSource(list), intake.Options{CRS: "gcj02"}, county)
	for i := range told.Hosts {
		told.Hosts[i].Quality = "" // as if surveyed
	}
	b := facilities(t, csvSource(strings.ReplaceAll(list, "司法所", "综治中心")), intake.Options{}, apply(county, told))
	if b.Quality.CRS.CRS != "gcj02" || b.Quality.CRS.Reason != "scored" || len(b.Quality.CRS.Scores) != 3 {
		t.Errorf("scored %+v", b.Quality.CRS)
	}
}

func TestOpeningHours(t *testing.T) {
	for text, want := range map[string]string{
		"Mo-Fr 10:00-18:00": "Mo-Fr 10:00-18:00", "工作日 10:00至18:00": "Mo-Fr 10:00-18:00", "周一至周五9:30-13:30,15:30-18:30": "Mo-Fr 9:30-13:30,15:30-18:30", "全天": "24/7", "看情况": "看情况",
	} {
		b := facilities(t, csvSource("名称,经度,纬度,开放时间\n甲,89.123456,42.123456,\""+text+"\"\n"), intake.Options{CRS: "wgs84"}, nil)
		if got := b.Points[0].OpeningHours; got != want {
			t.Errorf("%q became %q, want %q: %s", text, got, want, problemText(&b.Quality))
		}
	}
}

// A point leans on premises: on those that the project has, by id or name, or on new ones that the row describes.
func TestPointsLeanOnHosts(t *testing.T) {
	posts := "编号,名称,类型,经度,纬度\nP1,老城路便民警务站,便民警务站,89.180123,42.950123\nP2,高昌路便民警务站,便民警务站,89.190123,42.940123\n"
	county := apply(&coverage.County{}, facilities(t, csvSource(posts), intake.Options{CRS: "wgs84"}, nil))
	points := "名称,层级,依托单位,经度,纬度,状态\n" +
		"老城路服务点,警务站服务点,老城路便民警务站,,,建成\n" +
		"高昌路服务点,警务站服务点,P2,89.190100,42.940100,建成\n" +
		"某村工作室,工作室,某村村委会,89.223456,42.923456,规划\n" +
		"某村图书室,其他服务点,某村村委会,89.223456,42.923456,建成\n" +
		"无处服务点,工作室,没有的单位,,,建成\n"
	b := facilities(t, csvSource(points), intake.Options{CRS: "wgs84"}, county)
	if len(b.Hosts) != 1 || b.Hosts[0].Kind != coverage.HostVillageCommittee || b.Hosts[0].Name != "某村村委会" {
		t.Errorf("new hosts %+v", b.Hosts)
	}
	hosts := map[string]string{}
	for _, p := range b.Points {
		hosts[p.Name] = p.HostID
	}
	if hosts["老城路服务点"] != "P1" || hosts["高昌路服务点"] != "P2" || hosts["某村工作室"] != b.Hosts[0].ID || hosts["某村图书室"] != b.Hosts[0].ID {
		t.Errorf("points stand in %v", hosts)
	}
	if b.Points[0].Point == (orb.Point{}) || b.Quality.Refused != 1 {
		t.Errorf("refused %d: %+v", b.Quality.Refused, b.Points)
	}
	again := facilities(t, csvSource(points), intake.Options{CRS: "wgs84"}, apply(county, b))
	if len(again.Difference.Added)+len(again.Difference.Changed) != 0 {
		t.Errorf("imported again: %+v", again.Difference)
	}
}

func TestDoubtfulPlacesAreRemarked(t *testing.T) {
	county := threeUnits()
	for i := range county.Units {
		county.Units[i].Name = []string{"高昌区", "亚尔镇", "新城村", "葡萄镇"}[i]
	}
	references := intake.RoadReference([]orb.LineString{{{89.0, 42.3}, {89.8, 42.3}}})
	csv := "名称,乡镇,经度,纬度,类型\n" +
		"甲,亚尔镇,89.212345,42.301234,司法所\n" + // fine
		"乙,亚尔镇,89.712345,42.301234,司法所\n" + // in the other township
		"丙,亚尔镇,89.212345,42.301234,司法所\n" + // where 甲 is
		"丁,亚尔镇,89.21,42.30,司法所\n" + // rounded
		"戊,亚尔镇,89.212345,42.501234,司法所\n" + // no road
		"己,亚耳镇,89.212346,42.301234,司法所\n" + // misspelt
		"庚,亚尔镇,42.301111,89.212345,司法所\n" + // swapped
		"辛,亚尔镇,109.212345,32.501234,司法所\n" // far away
	b, err := intake.Facilities(context.Background(), csvSource(csv), intake.Options{CRS: "wgs84"}, county, references)
	if err != nil {
		t.Fatal(err)
	}
	said := map[int]string{}
	for _, p := range b.Quality.Problems {
		said[p.Row] += p.Problem + p.Repair
	}
	for row, want := range map[int]string{3: "葡萄镇", 4: "第 2 行", 5: "3 位小数", 6: "没有道路", 7: "亚尔镇", 8: "对调", 9: "范围之外"} {
		if row == 3 {
			want = "不在所填的 亚尔镇"
		}
		if !strings.Contains(said[row], want) {
			t.Errorf("row %d: %q does not speak of %s", row, said[row], want)
		}
	}
	if said[2] != "" {
		t.Errorf("row 2 is fine, yet: %s", said[2])
	}
}

// Text as the map program 奥维 writes it: a flag for the coordinate system, name, longitude, latitude, height, no header.
func TestTextOfOvital(t *testing.T) {
	csv := "g,老城路警务站,89.1896568,42.9513894,35\ng,高昌路警务站,89.1996568,42.9413894,36\ng,亚尔警务站,89.2096568,42.9313894,37\n"
	b := facilities(t, csvSource(csv), intake.Options{}, nil)
	if len(b.Hosts) != 3 || b.Quality.CRS.CRS != "gcj02" || b.Hosts[0].Kind != coverage.HostPolicePost {
		t.Errorf("%+v in %+v", b.Hosts, b.Quality.CRS)
	}
}

func TestDatesOfTwoSystems(t *testing.T) {
	rows := [][]any{{"名称", "经度", "纬度", "建成时间"}, {"甲", 89.123456, 42.123456, 43465}}
	old := workbook(t, rows, func(f *excelize.File) {
		yes := true
		_ = f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes})
	})
	for want, src := range map[coverage.Date]intake.Source{"2018-12-31": workbook(t, rows, nil), "2023-01-01": old} {
		if got := facilities(t, src, intake.Options{CRS: "wgs84"}, nil).Points[0].OpenedOn; got != want {
			t.Errorf("day 43465 is %s, want %s", got, want)
		}
	}
}
