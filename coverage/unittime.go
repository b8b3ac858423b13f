package coverage

import "time"

// UnitTime is how long people of a unit and what is below it travel to the nearest point that counts.
type UnitTime struct {
	Unit        Unit
	People      int64         // of the settlements with an answer
	Mean        time.Duration // by people; meaningful when People > 0
	Worst       time.Duration // of the settlement farthest away that has people
	Settlements int           // with an answer
	Unanswered  int           // settlements without
}

// UnitTimes averages the travel times of a result over the units from township upwards, in unit order. Units without settlements are left
// out. Times beyond the limit count like others.
func (c *County) UnitTimes(r *Result) []UnitTime {
	tree := newUnitTree(c.Units)
	sums := make([]UnitTime, len(c.Units))
	total := make([]float64, len(c.Units)) // people × milliseconds
	for i, v := range r.Verdicts {
		for _, u := range tree.chain(c.Settlements[i].Code) {
			s := &sums[u]
			if !v.Time.OK {
				s.Unanswered++
				continue
			}
			s.Settlements++
			s.People += v.People.Count
			total[u] += float64(v.People.Count) * float64(v.Time.Duration.Milliseconds())
			if v.People.Count > 0 {
				s.Worst = max(s.Worst, v.Time.Duration)
			}
		}
	}
	var out []UnitTime
	for i, u := range c.Units {
		s := sums[i]
		if u.Level > LevelTownship || s.Settlements+s.Unanswered == 0 {
			continue
		}
		s.Unit = u
		if s.People > 0 {
			s.Mean = time.Duration(total[i]/float64(s.People)) * time.Millisecond
		}
		out = append(out, s)
	}
	return out
}
