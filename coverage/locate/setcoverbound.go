package locate

import "math"

// coverBound is the best Lagrangian bound of a node: L(u) = Σ u + Σ_i min(0, price_i − Σ_{r∋i} u_r), u ≥ 0.
type coverBound struct {
	value   float64
	best    []float64 // multipliers
	reduced []float64 // column → price − Σ u
}

// bound moves the multipliers by a deflected subgradient and builds covers from reduced costs on the way.
func (s *setCover) bound(sub *subCover, taken []int32, u []float64, root bool) coverBound {
	b := coverBound{value: math.Inf(-1), best: make([]float64, len(u)), reduced: make([]float64, len(sub.ids))}
	u = append([]float64(nil), u...)
	if root {
		s.startMultipliers(sub, u)
	}
	goal := float64(s.best - s.cost(taken))
	steps, factor, stall := 60, 0.8, 0
	if root {
		steps, factor = 800, 1.5
	}
	reduced, dir := make([]float64, len(sub.ids)), make([]float64, len(u))
	for n := range steps {
		value := s.evaluate(sub, u, reduced)
		s.steps++
		if value > b.value {
			if value > b.value+1e-3 {
				stall = 0
			}
			b.value = value
			copy(b.best, u)
			copy(b.reduced, reduced)
			if s.hopeless(float64(s.cost(taken)) + value) {
				break
			}
		} else {
			stall++
		}
		if n%20 == 0 || root && n%5 == 0 {
			s.tryCover(sub, taken, reduced)
			goal = float64(s.best - s.cost(taken))
		}
		if stall >= 10 {
			factor /= 2
			stall = 0
			if factor < 0.01 {
				break
			}
			copy(u, b.best)
			clear(dir)
			continue
		}
		if s.done() {
			break
		}
		moveCover(sub, u, coverStep{reduced: reduced, dir: dir, gap: goal*1.01 - value, factor: factor})
	}
	return b
}

func (s *setCover) startMultipliers(sub *subCover, u []float64) {
	for r, cols := range sub.rows {
		u[r] = math.Inf(1)
		for _, i := range cols {
			u[r] = min(u[r], float64(s.price[sub.ids[i]])/float64(len(sub.cols[i])))
		}
	}
}

func (s *setCover) evaluate(sub *subCover, u, reduced []float64) float64 {
	sum := 0.0
	for _, v := range u {
		sum += v
	}
	for i, rows := range sub.cols {
		c := float64(s.price[sub.ids[i]])
		for _, r := range rows {
			c -= u[r]
		}
		reduced[i] = c
		if c < 0 {
			sum += c
		}
	}
	return sum
}

type coverStep struct {
	reduced, dir []float64
	gap, factor  float64
}

func moveCover(sub *subCover, u []float64, c coverStep) {
	norm := 0.0
	for r, cols := range sub.rows {
		g := 1.0
		for _, i := range cols {
			if c.reduced[i] < 0 {
				g--
			}
		}
		if u[r] <= 0 && g < 0 {
			g = 0
		}
		c.dir[r] = 0.6*c.dir[r] + g
		norm += c.dir[r] * c.dir[r]
	}
	if norm == 0 {
		return
	}
	t := c.factor * c.gap / norm
	for r, d := range c.dir {
		u[r] = max(0, u[r]+t*d)
	}
}

// tryCover covers the rows greedily by reduced cost per new row, drops what became superfluous and keeps the result when
// it is the best so far.
func (s *setCover) tryCover(sub *subCover, taken []int32, reduced []float64) {
	count := make([]int32, len(sub.rows))
	var picked []int32
	open := len(sub.rows)
	take := func(i int32) {
		picked = append(picked, i)
		for _, r := range sub.cols[i] {
			if count[r]++; count[r] == 1 {
				open--
			}
		}
	}
	for i, c := range reduced {
		if c <= 0 {
			take(int32(i))
		}
	}
	for r := 0; open > 0; r++ {
		if count[r] > 0 {
			continue
		}
		best, score := int32(-1), 0.0
		for _, i := range sub.rows[r] {
			fresh := 0
			for _, k := range sub.cols[i] {
				if count[k] == 0 {
					fresh++
				}
			}
			if v := reduced[i] / float64(fresh); best < 0 || v < score {
				best, score = i, v
			}
		}
		take(best)
	}
	s.keep(append(append([]int32(nil), taken...), s.prune(sub, picked, count)...))
}

// prune drops picked columns whose rows are all covered twice, the dearest first, and returns their ids.
func (s *setCover) prune(sub *subCover, picked, count []int32) []int32 {
	order := append([]int32(nil), picked...)
	for n := 1; n < len(order); n++ {
		for k := n; k > 0 && s.price[sub.ids[order[k]]] > s.price[sub.ids[order[k-1]]]; k-- {
			order[k], order[k-1] = order[k-1], order[k]
		}
	}
	var ids []int32
	for _, i := range order {
		needed := false
		for _, r := range sub.cols[i] {
			if count[r] == 1 {
				needed = true
				break
			}
		}
		if needed {
			ids = append(ids, sub.ids[i])
			continue
		}
		for _, r := range sub.cols[i] {
			count[r]--
		}
	}
	return ids
}

// fix decides columns whose other choice brings the bound to the best cover.
func (s *setCover) fix(sub *subCover, b coverBound, cost int64) choice {
	c := newChoice(len(sub.ids))
	for i, v := range b.reduced {
		switch {
		case v > 0 && s.hopeless(float64(cost)+b.value+v):
			c.out[i] = true
		case v < 0 && s.hopeless(float64(cost)+b.value-v):
			c.in[i] = true
		}
	}
	return c
}
