package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"lawcircle/coverage"
)

// BOM is written before a CSV table, so that Excel and WPS see that it is UTF-8. Tables for scripts go without it.
const BOM = "\ufeff"

// Access writes the access table, one row per settlement in id order, in the columns that the command line promises:
// id,name,admin_code,people,status,seconds,facility_id,snap_m,reason. Seconds have 3 decimals and are empty when there is no answer.
func Access(w io.Writer, county *coverage.County, result *coverage.Result) error {
	t := newTable(w, "id", "name", "admin_code", "people", "status", "seconds", "facility_id", "snap_m", "reason")
	for _, v := range result.Verdicts {
		s := county.Settlements[v.Settlement]
		seconds, facility, snap := "", "", ""
		if v.Time.OK {
			seconds = Seconds(v.Time.Duration)
			facility = result.Selection.Facilities[v.Time.Facility].ID
		}
		if v.Time.Snapped {
			snap = strconv.FormatFloat(v.Time.SnapM, 'f', 2, 64)
		}
		people := ""
		if v.People.Known {
			people = strconv.FormatInt(v.People.Count, 10)
		}
		t.row(s.ID, s.Name, s.Code, people, string(v.Status), seconds, facility, snap, string(v.Reason))
	}
	return t.end("access table")
}

// Areas writes the sums per administrative unit, one row per unit in code order, in the columns that the command line promises. Settlements
// in no known unit make a last row without a code. Shares have 4 decimals and are empty where there is nothing to divide by.
func Areas(w io.Writer, result *coverage.Result) error {
	t := newTable(w, "admin_code", "name", "level", "people", "people_covered", "people_unknown", "people_share", "settlements",
		"settlements_covered", "settlements_unknown", "settlements_share", "built", "should_be_built", "built_share")
	for _, a := range result.Areas {
		t.area(a.Unit.Code, a.Unit.Name, strconv.Itoa(int(a.Unit.Level)), a.Sums, a.Built)
	}
	if result.Unassigned != nil {
		t.area("", "未归属 / in no unit", "", *result.Unassigned, coverage.Built{})
	}
	return t.end("area table")
}

// Seconds writes a travel time in seconds with 3 decimals, exactly.
func Seconds(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%d.%03d", ms/1000, ms%1000)
}

type table struct {
	csv *csv.Writer
	err error
}

func newTable(w io.Writer, header ...string) *table {
	t := &table{csv: csv.NewWriter(w)}
	t.row(header...)
	return t
}

func (t *table) row(cells ...string) {
	if t.err != nil {
		return
	}
	for i, cell := range cells {
		cells[i] = Neutral(cell)
	}
	t.err = t.csv.Write(cells)
}

func (t *table) end(what string) error {
	t.csv.Flush()
	if t.err == nil {
		t.err = t.csv.Error()
	}
	if t.err != nil {
		return fmt.Errorf("writing the %s: %w", what, t.err)
	}
	return nil
}

func (t *table) area(code, name, level string, s coverage.Sums, b coverage.Built) {
	t.row(code, name, level, strconv.FormatInt(s.People, 10), strconv.FormatInt(s.PeopleCovered, 10), strconv.FormatInt(s.PeopleUnknown, 10),
		share(s.PeopleShare()), strconv.Itoa(s.Settlements), strconv.Itoa(s.SettlementsCovered), strconv.Itoa(s.SettlementsUnknown),
		share(s.SettlementsShare()), strconv.Itoa(b.Built), strconv.Itoa(b.Should), share(b.Share()))
}

func share(value float64, ok bool) string {
	if !ok {
		return ""
	}
	return strconv.FormatFloat(value, 'f', 4, 64)
}

// Neutral keeps a text from being read as a formula by a spreadsheet program: a leading =, +, -, @, tab or carriage return gets an
// apostrophe before it, unless the text is a plain number.
func Neutral(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text
	}
	return "'" + text
}

// ProposalTable writes the proposed sites, the one that gains most first.
func ProposalTable(w io.Writer, p *coverage.Proposal) error {
	t := newTable(w, "rank", "host_id", "name", "kind", "admin_code", "lon", "lat", "people_gained", "settlements_gained",
		"people_cumulative", "settlements_cumulative")
	for i, s := range p.Sites {
		t.row(strconv.Itoa(i+1), s.ID, s.Name, string(s.HostKind), s.Code, degrees(s.Point[0]), degrees(s.Point[1]),
			strconv.FormatInt(s.Gain.People, 10), strconv.Itoa(s.Gain.Demands), strconv.FormatInt(s.Cumulative.People, 10),
			strconv.Itoa(s.Cumulative.Demands))
	}
	return t.end("proposal")
}

