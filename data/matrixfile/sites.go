package matrixfile

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"lawcircle/coverage/locate"
)

// Site is what a candidate file says about one candidate.
type Site struct {
	ID       string
	Cost     int64 // of opening it; meaningless unless the file has costs
	Capacity int64 // people that it can take; meaningless unless the file has capacities
	Group    string
}

// Sites is a candidate file.
type Sites struct {
	List                        []Site
	Costs, Capacities, Grouping bool // the columns that the file has
}

// ReadSites reads a candidate file: id and any of cost, capacity and group, one line per candidate.
func ReadSites(r io.Reader) (*Sites, error) {
	l, err := newLines(r)
	if err != nil {
		return nil, fmt.Errorf("reading candidates: %w", err)
	}
	id, err := l.column("", append([]string{"id"}, candidateNames...))
	if err != nil {
		return nil, fmt.Errorf("reading candidates: %w", err)
	}
	cost, noCost := l.column("", []string{"cost", "price"})
	capacity, noCapacity := l.column("", []string{"capacity"})
	group, noGroup := l.column("", groupNames)
	out := &Sites{Costs: noCost == nil, Capacities: noCapacity == nil, Grouping: noGroup == nil}
	seen := map[string]bool{}
	for {
		record, line, err := l.next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading candidates: %w", err)
		}
		s := Site{ID: strings.Clone(strings.TrimSpace(record[id]))}
		if seen[s.ID] {
			return nil, fmt.Errorf("reading candidates: line %d: %q is given twice", line, s.ID)
		}
		seen[s.ID] = true
		if out.Costs {
			s.Cost, err = wholeNumber(record[cost])
		}
		if out.Capacities && err == nil {
			s.Capacity, err = wholeNumber(record[capacity])
		}
		if err != nil {
			return nil, fmt.Errorf("reading candidates: line %d: %w", line, err)
		}
		if out.Grouping {
			s.Group = strings.Clone(strings.TrimSpace(record[group]))
		}
		out.List = append(out.List, s)
	}
}

func wholeNumber(text string) (int64, error) {
	v, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || v < 0 || v > math.MaxInt64/4 {
		return 0, fmt.Errorf("%q is not a whole number that is not negative", text)
	}
	return v, nil
}

// maxDistances bounds the lines of a distance file.
const maxDistances = 50_000_000

// ReadDistances reads distances of candidates, one line per pair: a, b, distance. They are rounded down to 1/scale, so that
// two sites are never taken for farther apart than they are. find gives the number of a candidate.
func ReadDistances(r io.Reader, scale int64, find func(name string) (int32, bool)) ([]locate.Pair, error) {
	l, err := newLines(r)
	if err != nil {
		return nil, fmt.Errorf("reading distances: %w", err)
	}
	var at [3]int
	for n, names := range [][]string{{"a", "from", "site"}, {"b", "to", "other"}, append([]string{"distance"}, costNames...)} {
		if at[n], err = l.column("", names); err != nil {
			return nil, fmt.Errorf("reading distances: %w", err)
		}
	}
	table := Table{Scale: scale}
	var pairs []locate.Pair
	for {
		record, line, err := l.next()
		if errors.Is(err, io.EOF) {
			return pairs, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading distances: %w", err)
		}
		var ends [2]int32
		for n := range ends {
			var known bool
			if ends[n], known = find(strings.TrimSpace(record[at[n]])); !known {
				return nil, fmt.Errorf("reading distances: line %d: there is no candidate %q", line, record[at[n]])
			}
		}
		distance, err := table.Scaled(record[at[2]])
		if err != nil {
			return nil, fmt.Errorf("reading distances: line %d: %w", line, err)
		}
		if len(pairs) == maxDistances {
			return nil, fmt.Errorf("reading distances: line %d: more than %d pairs", line, maxDistances)
		}
		if ends[0] != ends[1] {
			pairs = append(pairs, locate.Pair{A: ends[0], B: ends[1], Distance: distance})
		}
	}
}
