package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"lawcircle/data/export"
	"lawcircle/geo/crs"
)

type exportFlags struct {
	query                      queryFlags
	run, crs, encoding, output string
	public                     bool
	sites                      int
}

func newExportCommand(term *terminal) *cobra.Command {
	var project string
	var f exportFlags
	command := &cobra.Command{
		Use:   "export LAYER",
		Short: "导出图层或结果 / export a layer or a result",
		Long: `按文件扩展名选择格式：geojson gpkg shp shp.zip kml kmz csv xlsx fgb pmtiles（只有 WGS-84）。
图层 / layers: ` + strings.Join(exportLayers(), " ") + `
handover 是移交包（zip）：gpkg、geojson、GB18030 的 shp、QGIS 样式、run.json、读我.txt。
手机号与身份证号一律打码；--public 另把警务站位置取整到约 1 公里，并隐去少于 10 人的群体数。`,
		Example: `  lawcircle export settlements -p demo.gpkg -o 居民点.xlsx
  lawcircle export access -p demo.gpkg --profile walk --minutes 10 -o access.gpkg
  lawcircle export admin_units -p demo.gpkg --crs EPSG:4539 -o 区划.shp.zip
  lawcircle export handover -p demo.gpkg -o 移交.zip`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runExport(cmd.Context(), term, project, args[0], &f)
		},
	}
	projectFlag(command, &project)
	f.query.register(command)
	flags := command.Flags()
	flags.StringVar(&f.run, "run", "", "取自保存的计算 / take a result from this kept run")
	flags.StringVar(&f.crs, "crs", "wgs84", "坐标系 / wgs84 | cgcs2000 | gcj02 | bd09 | EPSG:n")
	flags.StringVar(&f.encoding, "encoding", string(export.GB18030), "shp 的文字编码 / text of a shapefile: gb18030 | utf8")
	flags.BoolVar(&f.public, "public", false, "供公开发布 / for publication")
	flags.IntVar(&f.sites, "sites", 10, "proposals：新增几个点 / how many new points")
	flags.StringVarP(&f.output, "output", "o", "", "写出的文件 / file to write")
	_ = command.MarkFlagRequired("output") // fails only for a flag that does not exist
	return command
}

func runExport(ctx context.Context, term *terminal, path, name string, f *exportFlags) error {
	system, err := crs.Parse(f.crs)
	if err != nil {
		return usagef("--crs: %w", err)
	}
	encoding := export.ShapeEncoding(f.encoding)
	if encoding != export.GB18030 && encoding != export.UTF8 {
		return usagef("--encoding %q: gb18030 | utf8", f.encoding)
	}
	s, err := openStudy(ctx, term, path, f.query.scenario)
	if err != nil {
		return err
	}
	defer s.close()
	options := export.Options{System: system, Synthetic: s.county.Synthetic, Public: f.public, Sensitive: sensitivePlaces(s.county),
		Progress: term.progress("导出 / exporting " + name)}
	if system.Shifted() {
		term.errorf("注意：%s 是有偏移的坐标，只用于相应的地图软件；图层名与数据说明已标注 / shifted coordinates, marked in the layer's name and note", system)
	}
	if name == "handover" {
		return s.writeHandover(ctx, f, options, f.output)
	}
	layer, err := s.exportLayer(ctx, name, f)
	if err != nil {
		return err
	}
	if layer, err = export.Prepare(ctx, layer, options); err != nil {
		return err
	}
	return writeLayer(ctx, f.output, layer, encoding)
}

// writeLayer writes a layer into a file by its ending; a shapefile is several files.
func writeLayer(ctx context.Context, path string, layer *export.Layer, encoding export.ShapeEncoding) error {
	if strings.HasSuffix(strings.ToLower(path), ".shp") {
		return writeShapefile(path, layer, encoding)
	}
	format, err := export.FormatOf(path)
	if err != nil {
		return usageError{err}
	}
	return writeFile(path, func(w io.Writer) error { return export.Write(ctx, w, layer, format, encoding) })
}

// writeShapefile makes all parts in a folder beside their place and moves them there at the end, the .shp last.
func writeShapefile(path string, layer *export.Layer, encoding export.ShapeEncoding) (err error) {
	folder, err := os.MkdirTemp(filepath.Dir(path), ".shapefile-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	names, err := export.Shapefile(folder, layer, encoding)
	if err != nil {
		return err
	}
	base := path[:len(path)-len(filepath.Ext(path))]
	for i := len(names) - 1; i >= 0; i-- {
		target := base + filepath.Ext(names[i])
		if filepath.Ext(names[i]) == ".txt" {
			target = base + "_字段说明.txt"
		}
		if err := os.Rename(filepath.Join(folder, names[i]), target); err != nil {
			return fmt.Errorf("writing %s: %w", path, err)
		}
	}
	return nil
}
