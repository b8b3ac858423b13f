package intake_test

import (
	"context"
	"testing"

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

func TestTry(t *testing.T) {
	ctx := context.Background()
	county := &coverage.County{}
	for _, name := range []string{"turpan/admin_gcj02/650400_full.json", "turpan/villages/turpan_villages_2023.csv", "turpan/villages/xinjiang_villages_2023_without_hami.csv", "turpan/codes/xinjiang_3level_lnglat_kakuilan.csv", "turpan/codes/xinjiang_level4_xiangyuecn.csv", "turpan/codes/xinjiang_streets_modood2023.csv", "turpan/towns/turpan_township_centers_amap_gcj02.csv", "turpan/census/xinjiang_population_2020_tudigong.csv", "turpan/census/xinjiang_county_census_2010.csv", "turpan/census/xinjiang_county_census_2020.csv", "gis/messy_csv/turpan_villages_2023_gb18030.csv", "turpan/villages/turpan_nested_2023.json", "turpan/admin_wgs84/turpan_counties_ctamap2021_wgs84.geojson"} {
		b, err := intake.Areas(ctx, open(t, name), intake.Options{English: true}, county, intake.CRSReference{})
		if err != nil {
			t.Log(name, err)
			continue
		}
		t.Log(name, b.Quality.Read, b.Quality.Accepted, b.Quality.Repaired, b.Quality.Refused, b.Quality.CRS, b.Quality.Counts, b.Quality.Columns[:min(12, len(b.Quality.Columns))])
		t.Log(b.Quality.Problems[:min(3, len(b.Quality.Problems))])
		if len(b.Units) > 0 {
			u := b.Units[0]
			u.Geometry = nil
			t.Logf("%+v", u)
		}
	}
	for _, name := range []string{"demand/poa_hexgrid.csv", "demand/poa_points_of_interest.csv", "turpan/towns/turpan_township_centers_amap_gcj02.csv", "turpan/towns/xinjiang_geonames_cities5000_wgs84.csv"} {
		b, err := intake.Settlements(ctx, open(t, name), intake.Options{English: true}, county, intake.CRSReference{})
		if err != nil {
			t.Log(name, err)
			continue
		}
		t.Log(name, b.Quality.Read, b.Quality.Accepted, b.Quality.Repaired, b.Quality.Refused, b.Quality.CRS, b.Quality.Counts, b.Quality.Columns[:min(12, len(b.Quality.Columns))])
		t.Log(b.Quality.Problems[:min(3, len(b.Quality.Problems))])
		t.Logf("%+v", b.Settlements[0])
	}
	for _, name := range []string{"demand/poa_points_of_interest.csv", "reference/poa_facilities.csv", "demand/planwise_sites.csv"} {
		b, err := intake.Facilities(ctx, open(t, name), intake.Options{English: true}, county, intake.CRSReference{})
		if err != nil {
			t.Log(name, err)
			continue
		}
		t.Log(name, b.Quality.Read, b.Quality.Accepted, b.Quality.Repaired, b.Quality.Refused, b.Quality.CRS, b.Quality.Counts, b.Quality.Columns[:min(12, len(b.Quality.Columns))])
		t.Log(b.Quality.Problems[:min(3, len(b.Quality.Problems))])
		t.Logf("%+v %+v", b.Hosts[0], b.Points[0])
	}
}