func degrees(value float64) string { return strconv.FormatFloat(value, 'f', 7, 64) }

// Pairs writes a pairing plan, one row per paired place, then the places that no partner takes.
func Pairs(w io.Writer, p *coverage.PairPlan) error {
	t := newTable(w, "place_id", "place_name", "admin_code", "partner_id", "partner_name", "seconds")
	for _, pair := range p.Pairs {
		t.row(pair.Place.ID, pair.Place.Name, pair.Place.Code, pair.Partner.ID, pair.Partner.Name, Seconds(pair.Duration))
	}
	for _, h := range p.Unpaired {
		t.row(h.ID, h.Name, h.Code, "", "", "")
	}
	return t.end("pairing")
}

// Circuit writes the timetable of a circuit, one row per stop in the order of travel.
func Circuit(w io.Writer, p *coverage.CircuitPlan) error {
	t := newTable(w, "day", "order", "settlement_id", "name", "lon", "lat", "arrival_seconds")
	for d, day := range p.Tours.Days {
		for i, k := range day.Stops {
			stop := p.Stops[k]
			t.row(strconv.Itoa(d+1), strconv.Itoa(i+1), stop.ID, stop.Name, degrees(stop.Point[0]), degrees(stop.Point[1]), Seconds(day.Arrive[i]))
		}
	}
	return t.end("timetable")
}

// Comparison writes the settlements whose verdict differs between two results of the same county.
func Comparison(w io.Writer, county *coverage.County, results [2]*coverage.Result, d coverage.Comparison) error {
	t := newTable(w, "change", "id", "name", "admin_code", "people", "seconds_before", "seconds_after")
	for _, list := range []struct {
		change string
		items  []int
	}{{"gained", d.Gained}, {"lost", d.Lost}} {
		for _, i := range list.items {
			s := county.Settlements[i]
			t.row(list.change, s.ID, s.Name, s.Code, strconv.FormatInt(s.People.Count, 10), answered(results[0].Verdicts[i].Time),
				answered(results[1].Verdicts[i].Time))
		}
	}
	return t.end("comparison")
}

func answered(t coverage.Time) string {
	if !t.OK {
		return ""
	}
	return Seconds(t.Duration)
}

// Matrix streams travel times as from,to,seconds.
type Matrix struct{ table *table }

// NewMatrix begins a matrix.
func NewMatrix(w io.Writer) Matrix { return Matrix{newTable(w, "from", "to", "seconds")} }

// Row adds one time; the first error is kept for Close.
func (m Matrix) Row(from, to string, ms int64) {
	m.table.row(from, to, Seconds(time.Duration(ms)*time.Millisecond))
}

// Close flushes the matrix and reports the first error.
func (m Matrix) Close() error { return m.table.end("matrix") }

// StagesTable writes a staged plan, one row per site in the order of years.
func StagesTable(w io.Writer, p *coverage.StagedPlan) error {
	t := newTable(w, "year", "rank", "host_id", "name", "kind", "admin_code", "lon", "lat", "people_gained", "people_cumulative")
	for _, y := range p.Years {
		for i, s := range y.Sites {
			t.row(y.Stage.Name, strconv.Itoa(i+1), s.ID, s.Name, string(s.HostKind), s.Code, degrees(s.Point[0]), degrees(s.Point[1]),
				strconv.FormatInt(s.Gain.People, 10), strconv.FormatInt(s.Cumulative.People, 10))
		}
	}
	return t.end("staged plan")
}

// Mismatches writes the units where 建成率 and 覆盖率 disagree, in code order.
func Mismatches(w io.Writer, list []coverage.Mismatch) error {
	t := newTable(w, "admin_code", "name", "level", "tier", "kind", "people", "people_outside", "settlements", "settlements_outside")
	for _, m := range list {
		kind := "inside_without_point"
		if m.Built {
			kind = "point_but_outside"
		}
		t.row(m.Unit.Code, m.Unit.Name, strconv.Itoa(int(m.Unit.Level)), string(m.Tier), kind, strconv.FormatInt(m.People, 10),
			strconv.FormatInt(m.PeopleOutside, 10), strconv.Itoa(m.Settlements), strconv.Itoa(m.Outside))
	}
	return t.end("list of mismatches")
}
