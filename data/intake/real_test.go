package intake_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data/intake"
	"lawcircle/internal/testdata"
)

func open(t testing.TB, name string) intake.Source {
	t.Helper()
	src, closer, err := intake.OpenFile(testdata.Shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closer.Close() })
	return src
}

func areas(t testing.TB, name string, options intake.Options, county *coverage.County) *intake.Batch {
	t.Helper()
	options.English = true
	batch, err := intake.Areas(context.Background(), open(t, name), options, county, intake.CRSReference{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	accounted(t, &batch.Quality)
	return batch
}

func accounted(t testing.TB, q *intake.Quality) {
	t.Helper()
	if q.Read != q.Accepted+q.Refused || q.Repaired > q.Accepted {
		t.Errorf("read %d, accepted %d, repaired %d, refused %d do not add up", q.Read, q.Accepted, q.Repaired, q.Refused)
	}
}

// apply makes a county of a batch, as storing it would.
func apply(county *coverage.County, b *intake.Batch) *coverage.County {
	next := *county
	units := map[string]coverage.Unit{}
	for _, u := range append(append([]coverage.Unit{}, county.Units...), b.Units...) {
		units[u.Code] = u
	}
	next.Units = nil
	for _, u := range units {
		next.Units = append(next.Units, u)
	}
	next.CodeChanges = append(append([]coverage.CodeChange{}, county.CodeChanges...), b.CodeChanges...)
	settlements := map[string]coverage.Settlement{}
	for _, s := range append(append([]coverage.Settlement{}, county.Settlements...), b.Settlements...) {
		settlements[s.ID] = s
	}
	next.Settlements = nil
	for _, s := range settlements {
		next.Settlements = append(next.Settlements, s)
	}
	next.Hosts = append(append([]coverage.Host{}, county.Hosts...), b.Hosts...)
	next.Points = append(append([]coverage.ServicePoint{}, county.Points...), b.Points...)
	return &next
}

func unitOf(t testing.TB, b *intake.Batch, code string) coverage.Unit {
	t.Helper()
	for _, u := range b.Units {
		if u.Code == code {
			return u
		}
	}
	t.Fatalf("no unit %s", code)
	return coverage.Unit{}
}

// Every published list imports with its own quirks; the figures are those of the catalogue.
func TestAreasOfRealLists(t *testing.T) {
	tests := []struct {
		file              string
		accepted, refused int
		units             int
		code, name        string // a unit that must come out of it
		kind              coverage.UnitKind
	}{
		{"turpan/admin_gcj02/650400_full.json", 3, 0, 3, "650402000000", "高昌区", coverage.UnitCounty},
		{"turpan/admin_gcj02/650000_full.json", 24, 0, 24, "650400000000", "吐鲁番市", coverage.UnitPrefecture},
		{"turpan/admin_wgs84/turpan_counties_ctamap2021_wgs84.geojson", 3, 0, 3, "650422000000", "托克逊县", coverage.UnitCounty},
		{"turpan/admin_wgs84/650400_city_outline_wgs84.geojson", 1, 0, 2, "650400000000", "吐鲁番市", coverage.UnitPrefecture},
		{"turpan/villages/turpan_villages_2023.csv", 320, 0, 320, "650402001001", "新城社区", coverage.UnitResidents},
		{"gis/messy_csv/turpan_villages_2023_gb18030.csv", 320, 0, 320, "650402001001", "新城社区", coverage.UnitResidents},
		{"turpan/villages/turpan_nested_2023.json", 320, 0, 320, "650402001001", "新城社区", coverage.UnitResidents},
		{"turpan/villages/xinjiang_villages_2023_without_hami.csv", 15882, 0, 15882, "650402001000", "老城路街道", coverage.UnitStreet},
		{"gis/messy_csv/turpan_2022_shifted_headers.csv", 279, 0, 318, "650402001001", "新城社区", coverage.UnitResidents},
		{"turpan/codes/xinjiang_3level_lnglat_kakuilan.csv", 122, 0, 122, "650421000000", "鄯善县", coverage.UnitCounty},
		{"turpan/codes/xinjiang_streets_modood2023.csv", 1347, 0, 1347, "650402001000", "老城路街道", coverage.UnitStreet},
		{"turpan/towns/turpan_township_centers_amap_gcj02.csv", 34, 1, 34, "650402205000", "三堡乡", coverage.UnitTownship},
		{"turpan/census/xinjiang_population_2020_tudigong.csv", 103, 0, 103, "650421000000", "都善县", coverage.UnitCounty},
		{"turpan/census/xinjiang_county_census_2010.csv", 109, 0, 109, "652101000000", "吐鲁番市", coverage.UnitCounty},
		{"turpan/census/xinjiang_county_census_2020.csv", 117, 0, 117, "650402000000", "高昌区", coverage.UnitCounty},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			options := intake.Options{}
			if strings.Contains(test.file, "gcj02/") {
				options.CRS = "gcj02"
			}
			b := areas(t, test.file, options, nil)
			if b.Quality.Accepted != test.accepted || b.Quality.Refused != test.refused || len(b.Units) != test.units {
				t.Errorf("accepted %d, refused %d, %d units; want %d, %d, %d\n%v", b.Quality.Accepted, b.Quality.Refused, len(b.Units), test.accepted, test.refused, test.units, b.Quality.Problems)
			}
			if u := unitOf(t, b, test.code); u.Name != test.name || u.Kind != test.kind || u.Parent != coverage.ParentCode(test.code) {
				t.Errorf("unit %s is %q %s below %s; want %q %s", u.Code, u.Name, u.Kind, u.Parent, test.name, test.kind)
			}
		})
	}
}

