package intake

import (
	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data"
)

// Options say how a file is to be understood. The zero value lets the file and the project speak, in Chinese.
type Options struct {
	CRS     string            // wgs84, cgcs2000, gcj02, bd09, EPSG:n; "" or "auto": as the file states, else scored against the project
	Columns map[string]string // header as it stands in the file → field code or title; "-" leaves a column out
	People  string            // header of the column with people (settlements)
	Kind    string            // host kind or tier of rows that state none (facilities): code, Chinese or English name
	Layer   string            // layer of a file with several
	Sheet   string            // sheet of a workbook; the only way to read a hidden one
	Place   string            // "unit-centre": put settlements without coordinates at the centre of their unit
	Year    int               // year the file speaks of, where it does not say itself; 0 = not known
	// As says what becomes of the people of a raster: AsCells ("" too) or AsSettlements.
	As string
	// Replace puts the cells of a raster in the place of the settlements that the project has.
	Replace  bool
	MaxCells int  // demand cells of a raster at most, about; default 100,000
	English  bool // language of the quality sheet
	Limits   Limits
	// Progress is told how many rows have been read, and of how many where that is known (0 where not); may be nil.
	Progress func(done, total int64)
}

// PlaceUnitCentre is the value of [Options.Place] that puts settlements without coordinates at the centre of their unit.
const PlaceUnitCentre = "unit-centre"

// CRSReference is what the coordinates of a file are compared with, besides the county itself.
type CRSReference struct {
	// RoadDistance returns the metres from a WGS-84 point to the nearest road; ok is false where no road is near. nil without roads.
	RoadDistance func(orb.Point) (metres float64, ok bool)
}

// Batch is what an import would store.
type Batch struct {
	Verb        string // areas, settlements, facilities or the name of an attribute table
	Units       []coverage.Unit
	CodeChanges []coverage.CodeChange
	Settlements []coverage.Settlement
	Hosts       []coverage.Host
	Points      []coverage.ServicePoint
	Offers      []coverage.Offer
	Table       string     // attribute table of the rows, "" for none
	Rows        []data.Row // see [Records]
	Restricted  []Restricted
	// RemoveSettlements are ids that the batch takes the place of.
	RemoveSettlements []string
	Difference        Difference
	Quality           Quality
}

// Restricted is a personal datum found in a file. It is kept apart from the rows and out of exports.
type Restricted struct {
	Layer string // settlements, hosts, points or units
	ID    string // of the row it was found in
	Field string // person, phone, identity, or the header of the column it was found in
	Value string
}
