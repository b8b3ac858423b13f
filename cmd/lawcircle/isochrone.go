package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/data/export"
	"lawcircle/geo/road"
)

func newIsochroneCommand(term *terminal) *cobra.Command {
	var project, at, minutes, profile, output string
	command := &cobra.Command{
		Use:     "isochrone",
		Short:   "到某点的等时圈 / the area from which a place is reached in time",
		Example: `  lawcircle isochrone -p demo.gpkg --at 89.19,42.95 --minutes 5,10,15 -o ring.geojson`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			place, err := parsePlace(at)
			if err != nil {
				return err
			}
			limits, err := parseMinutes(minutes)
			if err != nil {
				return err
			}
			return runIsochrone(cmd.Context(), term, project, isochroneAsk{place, limits, profile, output})
		},
	}
	projectFlag(command, &project)
	flags := command.Flags()
	flags.StringVar(&at, "at", "", "经度,纬度 / lon,lat in degrees, WGS-84")
	flags.StringVar(&minutes, "minutes", "10", "时限 / limits, e.g. 5,10,15")
	flags.StringVar(&profile, "profile", "walk", "出行方式 / travel profile")
	flags.StringVarP(&output, "output", "o", "", "写出 GeoJSON；不写则输出到标准输出 / GeoJSON file; standard output without it")
	return command
}

type isochroneAsk struct {
	at      orb.Point
	limits  []time.Duration
	profile string
	path    string
}

func parsePlace(text string) (orb.Point, error) {
	lon, lat, _ := strings.Cut(text, ",")
	x, errX := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	if errX != nil || errY != nil || !(x >= -180 && x <= 180 && y >= -90 && y <= 90) {
		return orb.Point{}, usagef("--at %q is not LON,LAT in degrees", text)
	}
	return orb.Point{x, y}, nil
}

func parseMinutes(text string) ([]time.Duration, error) {
	var limits []time.Duration
	for _, part := range splitList(text) {
		value, err := strconv.ParseFloat(part, 64)
		if err != nil || !(value > 0) || minutesOf(value) > coverage.MaxLimit {
			return nil, usagef("--minutes: %q is not a number of minutes from 0 to %g", part, coverage.MaxLimit.Minutes())
		}
		limits = append(limits, minutesOf(value))
	}
	if len(limits) == 0 {
		return nil, usagef("--minutes is empty")
	}
	return slices.Compact(slices.Sorted(slices.Values(limits))), nil
}

func runIsochrone(ctx context.Context, term *terminal, path string, ask isochroneAsk) error {
	s, err := openStudy(ctx, term, path, "")
	if err != nil {
		return err
	}
	defer s.close()
	if ask.profile, err = s.loadProfileName(ask.profile); err != nil {
		return err
	}
	graph, err := s.graph(ctx, ask.profile)
	if err != nil {
		return err
	}
	if _, report, ok := graph.Snap(ask.at); !ok {
		return fmt.Errorf("--at %g,%g: %s / %s（最近的道路 %.0f 米；经纬度是否写反？/ are lon and lat swapped?）", ask.at[0], ask.at[1],
			coverage.Reason(report.Reason).Zh(), coverage.Reason(report.Reason).En(), report.DistanceM)
	}
	circles, err := s.engine.Isochrone(ctx, ask.profile, []road.Place{{ID: "at", Point: ask.at}}, ask.limits)
	if err != nil {
		return err
	}
	run, err := s.identify(ctx, "isochrone", struct {
		Profile string
		At      orb.Point
		Limits  []time.Duration
	}{ask.profile, ask.at, ask.limits})
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return export.CirclesGeoJSON(w, s.county, run, ask.profile, circles) }
	if ask.path == "" {
		return write(term.out)
	}
	return writeFile(ask.path, write)
}
