package intake_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/data/intake"
)

// officeCounty is what the tables of these tests may name.
func officeCounty() *coverage.County {
	return &coverage.County{
		Units: []coverage.Unit{{Code: "659901000000", Name: "示范县", Level: coverage.LevelCounty}, {Code: "659901100000", Name: "红柳镇", Level: coverage.LevelTownship, Parent: "659901000000"},
			{Code: "659901100201", Name: "一村", Level: coverage.LevelVillage, Parent: "659901100000"}, {Code: "659901200000", Name: "胡杨镇", Level: coverage.LevelTownship, Parent: "659901000000"},
			{Code: "659901200201", Name: "一村", Level: coverage.LevelVillage, Parent: "659901200000"}, {Code: "659901200202", Name: "二村", Level: coverage.LevelVillage, Parent: "659901200000"}},
		Hosts: []coverage.Host{{ID: "ls-1", Kind: coverage.HostLawFirm, Name: "红柳律师事务所", Point: orb.Point{89.1, 42.1}},
			{ID: "jw-1", Kind: coverage.HostPolicePost, Name: "团结路便民警务站", Point: orb.Point{89.2, 42.1}}},
		Points:         []coverage.ServicePoint{{ID: "p-1", HostID: "jw-1", Name: "团结路服务点", Point: orb.Point{89.2, 42.1}}},
		Settlements:    []coverage.Settlement{{ID: "s-1", Name: "一队", Code: "659901100201", Point: orb.Point{89.15, 42.1}}},
		Advisers:       []coverage.Adviser{{ID: "gw-1", Kind: "lawyer", Firm: "ls-1", Capacity: 4}},
		ChecklistItems: []coverage.ChecklistItem{{ID: "village-1", Group: "三个一", UnitLevel: coverage.LevelVillage, Title: "法治文化墙"}, {ID: "village-2", Group: "三个一", UnitLevel: coverage.LevelVillage}},
	}
}

func readTable(t *testing.T, table, text string) *intake.Batch {
	t.Helper()
	batch, err := intake.Records(table)(t.Context(), intake.BytesSource(table+".csv", []byte(text)), intake.Options{CRS: "wgs84"}, officeCounty(), intake.CRSReference{})
	if err != nil {
		t.Fatalf("%s: %v", table, err)
	}
	if q := batch.Quality; q.Accepted+q.Refused != q.Read || q.Accepted != len(batch.Rows) {
		t.Errorf("%s: %d read, %d accepted, %d refused, %d rows", table, q.Read, q.Accepted, q.Refused, len(batch.Rows))
	}
	return batch
}

// TestOfficeTables reads what offices hand in, with names in the place of codes.
func TestOfficeTables(t *testing.T) {
	for _, test := range []struct{ table, text, want, refused string }{
		{"measures", "指标,单位,日期,分子,分母,来源\n满意度,红柳镇,2019年12月,470,500,问卷\n知晓率,示范县,2019.6.30,,,问卷\n办结数,659901,2019,12,,台账\n",
			"map[date:2019-12 den:500 indicator:satisfaction num:470 source:问卷 unit:659901100000]", "3 value;4 value"},
		{"measures", "考核指标,区县,数值,日期\n满意度（%）,示范县,96.5%,2019\n", "map[date:2019 indicator:satisfaction unit:659901000000 value:0.965]", ""},
		{"targets", "指标,级别,年份,关系,目标值,依据\n村（社区）公共法律服务工作室建成率,区县,2019,不低于,80%,五（三）\n满意度,县级,2020年,>=,0.9,七\n工作站,县,2019,>=,很多,\n",
			"map[clause:五（三） indicator:studio_rate op:>= target_id:studio_rate-2019 unit:<nil> unit_level:3 value:0.8 year:2019]", "4 value"},
		{"advisers", "顾问编号,姓名,电话,类型,律师事务所,语种,村数上限\nGW-9,张三,13900001111,律师,红柳律师事务所,汉语、维吾尔语,5\nGW-8,,,基层法律服务工作者,没有这个所,汉语,\n",
			"map[adviser_id:GW-9 capacity:5 firm:ls-1 kind:lawyer languages:[zh ug]]", "3 firm"},
		{"assignments", "乡镇,村名,顾问编号,聘任日期,计划到访,实际到访\n红柳镇,一村,gw-1,2018-03-01,12,5\n胡杨镇,一村,gw-1,2018.3,12,5\n,二村,gw-2,2018,12,5\n,一村,gw-1,2018,1,1\n",
			"map[adviser_id:gw-1 from_on:2018-03-01 village:659901100201 visits_done:5 visits_planned:12]", "4 adviser_id;5 village"},
		{"pairings", "警务站名称,结对方,开始日期,到访次数\n团结路便民警务站,红柳律师事务所,2019年3月,4\n和平路警务站,gw-1,2019,1\n", "map[from_on:2019-03 partner_id:ls-1 post_id:jw-1 visits:4]", "3 post_id"},
		{"circuits", "路线编号,路线名称,服务事项,停靠点,间隔天数,首次日期\nXH-1,公证巡回,公证,一队、团结路便民警务站,30,2019-01-08\nXH-2,公证巡回,公证,远方,30,2019-01-08\n",
			"map[circuit_id:XH-1 first_date:2019-01-08 interval_days:30 name:公证巡回 service:notary stops:[s-1 jw-1]]", "3 stops"},
		{"calls", "乡镇,月份,来电数\n红柳镇,2019-02,31\n红柳镇,2019-02,40\n没有镇,2019-03,1\n", "map[calls:31 code:659901100000 month:2019-02]", "3 id;4 code"},
		{"offers", "服务点名称,服务事项,提供方式,开放时间\n团结路服务点,法律咨询,到场,\n团结路服务点,算命,到场,\n", "", "2 service;3 service"},
		{"offers", "服务点,服务事项,方式\n团结路服务点,咨询,预约\n", "map[mode:appointment point_id:p-1 service:consult]", ""},
		{"checklist_items", "清单,级别,项目名称\n三个一,村,法律图书角\n", "map[item_group:三个一 item_id:三个一-法律图书角 title:法律图书角 unit_level:5]", ""},
		{"checklist_marks", "乡镇,村,项目,完成日期,是否完成\n胡杨镇,一村,法治文化墙,2019年5月,是\n胡杨镇,二村,village-2,,否\n胡杨镇,二村,舞蹈队,,是\n",
			"map[code:659901200201 done:true done_on:2019-05 item_id:village-1]", "4 item_id"},
		{"honours", "单位,称号,获评单位,命名日期,经度,纬度\n659901100201,民主法治示范村,一村,2018,89.11,42.11\n红柳镇,文明校园,中心小学,,,\n",
			"map[awarded_on:2018 code:659901100201 kind:democratic_village lat:42.11 lon:89.11 name:一村]", ""},
	} {
		batch := readTable(t, test.table, test.text)
		if got := ""; test.want != "" {
			if len(batch.Rows) > 0 {
				got = fmt.Sprint(map[string]any(batch.Rows[0]))
			}
			if got != test.want {
				t.Errorf("%s:\n got  %s\n want %s", test.table, got, test.want)
			}
		}
		var refused []string
		for _, p := range batch.Quality.Problems {
			if p.Refused {
				refused = append(refused, fmt.Sprintf("%d %s", p.Row, p.Field))
			}
		}
		if got := strings.Join(refused, ";"); got != test.refused {
			t.Errorf("%s: refused %q, want %q (%+v)", test.table, got, test.refused, batch.Quality.Problems)
		}
		if text := fmt.Sprint(batch.Rows, batch.Difference); strings.Contains(text, "张三") || strings.Contains(text, "1390000") {
			t.Errorf("%s: personal data in the rows: %s", test.table, text)
		}
	}
}

