// Package matrixfile reads cost matrices, demand and candidates from CSV for analysts who use the solver alone.
package matrixfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"

	"lawcircle/coverage/locate"
)

// Limits of what is read.
const (
	maxPairs    = 200_000_000
	maxDecimals = 9
)

// Table is a cost matrix with the names of its rows and columns. Costs are whole multiples of 1/Scale.
type Table struct {
	Matrix     *locate.Matrix
	Demands    []string
	Candidates []string
	Weights    []int64
	Limits     []int64  // per demand point in scaled cost; nil when the file has no such column
	Groups     []string // per demand point, for example its township; nil when the file has no such column
	Scale      int64    // a power of ten
	Rounded    bool     // costs had more decimals than the scale keeps
}

// Columns names the columns to read; an empty name means any of the usual ones (see the lists below).
// Demand, Candidate and Cost are columns of the matrix; ID, People, Limit and Group are columns of the demand file.
type Columns struct{ Demand, Candidate, Cost, ID, People, Limit, Group string }

var (
	demandNames    = []string{"demand", "demand_id", "from", "from_id", "origin", "origin_id", "settlement_id"}
	candidateNames = []string{"candidate", "candidate_id", "to", "to_id", "destination", "destination_id", "facility", "facility_id", "site"}
	costNames      = []string{"cost", "seconds", "minutes", "milliseconds", "time", "distance", "metres", "meters"}
	idNames        = []string{"id", "demand", "demand_id", "name", "from", "settlement_id"}
	peopleNames    = []string{"people", "population", "weight", "demand_weight", "pop"}
	limitNames     = []string{"limit", "within"}
	groupNames     = []string{"group", "unit", "township", "admin_code"}
)

type pair struct {
	demand, candidate int32
	cost              string
}

// Read reads a long-form matrix (one line per pair: demand, candidate, cost) and, unless demand is nil, the people of the
// demand points. Points of the demand file without a pair are kept: they are out of reach. Without a demand file every
// point counts as one person. Demand points keep the order of the demand file, candidates that of first appearance.
func Read(matrix, demand io.Reader, c Columns) (*Table, error) {
	t := &Table{Scale: 1}
	demands, candidates := newIndex(), newIndex()
	var limits []string
	if demand != nil {
		var err error
		if limits, err = t.readDemand(demand, demands, c); err != nil {
			return nil, fmt.Errorf("reading demand: %w", err)
		}
	}
	pairs, err := readPairs(matrix, demands, candidates, pairOptions{c, demand != nil})
	if err != nil {
		return nil, fmt.Errorf("reading matrix: %w", err)
	}
	t.Demands, t.Candidates = demands.names, candidates.names
	if demand == nil {
		for range t.Demands {
			t.Weights = append(t.Weights, 1)
		}
	}
	if err := t.build(pairs); err != nil {
		return nil, fmt.Errorf("reading matrix: %w", err)
	}
	for n, text := range limits {
		v, err := t.Scaled(text)
		if err != nil {
			return nil, fmt.Errorf("reading demand: limit of %q: %w", t.Demands[n], err)
		}
		t.Limits = append(t.Limits, v)
	}
	return t, nil
}

// Scaled turns a decimal cost, such as a limit on the command line, into the table's whole unit, rounding down, so that
// nothing beyond the limit is let in.
func (t *Table) Scaled(text string) (int64, error) {
	r, err := decimal(text)
	if err != nil {
		return 0, err
	}
	r.Mul(r, new(big.Rat).SetInt64(t.Scale))
	v := new(big.Int).Quo(r.Num(), r.Denom())
	if !v.IsInt64() {
		return 0, fmt.Errorf("%q is too large", text)
	}
	return v.Int64(), nil
}

func decimal(text string) (*big.Rat, error) {
	text = strings.TrimSpace(text)
	if len(text) > 40 || strings.ContainsAny(text, "eE/xX_") {
		return nil, fmt.Errorf("%q is not a plain decimal number", text)
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, fmt.Errorf("%q is not a number", text)
	}
	if r.Sign() < 0 {
		return nil, fmt.Errorf("%q is negative", text)
	}
	return r, nil
}

// index numbers names in the order of first appearance.
type index struct {
	names []string
	of    map[string]int32
}

func newIndex() *index { return &index{of: map[string]int32{}} }

func (x *index) add(name string) int32 {
	if id, ok := x.of[name]; ok {
		return id
	}
	id := int32(len(x.names))
	x.of[name] = id
	x.names = append(x.names, name)
	return id
}

// lines reads a CSV file with a header and finds its columns.
type lines struct {
	csv    *csv.Reader
	header []string
}

func newLines(r io.Reader) (*lines, error) {
	c := csv.NewReader(r)
	c.ReuseRecord = true
	header, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty; the first line must name the columns")
	}
	if err != nil {
		return nil, err
	}
	l := &lines{csv: c}
	for n, name := range header {
		if n == 0 {
			name = strings.TrimPrefix(name, "\ufeff")
		}
		l.header = append(l.header, strings.TrimSpace(name))
	}
	return l, nil
}

