package intake

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data/intake/geotiff"
	"lawcircle/geo/crs"
	"lawcircle/geo/raster"
)

const verbPopulation = "population"

// Ways to store the people of a raster, for [Options.As].
const (
	AsCells       = "cells"       // settlements of their own, one per group of cells (the default)
	AsSettlements = "settlements" // added up to the nearest settlement that the project has in the same unit
)

// defaultMaxCells is how many demand cells a raster is brought to.
const defaultMaxCells = 100_000

// cellPrefix begins the id of a demand cell.
const cellPrefix = "cell-"

// Population reads a raster of people per cell, a GeoTIFF, and makes demand of it: every person exactly once, in the unit that contains
// the centre of the cell; people outside all units are counted and left out. Where more cells than [Options.MaxCells] have people,
// squares of cells are put together, but never across a border, and stand where their people are on average.
//
// People are whole: the fractions are carried on along the units in the order of their codes, so that the sum of every unit, of every
// unit above it and of all differs from the raster by less than one person.
//
// It reads the raster twice, row by row; memory is that of one row of blocks and of the demand cells.
func Population(ctx context.Context, src Source, options Options, existing *coverage.County, _ CRSReference) (*Batch, error) {
	if existing == nil {
		existing = &coverage.County{}
	}
	options.Limits = options.Limits.withDefaults()
	p := &population{options: options, existing: existing, name: src.Name, batch: &Batch{Verb: verbPopulation}, cells: map[cellKey]*cell{}}
	setDefault(&p.options.MaxCells, defaultMaxCells)
	if err := p.checkDoubleCount(); err != nil {
		return nil, err
	}
	if err := p.open(src); err != nil {
		return nil, err
	}
	if err := p.layZones(); err != nil {
		return nil, err
	}
	if err := p.eachValue(ctx, p.survey); err != nil {
		return nil, err
	}
	p.chooseSquare()
	if err := p.eachValue(ctx, p.collect); err != nil {
		return nil, err
	}
	p.settle()
	return p.finish(), nil
}

type population struct {
	options  Options
	existing *coverage.County
	name     string
	batch    *Batch
	raster   *geotiff.Raster
	toWGS84  crs.Transform
	units    []int // of existing.Units with a boundary, deepest first
	areas    []orb.MultiPolygon
	near     []nearest // settlements by zone, when people are added to settlements
	indexed  []int     // settlements on the raster that people may be added to

	populated, outside, negative int
	inside, left                 float64 // people
	square                       int     // cells on the side of a square
	cells                        map[cellKey]*cell
}

// A cellKey names a square of cells within a zone, or a settlement.
type cellKey struct {
	zone        int32
	row, column int
	settlement  int // index + 1
}

// A cell gathers people and the place where they are on average, in the coordinates of the raster.
type cell struct {
	people, x, y float64
}

// checkDoubleCount refuses cells beside settlements that have people already.
func (p *population) checkDoubleCount() error {
	switch p.options.As {
	case "", AsCells:
	case AsSettlements:
		return nil
	default:
		return faultf("没有方式“%s”，可用 cells、settlements", "there is no way %q: use cells or settlements", p.options.As)
	}
	counted := 0
	for i := range p.existing.Settlements {
		s := &p.existing.Settlements[i]
		if s.People.Known && s.People.Count > 0 && !strings.HasPrefix(s.ID, cellPrefix) {
			counted++
		}
	}
	if counted > 0 && !p.options.Replace {
		return faultf("项目已有 %d 个带人口的居民点，再导入格网人口会重复计算：用 --as settlements 把格网人口归并到居民点，或用 --replace 以格网代替它们",
			"the project has %d settlements with people; cells beside them would count people twice: use --as settlements to add the raster up to them, or --replace to put cells in their place", counted)
	}
	return nil
}

func (p *population) open(src Source) error {
	r, err := geotiff.Open(src.Data, src.Size)
	if err != nil {
		return faultf("%s 不能作为 GeoTIFF 读取", "%s cannot be read as a GeoTIFF", src.Name, err)
	}
	p.raster = r
	system, reason, err := rasterCRS(r, p.options.CRS)
	if err != nil {
		return err
	}
	p.batch.Quality.CRS = CRSUsed{CRS: system.String(), Reason: reason}
	p.toWGS84, err = crs.NewTransform(system, crs.WGS84())
	return err
}

