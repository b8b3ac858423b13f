package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/geo"
)

// A taken is the row that has a key, with its place if it has one.
type taken struct {
	row    int
	place  orb.Point
	placed bool
}

// claim books a key for a row. A row whose key another row has is refused: which of the two is right, the file does not say.
func (im *importer) claim(l *line, key string) bool {
	_, ok := im.book(l, key, taken{row: l.number})
	return ok
}

func (im *importer) book(l *line, key string, own taken) (id string, ok bool) {
	if first, has := im.seen[key]; has {
		l.refuse(fieldID, fmt.Sprintf("与第 %d 行重复（%s）", first.row, key), fmt.Sprintf("the same as row %d (%s)", first.row, key))
		return "", false
	}
	im.seen[key] = own
	return key, true
}

// samePlaceMetres is how near each other two rows of one name are the same thing.
const samePlaceMetres = 300

// claimPlace books the key of a named place. Rows that share a key because they share a name or a code are the same thing only when they are near
// each other or none has a place; one that lies apart gets a remark, and a key in which its place stands. An identifier that the file
// gives is final.
func (im *importer) claimPlace(l *line, key string, p orb.Point, placed bool) (id string, ok bool) {
	own := taken{l.number, p, placed}
	if l.text(fieldID) != "" || l.placeName() == "" {
		return im.book(l, key, own)
	}
	namesakes := im.namesakes[key]
	first, has := im.seen[key]
	if has {
		namesakes = append([]taken{first}, namesakes...)
	}
	for _, other := range namesakes {
		if own.isAt(other) {
			l.refuse(fieldID, fmt.Sprintf("与第 %d 行重复（同名或同代码，且在同一处）", other.row), fmt.Sprintf("the same as row %d: same name or code, same place", other.row))
			return "", false
		}
	}
	if len(namesakes) > 0 {
		l.flag(fieldName, fmt.Sprintf("与第 %d 行同名或同代码而不在一处，按两处导入", namesakes[0].row), fmt.Sprintf("the name or code of row %d, but another place: imported as two", namesakes[0].row))
	}
	apart := stableID("n", key, fmt.Sprintf("%.5f,%.5f", p[0], p[1]))
	if !has && !im.existing.has(apart) { // whichever row comes first, the project's own keys stay where they are
		return im.book(l, key, own)
	}
	im.namesakes[key] = append(im.namesakes[key], own)
	return im.book(l, apart, own)
}

func (t taken) isAt(other taken) bool {
	if !t.placed || !other.placed {
		return t.placed == other.placed
	}
	return geo.Distance(t.place, other.place) <= samePlaceMetres
}

// stableID makes a key that the same thing has again in the next file.
func stableID(prefix string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x1f")))
	return prefix + "-" + hex.EncodeToString(sum[:6])
}

// finish sorts the rows, compares them with the project and counts.
func (im *importer) finish(existing *coverage.County) (*Batch, error) {
	b := im.batch
	q := &b.Quality
	if q.Read == 0 {
		return nil, faultf("%s 里没有数据行", "%s has no rows of data", im.table.layer)
	}
	slices.SortFunc(b.Units, func(x, y coverage.Unit) int { return strings.Compare(x.Code, y.Code) })
	slices.SortFunc(b.Settlements, func(x, y coverage.Settlement) int { return strings.Compare(x.ID, y.ID) })
	slices.SortFunc(b.Hosts, func(x, y coverage.Host) int { return strings.Compare(x.ID, y.ID) })
	slices.SortFunc(b.Points, func(x, y coverage.ServicePoint) int { return strings.Compare(x.ID, y.ID) })
	slices.SortStableFunc(b.Offers, func(x, y coverage.Offer) int { return strings.Compare(x.PointID, y.PointID) })
	slices.SortStableFunc(q.Problems, func(x, y Problem) int { return x.Row - y.Row })
	if q.Problems == nil {
		q.Problems = []Problem{}
	}
	b.Difference = differenceOf(existing, b)
	im.count()
	return b, nil
}

func (im *importer) count() {
	b := im.batch
	q := &b.Quality
	add := func(what string, n int) { q.Counts = append(q.Counts, Count{what, int64(n)}) }
	switch b.Verb {
	case verbAreas:
		add("units", len(b.Units))
		add("code_changes", len(b.CodeChanges))
	case verbSettlements:
		add("settlements", len(b.Settlements))
		people, unknown := int64(0), 0
		for i := range b.Settlements {
			if p := b.Settlements[i].People; p.Known {
				people += p.Count
			} else {
				unknown++
			}
		}
		q.Counts = append(q.Counts, Count{"people", people})
		add("people_unknown", unknown)
	case verbFacilities:
		add("hosts", len(b.Hosts))
		add("points", len(b.Points))
		add("candidates", im.candidates())
		add("kinds_unknown", im.kindsUnknown)
	}
	if b.Table != "" {
		add(b.Table, len(b.Rows))
	}
	add("restricted", len(b.Restricted))
	add("added", len(b.Difference.Added))
	add("changed", len(b.Difference.Changed))
	add("unchanged", b.Difference.Unchanged)
	add("absent", len(b.Difference.Absent))
}

// recount counts again after the difference has been made.
func (im *importer) recount() {
	im.batch.Quality.Counts = nil
	im.count()
}

// candidates counts the hosts without a point.
func (im *importer) candidates() int {
	occupied := map[string]bool{}
	for i := range im.batch.Points {
		occupied[im.batch.Points[i].HostID] = true
	}
	free := 0
	for i := range im.batch.Hosts {
		if !occupied[im.batch.Hosts[i].ID] {
			free++
		}
	}
	return free
}