func TestShiftedHeadersAreRemarked(t *testing.T) {
	b := areas(t, "gis/messy_csv/turpan_2022_shifted_headers.csv", intake.Options{}, nil)
	shifted := 0
	for _, p := range b.Quality.Problems {
		if strings.Contains(p.Problem, "holds units of level") {
			shifted++
		}
	}
	if shifted != 2 { // town_code holds counties, street_code villages; the misspelt header promises nothing
		t.Errorf("%d columns remarked as shifted, want 2: %v", shifted, b.Quality.Problems)
	}
	if u := unitOf(t, b, "650402001001"); u.UrbanRural != "111" {
		t.Errorf("urban or rural class %q, want 111", u.UrbanRural)
	}
}

// The list of 2020 lost its names: it brings nothing to an empty project and changes nothing in one that knows them.
func TestListWithoutNames(t *testing.T) {
	const file = "turpan/codes/turpan_codes_2020_names_missing_adyliu.csv"
	b := areas(t, file, intake.Options{}, nil)
	if b.Quality.Refused != 313 || b.Quality.Read != 313 {
		t.Errorf("refused %d of %d, want all 313", b.Quality.Refused, b.Quality.Read)
	}
	county := apply(&coverage.County{}, areas(t, "turpan/villages/turpan_villages_2023.csv", intake.Options{}, nil))
	b = areas(t, file, intake.Options{}, county)
	if b.Quality.Accepted < 250 || len(b.Difference.Changed) != 0 {
		t.Errorf("accepted %d, changed %d; want most accepted and none changed", b.Quality.Accepted, len(b.Difference.Changed))
	}
}

func TestGCJ02BoundaryBecomesWGS84(t *testing.T) {
	county := apply(&coverage.County{}, areas(t, "turpan/admin_gcj02/650400_full.json", intake.Options{CRS: "gcj02"}, nil))
	asWGS84 := areas(t, "turpan/admin_gcj02/650400_full.json", intake.Options{CRS: "wgs84"}, county)
	told := unitOf(t, areas(t, "turpan/admin_gcj02/650400_full.json", intake.Options{CRS: "gcj02"}, county), "650402000000")
	shift := unitOf(t, asWGS84, "650402000000").Geometry[0][0][0][0] - told.Geometry[0][0][0][0]
	if math.Abs(shift-0.0029) > 0.0005 {
		t.Errorf("GCJ-02 shift %.5f°, want about 0.0029°", shift)
	}
	_, err := intake.Areas(context.Background(), open(t, "turpan/admin_gcj02/650400_full.json"), intake.Options{CRS: "auto"}, nil, intake.CRSReference{})
	var unsure *intake.UnsureError
	if !errors.As(err, &unsure) || unsure.Proposal != "gcj02" {
		t.Errorf("a DataV file is GeoJSON in GCJ-02, which must be asked: %v", err)
	}
}

// A list of codes must not erase the boundaries that the project has.
func TestListKeepsBoundaries(t *testing.T) {
	county := apply(&coverage.County{}, areas(t, "turpan/admin_gcj02/650400_full.json", intake.Options{CRS: "gcj02"}, nil))
	b := areas(t, "turpan/villages/turpan_villages_2023.csv", intake.Options{}, county)
	if u := unitOf(t, b, "650402000000"); len(u.Geometry) == 0 {
		t.Error("the boundary of 高昌区 was lost")
	}
	if b.Difference.Unchanged != 3 || len(b.Difference.Added) != 317 {
		t.Errorf("unchanged %d, added %d; want 3, 317", b.Difference.Unchanged, len(b.Difference.Added))
	}
}

// Turpan was 6521xx before 2015 and 6504xx since; two of its units changed their names as well.
func TestHistoryFindsTheRecode(t *testing.T) {
	b := areas(t, "turpan/villages/turpan_villages_2009-2023_history.csv", intake.Options{}, nil)
	heirs := map[string]coverage.CodeChange{}
	for _, c := range b.CodeChanges {
		heirs[c.Old] = c
	}
	for old, want := range map[string]string{
		"652100000000": "650400000000", // 吐鲁番地区 → 吐鲁番市
		"652101000000": "650402000000", // 吐鲁番市 → 高昌区
		"652122000000": "650421000000", // 鄯善县
		"652123000000": "650422000000", // 托克逊县
		"652101001001": "650402001001", // 新城社区
	} {
		if got := heirs[old]; got.New != want || got.Year < 2015 || got.Year > 2016 {
			t.Errorf("%s became %s in %d, want %s in 2015", old, got.New, got.Year, want)
		}
	}
	if u := unitOf(t, b, "652101000000"); u.ValidTo == "" {
		t.Error("the old unit has no end")
	}
	if u := unitOf(t, b, "650402000000"); u.ValidTo != "" {
		t.Errorf("the present unit ends in %s", u.ValidTo)
	}
	t.Logf("%d changes of code", len(b.CodeChanges))
}

