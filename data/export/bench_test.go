package export_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/data/export"
)

// millionPoints is a layer of a million points with three columns.
func millionPoints() *export.Layer {
	const n = 1_000_000
	return &export.Layer{Name: "points", TitleZh: "点", TitleEn: "Points", GeometryType: "POINT", Count: n,
		Columns: []export.Column{{Name: "code", TitleZh: "代码", Type: export.Text}, {Name: "name", TitleZh: "名称", Type: export.Text}, {Name: "people", TitleZh: "人口", Type: export.Integer}},
		Rows: func(yield func(export.Row, error) bool) {
			for i := range n {
				row := export.Row{Geometry: orb.Point{88 + float64(i%1000)*0.003, 42 + float64(i/1000)*0.002},
					Values: []any{fmt.Sprintf("65040%07d", i), "葡萄沟村", int64(i % 5000)}}
				if !yield(row, nil) {
					return
				}
			}
		}}
}

// BenchmarkMillionPoints writes a million points, and has ogr2ogr write the same from a FlatGeobuf in the same run.
func BenchmarkMillionPoints(b *testing.B) {
	source := filepath.Join(b.TempDir(), "points.fgb")
	var fgb bytes.Buffer
	if err := export.Write(context.Background(), &fgb, millionPoints(), "fgb", export.GB18030); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(source, fgb.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	for _, format := range []export.Format{"geojson", "gpkg"} {
		b.Run("lawcircle/"+string(format), func(b *testing.B) {
			for b.Loop() {
				file, err := os.Create(filepath.Join(b.TempDir(), "out."+string(format)))
				if err != nil {
					b.Fatal(err)
				}
				if err := export.Write(context.Background(), file, millionPoints(), format, export.GB18030); err != nil {
					b.Fatal(err)
				}
				file.Close()
			}
		})
		b.Run("ogr2ogr/"+string(format), func(b *testing.B) {
			for b.Loop() {
				out := filepath.Join(b.TempDir(), "peer."+string(format))
				driver := map[export.Format]string{"geojson": "GeoJSON", "gpkg": "GPKG"}[format]
				text, err := exec.Command("ogr2ogr", "-f", driver, out, source).CombinedOutput()
				if err != nil {
					b.Skip(strings.TrimSpace(string(text)), err)
				}
				os.Remove(out)
			}
		})
	}
}
