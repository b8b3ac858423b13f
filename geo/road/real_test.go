package road

import "testing"

// Every built-in profile on real cities, sorted and unsorted, with restrictions over nodes and ways: most of the road belongs to
// the main network, even in cut-outs.
func TestProfilesOnRealMaps(t *testing.T) {
	for _, name := range []string{"cathedral-no-left_unsorted", "reisterstown-via-restriction_unsorted", "turn-restriction-split-test_tiny", "monaco-2012_tiny", "snake-rd_tiny"} {
		network, _ := readShared(t, "osm/"+name+".osm.pbf")
		for _, profile := range BuiltinProfiles() {
			graph := buildWith(t, network, mustProfile(t, profile))
			total, main := 0.0, 0.0
			for part := range graph.Parts() {
				total += graph.PartLengthKm(part)
				if graph.isMain(uint32(part)) {
					main += graph.PartLengthKm(part)
				}
			}
			if total == 0 || main < 0.75*total {
				t.Errorf("%s, %s: %.1f of %.1f km in the main network", name, profile, main, total)
			}
			t.Logf("%s, %s: %d nodes, %d edges, %d states, %.1f km, %.1f%% main", name, profile, graph.Nodes(), graph.Edges(), graph.States(), total, 100*main/total)
		}
	}
}
