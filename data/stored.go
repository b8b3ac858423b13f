package data

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"lawcircle/data/gpkg"
)

// StoredLayers lists the tables of the project that other programs may see, in their usual order. Personal details are in none of them.
func StoredLayers() []string {
	var out []string
	for _, l := range layers() {
		out = append(out, l.Table)
	}
	return out
}

// StoredLayer is a table of the project as it is shown to other programs: [RunLayer] without rows, and how many there are.
type StoredLayer struct {
	RunLayer
	TitleEn string
	Count   int64
}

// StoredLayer describes a layer by the name of its table. Columns that hold bytes are left out, and the precision of a date is told by its
// length, see [Project.EachRow]. An unknown name is [ErrNotFound]. Cost: one count of the table.
func (p *Project) StoredLayer(ctx context.Context, name string) (*StoredLayer, error) {
	for _, l := range layers() {
		if l.Table != name {
			continue
		}
		out := &StoredLayer{RunLayer: RunLayer{Name: name}, TitleEn: l.Description}
		err := p.snapshot(ctx, func(tx *sql.Tx) error {
			if err := out.readColumns(ctx, tx, name); err != nil {
				return err
			}
			return tx.QueryRowContext(ctx, "SELECT count(*) FROM "+gpkg.Quote(name)).Scan(&out.Count)
		})
		if err != nil {
			return nil, fmt.Errorf("reading layer %s: %w", name, err)
		}
		out.Title, out.GeometryType = l.Title, l.GeometryType
		out.Columns = exportable(out.Columns, l.Columns)
		return out, nil
	}
	return nil, fmt.Errorf("layer %q: %w", name, ErrNotFound)
}

// exportable leaves out bytes and the columns that only qualify a date.
func exportable(columns []RunColumn, described []gpkg.Column) []RunColumn {
	binary := map[string]bool{}
	for _, c := range described {
		binary[c.Name] = c.MimeType == "application/octet-stream"
	}
	var out []RunColumn
	for _, c := range columns {
		if !binary[c.Name] && !strings.HasSuffix(c.Name, "_precision") {
			out = append(out, c)
		}
	}
	return out
}

// EachRow streams the rows of a stored layer in the order of its key, from one state of the file. Dates are cut to what is known of them:
// YYYY, YYYY-MM or YYYY-MM-DD. Memory does not grow with the table. It stops at the first error of visit.
func (p *Project) EachRow(ctx context.Context, layer *StoredLayer, visit func(RunRow) error) error {
	err := p.snapshot(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, layer.selectSQL())
		if err != nil {
			return err
		}
		defer rows.Close()
		return scanRows(rows, len(layer.Columns), visit)
	})
	if err != nil {
		return fmt.Errorf("reading layer %s: %w", layer.Name, err)
	}
	return nil
}

func (l *StoredLayer) selectSQL() string {
	selected := []string{"NULL"}
	if l.GeometryType != "" {
		selected[0] = "geom"
	}
	for _, c := range l.Columns {
		name := gpkg.Quote(c.Name)
		if c.Type == "DATE" {
			name = fmt.Sprintf("substr(%s, 1, CASE %s WHEN 'year' THEN 4 WHEN 'month' THEN 7 ELSE 10 END)", name, gpkg.Quote(c.Name+"_precision"))
		}
		selected = append(selected, name)
	}
	return "SELECT " + strings.Join(selected, ", ") + " FROM " + gpkg.Quote(l.Name) + " ORDER BY " + gpkg.Quote(l.Columns[0].Name) + ", fid"
}

func scanRows(rows *sql.Rows, columns int, visit func(RunRow) error) error {
	var blob sql.RawBytes
	values := make([]any, columns)
	targets := []any{&blob}
	for i := range values {
		targets = append(targets, &values[i])
	}
	for number := 1; rows.Next(); number++ {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		row := RunRow{Values: append([]any(nil), values...)}
		if blob != nil {
			geometry, _, err := gpkg.Decode(blob)
			if err != nil {
				return fmt.Errorf("row %d: %w", number, err)
			}
			row.Geometry = geometry
		}
		if err := visit(row); err != nil {
			return err
		}
	}
	return rows.Err()
}
