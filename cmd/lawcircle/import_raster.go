package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lawcircle/data"
	"lawcircle/data/intake"
	"lawcircle/geo/road"
)

func registerRasterFlags(flags *pflag.FlagSet, options *intake.Options) {
	flags.StringVar(&options.As, "as", intake.AsCells, "cells：格网作为居民点；settlements：归并到最近的居民点 / cells of their own, or added to the nearest settlements")
	flags.BoolVar(&options.Replace, "replace", false, "以格网代替已有的居民点 / put the cells in the place of the settlements there are")
	flags.IntVar(&options.MaxCells, "max-cells", 0, "格网数量上限（0 为默认）/ demand cells at most, about; 0 = the default")
	flags.IntVar(&options.Year, "year", 0, "人口年份 / year of the count")
}

func newImportElevationCommand(term *terminal) *cobra.Command {
	var f importFlags
	var remove bool
	command := &cobra.Command{
		Use:   "elevation FILE.tif",
		Short: "高程栅格，供坡度使用 / elevation raster for slopes (GeoTIFF)",
		Example: `  lawcircle import elevation dem.tif -p turpan.gpkg
  lawcircle import elevation --remove -p turpan.gpkg      # flat land again`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 1) == remove {
				return usagef("say one of FILE.tif and --remove")
			}
			if remove {
				return removeElevation(cmd.Context(), f.project)
			}
			return runImportElevation(cmd.Context(), term, &f, args[0])
		},
	}
	f.register(command)
	command.Flags().StringVar(&f.options.CRS, "crs", "auto", "坐标系 / wgs84 | cgcs2000 | EPSG:n, when the raster does not say")
	command.Flags().BoolVar(&remove, "remove", false, "去掉已有的高程，按平地计算 / drop the elevation there is: flat land")
	return command
}

// removeElevation makes the land flat again.
func removeElevation(ctx context.Context, path string) error {
	project, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return err
	}
	defer project.Close()
	return project.Update(ctx, data.Change{What: "去掉高程"}, func(tx *data.Tx) error { return tx.PutFile(intake.ElevationFile, nil) })
}

// elevationMarginDeg is kept around the area of the project: roads that leave it climb as well.
const elevationMarginDeg = 0.02

func runImportElevation(ctx context.Context, term *terminal, f *importFlags, path string) error {
	if err := checkCRS(f.options.CRS); err != nil {
		return err
	}
	source, closer, err := intake.OpenFile(path)
	if err != nil {
		return err
	}
	defer closer.Close()
	project, err := openOrCreate(ctx, f.project)
	if err != nil {
		return err
	}
	defer project.Close()
	area, err := areaOf(ctx, project)
	if err != nil {
		return err
	}
	content, quality, err := intake.Elevation(ctx, source, f.options, area.Pad(elevationMarginDeg))
	if err != nil {
		return err
	}
	change := data.Change{What: "导入高程 " + filepath.Base(path), Kind: data.KindImport}
	err = project.Update(ctx, change, func(tx *data.Tx) error {
		if err := tx.PutFile(intake.ElevationFile, content); err != nil {
			return err
		}
		return tx.SetSheet(quality)
	})
	if err != nil {
		return err
	}
	return reportImport(term, f, quality)
}

// areaOf is the box of the roads of a project.
func areaOf(ctx context.Context, project *data.Project) (orb.Bound, error) {
	network, err := project.Network(ctx)
	if err != nil {
		return orb.Bound{}, err
	}
	if len(network.Ways) == 0 {
		return orb.Bound{}, errors.New("项目还没有道路，请先 import roads：高程只保留道路所在的范围 " +
			"(the project has no roads yet: import roads first, the elevation is kept where they are)")
	}
	area := network.Ways[0].Line.Bound()
	for _, way := range network.Ways[1:] {
		area = area.Union(way.Line.Bound())
	}
	return area, nil
}

// groundFor is the elevation that the project keeps, when the profile asks for slopes.
func groundFor(ctx context.Context, project *data.Project, profile *road.Profile) (data.Ground, error) {
	if profile.Slope == nil {
		return data.Ground{}, nil
	}
	content, digest, err := project.File(ctx, intake.ElevationFile)
	if errors.Is(err, data.ErrNotFound) {
		return data.Ground{}, nil
	}
	if err != nil {
		return data.Ground{}, err
	}
	at, err := intake.OpenElevation(ctx, content)
	if err != nil {
		return data.Ground{}, err
	}
	return data.Ground{Digest: digest, Elevation: at}, nil
}

// elevationDigest identifies the elevation that the project keeps, "" when it keeps none.
func elevationDigest(ctx context.Context, project *data.Project) (string, error) {
	digest, err := project.FileDigest(ctx, intake.ElevationFile)
	if errors.Is(err, data.ErrNotFound) {
		return "", nil
	}
	return digest, err
}

// roadReference makes the roads of the project a measure for coordinate systems and for what can be reached.
func roadReference(ctx context.Context, project *data.Project) (intake.CRSReference, error) {
	network, err := project.Network(ctx)
	if err != nil {
		return intake.CRSReference{}, fmt.Errorf("reading the roads to compare with: %w", err)
	}
	lines := make([]orb.LineString, len(network.Ways))
	for i := range network.Ways {
		lines[i] = network.Ways[i].Line
	}
	return intake.RoadReference(lines), nil
}
