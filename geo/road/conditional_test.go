package road

import (
	"bytes"
	"context"
	"slices"
	"testing"
)

// What holds at certain times only is left out of account, and counted.
func TestConditionsAreCounted(t *testing.T) {
	const cross = "a---b---c\n    |\n    d"
	for name, test := range map[string]struct {
		restriction Tags // from ab over b to bd
		road        Tags // of bc
		want        ReadReport
	}{
		"at all times":           {restriction: Tags{"restriction": "no_right_turn"}, want: ReadReport{Restrictions: 1}},
		"in the morning":         {restriction: Tags{"restriction:conditional": "no_right_turn @ (07:00-09:00)"}, want: ReadReport{ConditionalTurns: 1}},
		"for lorries at times":   {restriction: Tags{"restriction:hgv:conditional": "no_right_turn @ (22:00-06:00)"}, want: ReadReport{ConditionalTurns: 1}},
		"always, but at night":   {restriction: Tags{"restriction": "no_right_turn", "restriction:conditional": "none @ (22:00-06:00)"}, want: ReadReport{Restrictions: 1, ConditionalTurns: 1}},
		"the old way":            {restriction: Tags{"restriction": "no_right_turn", "hour_on": "07:00", "hour_off": "09:00"}, want: ReadReport{ConditionalTurns: 1}},
		"not understood":         {restriction: Tags{"restriction": "give_way"}, want: ReadReport{BadRestrictions: 1}},
		"without a kind":         {restriction: Tags{}, want: ReadReport{BadRestrictions: 1}},
		"a road closed at night": {road: Tags{"access:conditional": "no @ (22:00-06:00)"}, want: ReadReport{ConditionalWays: 1}},
		"one-way at times":       {road: Tags{"oneway:conditional": "yes @ (Mo-Fr)"}, want: ReadReport{ConditionalWays: 1}},
		"slower at times":        {road: Tags{"maxspeed:conditional": "30 @ (22:00-06:00)"}, want: ReadReport{}},
	} {
		t.Run(name, func(t *testing.T) {
			d := draw(t, cross, nil)
			for key, value := range test.road {
				d.way(t, "bc").Tags[key] = value
			}
			d.network.Ways = valuesOf(d)
			file := pbfOf(t, d.network)
			if test.restriction != nil {
				w := &blockWriter{strings: []string{""}}
				var m message
				m.varint(1, 5)
				test.restriction["type"] = "restriction"
				w.tags(&m, test.restriction)
				m.bytes(8, packed(w.index("from"), w.index("via"), w.index("to")))
				m.bytes(9, deltas(d.way(t, "ab").ID, d.nodes['b'], d.way(t, "bd").ID))
				m.bytes(10, packed(1, 0, 1))
				w.group.bytes(4, m.data)
				file = slices.Concat(file, blob("OSMData", w.data(), true))
			}
			network, got, err := ReadPBF(context.Background(), bytes.NewReader(file), ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if got.Restrictions != test.want.Restrictions || got.ConditionalTurns != test.want.ConditionalTurns ||
				got.ConditionalWays != test.want.ConditionalWays || got.BadRestrictions != test.want.BadRestrictions || len(network.Ways) != 3 {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if len(got.ConditionalExamples) != got.ConditionalWays {
				t.Errorf("examples %v of %d", got.ConditionalExamples, got.ConditionalWays)
			}
		})
	}
}