func TestRenamedCodeIsFollowed(t *testing.T) {
	county := apply(&coverage.County{}, areas(t, "turpan/villages/turpan_villages_2009-2023_history.csv", intake.Options{}, nil))
	csv := "名称,代码,人口,经度,纬度\n新城社区,652101001001,1200,89.1823,42.9476\n"
	b, err := intake.Settlements(context.Background(), intake.BytesSource("a.csv", []byte(csv)), intake.Options{CRS: "wgs84"}, county, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	if b.Settlements[0].Code != "650402001001" || b.Quality.Repaired != 1 {
		t.Errorf("code %s, repaired %d; want 650402001001, 1: %v", b.Settlements[0].Code, b.Quality.Repaired, b.Quality.Problems)
	}
}

func TestPortoAlegre(t *testing.T) {
	ctx := context.Background()
	b, err := intake.Settlements(ctx, open(t, "demand/poa_hexgrid.csv"), intake.Options{People: "population"}, nil, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	people, _ := b.Quality.Count("people")
	if len(b.Settlements) != 1227 || people != 812935 || b.Quality.Refused != 0 || b.Quality.Repaired != 0 {
		t.Errorf("%d settlements, %d people, refused %d, repaired %d; want 1227, 812935, 0, 0", len(b.Settlements), people, b.Quality.Refused, b.Quality.Repaired)
	}
	for file, want := range map[string]int{"demand/poa_points_of_interest.csv": 15, "reference/poa_facilities.csv": 100} {
		b, err := intake.Facilities(ctx, open(t, file), intake.Options{}, nil, intake.CRSReference{})
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Hosts) != want || len(b.Points) != want || b.Points[0].Status != coverage.StatusBuilt || b.Points[0].Tier != coverage.TierOther || b.Hosts[0].Kind != coverage.HostOther {
			t.Errorf("%s: %d hosts, %d points, first %s %s in %s", file, len(b.Hosts), len(b.Points), b.Points[0].Status, b.Points[0].Tier, b.Hosts[0].Kind)
		}
	}
}

func TestTownshipCentresAndVillages(t *testing.T) {
	ctx := context.Background()
	county := apply(&coverage.County{}, areas(t, "turpan/villages/turpan_villages_2023.csv", intake.Options{}, nil))
	towns, err := intake.Settlements(ctx, open(t, "turpan/towns/turpan_township_centers_amap_gcj02.csv"), intake.Options{}, county, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	if len(towns.Settlements) != 35 || towns.Quality.CRS.CRS != "gcj02" || towns.Quality.CRS.Reason != "header" {
		t.Fatalf("%d settlements in %+v", len(towns.Settlements), towns.Quality.CRS)
	}
	if s := towns.Settlements[0]; s.ID != "650402001000" || s.People.Known || s.Quality != "converted" {
		t.Errorf("first township %+v", s)
	}
	villages := open(t, "turpan/villages/turpan_villages_2023.csv")
	refused, err := intake.Settlements(ctx, villages, intake.Options{}, county, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	if refused.Quality.Refused != 320 {
		t.Errorf("refused %d villages without coordinates, want all 320", refused.Quality.Refused)
	}
	county = apply(county, towns)
	placed, err := intake.Settlements(ctx, villages, intake.Options{Place: intake.PlaceUnitCentre}, county, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	accounted(t, &placed.Quality)
	centre := map[string]orb.Point{}
	for _, s := range towns.Settlements {
		centre[s.Code] = s.Point
	}
	at := 0
	for _, s := range placed.Settlements {
		if s.Quality == "unit_centre" {
			at++
			if s.Point != centre[coverage.ParentCode(s.Code)] {
				t.Errorf("%s %s is not at the centre of its township", s.ID, s.Name)
			}
		}
	}
	if at < 270 || at > 281 || placed.Quality.Repaired < at {
		t.Errorf("%d villages placed, %d repaired", at, placed.Quality.Repaired)
	}
}

func TestUncertainCRSIsAsked(t *testing.T) {
	src := open(t, "turpan/towns/xinjiang_geonames_cities5000_wgs84.csv")
	_, err := intake.Settlements(context.Background(), src, intake.Options{}, nil, intake.CRSReference{})
	var unsure *intake.UnsureError
	if !errors.Is(err, intake.ErrCRSUnsure) || !errors.As(err, &unsure) || len(unsure.Scores) != 0 || !strings.Contains(err.Error(), "--crs") {
		t.Errorf("got %v", err)
	}
	b, err := intake.Settlements(context.Background(), src, intake.Options{CRS: "wgs84"}, nil, intake.CRSReference{})
	if err != nil || b.Quality.Accepted < 140 {
		t.Errorf("told: %v, %+v", err, b)
	}
}