func TestNamesOfAdvisersAreRestricted(t *testing.T) {
	batch := readTable(t, "advisers", "顾问编号,姓名,电话,类型\nGW-9,张三,13900001111,律师\n")
	var got []string
	for _, r := range batch.Restricted {
		got = append(got, r.Layer+" "+r.ID+" "+r.Field+" "+r.Value)
	}
	if want := []string{"advisers GW-9 person 张三", "advisers GW-9 phone 13900001111"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestColumnsThatAFileDoesNotHaveStay changes a capacity and leaves the firm.
func TestColumnsThatAFileDoesNotHaveStay(t *testing.T) {
	batch := readTable(t, "advisers", "顾问编号,类型,可承担数\ngw-1,律师,6\ngw-2,律师,\n")
	if row := batch.Rows[0]; row["firm"] != "ls-1" || row["capacity"] != 6.0 {
		t.Errorf("%v", row)
	}
	if d := batch.Difference; len(d.Added) != 1 || len(d.Changed) != 1 || !slices.Equal(d.Changed[0].Fields, []string{"capacity"}) || d.Unchanged != 0 {
		t.Errorf("%+v", d)
	}
}

// TestImportOfATableIsUndone stores a table and takes it back.
func TestImportOfATableIsUndone(t *testing.T) {
	ctx := context.Background()
	project, err := data.Open(ctx, t.TempDir()+"/a.gpkg", data.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer project.Close()
	batch := readTable(t, "calls", "乡镇,月份,来电数\n红柳镇,2019-02,31\n胡杨镇,2019-02,7\n")
	id, err := intake.Apply(ctx, project, batch, "来电.csv", "li")
	if err != nil {
		t.Fatal(err)
	}
	count := func() int {
		county, err := project.County(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return len(county.Calls)
	}
	if count() != 2 {
		t.Errorf("%d calls", count())
	}
	if _, err := project.Undo(ctx, id, "li"); err != nil || count() != 0 {
		t.Errorf("%d calls after the undo, %v", count(), err)
	}
}

func FuzzRecords(f *testing.F) {
	f.Add("measures", "指标,单位,日期,分子,分母\n满意度,红柳镇,2019年12月,470,500\n")
	f.Add("honours", "单位,称号,经度,纬度\n659901100201,民主法治示范村,89.11,42.11\n")
	f.Add("circuits", "路线编号,停靠点,间隔天数\nX,\"[\"\"s-1\"\"]\",30\n")
	f.Fuzz(func(t *testing.T, table, text string) {
		batch, err := intake.Records(table)(t.Context(), intake.BytesSource("x.csv", []byte(text)), intake.Options{CRS: "wgs84"}, officeCounty(), intake.CRSReference{})
		if err != nil {
			return
		}
		if q := batch.Quality; q.Accepted+q.Refused != q.Read || q.Accepted != len(batch.Rows) {
			t.Errorf("%d read, %d accepted, %d refused, %d rows", q.Read, q.Accepted, q.Refused, len(batch.Rows))
		}
		for _, row := range batch.Rows {
			if _, err := data.RowKey(table, row); err != nil {
				t.Errorf("a row that cannot be stored: %v: %v", row, err)
			}
		}
	})
}
