package intake

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/geo"
	"lawcircle/geo/crs"
)

// crsSample is how many places are compared with the project; they are spread over the first rows.
const (
	crsSample     = 400
	crsSampleRows = 20_000
)

// CRSScore is how well a file fits the project under one coordinate system.
type CRSScore struct {
	CRS    string `json:"crs"`
	Places int    `json:"places"` // that were compared
	// RoadMetres is the median distance to the nearest road; RoadKnown is false when there are no roads to compare with.
	RoadMetres float64 `json:"road_metres"`
	RoadKnown  bool    `json:"road_known"`
	// InsideShare is the share of places inside the unit that the row states, or inside any unit when it states none.
	InsideShare float64 `json:"inside_share"`
	InsideKnown bool    `json:"inside_known"`
	// TwinMetres is the median distance to the place of the same code or name in the project.
	TwinMetres float64 `json:"twin_metres"`
	TwinKnown  bool    `json:"twin_known"`
}

// String shows the score in words.
func (s CRSScore) String() string {
	var parts []string
	if s.TwinKnown {
		parts = append(parts, fmt.Sprintf("距同名地点 %.0f 米 (%.0f m to places of the same name)", s.TwinMetres, s.TwinMetres))
	}
	if s.RoadKnown {
		parts = append(parts, fmt.Sprintf("距道路 %.0f 米 (%.0f m to roads)", s.RoadMetres, s.RoadMetres))
	}
	if s.InsideKnown {
		parts = append(parts, fmt.Sprintf("%.1f%% 在所属区划内 (%.1f%% inside their unit)", 100*s.InsideShare, 100*s.InsideShare))
	}
	return s.CRS + ": " + strings.Join(parts, ", ")
}

// settleCRS decides in which system the coordinates are: as told, as the file states, as its headers state, or scored.
func (im *importer) settleCRS(ctx context.Context, p project) error {
	used := &im.batch.Quality.CRS
	told := strings.TrimSpace(im.options.CRS)
	stated, byDefault := strings.CutPrefix(im.table.crs, "default:")
	byHeader := im.headerCRS()
	switch {
	case told != "" && !strings.EqualFold(told, "auto"):
		used.CRS, used.Reason = told, "told"
		if byHeader != "" && !strings.EqualFold(byHeader, told) {
			im.remarkFile(fieldCRS, "列名写的是 %s，按指定的 %s 读取", "the headers say %s; read as %s as told", byHeader, told)
		}
	case strings.HasPrefix(stated, unknownCRS):
		return faultf("文件的坐标系“%s”不受支持：请转换为 CGCS2000 或 WGS-84，或用 --crs 指明", "the coordinate system %q of the file is not supported: convert it to CGCS2000 or WGS-84, or give --crs", strings.TrimPrefix(stated, unknownCRS))
	case stated != "" && !byDefault:
		used.CRS, used.Reason = stated, "file"
	case byHeader != "":
		used.CRS, used.Reason = byHeader, "header"
	case byDefault && !im.looksLikeDataV():
		used.CRS, used.Reason = stated, "format"
	case !im.hasCoordinates():
		used.CRS, used.Reason = "wgs84", "no_coordinates"
	default:
		return im.scoreCRS(ctx, p)
	}
	if err := im.useCRS(used.CRS); err != nil || used.Reason != "told" {
		return err
	}
	return im.doubtTold(ctx, p)
}

// doubtTold remarks when the project clearly speaks for another coordinate system than the one the user told.
func (im *importer) doubtTold(ctx context.Context, p project) error {
	twins := twins(p.county)
	if !im.hasCoordinates() || p.references.RoadDistance == nil && len(twins) == 0 && im.units.areas.Len() == 0 {
		return nil
	}
	samples, err := im.samplePlaces(ctx)
	if err != nil || !slices.ContainsFunc(samples, func(s sample) bool { return inChina(s.point) }) {
		return err
	}
	told := scoreOne(im.system.String(), im.toWGS84, samples, scoring{im.units, twins, p.references})
	best := scoreCandidates(samples, im.units, twins, p.references)[0]
	if best.CRS != told.CRS && clearlyBetter(best, told) && best.Places >= minSureSample {
		im.remarkFile(fieldCRS, "按指定的 %[1]s 读取，但与本项目相比更像 %[2]s，请核对：%[3]s；%[4]s", "read as %[1]s as told, but the project speaks for %[2]s, please check: %[3]s; %[4]s",
			told.CRS, best.CRS, told, best)
	}
	return nil
}

func (im *importer) useCRS(name string) error {
	system, err := crs.Parse(name)
	if err != nil {
		return err
	}
	transform, err := crs.NewTransform(system, crs.WGS84())
	if err != nil {
		return err
	}
	im.system, im.toWGS84 = system, transform
	im.batch.Quality.CRS.CRS = system.String()
	return nil
}

