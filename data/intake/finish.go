package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"lawcircle/coverage"
)

// claim books an id for a row. A row whose id another row has is refused: which of the two is right, the file does not say.
func (im *importer) claim(l *line, id string) bool {
	if first, taken := im.seen[id]; taken {
		l.refuse(fieldID, fmt.Sprintf("与第 %d 行重复（%s）", first, id), fmt.Sprintf("the same as row %d (%s)", first, id))
		return false
	}
	im.seen[id] = l.number
	return true
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
	}
	add("restricted", len(b.Restricted))
	add("added", len(b.Difference.Added))
	add("changed", len(b.Difference.Changed))
	add("unchanged", b.Difference.Unchanged)
	add("removed", len(b.Difference.Removed))
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