// rasterCRS is the system as told, else as the file states it.
func rasterCRS(r *geotiff.Raster, told string) (crs.System, string, error) {
	if told != "" && !strings.EqualFold(told, "auto") {
		system, err := crs.Parse(told)
		return system, "told", err
	}
	if r.EPSG == 0 {
		return crs.System{}, "", faultf("栅格没有写明坐标系（%s），请用 --crs 指明", "the raster does not state its coordinate system (%s): give --crs", r.Citation)
	}
	system, err := crs.EPSG(r.EPSG)
	return system, "file", err
}

// grid brings the raster to the north-up grid that areas are laid over.
func (p *population) grid() (raster.Grid, error) {
	a := p.raster.Affine
	if a[2] != 0 || a[4] != 0 || a[1] <= 0 || a[5] >= 0 {
		return raster.Grid{}, faultf("栅格不是正北朝上，请用 gdalwarp 转换", "the raster is not north-up: convert it with gdalwarp")
	}
	return raster.Grid{West: a[0], North: a[3], Width: a[1], Height: -a[5], Columns: p.raster.Width, Rows: p.raster.Height}, nil
}

// layZones brings the boundaries into the coordinates of the raster, the deepest first, so that a cell belongs to the deepest unit.
func (p *population) layZones() error {
	system, err := crs.Parse(p.batch.Quality.CRS.CRS)
	if err != nil {
		return err
	}
	fromWGS84, err := crs.NewTransform(crs.WGS84(), system)
	if err != nil {
		return err
	}
	for i := range p.existing.Units {
		if len(p.existing.Units[i].Geometry) > 0 {
			p.units = append(p.units, i)
		}
	}
	slices.SortFunc(p.units, func(a, b int) int {
		x, y := &p.existing.Units[a], &p.existing.Units[b]
		return cmp.Or(int(y.Level-x.Level), strings.Compare(x.Code, y.Code))
	})
	for _, i := range p.units {
		area, err := fromWGS84.Geometry(p.existing.Units[i].Geometry)
		if err != nil {
			return fmt.Errorf("bringing the boundary of %s into the coordinates of the raster: %w", p.existing.Units[i].Code, err)
		}
		p.areas = append(p.areas, polygonsOf(area))
	}
	if p.options.As == AsSettlements {
		return p.indexSettlements(fromWGS84)
	}
	return nil
}

// eachValue calls a function for every cell that has a value other than zero, with the zone it belongs to.
func (p *population) eachValue(ctx context.Context, visit func(zone int32, row, column int, people float64)) error {
	grid, err := p.grid()
	if err != nil {
		return err
	}
	rows, err := p.raster.NewRows()
	if err != nil {
		return err
	}
	return raster.Zones(ctx, grid, p.areas, func(row int, zones []int32) error {
		values, err := rows.Read(ctx, row)
		if err != nil {
			return err
		}
		for column, people := range values {
			if people != 0 && !math.IsNaN(people) {
				visit(zones[column], row, column, people)
			}
		}
		if p.options.Progress != nil && row%256 == 0 {
			p.options.Progress(int64(row), int64(p.raster.Height))
		}
		return nil
	})
}

// survey counts in the first pass.
func (p *population) survey(zone int32, _, _ int, people float64) {
	switch {
	case people < 0 || math.IsInf(people, 0):
		p.negative++
	case zone == raster.Outside && len(p.areas) > 0:
		p.outside++
		p.left += people
	default:
		p.populated++
		p.inside += people
	}
}

// chooseSquare finds the side of the squares that bring the populated cells to the number allowed.
func (p *population) chooseSquare() {
	p.square = 1
	for p.populated/(p.square*p.square) > p.options.MaxCells {
		p.square++
	}
}

// collect gathers people in the second pass.
func (p *population) collect(zone int32, row, column int, people float64) {
	if people < 0 || math.IsInf(people, 0) || zone == raster.Outside && len(p.areas) > 0 {
		return
	}
	place := p.raster.Center(column, row)
	key := cellKey{zone: zone, row: row / p.square, column: column / p.square}
	if p.near != nil {
		if settlement, ok := p.near[zone+1].find(place); ok {
			key = cellKey{settlement: settlement + 1}
		}
	}
	c := p.cells[key]
	if c == nil {
		c = &cell{}
		p.cells[key] = c
	}
	c.people += people
	c.x += people * place[0]
	c.y += people * place[1]
}

// codeOf is the code of a zone's unit, "" outside all.
func (p *population) codeOf(zone int32) string {
	if zone == raster.Outside || len(p.units) == 0 {
		return ""
	}
	return p.existing.Units[p.units[zone]].Code
}