// looksLikeDataV recognises the properties of the boundaries that Aliyun DataV publishes: GeoJSON, but in GCJ-02 against the standard.
func (im *importer) looksLikeDataV() bool {
	return slices.Contains(im.table.header, "adcode") && slices.Contains(im.table.header, "childrenNum")
}

func (im *importer) hasCoordinates() bool {
	if im.table.geometries {
		return true
	}
	fields := []Field{fieldLon, fieldLat, fieldLonLat, fieldWKT}
	if im.batch.Verb == verbAreas {
		fields = []Field{fieldWKT} // the centre of a unit is not read
	}
	return slices.ContainsFunc(fields, func(field Field) bool {
		_, ok := im.columns[field]
		return ok
	})
}

// headerCRS returns the system that the headers of the coordinates name.
func (im *importer) headerCRS() string {
	for _, field := range []Field{fieldLon, fieldLat, fieldLonLat, fieldWKT} {
		if column, ok := im.columns[field]; ok {
			if name := crsOfHeader(im.table.header[column]); name != "" {
				return name
			}
		}
	}
	return ""
}

// scoreCRS compares the file with the project under each candidate and takes the best only when it is clearly best.
func (im *importer) scoreCRS(ctx context.Context, p project) error {
	samples, err := im.samplePlaces(ctx)
	if err != nil {
		return err
	}
	if len(samples) == 0 {
		return im.useCRS("wgs84")
	}
	if slices.ContainsFunc(samples, func(s sample) bool { return math.Abs(s.point[0]) > 180 || math.Abs(s.point[1]) > 180 }) {
		return faultf("坐标是以米为单位的投影坐标，请用 --crs EPSG:n 指明（如 2000 国家大地坐标系 3 度带中央经线 90°：EPSG:4539）",
			"the coordinates are projected metres: give --crs EPSG:n (CGCS2000 3-degree Gauss-Kruger with central meridian 90E is EPSG:4539)")
	}
	if !slices.ContainsFunc(samples, func(s sample) bool { return inChina(s.point) }) {
		im.batch.Quality.CRS.Reason = "outside_china" // the shifted systems exist in China only
		return im.useCRS("wgs84")
	}
	scores := scoreCandidates(samples, im.units, twins(p.county), p.references)
	im.batch.Quality.CRS.Scores = scores
	best, sure := bestScore(scores)
	if !sure {
		if best == "" {
			scores = nil
		}
		if im.looksLikeDataV() {
			best = "gcj02"
		}
		return &UnsureError{Scores: scores, Proposal: best}
	}
	im.batch.Quality.CRS.Reason = "scored"
	return im.useCRS(best)
}

// inChina is the rectangle in which GCJ-02 shifts, wide enough for either order of coordinates.
func inChina(p orb.Point) bool {
	inside := func(lon, lat float64) bool { return lon > 72 && lon < 138 && lat > 0.8 && lat < 56 }
	return inside(p[0], p[1]) || inside(p[1], p[0])
}

// A sample is a place of the file in its own coordinates, with what the row says about where it is.
type sample struct {
	point orb.Point
	code  string // unit stated by the row, "" when it states none that is known
	key   string // name for finding its twin
}

