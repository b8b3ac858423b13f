package locate

// rule is one clause applied to a problem: which sites count for which demand point.
type rule struct {
	p *Problem
	Clause
}

func (p *Problem) rules() []rule {
	if len(p.Clauses) == 0 {
		return []rule{{p, Clause{Need: 1}}}
	}
	rules := make([]rule, len(p.Clauses))
	for k, c := range p.Clauses {
		if c.Need == 0 {
			c.Need = 1
		}
		rules[k] = rule{p, c}
	}
	return rules
}

// reach returns the demand points for which candidate i counts, ascending, in buf or a grown copy of it.
func (r rule) reach(i int, buf []int32) []int32 {
	buf = buf[:0]
	if r.Services != 0 && r.p.Services != nil && r.p.Services[i]&r.Services == 0 {
		return buf
	}
	if r.Reach != nil {
		js, _ := r.Reach.column(i)
		return append(buf, js...)
	}
	js, costs := r.p.Matrix.column(i)
	limit := r.Limit
	switch {
	case limit == 0 && r.p.NoLimit:
		return append(buf, js...)
	case limit == 0 && r.p.Limits != nil:
		for n, j := range js {
			if int64(costs[n]) <= r.p.Limits[j] {
				buf = append(buf, j)
			}
		}
		return buf
	case limit == 0:
		limit = r.p.Limit
	}
	for n, j := range js {
		if int64(costs[n]) <= limit {
			buf = append(buf, j)
		}
	}
	return buf
}
