package data_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/geo/road"
)

func newProject(tb testing.TB) *data.Project {
	tb.Helper()
	return open(tb, filepath.Join(tb.TempDir(), "县 100%?.gpkg"), data.Options{Create: true})
}

func open(tb testing.TB, path string, opts data.Options) *data.Project {
	tb.Helper()
	p, err := data.Open(context.Background(), path, opts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(p.Close)
	return p
}

func update(tb testing.TB, p *data.Project, fn func(tx *data.Tx) error) {
	tb.Helper()
	if err := p.Update(context.Background(), data.Change{User: "li", What: "test"}, fn); err != nil {
		tb.Fatal(err)
	}
}

func county(tb testing.TB, p *data.Project) *coverage.County {
	tb.Helper()
	c, err := p.County(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func yes() *bool { v := true; return &v }

func number(n int) *int { return &n }

// small is a county with every kind of record, every optional value both there and missing.
func small() *coverage.County {
	square := orb.MultiPolygon{{{{89, 42}, {89.5, 42}, {89.5, 42.5}, {89, 42.5}, {89, 42}}, {{89.1, 42.1}, {89.1, 42.2}, {89.2, 42.2}, {89.1, 42.1}}}}
	return &coverage.County{
		Name: "测试县", Synthetic: true, DataDate: "2018-06",
		Units: []coverage.Unit{
			{Code: "650421000000", Name: "鄯善县", NameUg: "پىچان ناھىيىسى", NameEn: "Shanshan", Level: coverage.LevelCounty, Kind: coverage.UnitCounty,
				ValidFrom: "1902", Statutory: true, Geometry: square},
			{Code: "650421100000", Name: "鄯善镇", Level: coverage.LevelTownship, Kind: coverage.UnitTown, Parent: "650421000000", ValidFrom: "1985-03",
				ValidTo: "2018-12-31", UrbanRural: "121"},
		},
		CodeChanges: []coverage.CodeChange{{Old: "652122000000", New: "650421000000", Year: 2015}},
		Settlements: []coverage.Settlement{
			{ID: "v1", Code: "650421100201", Name: "一村", Point: orb.Point{89.123456789012345, 42.000000000000007}, People: coverage.KnownPeople(0),
				PeopleSource: "七普", PeopleYear: 2020, Groups: map[coverage.Group]int64{coverage.GroupElderly: 12, coverage.GroupWomen: 0}},
			{ID: "v2", Point: orb.Point{-180, -90}, Quality: "unit_centre", UrbanRural: "220"},
		},
		Hosts: []coverage.Host{
			{ID: "h1", Kind: coverage.HostPolicePost, Name: "警务站", Code: "650421100000", Point: orb.Point{89.2, 42.3}, Address: "路1号", CoordSource: "gcj02",
				Quality: "converted", SetUpCost: 0.1 + 0.2, Ready: yes()},
			{ID: "h2", Kind: coverage.HostOther, Point: orb.Point{89.3, 42.3}, Ready: new(bool)},
		},
		Points: []coverage.ServicePoint{
			{ID: "p1", HostID: "h1", Name: "服务点", Tier: coverage.TierPost, Level: coverage.LevelDuty, Status: coverage.StatusBuilt, Point: orb.Point{89.2, 42.3},
				Code: "650421100000", PlannedOn: "2018", OpenedOn: "2018-02", AcceptedOn: "2018-02-28", AreaM2: 12.5, StaffFull: number(0), StaffPart: number(3),
				Bilingual: yes(), Board: new(bool), BookCorner: yes(), StreetFront: yes(), GroundFloor: yes(), Accessible: yes(), Dedicated: new(bool), OpeningHours: "Mo-Fr 10:00-18:00"},
			{ID: "p2", Tier: coverage.TierMobile, Status: coverage.StatusClosed, Point: orb.Point{89.4, 42.3}, ClosedOn: "2019-01-01"},
		},
		Offers: []coverage.Offer{
			{PointID: "p1", Service: coverage.ServiceConsult, Mode: coverage.ModeOnSite},
			{PointID: "p1", Service: coverage.ServiceNotary, Mode: coverage.ModeCircuit, OpeningHours: "Sa 10:00-12:00", NextVisit: "2020-02-29"},
		},
		Advisers: []coverage.Adviser{{ID: "a1", Kind: "lawyer", Firm: "h2", BaseHost: "h1", Languages: []string{"zh", "ug"}, Capacity: 4}, {ID: "a2"}},
		Assignments: []coverage.Assignment{
			{Village: "650421100201", AdviserID: "a1", From: "2018-01-01", To: "2018-12", VisitsPlanned: 12}, {Village: "650421100201", AdviserID: "a2"}},
		Pairings: []coverage.Pairing{{PostID: "h1", PartnerID: "a1", From: "2018-03-01", Visits: 2}},
		Circuits: []coverage.Circuit{{ID: "c1", Name: "巡回", Owner: "h2", Service: coverage.ServiceNotary, Stops: []string{"v1", "v2"}, IntervalDays: 14, FirstDate: "2020-01-03"}},
		Calls:    []coverage.Call{{Code: "650421000000", Month: "2019-02", Calls: 31}},
		Targets:  []coverage.Target{{ID: "t1", Indicator: "studio_rate", UnitLevel: coverage.LevelVillage, Year: 2019, Op: ">=", Value: 0.8, Clause: "五（四）"}},
		Measures: []coverage.Measure{{Indicator: "satisfaction", Unit: "650421000000", Date: "2019", Num: 1, Den: 3, Value: 1.0 / 3, Source: "调查|一"},
			{Indicator: "satisfaction", Unit: "650421100000", Value: 0.9}},
		ChecklistItems: []coverage.ChecklistItem{{ID: "county-1", Group: "五个一", UnitLevel: coverage.LevelCounty, Title: "法治公园", TitleEn: "Park", Clause: "四（一）",
			From: "2018", To: "2020-12"}, {ID: "village-1", Group: "三个一", UnitLevel: coverage.LevelVillage}},
		ChecklistMarks: []coverage.ChecklistMark{{Code: "650421000000", ItemID: "county-1", Done: yes(), DoneOn: "2018-05", Note: "注", Point: &orb.Point{89.2, 42.3}},
			{Code: "650421100000", ItemID: "village-1", Done: new(bool)}},
		Mediation: []coverage.Mediation{{Code: "650421100000", Date: "2019"}, {Code: "650421100000", Domain: "医疗", Date: "2019-12", Committee: yes(), Mediators: number(3), MediatorsFull: number(0), Cases: number(12)}},
		Honours: []coverage.Honour{{Code: "650421000000", Kind: "自定义", Name: "企业"}, {Code: "650421100000", Kind: coverage.HonourVillage, Name: "一村", AwardedOn: "2019",
			RevokedOn: "2020-01-01", Note: "注", Point: &orb.Point{89.25, 42.35}}},
	}
}

func fill(c *coverage.County) func(tx *data.Tx) error {
	return func(tx *data.Tx) error {
		synthetic := ""
		if c.Synthetic {
			synthetic = "true"
		}
		for _, step := range []func() error{
			func() error { return tx.SetMeta(data.MetaTitle, c.Name) }, func() error { return tx.SetMeta(data.MetaSynthetic, synthetic) },
			func() error { return tx.SetMeta(data.MetaDataDate, string(c.DataDate)) },
			func() error { return tx.PutUnits(c.Units) }, func() error { return tx.PutCodeChanges(c.CodeChanges) },
			func() error { return tx.PutSettlements(c.Settlements) }, func() error { return tx.PutPoints(c.Points) }, // before hosts: order is free
			func() error { return tx.PutHosts(c.Hosts) }, func() error { return tx.PutOffers(c.Offers) },
			func() error { return tx.PutAdvisers(c.Advisers) }, func() error { return tx.PutAssignments(c.Assignments) },
			func() error { return tx.PutPairings(c.Pairings) }, func() error { return tx.PutCircuits(c.Circuits) },
			func() error { return tx.PutCalls(c.Calls) }, func() error { return tx.PutTargets(c.Targets) }, func() error { return tx.PutMeasures(c.Measures) },
			func() error { return tx.PutChecklistItems(c.ChecklistItems) }, func() error { return tx.PutChecklistMarks(c.ChecklistMarks) },
			func() error { return tx.PutHonours(c.Honours) }, func() error { return tx.PutMediation(c.Mediation) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestCountyComesBackAsItWasGiven(t *testing.T) {
	p := newProject(t)
	update(t, p, fill(small()))
	if got, want := county(t, p), small(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	p.Close()
	again := open(t, p.Path(), data.Options{ReadOnly: true})
	if got, want := county(t, again), small(); !reflect.DeepEqual(got, want) {
		t.Errorf("read-only: got  %+v\nwant %+v", got, want)
	}
}

func network(random *rand.Rand, ways int) *road.Network {
	n := &road.Network{Nodes: []road.Node{{ID: 7, Tags: road.Tags{"barrier": "gate", "locked": "yes"}}}, Restrictions: []road.Restriction{
		{ID: 1, Kind: "no_left_turn", From: 1, ViaNode: 2, To: 3}, {ID: 2, Kind: "only_straight_on", From: 1, ViaWays: []int64{4, 5}, To: 3, Except: []string{"bus", "psv"}, Vehicle: "hgv"}}}
	kinds := []road.Tags{{"highway": "residential"}, {"highway": "primary", "oneway": "yes", "lit": "no"}, {"route": "ferry", "duration": "00:10"}, {"highway": "path", "note": "", "surface": ""}}
	for i := range ways {
		way := road.Way{ID: int64(i/2 + 1), Tags: kinds[random.IntN(len(kinds))]}
		if i%3 == 0 {
			way.Name = "路"
		}
		for range 2 + random.IntN(9) {
			way.NodeIDs = append(way.NodeIDs, random.Int64()-1<<62)
			way.Line = append(way.Line, orb.Point{random.Float64()*360 - 180, random.Float64()*180 - 90})
		}
		n.Ways = append(n.Ways, way)
	}
	return n
}

func TestNetworkComesBackExactly(t *testing.T) {
	p := newProject(t)
	want := network(rand.New(rand.NewPCG(1, 2)), 3000)
	update(t, p, func(tx *data.Tx) error { return tx.PutNetwork(want) })
	got, err := p.Network(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("the network has changed on its way")
	}
}

// The same content written at the same time makes the same file, byte for byte.
func TestSameContentSameBytes(t *testing.T) {
	var first []byte
	for range 2 {
		path := filepath.Join(t.TempDir(), "a.gpkg")
		now := func() time.Time { return time.Date(2018, 6, 1, 8, 0, 0, 0, time.UTC) }
		p := open(t, path, data.Options{Create: true, Now: now})
		update(t, p, fill(small()))
		update(t, p, func(tx *data.Tx) error {
			return errors.Join(tx.PutNetwork(lane("路")), tx.PutSettlements(manySettlements(3000)), tx.PutRun(aRun(t)))
		})
		p.Close()
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && !bytes.Equal(content, first) {
			t.Error("two files differ")
		}
		first = content
	}
}

func TestRecordsAreReadWithinAChange(t *testing.T) {
	p := newProject(t)
	update(t, p, fill(small()))
	update(t, p, func(tx *data.Tx) error {
		point, err := tx.Point("p1")
		if err != nil || !reflect.DeepEqual(point, small().Points[0]) {
			t.Errorf("point %+v, error %v", point, err)
		}
		changed := small().Hosts[1]
		changed.Name = "改"
		if err := tx.PutHosts([]coverage.Host{changed}); err != nil {
			return err
		}
		if host, err := tx.Host("h2"); err != nil || !reflect.DeepEqual(host, changed) {
			t.Errorf("host %+v, error %v", host, err)
		}
		if _, err := tx.Host("nobody"); !errors.Is(err, data.ErrNotFound) {
			t.Errorf("an unknown host: %v", err)
		}
		return nil
	})
}
