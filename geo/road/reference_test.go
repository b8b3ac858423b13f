package road

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/internal/testdata"
)

// table is a CSV file with a header.
type table struct {
	columns map[string]int
	rows    [][]string
}

func readTable(tb testing.TB, name string) table {
	tb.Helper()
	file, err := os.Open(testdata.Shared(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	t := table{map[string]int{}, rows[1:]}
	for i, column := range rows[0] {
		t.columns[column] = i
	}
	return t
}

func (t table) number(tb testing.TB, row int, column string) float64 {
	tb.Helper()
	value, err := strconv.ParseFloat(t.rows[row][t.columns[column]], 64)
	if err != nil {
		tb.Fatal(err)
	}
	return value
}

func (t table) places(tb testing.TB) []Place {
	places := make([]Place, len(t.rows))
	for i := range t.rows {
		places[i] = Place{t.rows[i][0], orb.Point{t.number(tb, i, "lon"), t.number(tb, i, "lat")}}
	}
	return places
}

func buildShared(tb testing.TB, name, profile string) *Graph {
	tb.Helper()
	network, _ := readShared(tb, name)
	return buildWith(tb, network, mustProfile(tb, profile))
}

func mustProfile(tb testing.TB, name string) *Profile {
	tb.Helper()
	profile, err := BuiltinProfile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return profile
}

func buildWith(tb testing.TB, network *Network, profile *Profile) *Graph {
	tb.Helper()
	graph, err := Build(context.Background(), network, profile, BuildOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	return graph
}

const poa = "osm/porto_alegre_r5r.osm.pbf"

// The tables were made by an independent program on the full graph of nodes, with every time in floating point.
func TestAgreesWithReferenceTables(t *testing.T) {
	facilities := readTable(t, "reference/poa_facilities.csv").places(t)
	demands := readTable(t, "reference/poa_demand.csv").places(t)
	for _, mode := range []string{"walk", "car"} {
		t.Run(mode, func(t *testing.T) {
			graph := buildShared(t, poa, "reference_"+mode)
			t.Logf("%d nodes, %d states, %d edges, %d parts", graph.Nodes(), graph.States(), graph.Edges(), graph.Parts())
			want := readTable(t, "reference/poa_"+mode+"_edge.csv")
			answers, err := graph.NearestFacilities(context.Background(), facilities, demands, NearestOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var ties, within int
			worst := 0.0
			for i, answer := range answers {
				if len(answer.Nearest) == 0 {
					t.Fatalf("%s: no answer (%s)", demands[i].ID, answer.Reason)
				}
				got, seconds := float64(answer.Nearest[0].Ms)/1000, want.number(t, i, "seconds")
				snapM, fraction := want.number(t, i, "snap_m"), want.number(t, i, "fraction")
				switch {
				case math.Abs(answer.Snap.DistanceM-snapM) > 0.02:
					t.Errorf("%s: snapped over %.2f m, want %.2f", demands[i].ID, answer.Snap.DistanceM, snapM)
				case math.Abs(got-seconds) <= 0.05:
					worst = max(worst, math.Abs(got-seconds))
				case fraction == 0 || fraction == 1: // several edges meet there and are equally near
					ties++
				default:
					t.Errorf("%s: %.3f s, want %.3f", demands[i].ID, got, seconds)
				}
				if answer.Nearest[0].Ms <= 600_000 {
					within++
				}
			}
			if ties > 1 || within != map[string]int{"walk": 681, "car": 1212}[mode] {
				t.Errorf("%d ties snapped otherwise; %d within 600 s", ties, within)
			}
			t.Logf("the others differ by at most %.4f s", worst)
		})
	}
}