func (im *importer) samplePlaces(ctx context.Context) ([]sample, error) {
	var samples []sample
	rows := 0
	err := im.table.each(ctx, func(r record) error {
		if rows++; rows > crsSampleRows {
			return errEnough
		}
		l := &line{importer: im, record: r}
		p, _, ok := l.sourcePoint()
		if !ok || l.isTotal() {
			return nil
		}
		code, _ := l.statedUnit()
		samples = append(samples, sample{p, code, twinKey(code, l.text(fieldName))})
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	if len(samples) > crsSample {
		spread := make([]sample, crsSample)
		for i := range spread {
			spread[i] = samples[i*len(samples)/crsSample]
		}
		samples = spread
	}
	return samples, nil
}

func twinKey(code, name string) string {
	if name == "" {
		return ""
	}
	if coverage.LevelOfCode(code) > coverage.LevelTownship {
		code = coverage.ParentCode(code)
	}
	return code + "|" + normalUnitName(name)
}

// twins are the places the project already has, by unit and name. A name that stands twice is no twin.
func twins(county *coverage.County) map[string]orb.Point {
	found := map[string]orb.Point{}
	double := map[string]bool{}
	add := func(code, name string, p orb.Point) {
		keys := []string{twinKey(code, name), twinKey("", name)}
		for _, key := range slices.Compact(keys) {
			if _, has := found[key]; has {
				double[key] = true
			}
			found[key] = p
		}
	}
	if county != nil {
		for i := range county.Settlements {
			if s := &county.Settlements[i]; s.Quality == "" {
				add(s.Code, s.Name, s.Point)
			}
		}
		for i := range county.Hosts {
			if h := &county.Hosts[i]; h.Quality == "" {
				add(h.Code, h.Name, h.Point)
			}
		}
	}
	for key := range double {
		delete(found, key)
	}
	delete(found, "")
	return found
}

func scoreCandidates(samples []sample, units *gazetteer, twins map[string]orb.Point, references CRSReference) []CRSScore {
	var scores []CRSScore
	for _, system := range []crs.System{crs.WGS84(), crs.GCJ02(), crs.BD09()} {
		transform, err := crs.NewTransform(system, crs.WGS84())
		if err != nil {
			continue
		}
		scores = append(scores, scoreOne(system.String(), transform, samples, scoring{units, twins, references}))
	}
	slices.SortStableFunc(scores, func(a, b CRSScore) int { return compareScores(a, b) })
	return scores
}

type scoring struct {
	units      *gazetteer
	twins      map[string]orb.Point
	references CRSReference
}

func scoreOne(name string, transform crs.Transform, samples []sample, with scoring) CRSScore {
	score := CRSScore{CRS: name}
	var roads, twinDistances []float64
	inside, judged := 0, 0
	for _, s := range samples {
		p, err := transform(s.point)
		if err != nil {
			continue
		}
		score.Places++
		if with.references.RoadDistance != nil {
			distance, near := with.references.RoadDistance(p)
			if !near {
				distance = 10_000
			}
			roads = append(roads, distance)
		}
		if twin, ok := with.twins[s.key]; ok {
			twinDistances = append(twinDistances, geo.Distance(p, twin))
		}
		if ok, known := with.units.isInside(s.code, p); known {
			judged++
			if ok {
				inside++
			}
		}
	}
	score.RoadMetres, score.RoadKnown = median(roads)
	score.TwinMetres, score.TwinKnown = median(twinDistances)
	if judged > 0 {
		score.InsideShare, score.InsideKnown = float64(inside)/float64(judged), true
	}
	return score
}

// isInside reports whether a place lies in the boundary of its unit, or in any unit when none is stated.
func (g *gazetteer) isInside(code string, p orb.Point) (inside, known bool) {
	if code == "" {
		if g.areas.Len() == 0 {
			return false, false
		}
		_, ok := g.containing(p)
		return ok, true
	}
	boundary, _, ok := g.boundaryOf(code)
	if !ok {
		return false, false
	}
	return containsPoint(boundary, p), true
}

func median(values []float64) (float64, bool) {
	if len(values) == 0 {
		return 0, false
	}
	slices.Sort(values)
	return values[len(values)/2], true
}

// compareScores orders the better first: by twins, then by roads, then by units.
func compareScores(a, b CRSScore) int {
	switch {
	case a.TwinKnown && b.TwinKnown && math.Abs(a.TwinMetres-b.TwinMetres) > 20:
		return sign(a.TwinMetres - b.TwinMetres)
	case a.InsideKnown && b.InsideKnown && math.Abs(a.InsideShare-b.InsideShare) >= 0.1:
		return sign(b.InsideShare - a.InsideShare)
	case a.RoadKnown && b.RoadKnown && a.RoadMetres != b.RoadMetres:
		return sign(a.RoadMetres - b.RoadMetres)
	case a.InsideKnown && b.InsideKnown:
		return sign(b.InsideShare - a.InsideShare)
	}
	return 0
}

func sign(v float64) int {
	switch {
	case v < 0:
		return -1
	case v > 0:
		return 1
	}
	return 0
}

// minSureSample is the fewest places from which a coordinate system can be told.
const minSureSample = 5

// bestScore returns the best candidate and whether it is clearly better than the next.
func bestScore(scores []CRSScore) (name string, sure bool) {
	if len(scores) < 2 || !scores[0].TwinKnown && !scores[0].RoadKnown && !scores[0].InsideKnown {
		return "", false
	}
	return scores[0].CRS, clearlyBetter(scores[0], scores[1]) && scores[0].Places >= minSureSample
}

// clearlyBetter wants places of the same name within 100 m and three times nearer, or roads less than 0.6 times as far, or a tenth more
// of the places inside their units.
func clearlyBetter(best, next CRSScore) bool {
	switch {
	case best.TwinKnown && best.TwinMetres < 100 && best.TwinMetres*3 < next.TwinMetres:
		return true
	case best.RoadKnown && best.RoadMetres < 0.6*next.RoadMetres && best.RoadMetres < 500:
		return best.InsideShare >= next.InsideShare
	case best.InsideKnown && best.InsideShare-next.InsideShare >= 0.1:
		return !best.RoadKnown || best.RoadMetres <= next.RoadMetres
	}
	return false
}
