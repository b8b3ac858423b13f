package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lawcircle/coverage"
	"lawcircle/data/intake"
	"lawcircle/data/intake/geotiff"
)

// BenchmarkCSV imports 100,000 settlements with all checks against a county with units.
func BenchmarkCSV(b *testing.B) {
	const rows = 100_000
	var text strings.Builder
	text.WriteString("编号,名称,区县,乡镇,区划代码,人口,老年人,经度,纬度,地址,负责人,联系电话,备考\n")
	random := rand.New(rand.NewPCG(1, 1))
	for i := range rows {
		fmt.Fprintf(&text, "s%06d,第%d村,高昌区,亚尔镇,650402100%03d,%d,%d,%.6f,%.6f,幸福路%d号,,0995-%07d,\n", i, i, 200+i%100, random.IntN(3000), random.IntN(300),
			89+0.4*random.Float64(), 42+0.6*random.Float64(), i, i)
	}
	county := threeUnits()
	src := csvSource(text.String())
	b.ResetTimer()
	for b.Loop() {
		batch, err := intake.Settlements(context.Background(), src, intake.Options{CRS: "gcj02"}, county, intake.CRSReference{})
		if err != nil || len(batch.Settlements) != rows {
			b.Fatalf("%v %d", err, len(batch.Settlements))
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkXLSX imports a workbook of 100,000 rows and 20 columns and reports the most memory in use.
func BenchmarkXLSX(b *testing.B) {
	file := excelize.NewFile()
	stream, err := file.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	header := []any{"编号", "名称", "类型", "经度", "纬度", "专职", "兼职", "建成时间", "状态", "地址", "面积", "双语", "临街", "一层", "无障碍", "备考1", "备考2", "备考3", "备考4", "备考5"}
	_ = stream.SetRow("A1", header)
	for i := range 100_000 {
		cell, _ := excelize.CoordinatesToCellName(1, i+2)
		_ = stream.SetRow(cell, []any{fmt.Sprint("p", i), fmt.Sprint("服务点", i), "司法所", 89 + float64(i%9973)/1e4 + 1e-6, 42 + float64(i%8191)/1e4 + 1e-6, i % 5, i % 3, "2018.12", "建成", fmt.Sprint("幸福路", i, "号"), 50 + i%100, "是", "否", "是", "否", "甲", "乙", "丙", i, fmt.Sprint("备注", i)})
	}
	_ = stream.Flush()
	var out bytes.Buffer
	if err := file.Write(&out); err != nil {
		b.Fatal(err)
	}
	file.Close()
	src := intake.BytesSource("a.xlsx", out.Bytes())
	runtime.GC()
	b.ResetTimer()
	peak := uint64(0)
	for b.Loop() {
		done := make(chan struct{})
		go watchMemory(done, &peak)
		batch, err := intake.Facilities(context.Background(), src, intake.Options{CRS: "wgs84"}, nil, intake.CRSReference{})
		done <- struct{}{}
		if err != nil || len(batch.Hosts) != 100_000 {
			b.Fatalf("%v", err)
		}
	}
	b.ReportMetric(float64(peak)/1e6, "MB-heap")
}

// BenchmarkPopulation imports a raster of 7 million cells, a tenth of them with people, clipped to 200 units.
func BenchmarkPopulation(b *testing.B) {
	grid := geotiff.Grid{West: 87, North: 44, Width: 0.001, Height: 0.001, Columns: 3500, Rows: 2000}
	random := rand.New(rand.NewPCG(1, 1))
	var out bytes.Buffer
	err := geotiff.Write(&out, grid, func(_ int, row []float64) error {
		for x := range row {
			row[x] = 0
			if random.IntN(10) == 0 {
				row[x] = math.Round(random.ExpFloat64()*100) / 100
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	county := &coverage.County{}
	for i := range 200 {
		west, south := 87.05+0.17*float64(i%20), 42.05+0.19*float64(i/20)
		county.Units = append(county.Units, coverage.Unit{Code: fmt.Sprintf("650402%03d000", 100+i), Level: coverage.LevelTownship, Geometry: square(west, south, west+0.17, south+0.19)})
	}
	src := intake.BytesSource("a.tif", out.Bytes())
	b.ResetTimer()
	peak := uint64(0)
	for b.Loop() {
		done := make(chan struct{})
		go watchMemory(done, &peak)
		batch, err := intake.Population(context.Background(), src, intake.Options{}, county, intake.CRSReference{})
		done <- struct{}{}
		if err != nil || len(batch.Settlements) == 0 {
			b.Fatalf("%v", err)
		}
	}
	b.ReportMetric(float64(peak)/1e6, "MB-heap")
}

// watchMemory keeps the most memory in use until it is told that the work is done.
func watchMemory(done <-chan struct{}, peak *uint64) {
	var stats runtime.MemStats
	for {
		select {
		case <-done:
			return
		default:
			runtime.ReadMemStats(&stats)
			*peak = max(*peak, stats.HeapInuse)
			time.Sleep(5 * time.Millisecond)
		}
	}
}
