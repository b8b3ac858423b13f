package locate

// propagate draws what follows from the roles by counting; false means that nothing feasible is left.
func propagate(c *cover, role []int8) bool {
	for {
		changed, ok := propagateOnce(c, role)
		if !ok {
			return false
		}
		if !changed {
			return true
		}
	}
}

func propagateOnce(c *cover, role []int8) (changed, ok bool) {
	in := 0
	for _, r := range role {
		if r == roleIn {
			in++
		}
	}
	if in > c.pick {
		return false, false
	}
	for i, r := range role {
		if r == roleFree && in == c.pick {
			role[i] = roleOut
			changed = true
		}
	}
	for _, p := range c.packs {
		closed, ok := p.propagate(role)
		if !ok {
			return false, false
		}
		changed = changed || closed
	}
	forced, ok := propagateRows(c, role)
	return changed || forced, ok
}

// propagate closes the columns that no longer fit into the pack.
func (p pack) propagate(role []int8) (changed, ok bool) {
	left := p.most
	for n, i := range p.cols {
		if role[i] == roleIn {
			left -= p.use[n]
		}
	}
	for n, i := range p.cols {
		if role[i] == roleFree && p.use[n] > left {
			role[i] = roleOut
			changed = true
		}
	}
	return changed, left >= 0
}

// propagateRows checks required rows and floors against what can still be opened.
func propagateRows(c *cover, role []int8) (changed, ok bool) {
	if c.simple {
		return false, true
	}
	people, group := int64(0), make([]int64, len(c.groupFloor))
	for k := range c.profit {
		possible := true
		for r := c.classStart[k]; r < c.classStart[k+1]; r++ {
			available := int32(0)
			for _, i := range c.columnsOf(int(r)) {
				if role[i] != roleOut {
					available++
				}
			}
			possible = possible && available >= c.need[r]
			if c.must[k] && available == c.need[r] {
				for _, i := range c.columnsOf(int(r)) {
					if role[i] == roleFree {
						role[i] = roleIn
						changed = true
					}
				}
			}
		}
		if possible {
			people += c.people[k]
			if g := c.group[k]; g >= 0 {
				group[g] += c.people[k]
			}
		} else if c.must[k] {
			return false, false
		}
	}
	if people < c.floor {
		return false, false
	}
	for g, f := range c.groupFloor {
		if group[g] < f {
			return false, false
		}
	}
	return changed, true
}
