package intake

import (
	"context"
	"errors"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/geo/crs"
)

// previewRows is how many rows a preview shows.
const previewRows = 20

// Seen is how a file was understood before anything is imported: what the user confirms or corrects.
type Seen struct {
	Format     string      `json:"format"`
	Encoding   string      `json:"encoding,omitempty"`
	Layer      string      `json:"layer"`
	Layers     []string    `json:"layers"`
	HeaderRows []int       `json:"header_rows"` // row numbers; empty when the format names its fields itself
	Columns    []ColumnUse `json:"columns"`
	Rows       []SeenRow   `json:"rows"`     // the first rows
	CRS        CRSUsed     `json:"crs"`      // CRS is "" when it is not certain
	Proposal   string      `json:"proposal"` // what to preselect when CRS is ""
	Personal   []string    `json:"personal"` // headers of columns with personal data
	Notes      []Problem   `json:"notes"`
}

// SeenRow is one row of a preview, with its place under each coordinate system it may be in.
type SeenRow struct {
	Row    int          `json:"row"`
	Cells  []string     `json:"cells"`
	Places []PlaceUnder `json:"places,omitempty"`
}

// PlaceUnder is the WGS-84 place of a row if its coordinates are in a system.
type PlaceUnder struct {
	CRS   string    `json:"crs"`
	Point orb.Point `json:"point"`
}

// Preview reads the start of a file (all of it for its encoding and properties) and says how an import of the verb areas, settlements
// or facilities would understand it. An uncertain coordinate system is part of the answer, not an error.
func Preview(ctx context.Context, verb string, src Source, options Options, existing *coverage.County, references CRSReference) (*Seen, error) {
	im, err := newImporter(ctx, verb, src, options, project{existing, references})
	var unsure *UnsureError
	proposal := ""
	var scores []CRSScore
	if errors.As(err, &unsure) {
		proposal, scores = unsure.Proposal, unsure.Scores
		told := options
		told.CRS = "wgs84"
		im, err = newImporter(ctx, verb, src, told, project{existing, references})
	}
	if err != nil {
		return nil, err
	}
	defer im.table.release()
	seen := &Seen{
		Format: im.table.format, Encoding: im.table.encoding, Layer: im.table.layer, Layers: im.table.layers, HeaderRows: im.table.headerRows,
		Columns: im.batch.Quality.Columns, CRS: im.batch.Quality.CRS, Proposal: proposal, Notes: im.batch.Quality.Problems,
	}
	if unsure != nil {
		seen.CRS = CRSUsed{Scores: scores}
	}
	return seen, im.previewRows(ctx, seen)
}

func (im *importer) previewRows(ctx context.Context, seen *Seen) error {
	personal := make([]bool, len(im.table.header))
	rows := 0
	err := im.table.each(ctx, func(r record) error {
		l := &line{importer: im, record: r}
		for column, cell := range r.cells {
			if column < len(personal) && (im.personal[column] && len(personalData(cell)) > 0 || l.isRestrictedColumn(column) && clean(cell) != "") {
				personal[column] = true
			}
		}
		if len(seen.Rows) < previewRows {
			seen.Rows = append(seen.Rows, SeenRow{r.number, slices.Clone(r.cells), l.placesUnder()})
		}
		if rows++; rows > crsSampleRows {
			return errEnough
		}
		return nil
	})
	for column, is := range personal {
		if is {
			seen.Personal = append(seen.Personal, im.table.header[column])
		}
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// placesUnder converts the place of a row from each system it may be in.
func (l *line) placesUnder() []PlaceUnder {
	raw, _, ok := l.sourcePoint()
	if !ok {
		return nil
	}
	systems := []crs.System{crs.WGS84(), crs.GCJ02(), crs.BD09()}
	if l.system.Projected() {
		systems = []crs.System{l.system}
	}
	var places []PlaceUnder
	for _, system := range systems {
		transform, err := crs.NewTransform(system, crs.WGS84())
		if err != nil {
			continue
		}
		if p, err := transform(raw); err == nil {
			places = append(places, PlaceUnder{system.String(), p})
		}
	}
	return places
}