// column finds a column by the given name or else by any of the usual ones.
func (l *lines) column(given string, usual []string) (int, error) {
	names := usual
	if given != "" {
		names = []string{given}
	}
	for _, want := range names {
		for n, have := range l.header {
			if strings.EqualFold(want, have) {
				return n, nil
			}
		}
	}
	return 0, fmt.Errorf("no column named %s; the file has %s", strings.Join(names, " or "), strings.Join(l.header, ", "))
}

// next returns the next record and its line, or io.EOF.
func (l *lines) next() ([]string, int, error) {
	record, err := l.csv.Read()
	if err != nil {
		return nil, 0, err
	}
	line, _ := l.csv.FieldPos(0)
	return record, line, nil
}

func (t *Table) readDemand(r io.Reader, demands *index, c Columns) (limits []string, err error) {
	l, err := newLines(r)
	if err != nil {
		return nil, err
	}
	id, err := l.column(c.ID, idNames)
	if err != nil {
		return nil, err
	}
	people, err := l.column(c.People, peopleNames)
	if err != nil {
		return nil, err
	}
	limit, missing := l.column(c.Limit, limitNames)
	if missing != nil && c.Limit != "" {
		return nil, missing
	}
	group, ungrouped := l.column(c.Group, groupNames)
	if ungrouped != nil && c.Group != "" {
		return nil, ungrouped
	}
	for {
		record, line, err := l.next()
		if errors.Is(err, io.EOF) {
			return limits, nil
		}
		if err != nil {
			return nil, err
		}
		name := strings.TrimSpace(record[id])
		if _, twice := demands.of[name]; twice {
			return nil, fmt.Errorf("line %d: %q is given twice", line, name)
		}
		v, err := strconv.ParseInt(strings.TrimSpace(record[people]), 10, 64)
		if err != nil || v < 0 {
			return nil, fmt.Errorf("line %d: %q is not a whole number of people", line, record[people])
		}
		demands.add(name)
		t.Weights = append(t.Weights, v)
		if missing == nil {
			limits = append(limits, record[limit])
		}
		if ungrouped == nil {
			t.Groups = append(t.Groups, strings.Clone(strings.TrimSpace(record[group])))
		}
	}
}

type pairOptions struct {
	columns Columns
	known   bool // every demand point must be in the index already
}

func readPairs(r io.Reader, demands, candidates *index, o pairOptions) ([]pair, error) {
	l, err := newLines(r)
	if err != nil {
		return nil, err
	}
	from, err := l.column(o.columns.Demand, demandNames)
	if err != nil {
		return nil, err
	}
	to, err := l.column(o.columns.Candidate, candidateNames)
	if err != nil {
		return nil, err
	}
	cost, err := l.column(o.columns.Cost, costNames)
	if err != nil {
		return nil, err
	}
	var pairs []pair
	for {
		record, line, err := l.next()
		if errors.Is(err, io.EOF) {
			return pairs, nil
		}
		if err != nil {
			return nil, err
		}
		name := strings.TrimSpace(record[from])
		if _, ok := demands.of[name]; !ok && o.known {
			return nil, fmt.Errorf("line %d: demand point %q is not in the demand file", line, name)
		}
		text := strings.TrimSpace(record[cost])
		candidate := candidates.add(strings.TrimSpace(record[to]))
		j := demands.add(name)
		if text == "" { // no answer: out of reach
			continue
		}
		if _, err := decimal(text); err != nil {
			return nil, fmt.Errorf("line %d: cost: %w", line, err)
		}
		if len(pairs) == maxPairs {
			return nil, fmt.Errorf("line %d: more than %d pairs", line, maxPairs)
		}
		pairs = append(pairs, pair{j, candidate, strings.Clone(text)})
	}
}

// build chooses the finest decimal scale that keeps all costs within 32 bits and rounds to it, half up.
func (t *Table) build(pairs []pair) error {
	decimals, top := 0, 0.0
	for _, p := range pairs {
		if dot := strings.IndexByte(p.cost, '.'); dot >= 0 {
			decimals = max(decimals, len(strings.TrimRight(p.cost[dot+1:], "0")))
		}
		v, err := strconv.ParseFloat(p.cost, 64)
		if err != nil {
			return fmt.Errorf("cost %q: %w", p.cost, err)
		}
		top = max(top, v)
	}
	keep := 0
	for keep < min(decimals, maxDecimals) && top*math.Pow10(keep+1) < math.MaxUint32-1 {
		keep++
	}
	t.Rounded = keep < decimals
	for range keep {
		t.Scale *= 10
	}
	scale, half := new(big.Rat).SetInt64(t.Scale), big.NewRat(1, 2)
	entries := make([]locate.Entry, len(pairs))
	for n, p := range pairs {
		r, err := decimal(p.cost)
		if err != nil {
			return fmt.Errorf("cost %q: %w", p.cost, err)
		}
		r.Add(r.Mul(r, scale), half)
		entries[n] = locate.Entry{Demand: p.demand, Candidate: p.candidate, Cost: new(big.Int).Quo(r.Num(), r.Denom()).Int64()}
	}
	m, err := locate.NewMatrix(len(t.Demands), len(t.Candidates), entries)
	if err != nil {
		return err
	}
	t.Matrix = m
	return nil
}
