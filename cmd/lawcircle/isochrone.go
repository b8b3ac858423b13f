package main

import (
	"context"
	"fmt"
	"io"
	"math"
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
	var project, minutes string
	var ask isochroneAsk
	command := &cobra.Command{
		Use:   "isochrone",
		Short: "到某点或许多点的等时圈 / the areas from which places are reached in time",
		Example: `  lawcircle isochrone -p demo.gpkg --at 89.19,42.95 --minutes 5,10,15 -o ring.geojson
  lawcircle isochrone -p demo.gpkg --from offices.csv --apart --profile car --minutes 30 -o rings.gpkg`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if ask.limits, err = parseMinutes(minutes); err != nil {
				return err
			}
			if ask.places, err = ask.readPlaces(); err != nil {
				return err
			}
			return runIsochrone(cmd.Context(), term, project, ask)
		},
	}
	projectFlag(command, &project)
	flags := command.Flags()
	flags.StringArrayVar(&ask.at, "at", nil, "经度,纬度；可重复 / lon,lat in degrees, WGS-84; may be repeated")
	flags.StringVar(&ask.from, "from", "", "地点 CSV（id,lon,lat）/ places")
	flags.BoolVar(&ask.apart, "apart", false, "每个地点各画一圈，不合并 / an area for each place instead of one for all")
	flags.StringVar(&minutes, "minutes", "10", "时限 / limits, e.g. 5,10,15")
	flags.StringVar(&ask.profile, "profile", "walk", "出行方式 / travel profile")
	flags.StringVarP(&ask.path, "output", "o", "", "写出 geojson gpkg shp kml fgb…；不写则以 GeoJSON 输出到标准输出 / file, its format by its ending; GeoJSON on standard output without it")
	return command
}

type isochroneAsk struct {
	at            []string
	from          string
	apart         bool
	profile, path string
	places        []road.Place
	limits        []time.Duration
}

// readPlaces takes the places of --at or those of the file.
func (a isochroneAsk) readPlaces() ([]road.Place, error) {
	if (len(a.at) == 0) == (a.from == "") {
		return nil, usagef("say one of --at LON,LAT and --from FILE")
	}
	if a.from != "" {
		return readPlaces(a.from)
	}
	out := make([]road.Place, len(a.at))
	for i, text := range a.at {
		point, err := parsePlace(text)
		if err != nil {
			return nil, err
		}
		out[i] = road.Place{ID: text, Point: point}
	}
	return out, nil
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
	if err := warnOffRoad(term, graph, ask.places); err != nil {
		return err
	}
	layer, err := s.ringLayer(ctx, ask)
	if err != nil {
		return err
	}
	if layer, err = export.Prepare(ctx, layer, export.Options{Synthetic: s.county.Synthetic}); err != nil {
		return err
	}
	if ask.path != "" {
		return writeLayer(ctx, ask.path, layer, export.GB18030)
	}
	return export.Write(ctx, term.out, layer, "geojson", export.GB18030)
}

// warnOffRoad names the places that no road is near; it is an error when that is all of them.
func warnOffRoad(term *terminal, graph *road.Graph, places []road.Place) error {
	var first error
	off := 0
	for _, p := range places {
		_, report, ok := graph.Snap(p.Point)
		if ok {
			continue
		}
		err := fmt.Errorf("%s (%g,%g): %s / %s（最近的道路 %.0f 米；经纬度是否写反？/ are lon and lat swapped?）", p.ID, p.Point[0], p.Point[1],
			coverage.Reason(report.Reason).Zh(), coverage.Reason(report.Reason).En(), report.DistanceM)
		if off++; off == 1 {
			first = err
		}
	}
	if off == len(places) {
		return first
	}
	if off > 0 {
		term.errorf("注意：%d 个地点不在路边 / places are not near a road: %v", off, first)
	}
	return nil
}

// ringLayer holds one area per limit, or one per place and limit; areas apart are drawn while they are written, so that thousands need no
// more memory than a few.
func (s *study) ringLayer(ctx context.Context, ask isochroneAsk) (*export.Layer, error) {
	column := func(name, zh string, kind export.Type) export.Column {
		return export.Column{Name: name, TitleZh: zh, TitleEn: strings.ReplaceAll(name, "_", " "), Type: kind}
	}
	out := &export.Layer{Name: "isochrones", TitleZh: "等时圈", TitleEn: "Isochrones", GeometryType: "MULTIPOLYGON", Columns: []export.Column{
		column("place", "地点", export.Text), column("profile", "出行方式", export.Text), column("minutes", "分钟", export.Real),
		column("area_m2", "面积（平方米）", export.Real), column("area_certain_m2", "必在圈内", export.Real), column("area_possible_m2", "至多在圈内", export.Real)}}
	run, err := s.identify(ctx, "isochrone", struct {
		Profile string
		Places  []road.Place
		Limits  []time.Duration
		Apart   bool
	}{ask.profile, ask.places, ask.limits, ask.apart})
	if err != nil {
		return nil, err
	}
	out.Members = []export.Value{{Name: "run", Value: run}, {Name: "synthetic", Value: s.county.Synthetic}}
	if ask.apart {
		out.Count = int64(len(ask.places) * len(ask.limits))
		out.Rows = s.ringsApart(ctx, ask)
		return out, nil
	}
	circles, err := s.engine.Isochrone(ctx, ask.profile, ask.places, ask.limits)
	if err != nil {
		return nil, err
	}
	var place any // of several places dissolved: none
	if len(ask.places) == 1 {
		place = ask.places[0].ID
	}
	rows := ringRows(place, ask.profile, circles)
	out.Count, out.Rows = int64(len(rows)), export.RowsOf(rows)
	return out, nil
}

// ringsApart draws the areas each time it is ranged over.
func (s *study) ringsApart(ctx context.Context, ask isochroneAsk) func(func(export.Row, error) bool) {
	return func(yield func(export.Row, error) bool) {
		stopped := false
		options := coverage.RingOptions{Limits: ask.limits, Progress: s.term.progress("等时圈 / isochrones")}
		err := s.engine.Isochrones(ctx, ask.profile, ask.places, options, func(i int, circles []coverage.Circle) error {
			for _, row := range ringRows(ask.places[i].ID, ask.profile, circles) {
				if stopped = !yield(row, nil); stopped {
					return io.EOF
				}
			}
			return nil
		})
		if err != nil && !stopped {
			yield(export.Row{}, err)
		}
	}
}

func ringRows(place any, profile string, circles []coverage.Circle) []export.Row {
	out := make([]export.Row, len(circles))
	for i, c := range circles {
		out[i] = export.Row{Geometry: shapeOrNil(c.Area), Values: []any{place, profile, c.Limit.Minutes(),
			math.Round(c.AreaM2), math.Round(c.CertainM2), math.Round(c.PossibleM2)}}
	}
	return out
}
