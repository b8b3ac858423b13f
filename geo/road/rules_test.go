package road

import (
	"testing"

	"github.com/paulmach/orb"
)

// Every rule as a drawn map: the time in seconds from one letter to another at a metre a second, -1 for no way.
func TestRulesOnDrawnMaps(t *testing.T) {
	const line = "a---b---c"
	const square = `
a---b
|   |
d---c
`
	const stop = "barriers: {open: [gate]}\n"
	for name, test := range map[string]struct {
		mode, drawn string
		tags        map[string]string
		more        string
		there, back int // a to c, c to a
	}{
		"plain":                                  {"foot", line, nil, "", 160, 160},
		"fast road":                              {"car", line, map[string]string{"ab": "highway=primary"}, "", 88, 88},
		"steps are half as fast":                 {"foot", line, map[string]string{"ab": "highway=steps"}, "", 240, 240},
		"class without a speed is closed":        {"foot", square, map[string]string{"ab": "highway=trunk"}, "", 120, 120},
		"proposed road":                          {"foot", line, map[string]string{"ab": "highway=proposed"}, "", -1, -1},
		"road under construction":                {"car", line, map[string]string{"ab": "highway=construction"}, "", -1, -1},
		"permitted class":                        {"foot", line, map[string]string{"ab": "highway=trunk foot=yes"}, "permitted_speeds: {trunk: 3.6}\n", 160, 160},
		"permitted class not said":               {"foot", line, map[string]string{"ab": "highway=trunk access=yes"}, "permitted_speeds: {trunk: 3.6}\naccess: {keys: [foot, access], mode_keys: [foot]}\n", -1, -1},
		"private road":                           {"foot", line, map[string]string{"ab": "access=private"}, "", -1, -1},
		"private but open on foot":               {"foot", line, map[string]string{"ab": "access=private foot=yes"}, "", 160, 160},
		"open but not on foot":                   {"foot", line, map[string]string{"ab": "access=yes foot=no"}, "", -1, -1},
		"bicycle looks at vehicle":               {"bicycle", line, map[string]string{"ab": "vehicle=no"}, "", -1, -1},
		"walking does not":                       {"foot", line, map[string]string{"ab": "vehicle=no"}, "", 160, 160},
		"motorcar beats motor_vehicle":           {"car", line, map[string]string{"ab": "motor_vehicle=no motorcar=yes"}, "", 160, 160},
		"motor_vehicle closes":                   {"car", line, map[string]string{"ab": "access=yes motor_vehicle=no"}, "", -1, -1},
		"destination is open without turns":      {"bicycle", line, map[string]string{"ab": "access=destination"}, "", 160, 160},
		"list of values: the first":              {"foot", line, map[string]string{"ab": "foot=yes;no"}, "", 160, 160},
		"closed by another tag":                  {"foot", line, map[string]string{"ab": "motorroad=yes"}, "access: {keys: [foot], closed_tags: {motorroad: [\"yes\"]}}\n", -1, -1},
		"one-way street":                         {"car", "a->-b---c", nil, "one_way: {obey: true}\n", 160, -1},
		"one-way against the drawing":            {"car", "a-<-b---c", nil, "one_way: {obey: true}\n", -1, 160},
		"one-way ring":                           {"car", "a->-b\n|   v\nd-<-c", nil, "one_way: {obey: true}\n", 120, 120},
		"walking ignores one-way":                {"foot", "a->-b---c", nil, "", 160, 160},
		"one-way on foot":                        {"foot", line, map[string]string{"ab": "oneway:foot=yes"}, "one_way: {keys: [\"oneway:foot\"]}\n", 160, -1},
		"oneway:bicycle=no":                      {"bicycle", "a->-b---c", map[string]string{"ab": "oneway:bicycle=no"}, "one_way: {obey: true, keys: [\"oneway:bicycle\"]}\n", 160, 160},
		"contraflow lane":                        {"bicycle", "a->-b---c", map[string]string{"ab": "cycleway=opposite_lane"}, "one_way: {obey: true, contraflow: true}\n", 160, 160},
		"contraflow lane on the left":            {"bicycle", "a->-b---c", map[string]string{"ab": "cycleway:left=lane cycleway:left:oneway=-1"}, "one_way: {obey: true, contraflow: true}\n", 160, 160},
		"no contraflow for cars":                 {"car", "a->-b---c", map[string]string{"ab": "cycleway=opposite_lane"}, "one_way: {obey: true}\n", 160, -1},
		"roundabout is one-way":                  {"car", line, map[string]string{"ab": "junction=roundabout"}, "one_way: {obey: true}\n", 160, -1},
		"roundabout with oneway=no":              {"car", line, map[string]string{"ab": "junction=roundabout oneway=no"}, "one_way: {obey: true}\n", 160, 160},
		"motorway is one-way":                    {"car", line, map[string]string{"ab": "highway=motorway"}, "one_way: {obey: true}\n", 84, -1},
		"gate lets pass":                         {"foot", line, map[string]string{"b": "barrier=gate"}, stop, 160, 160},
		"bollard stops":                          {"car", line, map[string]string{"b": "barrier=bollard"}, stop, -1, -1},
		"locked gate":                            {"foot", line, map[string]string{"b": "barrier=gate access=private"}, stop, -1, -1},
		"bollard open to bicycles":               {"bicycle", line, map[string]string{"b": "barrier=bollard bicycle=yes"}, stop, 160, 160},
		"wall listed as closed":                  {"foot", line, map[string]string{"b": "barrier=wall"}, "barriers: {closed: [wall]}\n", -1, -1},
		"kerb not listed as closed":              {"foot", line, map[string]string{"b": "barrier=kerb"}, "barriers: {closed: [wall]}\n", 160, 160},
		"barriers ignored":                       {"car", line, map[string]string{"b": "barrier=wall"}, "barriers: {ignore: true}\n", 160, 160},
		"barrier at a crossing closes all roads": {"car", "e   f\na-b-c\n  |\n  d", map[string]string{"b": "barrier=block"}, stop, -1, -1},
		"ferry off":                              {"foot", line, map[string]string{"ab": "highway= route=ferry"}, "", -1, -1},
		"ferry on":                               {"foot", line, map[string]string{"ab": "highway= route=ferry"}, "ferries: {use: true, kmh: 1.8}\n", 240, 240},
		"ferry with its duration":                {"foot", line, map[string]string{"ab": "highway= route=ferry duration=00:10"}, "ferries: {use: true, kmh: 5}\n", 680, 680},
		"platform":                               {"foot", line, map[string]string{"ab": "highway= railway=platform"}, "speeds: {residential: 3.6, platform: 1.8}\n", 240, 240},
		"square is walked along its rim":         {"foot", square, map[string]string{"ab": "area=yes", "bc": "area=yes", "cd": "area=yes", "ad": "area=yes"}, "areas: true\n", 120, 120},
		"square is closed to cars":               {"car", line, map[string]string{"ab": "area=yes"}, "", -1, -1},
		"cap of a surface":                       {"bicycle", line, map[string]string{"ab": "surface=mud"}, "caps: {surface: {mud: 1.8}}\n", 240, 240},
		"the lowest cap wins":                    {"bicycle", line, map[string]string{"ab": "surface=mud tracktype=grade5"}, "caps: {surface: {mud: 1.8}, tracktype: {grade5: 0.9}}\n", 400, 400},
		"a cap never raises":                     {"bicycle", line, map[string]string{"ab": "surface=ice"}, "caps: {surface: {ice: 50}}\n", 160, 160},
		"a cap of zero closes":                   {"bicycle", line, map[string]string{"ab": "smoothness=impassable"}, "caps: {smoothness: {impassable: 0}}\n", -1, -1},
		"limit":                                  {"car", line, map[string]string{"ab": "highway=primary maxspeed=18"}, "max_speed: {obey: true}\n", 96, 96},
		"limit in miles":                         {"car", line, map[string]string{"ab": "highway=primary", "bc": "maxspeed=30mph highway=primary"}, "max_speed: {obey: true}\n", 16, 16},
		"limit of one direction":                 {"car", line, map[string]string{"ab": "highway=primary maxspeed:backward=18"}, "max_speed: {obey: true}\n", 88, 96},
		"a limit never raises":                   {"car", line, map[string]string{"ab": "maxspeed=100"}, "max_speed: {obey: true}\n", 160, 160},
	} {
		t.Run(name, func(t *testing.T) {
			d := draw(t, test.drawn, test.tags)
			for i := range d.network.Ways {
				if d.network.Ways[i].Tags["highway"] == "" {
					delete(d.network.Ways[i].Tags, "highway")
				}
			}
			graph := buildWith(t, d.network, plainProfile(t, test.mode, test.more))
			a, c := d.place('a'), d.place('c')
			if there := graph.seconds(t, a, c); there != test.there {
				t.Errorf("a to c takes %d s, want %d", there, test.there)
			}
			if back := graph.seconds(t, c, a); back != test.back {
				t.Errorf("c to a takes %d s, want %d", back, test.back)
			}
		})
	}
}

// Whatever is written in tags, speeds are none or within what a profile may have.
func FuzzRule(f *testing.F) {
	profiles := make([]*Profile, 0, len(BuiltinProfiles()))
	for _, name := range BuiltinProfiles() {
		profiles = append(profiles, mustProfile(f, name))
	}
	f.Add("primary", "maxspeed", "50 mph", "duration", "01:30")
	f.Add("", "route", "ferry", "duration", "PT1H30M")
	f.Add("residential", "maxspeed:forward", "walk", "oneway", "-1")
	f.Add("track", "smoothness", "horrible", "tracktype", "grade5")
	f.Fuzz(func(t *testing.T, highway, key, value, otherKey, otherValue string) {
		line := orb.LineString{drawnOrigin, {drawnOrigin[0] + 0.01, drawnOrigin[1]}}
		for _, profile := range profiles {
			rule := profile.rule(Tags{"highway": highway, key: value, otherKey: otherValue}, line)
			for _, kmh := range []float64{rule.aheadKmh, rule.backKmh} {
				if kmh != 0 && !(kmh >= minKmh/10 && kmh <= maxKmh*2) {
					t.Errorf("%s: %g km/h", profile.Name, kmh)
				}
			}
		}
	})
}