// settle turns the gathered people into whole people and settlements.
func (p *population) settle() {
	type gathered struct {
		code string
		key  cellKey
		*cell
	}
	all := make([]gathered, 0, len(p.cells))
	for key, c := range p.cells {
		code := p.codeOf(key.zone)
		if key.settlement > 0 {
			code = p.existing.Settlements[key.settlement-1].Code
		}
		all = append(all, gathered{code, key, c})
	}
	slices.SortFunc(all, func(a, b gathered) int {
		return cmp.Or(strings.Compare(a.code, b.code), cmp.Compare(a.key.settlement, b.key.settlement), cmp.Compare(a.key.row, b.key.row),
			cmp.Compare(a.key.column, b.key.column), cmp.Compare(a.key.zone, b.key.zone))
	})
	exact, whole := 0.0, int64(0)
	reached := map[int]bool{}
	for _, g := range all {
		exact += g.people
		people := int64(math.Round(exact)) - whole
		whole += people
		switch {
		case g.key.settlement > 0:
			reached[g.key.settlement-1] = true
			p.setPeople(g.key.settlement-1, people)
		case people > 0:
			p.addCell(g.code, g.key, g.cell, people)
		}
	}
	// A settlement on the raster that is nearest to nobody has nobody: leaving an older number would count people twice.
	for _, i := range p.indexed {
		if !reached[i] {
			p.setPeople(i, 0)
		}
	}
}

// setPeople gives a settlement of the project its people.
func (p *population) setPeople(settlement int, people int64) {
	s := p.existing.Settlements[settlement]
	s.People, s.PeopleSource, s.PeopleYear = coverage.KnownPeople(people), p.name, p.options.Year
	p.batch.Settlements = append(p.batch.Settlements, s)
}

func (p *population) addCell(code string, key cellKey, c *cell, people int64) {
	place, err := p.toWGS84(orb.Point{c.x / c.people, c.y / c.people})
	if err != nil {
		return // no cell with a boundary around it fails here: its corners were converted the other way
	}
	id := fmt.Sprintf("%s%d-%d-%d", cellPrefix, p.square, key.row, key.column)
	if code != "" {
		id += "-" + code
	}
	p.batch.Settlements = append(p.batch.Settlements, coverage.Settlement{
		ID: id, Code: code, Point: place, People: coverage.KnownPeople(people), PeopleSource: p.name, PeopleYear: p.options.Year,
	})
}

// finish sorts, compares and counts.
func (p *population) finish() *Batch {
	b := p.batch
	q := &b.Quality
	slices.SortFunc(b.Settlements, func(x, y coverage.Settlement) int { return strings.Compare(x.ID, y.ID) })
	q.Read, q.Accepted, q.Refused = p.populated+p.outside+p.negative, p.populated, p.outside+p.negative
	q.Problems = []Problem{}
	say := func(n int, zh, en string) {
		if n == 0 {
			return
		}
		text := fmt.Sprintf(zh, n)
		if p.options.English {
			text = fmt.Sprintf(en, n)
		}
		q.Problems = append(q.Problems, Problem{Field: string(fieldPeople), Problem: text, Refused: true})
	}
	say(p.negative, "%d 个格子的值为负或无穷，未计入", "%d cells are negative or infinite and were left out")
	say(p.outside, "%d 个有人的格子在全部区划之外，未计入", "%d cells with people lie outside all units and were left out")
	total := int64(0)
	for i := range b.Settlements {
		total += b.Settlements[i].People.Count
	}
	q.Counts = []Count{{"settlements", int64(len(b.Settlements))}, {"people", total}, {"people_outside", int64(math.Round(p.left))}, {"square", int64(p.square)}}
	p.replace()
	b.Difference = differenceOf(p.existing, b)
	return b
}

// replace names the settlements that the cells take the place of: the cells of an earlier raster, and with [Options.Replace] all others.
func (p *population) replace() {
	kept := map[string]bool{}
	for i := range p.batch.Settlements {
		kept[p.batch.Settlements[i].ID] = true
	}
	for i := range p.existing.Settlements {
		if id := p.existing.Settlements[i].ID; !kept[id] && (p.options.Replace || strings.HasPrefix(id, cellPrefix)) {
			p.batch.RemoveSettlements = append(p.batch.RemoveSettlements, id)
		}
	}
}
