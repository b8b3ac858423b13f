package intake

import (
	"reflect"
	"slices"
	"strings"

	"lawcircle/coverage"
)

// Difference compares a batch with the project by stable key.
type Difference struct {
	Added     []Change `json:"added"`
	Changed   []Change `json:"changed"`
	Unchanged int      `json:"unchanged"`
	// Absent are in the project but not in the file; they stay in the project.
	Absent []Change `json:"absent"`
	// Removed are those that the batch takes out of the project, which only a raster of people does.
	Removed []Change `json:"removed"`
}

// Change is one thing that an import adds or changes.
type Change struct {
	Layer  string   `json:"layer"` // units, settlements, hosts or points
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Fields []string `json:"fields,omitempty"` // of a changed thing, which of its fields
}

func differenceOf(existing *coverage.County, b *Batch) Difference {
	if existing == nil {
		existing = &coverage.County{}
	}
	d := Difference{Added: []Change{}, Changed: []Change{}, Absent: []Change{}, Removed: []Change{}}
	switch b.Verb {
	case verbAreas:
		compare(&d, layer[coverage.Unit]{"units", func(u *coverage.Unit) (string, string) { return u.Code, u.Name }, nil}, existing.Units, b.Units)
	case verbSettlements, verbPopulation:
		compare(&d, layer[coverage.Settlement]{"settlements", func(s *coverage.Settlement) (string, string) { return s.ID, s.Name }, nil}, existing.Settlements, b.Settlements)
	case verbFacilities:
		kinds := map[coverage.HostKind]bool{}
		for i := range b.Hosts {
			kinds[b.Hosts[i].Kind] = true
		}
		compare(&d, layer[coverage.Host]{"hosts", func(h *coverage.Host) (string, string) { return h.ID, h.Name }, func(h *coverage.Host) bool { return kinds[h.Kind] }}, existing.Hosts, b.Hosts)
		tiers := map[coverage.Tier]bool{}
		for i := range b.Points {
			tiers[b.Points[i].Tier] = true
		}
		compare(&d, layer[coverage.ServicePoint]{"points", func(p *coverage.ServicePoint) (string, string) { return p.ID, p.Name }, func(p *coverage.ServicePoint) bool { return tiers[p.Tier] }}, existing.Points, b.Points)
	}
	d.splitRemoved(b.RemoveSettlements)
	return d
}

// splitRemoved tells what the batch removes from what is only absent in the file.
func (d *Difference) splitRemoved(ids []string) {
	gone := make(map[string]bool, len(ids))
	for _, id := range ids {
		gone[id] = true
	}
	absent := d.Absent
	d.Absent = []Change{}
	for _, c := range absent {
		if gone[c.ID] {
			d.Removed = append(d.Removed, c)
		} else {
			d.Absent = append(d.Absent, c)
		}
	}
}

// A layer says how the things of one kind are compared.
type layer[T any] struct {
	name     string
	key      func(*T) (id, name string)
	inTheWay func(*T) bool // which of the project's things a file of this kind would name; nil = all
}

func compare[T any](d *Difference, l layer[T], before, after []T) {
	known := make(map[string]int, len(before))
	for i := range before {
		id, _ := l.key(&before[i])
		known[id] = i
	}
	met := make(map[string]bool, len(after))
	for i := range after {
		id, name := l.key(&after[i])
		met[id] = true
		at, has := known[id]
		if !has {
			d.Added = append(d.Added, Change{Layer: l.name, ID: id, Name: name})
			continue
		}
		if fields := changedFields(&before[at], &after[i]); len(fields) > 0 {
			d.Changed = append(d.Changed, Change{l.name, id, name, fields})
		} else {
			d.Unchanged++
		}
	}
	for i := range before {
		id, name := l.key(&before[i])
		if !met[id] && (l.inTheWay == nil || l.inTheWay(&before[i])) {
			d.Absent = append(d.Absent, Change{Layer: l.name, ID: id, Name: name})
		}
	}
	slices.SortStableFunc(d.Absent, func(a, b Change) int { return strings.Compare(a.Layer+a.ID, b.Layer+b.ID) })
}

// changedFields names the fields in which two values of a struct differ.
func changedFields[T any](before, after *T) []string {
	var fields []string
	x, y := reflect.ValueOf(before).Elem(), reflect.ValueOf(after).Elem()
	for i := range x.NumField() {
		if !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			fields = append(fields, x.Type().Field(i).Name)
		}
	}
	return fields
}
