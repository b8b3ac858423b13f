package road

import (
	"bytes"
	"context"
	"slices"
	"testing"
)

// relationBlob is a blob with one relation of ways, outer and inner by turns.
func relationBlob(tags Tags, members ...*Way) []byte {
	return blob("OSMData", relationData(tags, members...), true)
}

func relationData(tags Tags, members ...*Way) []byte {
	w := &blockWriter{strings: []string{""}}
	var m message
	m.varint(1, 77)
	w.tags(&m, tags)
	var roles, ids, kinds []int64
	for i, member := range members {
		roles = append(roles, w.index([]string{"outer", "inner"}[i%2]))
		ids, kinds = append(ids, member.ID), append(kinds, 1)
	}
	m.bytes(8, packed(roles...))
	m.bytes(9, deltas(ids...))
	m.bytes(10, packed(kinds...))
	w.group.bytes(4, m.data)
	return w.data()
}

// A lake drawn as a relation of untagged ways: nobody walks straight across it, and the bridge is open.
func TestWaterRelationIsAWall(t *testing.T) {
	const lake = `
a---b---c
    |
 P--+--Q
 |  |  |
 R--+--S
    |
d---e---f
`
	water := Tags{"type": "multipolygon", "natural": "water"}
	for name, test := range map[string]struct {
		tags   Tags
		bridge bool
		shore  Tags // of the lake's ways
		first  bool // the relation comes before the ways
		want   int
	}{
		"no relation":        {want: 120},
		"lake":               {tags: water, want: -1},
		"lake first in file": {tags: water, first: true, want: -1},
		"shore is a wood":    {tags: water, shore: Tags{"natural": "wood"}, want: -1},
		"shore is a path":    {tags: water, shore: Tags{"highway": "track", "access": "no"}, want: -1},
		"riverbank":          {tags: Tags{"type": "multipolygon", "waterway": "riverbank"}, want: -1},
		"dry for months":     {tags: Tags{"type": "multipolygon", "natural": "water", "seasonal": "yes"}, want: 120},
		"wood":               {tags: Tags{"type": "multipolygon", "natural": "wood"}, want: 120},
		"site, no polygon":   {tags: Tags{"type": "site", "natural": "water"}, want: 120},
		"over the bridge":    {tags: water, bridge: true, want: 120},
	} {
		t.Run(name, func(t *testing.T) {
			d := draw(t, lake, nil)
			if !test.bridge {
				delete(d.ways, "be")
			}
			var shore []*Way
			for _, side := range []string{"PQ", "RS", "PR", "QS"} {
				way := d.way(t, side)
				if way.Tags = test.shore; way.Tags == nil {
					way.Tags = Tags{}
				}
				shore = append(shore, way)
			}
			d.network.Ways = valuesOf(d)
			file := pbfOf(t, d.network)
			if test.tags != nil {
				relation := relationBlob(test.tags, shore...)
				file = slices.Concat(file, relation)
				if test.first {
					file = slices.Concat(headBlob(), relation, file[len(headBlob()):len(file)-len(relation)])
				}
			}
			network, report, err := ReadPBF(context.Background(), bytes.NewReader(file), ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			wet := plainProfile(t, "foot", "direct_walk_max_m: 150\nwalls: {natural: [water], waterway: [riverbank]}\n")
			if got := buildWith(t, network, wet).seconds(t, d.place('b'), d.place('e')); got != test.want {
				t.Errorf("across in %d s, want %d; %+v", got, test.want, report)
			}
		})
	}
}
