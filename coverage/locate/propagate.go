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
	in, spent := 0, int64(0)
	for i, r := range role {
		if r == roleIn {
			in++
			if c.spend != nil {
				spent += c.spend[i]
			}
		}
	}
	if in > c.pick || c.spend != nil && spent > c.budget {
		return false, false
	}
	for i, r := range role {
		if r != roleFree {
			continue
		}
		if in == c.pick || c.spend != nil && spent+c.spend[i] > c.budget {
			role[i] = roleOut
			changed = true
		}
	}
	if c.clashes != nil {
		for i, r := range role {
			if r != roleIn {
				continue
			}
			for _, k := range c.clashes[i] {
				switch role[k] {
				case roleIn:
					return false, false
				case roleFree:
					role[k] = roleOut
					changed = true
				}
			}
		}
	}
	forced, ok := propagateRows(c, role)
	return changed || forced, ok
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
